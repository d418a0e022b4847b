-- One row per registered delivery: who published what, where and when.
with counts_printed as (
    select distinct
        indicators.source_code,
        {{ whole('counts.year') }} as year
    from {{ ref('printed_counts') }} as counts
    inner join {{ ref('stg_catalogue__indicators') }} as indicators
        on {{ whole('counts.indicator_no') }} = indicators.indicator_no
    where {{ whole('counts.n_units') }} is not null
)

select
    delivery_id,
    source_code,
    file_name,
    period,
    published_on,
    published_on_precision,
    received_on,
    data_origin,
    {{ is_made_up('data_origin') }}
    and not exists (
        select 1
        from counts_printed
        where
            counts_printed.source_code = register.source_code
            and counts_printed.year between register.period_from and register.period_to
    ) as is_n_invented,
    is_known,
    sha256,
    publisher,
    publication,
    reference,
    licence,
    note
from {{ ref('stg_deliveries__register') }} as register
