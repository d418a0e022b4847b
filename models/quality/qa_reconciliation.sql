-- One row per figure printed in a status report: the printed figure against the one computed from what was known at that
-- edition's data cut-off. Most deliveries are themselves read from the report, or made from it: that they agree shows that the
-- way from delivery to figure is right; is_independent says which figures another publisher gives as well (D-54).
with printed as (
    select
        printed.edition_code,
        {{ whole('printed.indicator_no') }} as indicator_no,
        {{ whole('printed.year') }} as year,
        printed.printed_text,
        {{ number('printed.printed_value') }} as printed_value,
        {{ whole('printed.decimals') }} as decimals,
        printed.reference,
        {{ text('printed.accepted_reason') }} as accepted_reason,
        editions.publisher,
        {{ day('editions.data_cutoff_on') }} as data_cutoff_on
    from {{ ref('printed_figures') }} as printed
    inner join {{ ref('editions') }} as editions
        on printed.edition_code = editions.edition_code
    {% if as_of_day() %}
    where {{ day('editions.data_cutoff_on') }} <= cast('{{ as_of_day() }}' as date)
    {% endif %}
),

values_known as (
    select
        printed.edition_code,
        printed.indicator_no,
        printed.year,
        known.value,
        known.vintage_date,
        known.data_origin,
        row_number() over (
            partition by printed.edition_code, printed.indicator_no, printed.year
            order by known.vintage_date desc
        ) as newest_first
    from printed
    inner join {{ ref('int_indicator_values') }} as known
        on printed.indicator_no = known.indicator_no
        and printed.year = known.year
        and printed.data_cutoff_on >= known.vintage_date
    where known.region_code = '0'
),

-- A figure that agrees with a delivery of the report's own publisher, or with one constructed from its tables, shows that the way
-- from the delivery to the figure is right. Only another publisher's figure says something of the figure itself.
independent as (
    select distinct
        printed.edition_code,
        printed.indicator_no,
        printed.year
    from printed
    inner join {{ ref('int_indicator_values') }} as known
        on printed.indicator_no = known.indicator_no
        and printed.year = known.year
        and printed.data_cutoff_on >= known.vintage_date
        and known.region_code = '0'
        and abs(round(known.value, printed.decimals) - printed.printed_value) < 1e-9
    inner join {{ ref('stg_deliveries__register') }} as register
        on known.delivery_id = register.delivery_id
        and printed.publisher <> register.publisher
),

latest as (
    select
        indicator_no,
        year,
        value
    from {{ ref('int_indicator_values') }}
    where is_latest
)

select
    printed.edition_code,
    printed.indicator_no,
    printed.year,
    printed.printed_text,
    printed.printed_value,
    values_known.value as computed_value,
    values_known.value - printed.printed_value as difference,
    coalesce(abs(round(values_known.value, printed.decimals) - printed.printed_value) < 1e-9, false) as within_rounding,
    independent.indicator_no is not null as is_independent,
    printed.decimals,
    values_known.vintage_date,
    values_known.data_origin,
    latest.value as latest_value,
    coalesce(round(latest.value, printed.decimals) <> printed.printed_value, false) as is_revised_since,
    printed.accepted_reason,
    printed.reference
from printed
left join values_known
    on printed.edition_code = values_known.edition_code
    and printed.indicator_no = values_known.indicator_no
    and printed.year = values_known.year
    and values_known.newest_first = 1
left join independent
    on printed.edition_code = independent.edition_code
    and printed.indicator_no = independent.indicator_no
    and printed.year = independent.year
left join latest
    on printed.indicator_no = latest.indicator_no
    and printed.year = latest.year
