-- One row per delivery, series, period and region: everything that arrives as an amount, with the day it became known.
select
    figures.source_code,
    figures.delivery_id,
    register.published_on as vintage_date,
    register.received_on,
    figures.year,
    figures.period,
    figures.period_kind,
    figures.is_series_period,
    figures.region_code,
    figures.series_code,
    figures.value,
    figures.value_low,
    figures.value_high,
    figures.unit,
    figures.obs_status,
    figures.is_unit_level
from {{ ref('int_delivered_figures') }} as figures
inner join {{ ref('stg_deliveries__register') }} as register
    on figures.delivery_id = register.delivery_id
where
    figures.value is not null
    and figures.series_code is not null
    and register.is_known
