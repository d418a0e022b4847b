-- Every indicator of the catalogue has a row for every year from the first to the last, no year left out.
with bounds as (
    select
        max(year) as last_year,
        count(distinct indicator_no) as indicators,
        (select count(*) from {{ ref('indicators') }}) as in_the_catalogue
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
    bounds.indicators,
    bounds.in_the_catalogue
from years
cross join bounds
left join counted
    on years.year = counted.year
where
    coalesce(counted.rows_found, 0) <> bounds.indicators
    or bounds.indicators <> bounds.in_the_catalogue
