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
{#- What a change amounts to: 'uncertain' (its interval covers zero and reaches the limit), 'small' (below the limit, taken with
    one decimal more than the figure is printed with), 'up' or 'down' (R-04). Null where nothing is compared.
    change, low, high, limit: SQL numbers in one unit, low and high null where there is no interval.  decimals: SQL whole number.
    Example: 1.9, null, null, 2, 0 -> small ; 1.96, null, null, 2, 0 -> up ; 3, -1, 7, 2, 0 -> uncertain -#}
    case
        when {{ low }} <= 0 and {{ high }} >= 0 and greatest(-({{ low }}), {{ high }}) >= {{ limit }} then 'uncertain'
        when {{ change }} = 0 or round(abs({{ change }}), {{ decimals }} + 1) < {{ limit }} then 'small'
        when {{ change }} > 0 then 'up'
        when {{ change }} < 0 then 'down'
    end
{%- endmacro %}


{% macro threshold_outcome(later, earlier) -%}
{#- What a change amounts to where only the side of one counts: 'same_side', 'up' or 'down' (R-06). One itself is not above.
    Example: 1.03, 0.97 -> up ; 2.5, 1.5 -> same_side -#}
    case
        when ({{ later }} > 1) = ({{ earlier }} > 1) then 'same_side'
        when {{ later }} > 1 then 'up'
        when {{ later }} <= 1 then 'down'
    end
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


{% macro status_years() -%}
{#- The years that have a column of their own in rpt_status. A contract needs fixed names, so there are more than the plan's
    years; assert_report_is_as_described fails once the facts reach beyond them. -#}
    {{ return(range(2013, 2026)) }}
{%- endmacro %}


{% macro verdicts() -%}
{#- The verdicts of seed verdict_rules, in the order in which tables count them. -#}
    {{ return(['improved', 'worsened', 'unchanged', 'unclear', 'not_comparable', 'first_measurement', 'no_new_measurement']) }}
{%- endmacro %}


{% macro weakest_origin(data_origin) -%}
{#- Aggregate: the origin that a figure resting on several has. One constructed part makes the whole constructed. -#}
    case max(case {{ data_origin }} when 'constructed' then 3 when 'received' then 2 when 'reported' then 1 end)
        when 3 then 'constructed'
        when 2 then 'received'
        when 1 then 'reported'
    end
{%- endmacro %}
