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

newest as (
    select
        max(year) as last_year,
        max(target) as target,
        max(cumulative) as cumulative,
        max(housing_low) as housing_low,
        max(housing_high) as housing_high
    from pace
),

implied as (
    select
        claims.*,
        case when claim_kind = 'needed_in_year' then year - 1 else year end as known_to,
        case when claim_kind = 'needed_in_year' then newest.target - amount_high else amount_low end as sum_low,
        case when claim_kind = 'needed_in_year' then newest.target - amount_low else amount_high end as sum_high,
        false as is_lower_bound
    from claims
    cross join newest

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
    inner join newest
        on pace.year = newest.last_year
),

carried_on as (
    select
        implied.claim_code,
        max(here.cumulative) as sum_here,
        coalesce(sum(later.total), 0) as later_increments
    from implied
    left join pace as here
        on implied.known_to = here.year
    left join pace as later
        on implied.known_to < later.year
    group by implied.claim_code
)

select
    implied.claim_code,
    implied.claim_order,
    implied.claim_kind,
    cast(implied.year as integer) as year,
    implied.amount_low,
    implied.amount_high,
    cast(implied.known_to as integer) as known_to,
    implied.sum_low,
    implied.sum_high,
    carried_on.sum_here,
    carried_on.later_increments,
    implied.sum_low + carried_on.later_increments as total_low,
    implied.sum_high + carried_on.later_increments as total_high,
    -- who says that the target is met has counted them already
    case when implied.claim_kind <> 'met' then implied.sum_low + carried_on.later_increments + newest.housing_low end
        as total_with_housing_low,
    case when implied.claim_kind <> 'met' then implied.sum_high + carried_on.later_increments + newest.housing_high end
        as total_with_housing_high,
    newest.target,
    coalesce(implied.sum_high, implied.sum_low) + carried_on.later_increments < newest.target as is_below_target,
    implied.is_lower_bound,
    implied.label_nb,
    implied.label_en,
    implied.publisher,
    implied.published_on,
    implied.reference,
    implied.note_nb,
    implied.note_en
from implied
inner join carried_on
    on implied.claim_code = carried_on.claim_code
cross join newest
