-- Each item of a definition exists: its question and answer rule, or its series; and each indicator has a definition.
select
    definitions.indicator_no,
    definitions.item_code,
    definitions.rule_code,
    'item not described in variables, composites, amounts or series' as problem
from {{ ref('stg_catalogue__definitions') }} as definitions
left join (
    select
        source_code,
        variable_code as item_code
    from {{ ref('variables') }}
    union
    select
        source_code,
        variable_code as item_code
    from {{ ref('composites') }}
    union
    select
        source_code,
        series_code as item_code
    from {{ ref('amounts') }}
    union
    select
        source_code,
        series_code as item_code
    from {{ ref('series') }}
) as items
    on definitions.source_code = items.source_code
    and definitions.item_code = items.item_code
where items.item_code is null

union all

select
    definitions.indicator_no,
    definitions.item_code,
    definitions.rule_code,
    'the scale of the question has no such answer rule' as problem
from {{ ref('stg_catalogue__definitions') }} as definitions
inner join {{ ref('variables') }} as variables
    on definitions.source_code = variables.source_code
    and definitions.item_code = variables.variable_code
left join {{ ref('answer_rules') }} as rules
    on variables.scale_code = rules.scale_code
    and definitions.rule_code = rules.rule_code
where
    definitions.kind = 'answers'
    and rules.rule_code is null

union all

select
    indicators.indicator_no,
    null as item_code,
    null as rule_code,
    'indicator has no definition' as problem
from {{ ref('dim_indicator') }} as indicators
left join {{ ref('stg_catalogue__definitions') }} as definitions
    on indicators.indicator_no = definitions.indicator_no
where definitions.indicator_no is null
