{% macro report_failures(results) -%}
{#- Runs after everything: prints the rows of each failed data test, so that the message says which delivery, row, column and
    value is wrong without opening a compiled file. At most 25 rows a test. -#}
    {%- if execute -%}
        {%- for result in results if result.node.resource_type == 'test' and result.status in ('fail', 'warn') -%}
            {%- set rows = run_query('select * from (' ~ result.node.compiled_code ~ ') limit 25') -%}
            {{ log(('FAIL ' if result.status == 'fail' else 'WARN ') ~ result.node.name ~ ' (' ~ result.failures ~ ' rows)', info=true) }}
            {%- for row in rows.rows -%}
                {%- set cells = [] -%}
                {%- for name in rows.column_names -%}
                    {%- do cells.append(name ~ '=' ~ row[name]) -%}
                {%- endfor -%}
                {{ log('     ' ~ cells | join(' | '), info=true) }}
            {%- endfor -%}
            {%- if result.failures > rows.rows | length -%}
                {{ log('     and ' ~ (result.failures - rows.rows | length) ~ ' more', info=true) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{% macro closing_lines(results) -%}
{#- Runs after everything: prints what publishing says of the release, the last lines but dbt's own. -#}
    {%- if execute -%}
        {%- for result in results if result.node.name == 'publish_release' and result.status == 'success' -%}
            {%- for line in run_query('select told from ' ~ result.node.relation_name).rows[0][0].split('\n') -%}
                {{ log(line, info=true) }}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
