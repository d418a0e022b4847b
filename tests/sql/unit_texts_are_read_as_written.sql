-- Every parsing macro on the texts of awkward_texts: each is read as it was meant or as nothing (C-57). Those that end the build are
-- tried one by one in tests/python/test_number_parsing.py: what an engine gives for the rows beside an error is not defined.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
{{ config(tags=['rule']) }}
{%- for name, texts in awkward_texts().items() %}
select
    '{{ name }}' as macro,
    written,
    expected,
    cast({{ as_read_by(name, 'written') }} as {{ dbt.type_string() }}) as found
from (
    values
    {%- for written, expected in texts if expected != 'stops' %}
    ({{ 'null' if written is none else quote_literal(written) }}, {{ quote_literal(expected) }}){{ ',' if not loop.last }}
    {%- endfor %}
) as listed (written, expected)
where coalesce(cast({{ as_read_by(name, 'written') }} as {{ dbt.type_string() }}), 'null') <> expected
{{ 'union all' if not loop.last }}
{%- endfor %}
