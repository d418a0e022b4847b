-- Each printed baseline comes out of its delivery, value and year, rounded as printed.
with needed as (
    select
        indicator_no,
        {{ list_text('source_code') }} as source_code,
        {{ list_text('item_code') }} as items
    from {{ ref('stg_catalogue__definitions') }}
    group by indicator_no
),

delivered as (
    select
        indicator_no,
        year,
        {{ list_text('delivery_id') }} as delivery_id
    from {{ ref('int_indicator_inputs') }}
    group by indicator_no, year
)

select
    indicators.indicator_no,
    indicators.baseline_year,
    indicators.baseline_value,
    reconciliation.computed_value,
    needed.source_code,
    needed.items,
    delivered.delivery_id
from {{ ref('dim_indicator') }} as indicators
left join {{ ref('qa_reconciliation') }} as reconciliation
    on indicators.indicator_no = reconciliation.indicator_no
    and indicators.baseline_year = reconciliation.year
    and reconciliation.edition_code = '2018:08'
left join needed
    on indicators.indicator_no = needed.indicator_no
left join delivered
    on indicators.indicator_no = delivered.indicator_no
    and indicators.baseline_year = delivered.year
where
    reconciliation.computed_value is null
    or abs(round(reconciliation.computed_value, indicators.decimals) - indicators.baseline_value) >= 1e-9
