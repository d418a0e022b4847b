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
