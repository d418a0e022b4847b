-- One row per delivery, region and year as delivered: how many units (municipalities, persons, respondents) stand in the file.
{% for source in microdata_sources() %}
select
    delivery_id,
    source_code,
    region_code,
    municipality_code,
    year_text,
    year,
    is_in_scope,
    count(*) as n,
    min(row_no) as first_row_no,
    min(unit_key) as first_unit_key
from {{ ref('stg_' ~ source ~ '__units') }}
group by all
{% if not loop.last %}union all{% endif %}
{% endfor %}
