-- One row per statement about the 2.4 billion, and one for what this set knows: the sum each of them implies, carried on with the
-- increments known here to the end of the plan, with and without the housing grants (D-76). Nominal million NOK.
with pace as (
    select * from {{ ref('rpt_funding_pace') }}
),

claims as (
    select
        claim_code,
        {{ whole('claim_order') }} as claim_order,
        claim_kind,
        {{ whole('year') }} as year,
        {{ number('amount_low') }} as amount_low,
        {{ number('amount_high') }} as amount_high,
        label_nb,
        label_en,
        publisher,
        {{ safe_cast(text('published_on'), 'date') }} as published_on,
        reference,
        note_nb,
        note_en
    from {{ ref('funding_claims') }}
),

known_sums as (
    select
        max(year) as last_year,
        max(target) as target,
        max(cumulative) as cumulative,
        max(housing_low) as housing_low,
        max(housing_high) as housing_high
    from pace
),

implied_sums as (
    select
        claims.*,
        case when claim_kind = 'needed_in_year' then year - 1 else year end as known_to,
        case when claim_kind = 'needed_in_year' then known_sums.target - amount_high else amount_low end as sum_low,
        case when claim_kind = 'needed_in_year' then known_sums.target - amount_low else amount_high end as sum_high,
        false as is_lower_bound
    from claims
    cross join known_sums

    union all

    select
        'settet' as claim_code,
        1 as claim_order,
        'cumulative' as claim_kind,
        pace.year,
        pace.cumulative as amount_low,
        pace.cumulative as amount_high,
        {{ sentence('funding_known_here', 'nb') }} as label_nb,
        {{ sentence('funding_known_here', 'en') }} as label_en,
        'rusindikator' as publisher,
        cast(null as date) as published_on,
        'rpt_funding_pace' as reference,
        pace.note_nb,
        pace.note_en,
        pace.year as known_to,
        pace.cumulative as sum_low,
        pace.cumulative as sum_high,
        pace.is_lower_bound
    from pace
    inner join known_sums
        on pace.year = known_sums.last_year
),

later_sums as (
    select
        implied_sums.claim_code,
        max(here.cumulative) as sum_here,
        coalesce(sum(later.total), 0) as later_increments
    from implied_sums
    left join pace as here
        on implied_sums.known_to = here.year
    left join pace as later
        on implied_sums.known_to < later.year
    group by implied_sums.claim_code
)

select
    implied_sums.claim_code,
    implied_sums.claim_order,
    implied_sums.claim_kind,
    cast(implied_sums.year as integer) as year,
    implied_sums.amount_low,
    implied_sums.amount_high,
    cast(implied_sums.known_to as integer) as known_to,
    implied_sums.sum_low,
    implied_sums.sum_high,
    later_sums.sum_here,
    later_sums.later_increments,
    implied_sums.sum_low + later_sums.later_increments as total_low,
    implied_sums.sum_high + later_sums.later_increments as total_high,
    -- who says that the target is met has counted them already
    case
        when implied_sums.claim_kind <> 'met'
            then implied_sums.sum_low + later_sums.later_increments + known_sums.housing_low
    end as total_with_housing_low,
    case
        when implied_sums.claim_kind <> 'met'
            then implied_sums.sum_high + later_sums.later_increments + known_sums.housing_high
    end as total_with_housing_high,
    known_sums.target,
    coalesce(implied_sums.sum_high, implied_sums.sum_low) + later_sums.later_increments < known_sums.target as is_below_target,
    implied_sums.is_lower_bound,
    implied_sums.label_nb,
    implied_sums.label_en,
    implied_sums.publisher,
    implied_sums.published_on,
    implied_sums.reference,
    implied_sums.note_nb,
    implied_sums.note_en
from implied_sums
inner join later_sums
    on implied_sums.claim_code = later_sums.claim_code
cross join known_sums
