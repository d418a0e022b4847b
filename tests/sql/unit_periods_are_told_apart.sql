-- Periods as sources write them: what kind each is, and the year in which it ends. What is no period is read as none.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
with examples as (
    select *
    from (
        values
        ('2016', 'year', 2016),
        ('2016-01..2016-12', 'year', 2016),
        ('2016..2016', 'year', 2016),
        ('2016-2016', 'year', 2016),
        ('2016..2016-12', 'year', 2016),
        ('2019H1', 'half_year', 2019),
        ('2019H2', 'half_year', 2019),
        ('2016T3', 'tertial', 2016),
        ('2018K4', 'quarter', 2018),
        ('2018Q1', 'quarter', 2018),
        ('2018M09', 'month', 2018),
        ('2018-09', 'month', 2018),
        ('2017-2021', 'span', 2021),
        ('2019..2021', 'span', 2021),
        ('2020-07..2021-06', 'span', 2021),
        ('2014-07..2015-12', 'span', 2015),
        ('2016-01..2016-06', 'span', 2016),
        ('2016-02..2016-12', 'span', 2016),
        ('2016-03..2016', 'span', 2016),
        ('2021-2017', null, null),
        ('2016-06..2016-01', null, null),
        ('2019H3', null, null),
        ('2016T4', null, null),
        ('2018K0', null, null),
        ('2018-13', null, null),
        ('2018M00', null, null),
        ('2016-17', null, null),
        ('2016/2017', null, null),
        ('2016–2017', null, null),
        ('2016-2017-2018', null, null),
        ('2016 2017', null, null),
        ('2016 (anslag)', null, null),
        ('foreløpig 2016', null, null),
        ('2016*', null, null),
        ('20166', null, null),
        ('1. halvår 2016', null, null),
        ('2016h1', null, null),
        ('２０１６', null, null),
        ('2O16', null, null),
        ('', null, null)
    ) as listed (written, expected_kind, expected_year)
),

read as (
    select
        *,
        {{ period_kind('written') }} as kind,
        {{ period_year('written') }} as year
    from examples
)

select *
from read
where
    kind is distinct from expected_kind
    or year is distinct from expected_year
