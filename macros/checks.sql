{% macro described_problems(names) -%}
{#- A select of everything in which the named models or seeds break what their YAML says of them:
        config.meta.grain          columns that identify a row: no combination twice
        column meta.required       no null and no blank
        column meta.codes          only these values (null and blank pass)
        column meta.references     `model.column`: every value stands there (null and blank pass)
    One query for a whole layer instead of a node per column and rule: a node costs about a tenth of a second whatever it does.
    names: list of model or seed names, written out where the macro is called, so that dbt sees the dependencies. -#}
    {%- set checks = [] -%}
    {#- asked for once: a column asks for it four times, and there are a thousand -#}
    {%- set as_text = dbt.type_string() -%}
    {%- for name in names -%}
        {%- set relation = ref(name) -%}
        {%- if execute -%}
            {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ name) or graph.nodes.get('seed.' ~ project_name ~ '.' ~ name) -%}
            {%- set grain = node.config.get('meta', {}).get('grain', []) -%}
            {%- if grain -%}
                {%- do checks.append(
                    "select '" ~ name ~ "' as relation, 'stands more than once' as problem, '" ~ grain | join(', ')
                    ~ "' as column_name, " ~ grain_text(grain) ~ " as value, count(*) as n from " ~ relation
                    ~ ' group by ' ~ grain | join(', ') ~ ' having count(*) > 1'
                ) -%}
            {%- endif -%}
            {%- for column in node.columns.values() -%}
                {%- set meta = column.get('config', {}).get('meta', {}) or column.get('meta', {}) -%}
                {%- set cell = "trim(cast(" ~ column.name ~ " as " ~ as_text ~ "))" -%}
                {%- if meta.get('required') -%}
                    {%- do checks.append(
                        "select '" ~ name ~ "', 'is blank', '" ~ column.name ~ "', null, count(*) from " ~ relation
                        ~ " where " ~ column.name ~ " is null or " ~ cell ~ " = '' having count(*) > 0"
                    ) -%}
                {%- endif -%}
                {%- if meta.get('codes') -%}
                    {%- do checks.append(
                        "select '" ~ name ~ "', 'is none of the listed codes', '" ~ column.name ~ "', " ~ cell ~ ", count(*) from "
                        ~ relation ~ " where " ~ cell ~ " not in ('" ~ meta.codes | join("', '") ~ "', '') group by " ~ cell
                    ) -%}
                {%- endif -%}
                {%- if meta.get('references') -%}
                    {%- set there = meta.references.split('.') -%}
                    {%- do checks.append(
                        "select '" ~ name ~ "', 'is not found in " ~ meta.references ~ "', '" ~ column.name ~ "', " ~ cell
                        ~ ", count(*) from " ~ relation ~ " where " ~ cell ~ " <> '' and " ~ cell
                        ~ " not in (select cast(" ~ there[1] ~ " as " ~ as_text ~ ") from " ~ ref(there[0]) ~ " where " ~ there[1]
                        ~ " is not null) group by " ~ cell
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(checks | join('\nunion all\n') if checks else 'select 1 as relation where false') }}
{%- endmacro %}


{% macro grain_text(columns) -%}
{#- The values of several columns as one readable text, for messages. -#}
    {%- set parts, as_text = [], dbt.type_string() -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ as_text ~ "), 'null')") -%}
    {%- endfor -%}
    {{ return(parts | join(" || ', ' || ")) }}
{%- endmacro %}


{% macro test_count() -%}
{#- Number of data tests of the project; 0 while parsing. -#}
    {%- set tests = [] -%}
    {%- if execute -%}
        {%- for key in graph.nodes.keys() if key.startswith('test.') -%}{%- do tests.append(key) -%}{%- endfor -%}
    {%- endif -%}
    {{ return(tests | length) }}
{%- endmacro %}
