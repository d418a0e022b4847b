-- Every registered delivery brings rows, and every row of the file reaches staging.
select
    delivery_id,
    file_name,
    rows_delivered,
    rows_staged
from {{ ref('qa_delivery') }}
where
    rows_delivered = 0
    or rows_staged <> rows_delivered
