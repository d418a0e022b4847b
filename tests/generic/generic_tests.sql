{#
    Generic tests under the names and arguments dbt_utils gives them (its package lies out of reach of an offline build).
    Each is shown to fail in tests/python/test_generic_tests.py.
#}

{% test unique_combination_of_columns(model, combination_of_columns) %}
{#- Fails for every combination of the columns that stands more than once. -#}
select
    {{ combination_of_columns | join(', ') }},
    count(*) as times
from {{ model }}
group by {{ combination_of_columns | join(', ') }}
having count(*) > 1
{% endtest %}


{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
{#- Fails for every row whose value lies outside min_value..max_value; null passes. -#}
select *
from {{ model }}
where
    false
    {% if min_value is not none %} or {{ column_name }} {{ '<' if inclusive else '<=' }} {{ min_value }} {% endif %}
    {% if max_value is not none %} or {{ column_name }} {{ '>' if inclusive else '>=' }} {{ max_value }} {% endif %}
{% endtest %}


{% test is_empty(model) %}
{#- Fails for every row: the model lists problems. -#}
select *
from {{ model }}
{% endtest %}
