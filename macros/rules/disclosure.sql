{#
    Which publications of one figure about persons may stand beside each other. Rules and their sources: seed disclosure_rules,
    docs/disclosure.md.
#}

{% macro too_near(later, earlier, smallest_difference) -%}
{#- True where two counts of persons differ, and by so few that the difference is about somebody.
    later, earlier, smallest_difference: SQL whole numbers.  Example: 491, 492, 5 -> true ; 491, 496, 5 -> false ; 491, 491, 5 -> false -#}
    ({{ later }} <> {{ earlier }} and abs({{ later }} - {{ earlier }}) < {{ smallest_difference }})
{%- endmacro %}


{% macro is_counted_from_answers(data_origin) -%}
{#- True for an origin whose figures are counted from answers as delivered: nobody stands behind a constructed figure, and what a
    source prints is known to everybody. -#}
    ({{ data_origin }} not in ('reported', 'quoted', 'constructed', 'rehearsal'))
{%- endmacro %}


{% macro shown_share(share, decimals_shown, decimals) -%}
{#- A share as it may be published: with `decimals_shown` decimals, as it is where they are null. Where that would end in a five
    that was none, the last digit is one nearer to the share, so that whoever rounds on to the `decimals` of the indicator gets
    what the share itself rounds to (47.46 is shown as 47.4 and told as 47).
    share: SQL number.  decimals_shown, decimals: SQL whole numbers.  Example: 47.46, 1, 0 -> 47.4 ; 47.54, 1, 0 -> 47.5 ; 2.951, 1, 0 -> 3.0 -#}
{%- set unit = 'power(10.0, ' ~ decimals_shown ~ ')' -%}
{%- set told = 'power(10.0, ' ~ decimals ~ ')' -%}
{%- set near = '(floor(abs(' ~ share ~ ') * ' ~ unit ~ ' + 0.5) / ' ~ unit ~ ')' -%}
    case
        when {{ decimals_shown }} is null then {{ share }}
        when floor({{ near }} * {{ told }} + 0.5) > floor(abs({{ share }}) * {{ told }} + 0.5)
            then sign({{ share }}) * (floor(abs({{ share }}) * {{ unit }}) / {{ unit }})
        else sign({{ share }}) * {{ near }}
    end
{%- endmacro %}


{% macro shown_limit(limit, decimals_shown, side) -%}
{#- A limit of a share as it may be published: away from the share, so that the interval is never narrower than it was.
    limit: SQL number.  decimals_shown: SQL whole number, null leaves the limit as it is.  side: 'low' or 'high'.
    Example: 41.27, 1, 'low' -> 41.2 ; 41.21, 1, 'high' -> 41.3 -#}
{%- set unit = 'power(10.0, ' ~ decimals_shown ~ ')' -%}
    case
        when {{ decimals_shown }} is null then {{ limit }}
        else {{ 'floor' if side == 'low' else 'ceil' }}({{ limit }} * {{ unit }}) / {{ unit }}
    end
{%- endmacro %}
