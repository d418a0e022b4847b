-- One row per series, period and vintage of the country: every delivered figure, also those that stand on another basis than
-- the indicator they resemble. Such a series is shown beside the indicator and never joined to it.
select
    figures.series_code,
    figures.year,
    figures.period,
    figures.period_kind,
    figures.region_code,
    figures.vintage_date,
    figures.source_code,
    series.label_nb,
    series.label_en,
    series.basis_nb,
    series.basis_en,
    figures.value,
    figures.value_low,
    figures.value_high,
    figures.unit,
    {{ whole('series.related_indicator_no') }} as related_indicator_no,
    series.relation = 'basis' and figures.is_series_period as is_indicator_basis,
    {{ text('series.relation_note_nb') }} as relation_note_nb,
    {{ text('series.relation_note_en') }} as relation_note_en,
    figures.delivery_id,
    register.data_origin
from {{ ref('int_figures') }} as figures
inner join {{ ref('series') }} as series
    on figures.series_code = series.series_code
inner join {{ ref('stg_deliveries__register') }} as register
    on figures.delivery_id = register.delivery_id
where
    not figures.is_unit_level
    and figures.region_code = '0'
