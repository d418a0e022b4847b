-- One row per unit, or group of units, that is not where or what it says: a city beside its own bydeler, a bydel of another
-- municipality, a name that is another code's, an impossible age, and rows that repeat other rows.
with candidates as (
    select delivery_id
    from {{ source('gate', 'request') }}
),

municipalities as (
    select * from {{ ref('stg_catalogue__municipalities') }}
),

units as (
    select units.*
    from {{ ref('int_unit_counts') }} as units
    inner join candidates
        on units.delivery_id = candidates.delivery_id
),

names as (
    {% for source in microdata_sources() %}
    select
        delivery_id,
        year,
        municipality_code,
        unit_name,
        count(*) as n,
        min(row_no) as row_no
    from {{ ref('stg_' ~ source ~ '__units') }}
    where coalesce(unit_name, '') <> '' and municipality_code is not null
    group by delivery_id, year, municipality_code, unit_name
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

answers as (
    {% for source in microdata_sources() %}
    select
        delivery_id,
        row_no,
        region_code,
        column_name,
        cell_text
    from {{ ref('stg_' ~ source ~ '__answers') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

divided_cities as (
    select distinct
        delivery_id,
        year_text,
        municipality_code
    from units
    where length(region_code) = 6
),

names_compared as (
    select
        names.*,
        known.region_name,
        lower(names.unit_name) as name_told,
        lower(split_part(split_part(known.region_name, ' - ', 1), ' (', 1)) as name_known
    from names
    inner join candidates
        on names.delivery_id = candidates.delivery_id
    inner join municipalities as known
        on names.municipality_code = known.region_code
        and names.year between known.valid_from_year and known.valid_to_year
),

names_that_differ as (
    select *
    from names_compared
    where
        position(substr(name_known, 1, 5) in name_told) = 0
        and position(substr(name_told, 1, 5) in name_known) = 0
),

names_shifted as (
    select compared.delivery_id
    from names_compared as compared
    left join names_that_differ as differ
        on compared.delivery_id = differ.delivery_id
        and compared.row_no = differ.row_no
    group by compared.delivery_id
    having
        sum(compared.n) >= {{ gate_rule('names_shifted', 'min_size') }}
        and sum(differ.n) > {{ gate_rule('names_shifted', 'high') }} * sum(compared.n)
),

ages as (
    select
        answers.delivery_id,
        answers.row_no,
        answers.cell_text,
        {{ parse_number('answers.cell_text') }} as age
    from answers
    inner join candidates
        on answers.delivery_id = candidates.delivery_id
    where answers.column_name = 'alder'
),

-- What a person answered, all in one text: two persons may well give the same answers, a whole file of pairs does not.
persons as (
    select
        answers.delivery_id,
        answers.row_no,
        count(case when answers.cell_text <> '' then 1 end) as cells_filled,
        {{ list_text("answers.region_code || '|' || answers.column_name || '=' || answers.cell_text", '|') }} as content
    from answers
    inner join candidates
        on answers.delivery_id = candidates.delivery_id
    group by answers.delivery_id, answers.row_no
),

contents as (
    select
        delivery_id,
        content,
        min(row_no) as row_no,
        max(cells_filled) as cells_filled,
        count(*) as times
    from persons
    group by delivery_id, content
),

repetitions as (
    select
        delivery_id,
        sum(times) as n_rows,
        min(times) as least_times,
        sum(case when cells_filled >= 7 then times - 1 else 0 end) as rows_repeated,
        arg_min(row_no, row_no) as row_no
    from contents
    group by delivery_id
)

select
    'city_beside_bydeler' as code,
    units.delivery_id,
    units.first_row_no as row_no,
    'kommunenr' as column_name,
    units.region_code as value_text,
    '' as subject,
    '' as expected
from units
inner join divided_cities
    on units.delivery_id = divided_cities.delivery_id
    and units.year_text = divided_cities.year_text
    and units.municipality_code = divided_cities.municipality_code
where units.region_code = units.municipality_code
union all
select
    'bydel_elsewhere' as code,
    delivery_id,
    first_row_no as row_no,
    'bydelsnr' as column_name,
    region_code as value_text,
    municipality_code as subject,
    '' as expected
from units
where length(region_code) = 6 and substr(region_code, 1, 4) <> municipality_code
union all
select
    'name_differs' as code,
    differ.delivery_id,
    differ.row_no,
    'kommune' as column_name,
    differ.unit_name as value_text,
    differ.municipality_code as subject,
    differ.region_name as expected
from names_that_differ as differ
left join names_shifted
    on differ.delivery_id = names_shifted.delivery_id
where names_shifted.delivery_id is null
union all
select
    'names_shifted' as code,
    differ.delivery_id,
    min(differ.row_no) as row_no,
    'kommune' as column_name,
    min(differ.unit_name) as value_text,
    cast(sum(differ.n) as {{ dbt.type_string() }}) as subject,
    '' as expected
from names_that_differ as differ
inner join names_shifted
    on differ.delivery_id = names_shifted.delivery_id
group by differ.delivery_id
union all
select
    'age' as code,
    delivery_id,
    row_no,
    'alder' as column_name,
    cell_text as value_text,
    '' as subject,
    '' as expected
from ages
where age < {{ gate_rule('age', 'low') }} or age > {{ gate_rule('age', 'high') }}
union all
select
    case when least_times >= {{ gate_rule('rows_doubled', 'high') }} then 'rows_doubled' else 'rows_repeated' end as code,
    delivery_id,
    row_no,
    '' as column_name,
    '' as value_text,
    cast(n_rows as {{ dbt.type_string() }}) as subject,
    cast(rows_repeated as {{ dbt.type_string() }}) as expected
from repetitions
where
    n_rows >= {{ gate_rule('rows_doubled', 'min_size') }}
    and (
        least_times >= {{ gate_rule('rows_doubled', 'high') }}
        or rows_repeated > {{ gate_rule('rows_repeated', 'high') }} * n_rows
    )
