-- Q4. Which indicators cannot be compared between 2016 and 2017, and why?
select
    this_year.indicator_no,
    indicators.label_nb,
    case
        when this_year.is_break then 'break: ' || coalesce(this_year.obs_status_note_en, '')
        when this_year.value is null then '2017 is missing: ' || coalesce(this_year.obs_status_note_en, '')
        when year_before.value is null then '2016 is missing: ' || coalesce(year_before.obs_status_note_en, '')
    end as reason
from {{ ref('fct_indicator_year') }} as this_year
inner join {{ ref('fct_indicator_year') }} as year_before
    on this_year.indicator_no = year_before.indicator_no
    and this_year.year = year_before.year + 1
inner join {{ ref('dim_indicator') }} as indicators
    on this_year.indicator_no = indicators.indicator_no
where
    this_year.year = 2017
    and (this_year.is_break or this_year.value is null or year_before.value is null)
order by this_year.indicator_no
