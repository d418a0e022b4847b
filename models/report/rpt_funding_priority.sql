-- One row per priority the plan names an amount for, and one for what it leaves open.
with priorities as (
    select
        priority_code,
        {{ whole('priority_order') }} as priority_order,
        plan_code,
        label_nb,
        label_en,
        {{ number('amount_mill_nok') }} as amount,
        reference
    from {{ ref('funding_priorities') }}
),

totals as (
    select
        plan_code,
        {{ number('amount_mill_nok') }} as target
    from {{ ref('plans') }}
),

listed_priorities as (
    select
        *,
        true as is_allocated
    from priorities

    union all

    select
        'ufordelt' as priority_code,
        max(priorities.priority_order) + 1 as priority_order,
        totals.plan_code,
        {{ sentence('funding_not_allocated', 'nb') }} as label_nb,
        {{ sentence('funding_not_allocated', 'en') }} as label_en,
        totals.target - sum(priorities.amount) as amount,
        max(priorities.reference) as reference,
        false as is_allocated
    from totals
    inner join priorities
        on totals.plan_code = priorities.plan_code
    group by totals.plan_code, totals.target
)

select
    listed_priorities.priority_code,
    listed_priorities.priority_order,
    listed_priorities.label_nb,
    listed_priorities.label_en,
    listed_priorities.amount,
    100.0 * listed_priorities.amount / totals.target as share_pct,
    listed_priorities.is_allocated,
    listed_priorities.reference,
    {{ sentence('funding_as_named', 'nb') }} as caveat_nb,
    {{ sentence('funding_as_named', 'en') }} as caveat_en
from listed_priorities
inner join totals
    on listed_priorities.plan_code = totals.plan_code
