-- One row per unit that stands more than once in a delivery for the same year, or has no key. Empty when all is well.
{% for source in microdata_sources() %}
select
    delivery_id,
    source_code,
    year_text,
    unit_key,
    count(*) as times_delivered,
    max(row_no) as last_row_no
from {{ ref('stg_' ~ source ~ '__units') }}
group by delivery_id, source_code, year_text, unit_key
having count(*) > 1 or coalesce(unit_key, '') = ''
{% if not loop.last %}union all{% endif %}
{% endfor %}
