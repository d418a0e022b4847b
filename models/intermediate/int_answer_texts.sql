-- One row per delivery, region, question and answer text as delivered: how many units wrote it, and what it means.
-- Counting comes before coding, so that a hundred thousand persons are read once and a few hundred texts are looked up.
with delivered as (
    {% for source in microdata_sources() %}
    select
        source_code,
        delivery_id,
        year,
        region_code,
        column_name,
        cell_text,
        count(*) as n,
        min(row_no) as first_row_no
    from {{ ref('stg_' ~ source ~ '__answers') }}
    group by all
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

questions as (
    select
        source_code,
        column_name,
        variable_code,
        {{ text('scale_code') }} as scale_code
    from {{ ref('variables') }}
)

select
    delivered.source_code,
    delivered.delivery_id,
    delivered.year,
    delivered.region_code,
    delivered.column_name,
    questions.variable_code,
    questions.scale_code,
    delivered.cell_text,
    aliases.answer_code,
    delivered.n,
    delivered.first_row_no
from delivered
inner join questions
    on delivered.source_code = questions.source_code
    and delivered.column_name = questions.column_name
left join {{ ref('answer_aliases') }} as aliases
    on questions.scale_code = aliases.scale_code
    and {{ answer_text('delivered.cell_text') }} = aliases.answer_text
where questions.scale_code is not null
