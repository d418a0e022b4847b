-- Where an indicator rests on other items than at its previous measurement, observation_notes says whether that is a break.
with items as (
    select
        facts.indicator_no,
        facts.year,
        {{ list_text('inputs.item_code') }} as item_codes
    from {{ ref('fct_indicator_year') }} as facts
    inner join {{ ref('int_indicator_inputs') }} as inputs
        on facts.indicator_no = inputs.indicator_no
        and facts.year = inputs.year
    where facts.value is not null
    group by facts.indicator_no, facts.year
),

compared as (
    select
        *,
        lag(item_codes) over (partition by indicator_no order by year) as item_codes_before
    from items
)

select
    compared.indicator_no,
    compared.year,
    compared.item_codes,
    compared.item_codes_before
from compared
left join {{ ref('observation_notes') }} as notes
    on compared.indicator_no = {{ whole('notes.indicator_no') }}
    and compared.year = {{ whole('notes.year') }}
where
    compared.item_codes <> compared.item_codes_before
    and notes.indicator_no is null
