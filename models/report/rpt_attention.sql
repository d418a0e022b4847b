-- One row per report year, reason and subject (an indicator or a source) that somebody should look at. The limits are data: seed
-- attention_rules. Within a reason the most pressing comes first.
with comparisons as (
    select
        *,
        abs(change) / nullif(min_change, 0) as size
    from {{ ref('rpt_comparison') }}
),

moved as (
    select
        *,
        row_number() over (partition by report_year order by size desc, indicator_no asc) as rank
    from comparisons
    where
        basis = 'previous'
        and verdict in ('improved', 'worsened', 'unclear')
        and size >= 1
),

-- Once per indicator, with the larger of its two setbacks.
worsened as (
    select
        *,
        row_number() over (partition by report_year, indicator_no order by size desc, basis asc) as worst_first
    from comparisons
    where
        basis in ('baseline', 'previous')
        and verdict = 'worsened'
),

missing as (
    select
        facts.*,
        indicators.source_code,
        indicators.indicator_type
    from {{ ref('fct_indicator_year') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on facts.indicator_no = indicators.indicator_no
    where
        facts.is_expected
        and facts.year in (select report_year from comparisons)
),

newest_delivery as (
    select max(published_on) as day
    from {{ ref('dim_delivery') }}
    where is_known
),

silent_sources as (
    select
        missing.source_code,
        missing.year as report_year,
        count(*) as n,
        max({{ dbt.datediff("cast(missing.year || '-12-31' as date)", 'newest_delivery.day', 'month') }}) as months
    from missing
    cross join newest_delivery
    group by missing.source_code, missing.year
    having count(missing.value) = 0
),

found as (
    select
        report_year,
        'moved_most' as reason_code,
        'indicator' as subject_kind,
        cast(indicator_no as {{ dbt.type_string() }}) as subject,
        indicator_no,
        cast(null as {{ dbt.type_string() }}) as source_code,
        size,
        rank,
        cast(null as bigint) as n,
        reason_nb,
        reason_en
    from moved

    union all

    select
        report_year,
        'worsened' as reason_code,
        'indicator' as subject_kind,
        cast(indicator_no as {{ dbt.type_string() }}) as subject,
        indicator_no,
        cast(null as {{ dbt.type_string() }}) as source_code,
        size,
        row_number() over (partition by report_year order by size desc, indicator_no asc) as rank,
        cast(null as bigint) as n,
        reason_nb,
        reason_en
    from worsened
    where worst_first = 1

    union all

    -- what decides on a goal first
    select
        year as report_year,
        'lacks_data' as reason_code,
        'indicator' as subject_kind,
        cast(indicator_no as {{ dbt.type_string() }}) as subject,
        indicator_no,
        source_code,
        cast(null as double) as size,
        row_number() over (
            partition by year order by case when indicator_type in ('resultat', 'effekt') then 1 else 2 end, indicator_no
        ) as rank,
        cast(null as bigint) as n,
        obs_status_note as reason_nb,
        obs_status_note_en as reason_en
    from missing
    where value is null

    union all

    select
        report_year,
        'source_overdue' as reason_code,
        'source' as subject_kind,
        source_code as subject,
        cast(null as integer) as indicator_no,
        source_code,
        cast(months as double) as size,
        row_number() over (partition by report_year order by n desc, source_code asc) as rank,
        n,
        cast(null as {{ dbt.type_string() }}) as reason_nb,
        cast(null as {{ dbt.type_string() }}) as reason_en
    from silent_sources
)

select
    cast(found.report_year as integer) as report_year,
    found.reason_code,
    found.subject_kind,
    found.subject,
    cast(found.rank as integer) as rank,
    found.indicator_no,
    coalesce(found.source_code, indicators.source_code) as source_code,
    indicators.goal_code,
    coalesce(indicators.label_nb, sources.label_nb) as label_nb,
    coalesce(indicators.label_en, sources.label_en) as label_en,
    rules.label_nb as reason_label_nb,
    rules.label_en as reason_label_en,
    found.size,
    {{ filled_template('rules.text_nb', {
        'size': written_number('found.size', 'found.size_decimals', 'nb'),
        'n': 'cast(found.n as ' ~ dbt.type_string() ~ ')',
        'report_year': 'cast(found.report_year as ' ~ dbt.type_string() ~ ')',
        'reason': 'found.reason_nb',
    }) }} as text_nb,
    {{ filled_template('rules.text_en', {
        'size': written_number('found.size', 'found.size_decimals', 'en'),
        'n': 'cast(found.n as ' ~ dbt.type_string() ~ ')',
        'report_year': 'cast(found.report_year as ' ~ dbt.type_string() ~ ')',
        'reason': 'found.reason_en',
    }) }} as text_en
from (
    select
        *,
        case when reason_code = 'moved_most' then 1 else 0 end as size_decimals
    from found
) as found
inner join {{ ref('attention_rules') }} as rules
    on found.reason_code = rules.reason_code
left join {{ ref('dim_indicator') }} as indicators
    on found.indicator_no = indicators.indicator_no
left join {{ ref('dim_source') }} as sources
    on found.subject_kind = 'source'
    and found.subject = sources.source_code
where
    found.reason_code not in ('moved_most', 'source_overdue')
    or (found.reason_code = 'moved_most' and found.rank <= {{ number('rules.limit_value') }})
    or (found.reason_code = 'source_overdue' and found.size > {{ number('rules.limit_value') }})
