-- Every parsing macro on the texts of awkward_texts: each is read as it was meant, read as nothing, or ends the build (C-57).
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
{%- for name, texts in awkward_texts().items() %}
select
    '{{ name }}' as macro,
    written,
    expected,
    {{ outcome_text(as_read_by(name, 'written')) }} as found
from (
    values
    {%- for written, expected in texts %}
    ({{ 'null' if written is none else quote_literal(written) }}, {{ quote_literal(expected) }}){{ ',' if not loop.last }}
    {%- endfor %}
) as listed (written, expected)
where {{ outcome_text(as_read_by(name, 'written')) }} <> expected
{{ 'union all' if not loop.last }}
{%- endfor %}
