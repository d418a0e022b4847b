{#
    95 % intervals. Every formula is tested against worked examples from the literature, in
    tests/sql/unit_intervals_agree_with_published_examples.sql; z is the 97.5 % point of the normal distribution.
#}

{% macro z_975() -%}{#- The 97.5 % point of the normal distribution. -#} 1.959963984540054 {%- endmacro %}


{% macro wilson_bound(successes, trials, side) -%}
{#- One bound of the Wilson score interval of a share, as a proportion 0-1; null where trials is 0 or null.
    successes, trials: SQL counts.  side: 'low' or 'high'.
    Source: Wilson (1927), JASA 22; worked example Newcombe (1998), Statistics in Medicine 17:857, table I: 81/263 -> 0.2553, 0.3662 -#}
{%- set z = z_975() -%}
    (
        2.0 * {{ successes }} + {{ z }} * {{ z }}
        {{ '-' if side == 'low' else '+' }} {{ z }} * sqrt(greatest(
            {{ z }} * {{ z }} + 4.0 * {{ successes }} * (1.0 - {{ successes }} / nullif(cast({{ trials }} as double), 0)), 0
        ))
    ) / nullif(2.0 * ({{ trials }} + {{ z }} * {{ z }}) * sign({{ trials }}), 0)
{%- endmacro %}


{% macro known_decimals(decimals, precision) -%}
{#- The decimals a figure is known to, from half the width of its rounding: 0.5 or more is whole numbers.
    decimals: SQL whole number, those of the indicator.  precision: SQL number, null or 0 where told to the decimal.
    Example: 1, 0.5 -> 0 ; 1, 0.05 -> 1 ; 2, 0.05 -> 1 ; 0, null -> 0 -#}
    case
        when coalesce({{ precision }}, 0) > 0
            then least({{ decimals }}, greatest(0, cast(-floor(log10(2.0 * {{ precision }}) + 1e-9) as integer)))
        else {{ decimals }}
    end
{%- endmacro %}


{% macro told_number(expression, decimals, precision, language, sign=false) -%}
{#- A number in a sentence, as exact as it is known: 'about 5' where it was rounded, never '5.0'. Arguments as in written_number
    and known_decimals. -#}
    (
        case when coalesce({{ precision }}, 0) > 0 then '{{ {'nb': 'om lag ', 'en': 'about '}[language] }}' else '' end
        || {{ written_number(expression, '(' ~ known_decimals(decimals, precision) ~ ')', language, sign) }}
    )
{%- endmacro %}


{% macro wilson_share_bound(share_pct, n, design_effect, precision, side) -%}
{#- One bound, 0-100, of the 95 % interval of a sample share: Wilson on the effective number of answers n / design effect, around
    every share that the figure may stand for, so that it is never narrower than its rounding. Null where n is null.
    share_pct: SQL number 0-100.  n: answers.  design_effect: how many times larger the variance is than in a simple random sample
    of the size (1 where it is one).  precision: half width of the rounding, 0 where told to the decimal.  side: 'low' or 'high'.
    Source of n / design effect: Kish (1965), Survey Sampling, 8.2; interval on it: Franco et al. (2019), JSSAM 7:334, section 2.
    Example: 60, 1000, 1, 0 -> 56.93, 62.99 ; 60, 1000, 2, 0 is that of 500 answers: 55.65, 64.20 -#}
{%- set effective = '(' ~ n ~ ' / cast(' ~ design_effect ~ ' as double))' -%}
{%- set end = 'greatest(' ~ share_pct ~ ' - ' ~ precision ~ ', 0)' if side == 'low'
    else 'least(' ~ share_pct ~ ' + ' ~ precision ~ ', 100)' -%}
    case
        -- greatest and least pass over a null
        when {{ share_pct }} is not null and {{ effective }} is not null
            then {{ 'greatest(0.0, ' if side == 'low' else 'least(100.0, ' }}100.0 * {{ wilson_bound(
                '(' ~ end ~ ' / 100.0 * ' ~ effective ~ ')', effective, side
            ) }})
    end
{%- endmacro %}


{% macro byar_bound(events, side) -%}
{#- One bound of Byar's approximation to the exact Poisson interval of a count of events.
    events: SQL count >= 0.  side: 'low' or 'high'.  The lower bound of 0 events is 0.
    Source: Breslow & Day (1987), Statistical Methods in Cancer Research II, p. 69. -#}
{%- set z = z_975() -%}
{%- if side == 'low' -%}
    case
        when {{ events }} = 0 then 0.0
        else {{ events }} * power(
            1.0 - 1.0 / (9.0 * {{ events }}) - {{ z }} / (3.0 * sqrt({{ events }})), 3
        )
    end
{%- else -%}
    ({{ events }} + 1) * power(
        1.0 - 1.0 / (9.0 * ({{ events }} + 1)) + {{ z }} / (3.0 * sqrt({{ events }} + 1)), 3
    )
{%- endif -%}
{%- endmacro %}
