{#
    Changes between two measurements, with their uncertainty. Every formula is tested against a published example in
    tests/sql/unit_change_intervals_agree_with_published_examples.sql; the limits of each measurement are those of
    macros/rules/uncertainty.sql.
#}

{% macro square_and_add_bound(later, later_low, later_high, earlier, earlier_low, earlier_high, side) -%}
{#- One bound of the 95 % interval of `later - earlier`, from the interval of each; the two must be independent.
    All arguments: SQL numbers in one unit.  side: 'low' or 'high'. Null where a limit is null.
    Shares with Wilson limits: the hybrid score interval of Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    In general, also for counts: Zou & Donner (2008), Statistics in Medicine 27:1693-1702.
    Example: 56 of 70 against 48 of 80 -> 0.0524 to 0.3339 -#}
{%- if side == 'low' -%}
    ({{ later }} - {{ earlier }}) - sqrt(
        ({{ later }} - {{ later_low }}) * ({{ later }} - {{ later_low }})
        + ({{ earlier_high }} - {{ earlier }}) * ({{ earlier_high }} - {{ earlier }})
    )
{%- else -%}
    ({{ later }} - {{ earlier }}) + sqrt(
        ({{ later_high }} - {{ later }}) * ({{ later_high }} - {{ later }})
        + ({{ earlier }} - {{ earlier_low }}) * ({{ earlier }} - {{ earlier_low }})
    )
{%- endif -%}
{%- endmacro %}


{% macro change_outcome(change, low, high, limit, decimals) -%}
{#- What a change amounts to: 'uncertain' (its interval covers zero and reaches the limit), 'small' (below the limit), 'up' or
    'down' (R-04). Null where nothing is compared. What is compared is what a reason tells: change and interval rounded to
    `decimals`; the limit is told exactly.
    change, low, high, limit: SQL numbers in one unit, low and high null where there is no interval.  decimals: SQL whole number.
    Example with 1 decimal: 1.9, null, null, 2 -> small ; 1.96, null, null, 2 -> up ; 3, -1, 7, 2 -> uncertain -#}
    case
        when
            {{ rounded_to(low, decimals) }} <= 0
            and {{ rounded_to(high, decimals) }} >= 0
            and greatest(-({{ rounded_to(low, decimals) }}), {{ rounded_to(high, decimals) }}) >= {{ limit }}
            then 'uncertain'
        when {{ rounded_to(change, decimals) }} = 0 or abs({{ rounded_to(change, decimals) }}) < {{ limit }} then 'small'
        when {{ change }} > 0 then 'up'
        when {{ change }} < 0 then 'down'
    end
{%- endmacro %}


{% macro threshold_outcome(later, earlier, limit, change_decimals, decimals) -%}
{#- What a change amounts to where only the side of one counts: 'same_side', 'up', 'down', or 'crossed' where one is crossed by
    less than the limit (R-06). One itself is not above. The figures are taken as they are told, rounded to `decimals`.
    Example with a limit of 0.6: 1.4, 0.7 -> up ; 1.03, 0.97 -> crossed ; 2.5, 1.5 -> same_side -#}
    case
        when ({{ rounded_to(later, decimals) }} > 1) = ({{ rounded_to(earlier, decimals) }} > 1) then 'same_side'
        when abs({{ rounded_to('(' ~ later ~ ') - (' ~ earlier ~ ')', change_decimals) }}) < {{ limit }} then 'crossed'
        when {{ rounded_to(later, decimals) }} > 1 then 'up'
        when {{ rounded_to(later, decimals) }} <= 1 then 'down'
    end
{%- endmacro %}


{% macro noise_variance(value) -%}
{#- The variance of one figure by the noise of its indicator, in its unit squared: of a share of n answers p(1 - p) / n times the
    design effect, else a stated standard deviation or coefficient of variation. Null for counts and published intervals, whose
    intervals say it. Reads noise_kind, noise_n, noise_design_effect, noise_cv_pct and noise_sd of dim_indicator.
    value: SQL number.  Example: judgement, 428 answers, design effect 0.3, 50 percent -> 1.752 -#}
    case
        when noise_kind in ('sampling', 'judgement')
            then noise_design_effect * ({{ value }}) * greatest(100e0 - ({{ value }}), 0) / noise_n
        when noise_kind = 'stated'
            then coalesce(noise_sd * noise_sd, noise_cv_pct * noise_cv_pct / 10000e0 * ({{ value }}) * ({{ value }}))
    end
{%- endmacro %}


{% macro change_z(change, low, high) -%}
{#- How many standard errors a change lies from zero, by its 95 % interval: the distance to the bound on the side of zero is 1.96
    of them, so that z passes 1.96 just where the interval leaves zero out. Altman & Bland (2011), BMJ 343:d2304, for intervals
    that are as long on both sides; Zou & Donner (2008) recover the variance from the bound on the side of zero likewise.
    Example: 17, 1.4, 32.6 -> 2.136 -#}
    {{ z_975() }} * abs({{ change }}) / nullif(
        case when {{ change }} >= 0 then ({{ change }}) - ({{ low }}) else ({{ high }}) - ({{ change }}) end, 0
    )
{%- endmacro %}


{% macro two_sided_p(z) -%}
{#- Two-sided p value of a standard normal z >= 0. Abramowitz & Stegun (1964), formula 26.2.17, error below 1.5e-7.
    z: SQL column.  Example: 1.959963984540054 -> 0.05 -#}
{%- set t = '(1e0 / (1e0 + 0.2316419e0 * ' ~ z ~ '))' -%}
    least(1e0, 2e0 * exp(-{{ z }} * {{ z }} / 2e0) / 2.5066282746310002e0 * {{ t }} * (
        0.319381530e0 + {{ t }} * (-0.356563782e0 + {{ t }} * (1.781477937e0 + {{ t }} * (-1.821255978e0 + {{ t }} * 1.330274429e0)))
    ))
{%- endmacro %}


{% macro adjusted_p(p, rank, members, family) -%}
{#- Window expression: the p value adjusted for all comparisons of a family; at most q means that the procedure of Benjamini &
    Hochberg (1995), JRSS B 57:289-300, rejects at a false discovery rate of q.
    p: SQL column.  rank: its rank from the smallest, 1-.  members: comparisons in the family.  family: list of SQL columns. -#}
    min(least(1e0, {{ members }} * {{ p }} / {{ rank }})) over (
        partition by {{ family | join(', ') }} order by {{ rank }} desc rows between unbounded preceding and current row
    )
{%- endmacro %}


{% macro is_deciding(indicator_type, goal_code) -%}
{#- Whether an indicator decides on its goal: results and effects do, and effort for the overall effort, which has no others (R-07). -#}
    ({{ indicator_type }} in ('resultat', 'effekt') or {{ goal_code }} = 'OI')
{%- endmacro %}


{% macro unit_word(unit, language, of_change=false) -%}
{#- The unit as it follows a number in a sentence, with the space before it; '' for counts and ratios.
    unit: SQL text, a unit of dim_indicator.  language: 'nb' or 'en'.  of_change: true for the unit of a difference. -#}
{%- set words = {
    'share_pct': {'nb': ' prosentpoeng', 'en': ' percentage points'} if of_change else {'nb': ' prosent', 'en': ' percent'},
    'fte': {'nb': ' årsverk', 'en': ' FTE'},
    'mill_nok': {'nb': ' mill. 2016-kroner', 'en': ' million 2016 NOK'},
    'thousand_nok': {'nb': ' tusen 2016-kroner', 'en': ' thousand 2016 NOK'},
    'nok_per_inhabitant_0_5': {'nb': ' 2016-kroner per barn', 'en': ' 2016 NOK per child'},
    'days': {'nb': ' dager', 'en': ' days'},
    'places': {'nb': ' plasser', 'en': ' places'},
} -%}
    case {{ unit }}
        {% for code, word in words.items() %}when '{{ code }}' then '{{ word[language] }}' {% endfor %}
        else ''
    end
{%- endmacro %}


{% macro missing_reason_word(reason, language) -%}
{#- Why a figure that may exist is not in the set, as words that a count follows; null for the other reasons.
    reason: SQL text, a missing_reason of fct_indicator_year.  language: 'nb' or 'en'. -#}
{%- set words = {
    'not_collected': {'nb': 'ikke tatt inn i settet', 'en': 'not taken into the set'},
    'not_public': {'nb': 'ikke offentlig', 'en': 'not public'},
    'not_comparable': {'nb': 'bare kjent på en annen definisjon', 'en': 'known on another definition only'},
} -%}
    case {{ reason }} {% for code, word in words.items() %}when '{{ code }}' then '{{ word[language] }}' {% endfor %}end
{%- endmacro %}
