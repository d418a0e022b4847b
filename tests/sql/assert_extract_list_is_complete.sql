-- The written-out list of contract seeds (macro extract_names) is the list of seeds that are configured as extracts.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
{% set listed = extract_names() %}
{% set configured = [] %}
{% if execute %}
{% for node in graph.nodes.values() if node.resource_type == 'seed' and node.config.get('extract', false) %}
{% do configured.append(node.name) %}
{% endfor %}
{% endif %}
with problems as (
    select
        cast(null as {{ dbt.type_string() }}) as extract,
        cast(null as {{ dbt.type_string() }}) as problem
    {% for name in configured if name not in listed %}
    union all
    select
        '{{ name }}' as extract,
        'is a contract seed but stands not in macro extract_names' as problem
    {% endfor %}
    {% for name in listed if execute and name not in configured %}
    union all
    select
        '{{ name }}' as extract,
        'stands in macro extract_names but is no contract seed' as problem
    {% endfor %}
)

select *
from problems
where extract is not null
