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

listed as (
    select
        *,
        true as is_allocated
    from priorities

    union all

    select
        'ufordelt' as priority_code,
        max(priorities.priority_order) + 1 as priority_order,
        totals.plan_code,
        'Ikke fordelt på prioritet' as label_nb,
        'Not allocated to a priority' as label_en,
        totals.target - sum(priorities.amount) as amount,
        max(priorities.reference) as reference,
        false as is_allocated
    from totals
    inner join priorities
        on totals.plan_code = priorities.plan_code
    group by totals.plan_code, totals.target
)

select
    listed.priority_code,
    listed.priority_order,
    listed.label_nb,
    listed.label_en,
    listed.amount,
    100.0 * listed.amount / totals.target as share_pct,
    listed.is_allocated,
    listed.reference,
    'Beløp som planen nevner, ikke hva som er bevilget eller brukt; planen sier ikke om de er nominelle.' as caveat_nb,
    'Amounts the plan names, not what is appropriated or spent; the plan does not say whether they are nominal.' as caveat_en
from listed
inner join totals
    on listed.plan_code = totals.plan_code
