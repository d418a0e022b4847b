-- One row per delivery: the rows of its file. Nothing after the privacy border asks the raw tables how many persons they hold.
{% for extract in extract_names() %}
select
    _delivery_id as delivery_id,
    count(*) as rows_delivered
from {{ ref(extract) }}
group by _delivery_id
{% if not loop.last %}union all{% endif %}
{% endfor %}
