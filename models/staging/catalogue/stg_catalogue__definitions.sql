-- One row per indicator and item: which answers or which series make the indicator, in which years.
select
    {{ whole('indicator_no') }} as indicator_no,
    {{ whole('definition_no') }} as definition_no,
    source_code,
    kind,
    item_code,
    {{ text('rule_code') }} as rule_code,
    aggregation,
    coalesce({{ number('factor') }}, 1.0) as factor,
    region_scope,
    coalesce({{ whole('year_from') }}, 0) as year_from,
    coalesce({{ whole('year_to') }}, 9999) as year_to,
    {{ text('note') }} as note
from {{ ref('definitions') }}
