-- One row per delivery, region, variable and answer: the frequency table that every share of answers is computed from.
-- The privacy border: nothing after this model is about a single person.
with answer_counts as (
    select
        source_code,
        delivery_id,
        year,
        region_code,
        variable_code,
        scale_code,
        answer_code,
        sum(n) as n
    from {{ ref('int_answer_texts') }}
    where answer_code is not null
    group by source_code, delivery_id, year, region_code, variable_code, scale_code, answer_code

    union all

    select
        source_code,
        delivery_id,
        year,
        region_code,
        variable_code,
        'ja_nei' as scale_code,
        answer_code,
        n
    from {{ ref('int_composite_answers') }}
)

select
    answer_counts.source_code,
    answer_counts.delivery_id,
    register.published_on as vintage_date,
    answer_counts.year,
    answer_counts.region_code,
    answer_counts.variable_code,
    answer_counts.scale_code,
    answer_counts.answer_code,
    cast(answer_counts.n as bigint) as n
from answer_counts
inner join {{ ref('stg_deliveries__register') }} as register
    on answer_counts.delivery_id = register.delivery_id
where register.is_known
