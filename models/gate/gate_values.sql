-- One row per delivered value, or kind of value, that the build would read and that cannot be meant: a per cent sign on what is
-- no share, a share written as a part of one, a count with decimals, FTE beyond what the inhabitants allow, parts above their
-- total, a sum that its units do not give.
with figures as (
    select figures.*
    from {{ ref('int_delivered_figures') }} as figures
    inner join {{ source('gate', 'request') }} as request
        on figures.delivery_id = request.delivery_id
),

totals as (
    select
        delivery_id,
        column_name,
        total_text,
        {{ parse_number('total_text') }} as total
    from {{ source('gate', 'totals') }}
),

population as (
    select * from {{ ref('int_region_population') }}
),

amount_columns as (
    select
        source_code,
        series_code,
        column_name
    from {{ ref('amounts') }}
),

placed_figures as (
    select
        figures.*,
        coalesce(amount_columns.column_name, figures.period) as column_name
    from figures
    left join amount_columns
        on figures.source_code = amount_columns.source_code
        and figures.series_code = amount_columns.series_code
        and figures.is_unit_level
),

findings as (
    select
        placed_figures.*,
        case
            when value_text like '%\%%' escape '\' and series_code is not null and unit not in ('share_pct', 'percent')
                then 'per_cent_sign'
            when
                is_unit_level
                and unit = 'fte'
                and value > 0
                and 1000.0 * value / nullif(population.inhabitants_18_96, 0) > {{ gate_rule('amount_per_adult', 'high') }}
                then 'amount_per_adult'
            when
                unit in ('share_pct', 'percent')
                and abs(value) < 1
                and {{ regex_match('value_text', '^[^0-9]*0?[.,][0-9]{2}') }}
                then 'share_of_one'
            when not is_unit_level and unit in ('count', 'places') and abs(value - round(value)) > 1e-9 then 'count_with_decimals'
        end as code
    from placed_figures
    left join population
        on placed_figures.region_code = population.region_code
        and placed_figures.year = population.year
),

{% for group in ['voksne', 'barn'] %}
pathways_{{ group }} as (
    select
        delivery_id,
        row_no,
        region_code,
        max(case when series_code = 'is24_8.arsverk_{{ group }}_totalt' then value end) as total,
        max(case when series_code = 'is24_8.arsverk_{{ group }}_totalt' then value_text end) as total_text,
        sum(case when series_code like 'is24_8.arsverk_{{ group }}_forlop_' then value end) as parts
    from figures
    where is_unit_level
    group by delivery_id, row_no, region_code
),
{% endfor %}

units_without_fte as (
    select
        delivery_id,
        row_no
    from figures
    where is_unit_level and series_code in ('is24_8.arsverk_voksne_totalt', 'is24_8.arsverk_barn_totalt')
    group by delivery_id, row_no
    having count(value) = 2 and sum(value) = 0
),

sums as (
    select
        placed_figures.delivery_id,
        placed_figures.column_name,
        sum(placed_figures.value) as of_units
    from placed_figures
    where placed_figures.is_unit_level
    group by placed_figures.delivery_id, placed_figures.column_name
),

labels as (
    select
        delivery_id,
        item_label,
        series_code,
        min(row_no) as row_no,
        min(column_name) as column_name
    from placed_figures
    where not is_unit_level
    group by delivery_id, item_label, series_code
),

label_counts as (
    select
        delivery_id,
        count(series_code) as known_labels
    from labels
    group by delivery_id
),

figure_counts as (
    select
        delivery_id,
        -- '>90' is no figure to count with, and still says something
        count(case when value is not null or value_symbol in ('<', '>') then 1 end) as values_read
    from figures
    where not is_unit_level
    group by delivery_id
)

select
    code,
    delivery_id,
    row_no,
    column_name,
    value_text,
    region_code as subject,
    coalesce(unit, '') as expected
from findings
where code is not null
union all
{% for group in ['voksne', 'barn'] %}
select
    'parts_over_total' as code,
    delivery_id,
    row_no,
    'arsverk_{{ group }}_totalt' as column_name,
    total_text as value_text,
    region_code as subject,
    {{ shown_number('parts') }} as expected
from pathways_{{ group }}
where parts > total + {{ gate_rule('parts_over_total', 'high') }}
union all
{% endfor %}
select
    'no_fte' as code,
    delivery_id,
    row_no,
    'arsverk_voksne_totalt' as column_name,
    '0' as value_text,
    '' as subject,
    '' as expected
from units_without_fte
union all
select
    'sum_of_file' as code,
    totals.delivery_id,
    cast(null as integer) as row_no,
    totals.column_name,
    {{ shown_number('sums.of_units') }} as value_text,
    '' as subject,
    totals.total_text as expected
from totals
inner join sums
    on totals.delivery_id = sums.delivery_id
    and totals.column_name = sums.column_name
where
    abs(sums.of_units - totals.total)
    > greatest({{ gate_rule('sum_of_file', 'min_size') }}, {{ gate_rule('sum_of_file', 'high') }} * abs(totals.total))
union all
select
    case when label_counts.known_labels = 0 then 'no_label_known' else 'unknown_label' end as code,
    labels.delivery_id,
    labels.row_no,
    labels.column_name,
    labels.item_label as value_text,
    '' as subject,
    '' as expected
from labels
inner join label_counts
    on labels.delivery_id = label_counts.delivery_id
where labels.series_code is null
union all
select
    'no_figures' as code,
    delivery_id,
    cast(null as integer) as row_no,
    '' as column_name,
    '' as value_text,
    '' as subject,
    '' as expected
from figure_counts
where values_read = 0
