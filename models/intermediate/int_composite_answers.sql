-- One row per delivery, region, composite question and answer: units whose parts together give that answer.
-- A composite such as "any plan or group" (#30) is settled unit by unit; shares of its parts cannot be added.
with coded_texts as (
    select distinct
        source_code,
        variable_code,
        column_name,
        cell_text,
        answer_code
    from {{ ref('int_answer_texts') }}
    where answer_code is not null
),

parts as (
    {% for source in microdata_sources() %}
    select
        answers.source_code,
        answers.delivery_id,
        answers.row_no,
        answers.year,
        answers.region_code,
        composites.variable_code,
        coded_texts.answer_code
    from {{ ref('stg_' ~ source ~ '__answers') }} as answers
    inner join coded_texts
        on answers.source_code = coded_texts.source_code
        and answers.column_name = coded_texts.column_name
        and answers.cell_text = coded_texts.cell_text
    inner join {{ ref('composites') }} as composites
        on answers.source_code = composites.source_code
        and coded_texts.variable_code = composites.component_variable_code
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

composite_answers as (
    select
        source_code,
        delivery_id,
        row_no,
        year,
        region_code,
        variable_code,
        {{ any_of('answer_code') }} as answer_code
    from parts
    group by source_code, delivery_id, row_no, year, region_code, variable_code
)

select
    source_code,
    delivery_id,
    year,
    region_code,
    variable_code,
    answer_code,
    count(*) as n
from composite_answers
group by source_code, delivery_id, year, region_code, variable_code, answer_code
