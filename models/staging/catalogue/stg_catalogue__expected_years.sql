-- One row per indicator and year in which a measurement is expected: expected_years ('2013;2016-2020') written out.
with parts as (
    select
        indicator_no,
        trim(part) as part
    from (
        select
            {{ whole('indicator_no') }} as indicator_no,
            {{ split_rows('expected_years', ';') }} as part
        from {{ ref('indicators') }}
    ) as lists
),

years as (
    {{ year_series(2000, 2100) }}
)

select distinct
    parts.indicator_no,
    years.year
from parts
inner join years
    on years.year between {{ whole("split_part(parts.part, '-', 1)") }}
    and {{ whole("case when parts.part like '%-%' then split_part(parts.part, '-', 2) else parts.part end") }}
