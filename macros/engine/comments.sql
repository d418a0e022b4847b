{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
{#- The descriptions of a relation and its columns, in one statement. dbt-duckdb sends two and asks before the second which columns
    there are; here tests hold that every described column exists.
    relation: the table or view.  model: its node.  for_relation, for_columns: whether these are wanted at all. -#}
    {%- set statements = [] -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do statements.append(duckdb__alter_relation_comment(relation, model.description)) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() -%}
        {%- for column in model.columns.values() if column.description -%}
            {%- set name = adapter.quote(column.name) -%}
            {%- do statements.append(
                'comment on column ' ~ relation ~ '.' ~ name ~ ' is ' ~ duckdb_escape_comment(column.description) ~ ';'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if statements -%}{%- do run_query(statements | join('\n')) -%}{%- endif -%}
{%- endmacro %}
