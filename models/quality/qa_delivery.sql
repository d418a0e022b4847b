-- One row per registered delivery: rows in the file, rows staged, cells read, and how many were blank, a symbol or refused.
-- Rows and cells are not told of answers of persons that are withheld, and of a corrected delivery not which cells were blank:
-- the difference from the one before would be about few (int_person_counts).
with register as (
    select * from {{ ref('stg_deliveries__register') }}
),

rows_delivered as (
    select * from {{ ref('int_rows_delivered') }}
),

rows_staged as (
    select
        delivery_id,
        sum(n) as rows_staged,
        sum(case when is_in_scope then 0 else n end) as rows_out_of_scope
    from {{ ref('int_unit_counts') }}
    group by delivery_id
    union all
    select
        delivery_id,
        count(distinct row_no) as rows_staged,
        0 as rows_out_of_scope
    from {{ ref('int_delivered_figures') }}
    where not is_unit_level
    group by delivery_id
),

cells as (
    select
        delivery_id,
        sum(n) as cells_read,
        sum(case when trim(cell_text) = '' then n else 0 end) as cells_blank,
        0 as cells_symbol
    from {{ ref('int_answer_texts') }}
    group by delivery_id
    union all
    select
        delivery_id,
        count(*) as cells_read,
        sum(case when value_symbol = '' then 1 else 0 end) as cells_blank,
        sum(case when value_symbol <> '' and value is null then 1 else 0 end) as cells_symbol
    from {{ ref('int_delivered_figures') }}
    group by delivery_id
),

refused_cells as (
    select
        delivery_id,
        count(*) as cells_refused
    from {{ ref('qa_rejected_values') }}
    group by delivery_id
),

person_deliveries as (
    select
        delivery_id,
        bool_or(is_withheld) as is_withheld,
        bool_or(is_withheld and item_code = '*') as is_withheld_whole,
        max(place) > 1 as is_correction
    from {{ ref('int_person_counts') }}
    group by delivery_id
),

cells_summed as (
    select
        delivery_id,
        sum(cells_read) as cells_read,
        sum(cells_blank) as cells_blank,
        sum(cells_symbol) as cells_symbol
    from cells
    group by delivery_id
)

select
    register.delivery_id,
    register.source_code,
    register.file_name,
    register.published_on,
    register.data_origin,
    {% for count in [
        'rows_delivered.rows_delivered', 'rows_staged.rows_staged', 'rows_staged.rows_out_of_scope', 'cells_summed.cells_read'
    ] %}
    case
        when not coalesce(person_deliveries.is_withheld_whole, false) then cast(coalesce({{ count }}, 0) as bigint)
    end as {{ count.split('.')[1] }},
    {% endfor %}
    {% for count in ['cells_summed.cells_blank', 'cells_summed.cells_symbol'] %}
    case
        when not coalesce(person_deliveries.is_correction, false) then cast(coalesce({{ count }}, 0) as bigint)
    end as {{ count.split('.')[1] }},
    {% endfor %}
    cast(coalesce(refused_cells.cells_refused, 0) as bigint) as cells_refused,
    coalesce(person_deliveries.is_withheld, false) as is_withheld
from register
left join rows_delivered
    on register.delivery_id = rows_delivered.delivery_id
left join rows_staged
    on register.delivery_id = rows_staged.delivery_id
left join cells_summed
    on register.delivery_id = cells_summed.delivery_id
left join refused_cells
    on register.delivery_id = refused_cells.delivery_id
left join person_deliveries
    on register.delivery_id = person_deliveries.delivery_id
