-- Every indicator has a row for every year from the first to the last: 94 rows a year, no year left out.
with bounds as (
    select
        max(year) as last_year,
        count(distinct indicator_no) as indicators
    from {{ ref('fct_indicator_year') }}
),

counted as (
    select
        year,
        count(*) as rows_found
    from {{ ref('fct_indicator_year') }}
    group by year
),

years as (
    {{ year_series(var('first_year'), '(select last_year from bounds)') }}
)

select
    years.year,
    counted.rows_found,
    bounds.indicators
from years
cross join bounds
left join counted
    on years.year = counted.year
where
    coalesce(counted.rows_found, 0) <> bounds.indicators
    or bounds.indicators <> 94
