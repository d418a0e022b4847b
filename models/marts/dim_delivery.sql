-- One row per registered delivery: who published what, where and when.
select
    delivery_id,
    source_code,
    file_name,
    period,
    published_on,
    published_on_precision,
    received_on,
    data_origin,
    is_n_invented,
    is_known,
    sha256,
    publisher,
    publication,
    reference,
    licence,
    note
from {{ ref('stg_deliveries__register') }}
