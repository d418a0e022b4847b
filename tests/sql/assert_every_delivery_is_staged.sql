-- Every registered delivery brings rows, and every row of the file reaches staging; one that was withdrawn is not read.
select
    staged.delivery_id,
    staged.file_name,
    staged.rows_delivered,
    staged.rows_staged
from {{ ref('qa_delivery') }} as staged
inner join {{ ref('stg_deliveries__register') }} as register
    on staged.delivery_id = register.delivery_id
where
    staged.rows_staged <> staged.rows_delivered
    or (staged.rows_delivered = 0 and register.withdrawn_on is null)
