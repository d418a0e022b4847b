{% macro comments_on(relation, model) -%}
{#- The statements that give a relation and its columns their descriptions. dbt-duckdb sends one after another and asks in between
    which columns there are; here tests hold that every described column exists.
    relation: the table or view.  model: its node. -#}
    {%- set docs = model.config.get('persist_docs') or {} -%}
    {%- set statements = [] -%}
    {%- if docs.get('relation') and model.description -%}
        {%- do statements.append(
            'comment on ' ~ relation.type ~ ' ' ~ relation ~ ' is ' ~ duckdb_escape_comment(model.description) ~ ';'
        ) -%}
    {%- endif -%}
    {%- if docs.get('columns') -%}
        {%- for column in model.columns.values() if column.description -%}
            {%- do statements.append(
                'comment on column ' ~ relation ~ '.' ~ adapter.quote(column.name) ~ ' is '
                ~ duckdb_escape_comment(column.description) ~ ';'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(statements | join('\n')) }}
{%- endmacro %}
