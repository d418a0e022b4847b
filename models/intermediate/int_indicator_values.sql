-- One row per indicator, year, vintage and region: the indicator as it stood on each day on which a delivery, or the price
-- growth it is converted with, became known. Region '0' is the country. On each vintage date every item is taken from its newest
-- delivery known by then, and a newer delivery replaces the older one as a whole (N-08). What would tell of a few persons is
-- withheld, and the older delivery stands (int_person_counts).
with indicators as (
    select * from {{ ref('stg_catalogue__indicators') }}
),

price_factors as (
    select * from {{ ref('int_price_factors') }}
),

inputs as (
    select inputs.*
    from {{ ref('int_indicator_inputs') }} as inputs
    left join (
        select distinct
            delivery_id,
            year,
            item_code
        from {{ ref('int_person_counts') }}
        where is_withheld
    ) as withheld
        on inputs.delivery_id = withheld.delivery_id
        and inputs.year = withheld.year
        and inputs.item_code = withheld.item_code
    where withheld.delivery_id is null
),

delivered_years as (
    select
        inputs.indicator_no,
        inputs.year,
        indicators.price_basis,
        indicators.deflator_code,
        min(inputs.vintage_date) as first_known_on
    from inputs
    inner join {{ ref('stg_catalogue__indicators') }} as indicators
        on inputs.indicator_no = indicators.indicator_no
    group by inputs.indicator_no, inputs.year, indicators.price_basis, indicators.deflator_code
),

vintages as (
    select
        indicator_no,
        year,
        vintage_date
    from inputs
    union
    select
        delivered_years.indicator_no,
        delivered_years.year,
        price_factors.known_from as vintage_date
    from delivered_years
    inner join {{ ref('int_price_factors') }} as price_factors
        on delivered_years.price_basis = 'real_2016'
        and delivered_years.deflator_code = price_factors.deflator_code
        and delivered_years.year = price_factors.year
        and delivered_years.first_known_on < price_factors.known_from
),

newest_inputs as (
    select
        indicator_no,
        year,
        vintage_date,
        item_code,
        delivery_id
    from (
        select
            vintages.indicator_no,
            vintages.year,
            vintages.vintage_date,
            items.item_code,
            items.delivery_id,
            row_number() over (
                partition by vintages.indicator_no, vintages.year, vintages.vintage_date, items.item_code
                order by {{ newest_first('items.vintage_date', 'register.received_on', 'items.delivery_id') }}
            ) as newest_first
        from vintages
        inner join (
            select distinct
                indicator_no,
                year,
                item_code,
                delivery_id,
                vintage_date
            from inputs
        ) as items
            on vintages.indicator_no = items.indicator_no
            and vintages.year = items.year
            and vintages.vintage_date >= items.vintage_date
        inner join {{ ref('stg_deliveries__register') }} as register
            on items.delivery_id = register.delivery_id
    ) as ranked
    where newest_first = 1
),

known_inputs as (
    select
        inputs.*,
        newest_inputs.vintage_date as known_on,
        register.data_origin
    from newest_inputs
    inner join inputs
        on newest_inputs.indicator_no = inputs.indicator_no
        and newest_inputs.year = inputs.year
        and newest_inputs.item_code = inputs.item_code
        and newest_inputs.delivery_id = inputs.delivery_id
    inner join {{ ref('stg_deliveries__register') }} as register
        on inputs.delivery_id = register.delivery_id
),

-- Every input counts towards the country, and those of a municipality or bydel towards that unit as well.
level_inputs as (
    select
        *,
        '0' as level_code
    from known_inputs
    union all
    select
        *,
        region_code as level_code
    from known_inputs
    where region_type <> 'country'
),

level_sums as (
    select
        indicator_no,
        year,
        known_on as vintage_date,
        level_code as region_code,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(amount) as amount,
        sum(amount_low) as amount_low,
        sum(amount_high) as amount_high,
        count(distinct item_code) as items_found,
        max(items_expected) as items_expected,
        count(distinct case when region_type <> 'country' then region_code end) as n_units,
        {{ list_text('delivery_id') }} as delivery_id,
        {{ weakest_origin('data_origin') }} as data_origin,
        -- one provisional part makes the whole provisional
        max(obs_status) as obs_status
    from level_inputs
    group by indicator_no, year, known_on, level_code
),

level_values as (
    select
        level_sums.*,
        indicators.uncertainty,
        indicators.price_basis,
        indicators.decimals,
        -- below the country nothing is published yet, and shares are made from the counts; a constructed share is known as it was
        -- printed: its decimals would tell of answers that were made up (N-11)
        case
            when level_sums.region_code = '0' and indicators.calculation in ('share_of_answers', 'any_of_answers')
                then case
                    when {{ is_made_up('level_sums.data_origin') }} then indicators.decimals
                    when {{ is_counted_from_answers('level_sums.data_origin') }} then indicators.decimals_shown
                end
        end as decimals_shown,
        case
            when indicators.price_basis = 'real_2016' then price_factors.factor
            else 1.0
        end as price_factor,
        case
            when level_sums.items_found < level_sums.items_expected then null
            when indicators.calculation in ('share_of_answers', 'any_of_answers')
                then 100.0 * level_sums.numerator / nullif(level_sums.denominator, 0)
            -- sums of decimals are rounded far below any unit, so that the order of adding never shows
            else round(level_sums.amount, 6)
        end as value_nominal
    from level_sums
    inner join indicators
        on level_sums.indicator_no = indicators.indicator_no
    left join price_factors
        on indicators.deflator_code = price_factors.deflator_code
        and level_sums.year = price_factors.year
        and level_sums.vintage_date >= price_factors.known_from
        and (price_factors.known_until is null or level_sums.vintage_date < price_factors.known_until)
)

select
    indicator_no,
    year,
    vintage_date,
    region_code,
    numerator,
    denominator,
    case
        when denominator is not null and uncertainty in ('wilson', 'census') then cast(denominator as bigint)
        when n_units > 0 then n_units
    end as n_units,
    items_found,
    items_expected,
    {{ shown_share('value_nominal', 'decimals_shown', 'decimals') }} as value_nominal,
    price_factor,
    round({{ shown_share('value_nominal * price_factor', 'decimals_shown', 'decimals') }}, 9) as value,
    amount_low * price_factor as value_low,
    amount_high * price_factor as value_high,
    data_origin,
    obs_status,
    delivery_id,
    region_code = '0' and vintage_date = max(vintage_date) over (partition by indicator_no, year) as is_latest
from level_values
