-- One row per person and delivered column of BrukerPlan: the cell as delivered.
-- Since 2015 municipalities may also map people with mental health problems only; the plan's indicators do not speak of them.
with drug_users as (
    select raw_rows.*
    from {{ ref('brukerplan') }} as raw_rows
    left join {{ ref('answer_aliases') }} as aliases
        on aliases.scale_code = 'gruppe'
        and {{ answer_text('raw_rows.gruppe') }} = aliases.answer_text
    where coalesce(aliases.answer_code, '') <> 'psykisk'
)

{{ stage_answers(
    'drug_users', 'BRUKERPLAN', keys=['kommunenr'], except=['kommune', 'bydel', 'lopenr'], region_code='trim(kommunenr)'
) }}
