-- One row per microdata source and year: how many of the units that should answer did, and what share of the people they hold.
-- Of a constructed delivery only what is printed is shown: which units take part in it was drawn, and where the number of answers
-- is not printed, that number was made up as well (R-19). Of persons the newest delivery is counted of those that may be shown.
with expectations as (
    select
        source_code,
        {{ whole('year') }} as year,
        unit_kind,
        expected_units,
        {{ whole('printed_units') }} as printed_units,
        {{ number('printed_share_pct') }} as printed_share_pct,
        reference
    from {{ ref('coverage_expectations') }}
    where unit_kind <> 'person'
),

persons_printed as (
    select
        source_code,
        {{ whole('year') }} as year,
        {{ whole('printed_units') }} as printed_answers
    from {{ ref('coverage_expectations') }}
    where unit_kind = 'person'
),

unit_counts as (
    select
        years.year,
        sum(case when units.region_type = 'municipality' then 1 else 0 end) as municipalities,
        -- Oslo answers by bydel: its fifteen bydeler take the place of the one municipality.
        sum(case when units.region_type = 'municipality' and units.region_code <> '0301' then 1 else 0 end)
        + sum(case when units.region_type = 'district' then 1 else 0 end) as municipalities_and_bydeler
    from {{ ref('stg_catalogue__municipalities') }} as units
    inner join (select distinct year from {{ ref('int_unit_counts') }}) as years
        on years.year between units.valid_from_year and units.valid_to_year
    group by years.year
),

-- A municipality whose FTE were carried over from the year before did not answer that year.
units_carried_over as (
    select distinct
        delivery_id,
        region_code
    from {{ ref('int_answer_texts') }}
    where column_name = 'arsverk_fra_aaret_for' and answer_code = 'ja'
),

-- A unit that stands in the file with nothing but blank cells has not answered either.
units_with_content as (
    select
        delivery_id,
        region_code
    from {{ ref('int_answer_texts') }}
    where trim(cell_text) <> ''
    union
    select
        delivery_id,
        region_code
    from {{ ref('int_delivered_figures') }}
    where is_unit_level and value is not null
),

answering_units as (
    select
        units.source_code,
        units.year,
        units.region_code,
        -- a year may come in several deliveries about the same units
        max(units.n) as n_units,
        bool_or({{ is_made_up('register.data_origin') }}) as is_constructed
    from {{ ref('int_unit_counts') }} as units
    inner join {{ ref('stg_deliveries__register') }} as register
        on units.delivery_id = register.delivery_id
        and register.is_known
    inner join units_with_content
        on units.delivery_id = units_with_content.delivery_id
        and units.region_code = units_with_content.region_code
    left join units_carried_over
        on units.delivery_id = units_carried_over.delivery_id
        and units.region_code = units_carried_over.region_code
    left join {{ ref('int_person_counts') }} as persons
        on units.delivery_id = persons.delivery_id
        and units.year = persons.year
        and persons.count_kind = 'persons'
    where
        units_carried_over.region_code is null
        and units.is_in_scope
        and coalesce(persons.is_standing, true)
    group by units.source_code, units.year, units.region_code
),

people as (
    select
        year,
        sum(inhabitants_18_96) as inhabitants_18_96
    from {{ ref('int_region_population') }}
    where region_type = 'municipality'
    group by year
),

unit_sums as (
    select
        answering_units.source_code,
        answering_units.year,
        count(*) as regions_answered,
        sum(answering_units.n_units) as n_units,
        sum(population.inhabitants_18_96) as inhabitants_18_96,
        bool_or(answering_units.is_constructed) as is_constructed
    from answering_units
    left join {{ ref('int_region_population') }} as population
        on answering_units.region_code = population.region_code
        and answering_units.year = population.year
    group by answering_units.source_code, answering_units.year
),

compared_sums as (
    select
        unit_sums.*,
        expectations.unit_kind,
        expectations.printed_units,
        expectations.printed_share_pct,
        expectations.reference,
        persons_printed.printed_answers,
        expectations.expected_units like 'all_%' as is_whole_country,
        case expectations.expected_units
            when 'all_municipalities' then unit_counts.municipalities
            when 'all_municipalities_and_bydeler' then unit_counts.municipalities_and_bydeler
            else {{ safe_cast("expectations.expected_units", 'integer') }}
        end as units_expected
    from unit_sums
    left join expectations
        on unit_sums.source_code = expectations.source_code
        and unit_sums.year = expectations.year
    left join persons_printed
        on unit_sums.source_code = persons_printed.source_code
        and unit_sums.year = persons_printed.year
    left join unit_counts
        on unit_sums.year = unit_counts.year
),

-- Every unit of the country is no draw, and a printed share of the population is met by the draw.
known_parts as (
    select
        *,
        is_constructed and printed_units is null as is_n_units_invented,
        -- where each unit is one row, a printed number of units is a printed number of answers
        is_constructed
        and printed_answers is null
        and not coalesce(n_units = regions_answered and printed_units is not null, false) as is_n_answers_invented,
        is_constructed
        and printed_share_pct is null
        and not coalesce(is_whole_country and regions_answered = units_expected, false) as is_population_share_invented
    from compared_sums
),

shown_parts as (
    select
        known_parts.*,
        case when not known_parts.is_n_units_invented then known_parts.regions_answered end as units_answered,
        -- inhabitants of merged municipalities are fractions: rounded, so that the order of adding never shows
        case
            when not known_parts.is_population_share_invented
                then round(100.0 * known_parts.inhabitants_18_96 / people.inhabitants_18_96, 6)
        end as share_population
    from known_parts
    left join people
        on known_parts.year = people.year
)

select
    source_code,
    cast(year as integer) as year,
    unit_kind,
    cast(units_expected as bigint) as units_expected,
    cast(units_answered as bigint) as units_answered,
    100.0 * units_answered / nullif(units_expected, 0) as share_units,
    share_population,
    is_population_share_invented,
    case when not is_n_answers_invented then cast(n_units as bigint) end as n_answers,
    cast(printed_units as bigint) as printed_units,
    cast(printed_answers as bigint) as printed_answers,
    printed_share_pct,
    reference
from shown_parts
