-- One row per goal of the plan, with overall effort (OI) and overall effect (EF) beside the five main goals.
select
    goal_code,
    plan_code,
    {{ whole('goal_order') }} as goal_order,
    label_nb,
    label_en,
    {{ text('original_text_nb') }} as original_text_nb,
    {{ text('operational_text_nb') }} as operational_text_nb,
    {{ text('operational_text_en') }} as operational_text_en,
    {{ text('theme_nb') }} as theme_nb,
    {{ text('indicator_table') }} as indicator_table
from {{ ref('goals') }}
