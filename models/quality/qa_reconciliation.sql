-- One row per figure printed in a status report: the printed figure against the one computed from what was known at that
-- edition's data cut-off. Most deliveries are themselves read from the report, or made from it: that they agree shows that the
-- way from delivery to figure is right; is_independent says which figures another publisher gives as well (D-54).
with prints as (
    select
        prints.edition_code,
        {{ whole('prints.indicator_no') }} as indicator_no,
        {{ whole('prints.year') }} as year,
        prints.printed_text,
        {{ number('prints.printed_value') }} as printed_value,
        {{ whole('prints.decimals') }} as decimals,
        prints.reference,
        {{ text('prints.accepted_reason') }} as accepted_reason,
        editions.publisher,
        {{ day('editions.data_cutoff_on') }} as data_cutoff_on
    from {{ ref('printed_figures') }} as prints
    inner join {{ ref('editions') }} as editions
        on prints.edition_code = editions.edition_code
    {% if as_of_day() %}
    where {{ day('editions.data_cutoff_on') }} <= cast('{{ as_of_day() }}' as date)
    {% endif %}
),

values_known as (
    select
        prints.edition_code,
        prints.indicator_no,
        prints.year,
        known.value,
        known.vintage_date,
        known.data_origin,
        row_number() over (
            partition by prints.edition_code, prints.indicator_no, prints.year
            order by known.vintage_date desc
        ) as newest_first
    from prints
    inner join {{ ref('int_indicator_values') }} as known
        on prints.indicator_no = known.indicator_no
        and prints.year = known.year
        and prints.data_cutoff_on >= known.vintage_date
    where known.region_code = '0'
),

-- A figure that agrees with a delivery of the report's own publisher, or with one constructed from its tables, shows that the way
-- from the delivery to the figure is right. Only another publisher's figure says something of the figure itself.
independent_figures as (
    select distinct
        prints.edition_code,
        prints.indicator_no,
        prints.year
    from prints
    inner join {{ ref('int_indicator_values') }} as known
        on prints.indicator_no = known.indicator_no
        and prints.year = known.year
        and prints.data_cutoff_on >= known.vintage_date
        and known.region_code = '0'
        and abs(round(known.value, prints.decimals) - prints.printed_value) < 1e-9
    inner join {{ ref('stg_deliveries__register') }} as register
        on known.delivery_id = register.delivery_id
        and prints.publisher <> register.publisher
),

latest_values as (
    select
        indicator_no,
        year,
        value
    from {{ ref('int_indicator_values') }}
    where is_latest
)

select
    prints.edition_code,
    prints.indicator_no,
    prints.year,
    prints.printed_text,
    prints.printed_value,
    values_known.value as computed_value,
    values_known.value - prints.printed_value as difference,
    coalesce(abs(round(values_known.value, prints.decimals) - prints.printed_value) < 1e-9, false) as within_rounding,
    independent_figures.indicator_no is not null as is_independent,
    prints.decimals,
    values_known.vintage_date,
    values_known.data_origin,
    latest_values.value as latest_value,
    coalesce(round(latest_values.value, prints.decimals) <> prints.printed_value, false) as is_revised_since,
    prints.accepted_reason,
    prints.reference
from prints
left join values_known
    on prints.edition_code = values_known.edition_code
    and prints.indicator_no = values_known.indicator_no
    and prints.year = values_known.year
    and values_known.newest_first = 1
left join independent_figures
    on prints.edition_code = independent_figures.edition_code
    and prints.indicator_no = independent_figures.indicator_no
    and prints.year = independent_figures.year
left join latest_values
    on prints.indicator_no = latest_values.indicator_no
    and prints.year = latest_values.year
