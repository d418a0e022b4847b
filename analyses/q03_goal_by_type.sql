-- Q3. All indicators of main goal 3 by type, with baseline and newest figure.
with newest as (
    select
        *,
        row_number() over (partition by indicator_no order by year desc) as newest_first
    from {{ ref('fct_indicator_year') }}
    where value is not null
)

select
    indicators.indicator_type,
    indicators.indicator_no,
    indicators.label_nb,
    indicators.baseline_value,
    indicators.baseline_year,
    newest.value as newest_value,
    newest.year as newest_year,
    newest.data_origin
from {{ ref('dim_indicator') }} as indicators
left join newest
    on indicators.indicator_no = newest.indicator_no
    and newest.newest_first = 1
where indicators.goal_code = 'HM3'
order by
    case indicators.indicator_type when 'innsats' then 1 when 'aktivitet' then 2 else 3 end,
    indicators.row_order
