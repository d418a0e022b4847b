-- Q2. How has each indicator moved since its baseline by report year 2020, and is that the right way?
select
    comparison.indicator_no,
    indicators.label_nb,
    comparison.earlier_year,
    comparison.earlier_value,
    comparison.later_year,
    comparison.later_value,
    comparison.change,
    comparison.change_low,
    comparison.change_high,
    comparison.verdict,
    comparison.reason_en,
    comparison.data_origin
from {{ ref('rpt_comparison') }} as comparison
inner join {{ ref('dim_indicator') }} as indicators
    on comparison.indicator_no = indicators.indicator_no
where
    comparison.report_year = 2020
    and comparison.basis = 'latest'
    and comparison.later_year > comparison.earlier_year
order by comparison.verdict, comparison.indicator_no
