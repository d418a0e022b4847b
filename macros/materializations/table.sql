{#
    The project's own table materialization for DuckDB: the table is put in its place by one statement, with its descriptions behind it.
    dbt's own makes it under another name, renames the old table and the new one and drops the old one: a dozen questions and
    answers a node, and nobody reads the build file meanwhile. Config: what dbt's own knows, but for indexes, grants and constraints.
#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if model.language == 'python' -%}
        {%- set draft = make_intermediate_relation(target_relation) -%}
        {%- do run_query('drop table if exists ' ~ draft) -%}
        {% call statement('main', language='python') -%}
            {{ create_table_as(False, draft, compiled_code, 'python') }}
        {%- endcall %}
        {% call statement('swap') -%}
            {{ dropped_if_other_kind(target_relation) }}
            drop table if exists {{ target_relation }};
            alter table {{ draft }} rename to {{ target_relation.identifier }};
            {{ comments_on(target_relation, model) }}
        {%- endcall %}
    {%- else -%}
        {% call statement('main') -%}
            {{ dropped_if_other_kind(target_relation) }}
            create or replace table {{ target_relation }} as (
                {{ compiled_code }}
            );
            {{ comments_on(target_relation, model) }}
        {%- endcall %}
        {%- if config.get('contract').enforced -%}{% do hold_to_contract(target_relation) %}{%- endif -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro dropped_if_other_kind(relation) -%}
{#- A statement that drops what has the name of `relation` and is another kind of thing, a view for a table; else nothing. -#}
    {%- set old_relation = load_cached_relation(relation) -%}
    {%- if old_relation is not none and old_relation.type != relation.type -%}
        drop {{ old_relation.type }} {{ old_relation }};
    {%- endif -%}
{%- endmacro %}


{% macro hold_to_contract(relation) -%}
{#- Stops the node, which undoes it, unless the table has the columns and types that its YAML promises, in that order. dbt's own asks
    before it builds, so that the query is planned twice. -#}
    {%- set promised, made = [], [] -%}
    {%- for column in model.columns.values() -%}
        {%- do promised.append({'name': column.name, 'data_type': column.data_type, 'formatted': column.name ~ ' ' ~ column.data_type}) -%}
    {%- endfor -%}
    {%- for column in adapter.get_column_schema_from_query('select * from ' ~ relation) -%}
        {%- set data_type = column.dtype | lower -%}
        {%- do made.append({'name': column.name, 'data_type': data_type, 'formatted': column.name ~ ' ' ~ data_type}) -%}
    {%- endfor -%}
    {%- if promised != made and promised | sort(attribute='name') == made | sort(attribute='name') -%}
        {{ exceptions.raise_compiler_error(
            relation.identifier ~ ': the columns stand in another order than in its YAML, which says '
            ~ promised | map(attribute='name') | join(', ') ~ '. Put them in that order in the last select.'
        ) }}
    {%- elif promised != made -%}
        {%- do exceptions.raise_contract_error(promised, made) -%}
    {%- endif -%}
{%- endmacro %}
