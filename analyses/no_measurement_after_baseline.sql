-- Which indicators have no measurement after the baseline, and what is the reason for the newest missing year?
with later as (
    select
        indicators.indicator_no,
        count(facts.value) as measurements_after_baseline
    from {{ ref('dim_indicator') }} as indicators
    left join {{ ref('fct_indicator_year') }} as facts
        on indicators.indicator_no = facts.indicator_no
        and indicators.baseline_year < facts.year
    group by indicators.indicator_no
),

newest_reason as (
    select
        indicator_no,
        missing_reason,
        obs_status_note_en,
        row_number() over (partition by indicator_no order by year desc) as newest_first
    from {{ ref('fct_indicator_year') }}
    where value is null
)

select
    indicators.indicator_no,
    indicators.label_nb,
    indicators.source_code,
    indicators.baseline_year,
    newest_reason.missing_reason,
    newest_reason.obs_status_note_en
from {{ ref('dim_indicator') }} as indicators
inner join later
    on indicators.indicator_no = later.indicator_no
left join newest_reason
    on indicators.indicator_no = newest_reason.indicator_no
    and newest_reason.newest_first = 1
where later.measurements_after_baseline = 0
order by indicators.indicator_no
