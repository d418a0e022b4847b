-- One row per indicator of the set.
select * from {{ ref('stg_catalogue__indicators') }}
