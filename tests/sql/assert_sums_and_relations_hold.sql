-- Relations between indicators that must hold in any year in which all of them are measured.
with latest as (
    select
        year,
        {% for no in [4, 15, 16, 40, 41, 48, 49, 50, 51] %}
        max(case when indicator_no = {{ no }} then value end) as i{{ no }},
        {% endfor %}
        max(case when indicator_no = 2 then value_nominal end) as i2
    from {{ ref('fct_indicator_year') }}
    group by year
),

severity as (
    select
        indicator_year.year,
        inputs.region_code,
        sum(case when indicator_year.indicator_no = 4 then inputs.value end) as total,
        sum(case when indicator_year.indicator_no <> 4 then inputs.value end) as groups
    from {{ ref('fct_indicator_year') }} as indicator_year
    inner join {{ ref('int_indicator_values') }} as inputs
        on indicator_year.indicator_no = inputs.indicator_no
        and indicator_year.year = inputs.year
        and indicator_year.vintage_date = inputs.vintage_date
    where
        indicator_year.indicator_no in (4, 40, 41, 48, 49, 50, 51)
        and inputs.region_code <> '0'
    group by indicator_year.year, inputs.region_code
),

-- The newest of each item, whatever definitions say: five series are the whole of #2 for 2016 (note 26 of the first report).
items_of_2 as (
    select
        year,
        sum(value) as items
    from (
        select
            year,
            value,
            row_number() over (partition by series_code, year order by vintage_date desc, delivery_id desc) as newest_first
        from {{ ref('fct_series_year') }}
        where
            series_code in (
                'statsbudsjettet.opp_nd', 'statsbudsjettet.opp_arbeidstrening', 'statsbudsjettet.opp_mo_act_lasso',
                'statsbudsjettet.opp_barn_av', 'statsbudsjettet.opp_navngitte'
            )
    ) as every_vintage
    where newest_first = 1
    group by year
    having count(*) = 5
)

select
    'green and red/blue shares of #15 and #16 exceed 100' as relation,
    year,
    '0' as region_code,
    i15 + i16 as found,
    100.0 as limit_value
from latest
where i15 + i16 > 100

union all

select
    'FTE by severity (#40, #41, #48-#51) exceed the total (#4)' as relation,
    year,
    '0' as region_code,
    i40 + i41 + i48 + i49 + i50 + i51 as found,
    i4 as limit_value
from latest
where i40 + i41 + i48 + i49 + i50 + i51 > i4

union all

select
    'FTE by severity exceed the total of a unit' as relation,
    year,
    region_code,
    groups as found,
    total as limit_value
from severity
where groups > total + 1e-6

union all

select
    '#2 differs from the sum of its five items' as relation,
    items_of_2.year,
    '0' as region_code,
    latest.i2 as found,
    items_of_2.items as limit_value
from items_of_2
inner join latest
    on items_of_2.year = latest.year
where abs(latest.i2 - items_of_2.items) > 1e-6
