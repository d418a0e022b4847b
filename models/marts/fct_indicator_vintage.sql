-- One row per indicator, year and vintage: each value as it stood on the day of the delivery that changed it. Counts stand beside
-- shares of answers as delivered, so that the audit can subtract one vintage from another as any reader can.
select
    indicator_no,
    year,
    vintage_date,
    value,
    value_nominal,
    {% for count in ['numerator', 'denominator'] %}
    case when {{ is_counted_from_answers('data_origin') }} then {{ count }} end as {{ count }},
    {% endfor %}
    data_origin,
    delivery_id,
    is_latest,
    value - lag(value) over (partition by indicator_no, year order by vintage_date) as change_from_previous_vintage
from {{ ref('int_indicator_values') }}
where
    region_code = '0'
    and value is not null
