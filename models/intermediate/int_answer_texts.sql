-- One row per delivery, region, question and answer text as delivered: how many units wrote it, and what it means.
-- Counting comes before coding, so that a hundred thousand persons are read once and a few hundred texts are looked up.
with delivered_texts as (
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
    delivered_texts.source_code,
    delivered_texts.delivery_id,
    delivered_texts.year,
    delivered_texts.region_code,
    delivered_texts.column_name,
    questions.variable_code,
    questions.scale_code,
    delivered_texts.cell_text,
    aliases.answer_code,
    delivered_texts.n,
    delivered_texts.first_row_no
from delivered_texts
inner join questions
    on delivered_texts.source_code = questions.source_code
    and delivered_texts.column_name = questions.column_name
left join {{ ref('answer_aliases') }} as aliases
    on questions.scale_code = aliases.scale_code
    and {{ answer_text('delivered_texts.cell_text') }} = aliases.answer_text
where questions.scale_code is not null
