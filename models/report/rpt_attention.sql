-- One row per report year, reason and subject (an indicator or a source) that somebody should look at. The limits are data: seed
-- attention_rules. Within a reason the most pressing comes first.
-- A source is overdue only where it has not delivered; figures that exist and were not taken in are nobody's delay (R-13).
with facts as (
    select * from {{ ref('fct_indicator_year') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

attention_rules as (
    select * from {{ ref('attention_rules') }}
),

sources as (
    select * from {{ ref('dim_source') }}
),

comparisons as (
    select
        *,
        abs(change) / nullif(min_change, 0) as size
    from {{ ref('rpt_comparison') }}
),

newest_delivery as (
    select max(published_on) as day
    from {{ ref('dim_delivery') }}
    where is_known
),

movements as (
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
setbacks as (
    select
        *,
        row_number() over (partition by report_year, indicator_no order by size desc, basis asc) as worst_first
    from comparisons
    where
        basis in ('baseline', 'previous')
        and verdict = 'worsened'
),

expected_facts as (
    select
        facts.*,
        indicators.source_code,
        indicators.indicator_type,
        case
            when coalesce(facts.value, facts.value_nominal) is not null then null
            when facts.missing_reason in ('not_collected', 'not_comparable', 'not_public') then 'not_collected'
            when coalesce(facts.missing_reason, 'not_delivered') in ('not_delivered', 'not_yet_published') then 'source_overdue'
        end as reason_code
    from facts
    inner join indicators
        on facts.indicator_no = indicators.indicator_no
    where
        facts.is_expected
        and facts.year in (select report_year from comparisons)
),

silent_sources as (
    select
        source_code,
        year
    from expected_facts
    group by source_code, year
    having count(coalesce(value, value_nominal)) = 0
),

-- What was expected of a silent source, by the reason it is missing.
silent_counts as (
    select
        expected_facts.source_code,
        expected_facts.year,
        expected_facts.reason_code,
        expected_facts.missing_reason,
        count(*) as n
    from expected_facts
    inner join silent_sources
        on expected_facts.source_code = silent_sources.source_code
        and expected_facts.year = silent_sources.year
    where expected_facts.reason_code is not null
    group by expected_facts.source_code, expected_facts.year, expected_facts.reason_code, expected_facts.missing_reason
),

waiting_sources as (
    select
        silent_counts.source_code,
        silent_counts.year as report_year,
        silent_counts.reason_code,
        sum(silent_counts.n) as n,
        max({{ dbt.datediff("cast(silent_counts.year || '-12-31' as date)", 'newest_delivery.day', 'month') }}) as months,
        {{ list_text(missing_reason_word('silent_counts.missing_reason', 'nb') ~ " || ': ' || silent_counts.n", ', ') }}
            as reason_nb,
        {{ list_text(missing_reason_word('silent_counts.missing_reason', 'en') ~ " || ': ' || silent_counts.n", ', ') }}
            as reason_en
    from silent_counts
    cross join newest_delivery
    group by silent_counts.source_code, silent_counts.year, silent_counts.reason_code
),

findings as (
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
    from movements

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
    from setbacks
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
        coalesce(obs_status_note, {{ sentence('no_reason_registered', 'nb') }}) as reason_nb,
        coalesce(obs_status_note_en, {{ sentence('no_reason_registered', 'en') }}) as reason_en
    from expected_facts
    where value is null

    union all

    select
        report_year,
        reason_code,
        'source' as subject_kind,
        source_code as subject,
        cast(null as integer) as indicator_no,
        source_code,
        cast(months as double) as size,
        row_number() over (partition by report_year, reason_code order by n desc, source_code asc) as rank,
        n,
        reason_nb,
        reason_en
    from waiting_sources
)

select
    cast(findings.report_year as integer) as report_year,
    findings.reason_code,
    findings.subject_kind,
    findings.subject,
    cast(findings.rank as integer) as rank,
    findings.indicator_no,
    coalesce(findings.source_code, indicators.source_code) as source_code,
    indicators.goal_code,
    coalesce(indicators.label_nb, sources.label_nb) as label_nb,
    coalesce(indicators.label_en, sources.label_en) as label_en,
    rules.label_nb as reason_label_nb,
    rules.label_en as reason_label_en,
    findings.size,
    {{ filled_template('rules.text_nb', {
        'size': written_number('findings.size', 'findings.size_decimals', 'nb'),
        'n': 'cast(findings.n as ' ~ dbt.type_string() ~ ')',
        'report_year': 'cast(findings.report_year as ' ~ dbt.type_string() ~ ')',
        'reason': 'findings.reason_nb',
    }) }} as text_nb,
    {{ filled_template('rules.text_en', {
        'size': written_number('findings.size', 'findings.size_decimals', 'en'),
        'n': 'cast(findings.n as ' ~ dbt.type_string() ~ ')',
        'report_year': 'cast(findings.report_year as ' ~ dbt.type_string() ~ ')',
        'reason': 'findings.reason_en',
    }) }} as text_en,
    indicators.caveat_nb,
    indicators.caveat_en
from (
    select
        *,
        case when reason_code = 'moved_most' then 1 else 0 end as size_decimals
    from findings
) as findings
inner join attention_rules as rules
    on findings.reason_code = rules.reason_code
left join indicators
    on findings.indicator_no = indicators.indicator_no
left join sources
    on findings.subject_kind = 'source'
    and findings.subject = sources.source_code
where
    findings.reason_code in ('worsened', 'lacks_data')
    or (findings.reason_code = 'moved_most' and findings.rank <= {{ number('rules.limit_value') }})
    or (findings.subject_kind = 'source' and findings.size > {{ number('rules.limit_value') }})
