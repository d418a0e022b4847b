-- A rule says of every answer of its scale whether it counts as success and whether it stays in the denominator; success outside
-- the denominator is a contradiction; a missing answer never stays in it.
with wanted as (
    select distinct
        rules.scale_code,
        rules.rule_code,
        scales.answer_code,
        scales.is_missing
    from {{ ref('answer_rules') }} as rules
    inner join {{ ref('answer_scales') }} as scales
        on rules.scale_code = scales.scale_code
)

select
    wanted.scale_code,
    wanted.rule_code,
    wanted.answer_code,
    count(rules.answer_code) as times_listed,
    max(rules.is_success) as is_success,
    max(rules.is_in_denominator) as is_in_denominator
from wanted
left join {{ ref('answer_rules') }} as rules
    on wanted.scale_code = rules.scale_code
    and wanted.rule_code = rules.rule_code
    and wanted.answer_code = rules.answer_code
group by wanted.scale_code, wanted.rule_code, wanted.answer_code, wanted.is_missing
having
    count(rules.answer_code) <> 1
    or (max(rules.is_success) = 'true' and max(rules.is_in_denominator) <> 'true')
    or (wanted.is_missing = 'true' and max(rules.is_in_denominator) = 'true')
