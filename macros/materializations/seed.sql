{#
    The project's own seed materialization for DuckDB. dbt's own guesses types (the municipality code 0301 becomes 301),
    fails on decimal commas and takes seconds where this takes tenths.

    Every column arrives as text. A seed with `extract: true` is a contract: its CSV holds only the header, and the rows come
    from the deliveries that the register lists for it. There
        a column that a delivery lacks is null in its rows,
        a cell left blank is the empty string,
        a column that the contract lacks is kept and reported in qa_warnings,
        a column named in `required` and missing stops the build.
    Config: delimiter (default ','), preamble_lines (title lines above the header, default 0), required (list),
    register: true for the seed that holds the register itself,
    loaded_together: true where small files are there before the first node (macros/engine/seeds.sql),
    added_by_receive: true for a seed to which the deliveries folder may add rows, in a file of the seed's name,
    tells_added: true for one of those that says in `is_added` which rows they are.
#}
{% materialization seed, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set old_relation = load_cached_relation(this) -%}
    {%- if old_relation is not none and not old_relation.is_table -%}
        {{ exceptions.raise_compiler_error("Cannot seed to '" ~ old_relation ~ "': it is a view. Drop it first.") }}
    {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set contract_file = seed_file(model) -%}
    {%- if is_loaded_together(model) -%}
        {%- set rows_sql = none -%}
    {%- elif config.get('register', false) -%}
        {%- set rows_sql = 'select * exclude (_folder) from (' ~ register_rows() ~ ')' -%}
    {%- elif config.get('extract', false) -%}
        {%- set rows_sql = read_deliveries(model.name, contract_file) -%}
    {%- else -%}
        {%- set rows_sql = read_text_csv(contract_file) -%}
        {%- set mark = ', cast({} as boolean) as is_added' if config.get('tells_added', false) else '' -%}
        {%- set rows_sql = 'select *' ~ mark.format('false') ~ ' from (' ~ rows_sql ~ ')' -%}
        {%- if config.get('added_by_receive', false) -%}
            {%- set added = 'select *' ~ mark.format('true') ~ ' from (' ~ tables_added(model.name ~ '.csv') ~ ')' -%}
            {%- set rows_sql = 'select * exclude (_folder) from (' ~ union_by_name([rows_sql, added]) ~ ')' -%}
        {%- endif -%}
    {%- endif -%}

    {% if rows_sql -%}
        {% call statement('main') -%}
            create or replace table {{ target_relation }} as (
                {{ rows_sql }}
            );
            {{ comments_on(target_relation, model) }}
        {%- endcall %}
    {%- else -%}
        {% do store_result('main', response='OK') %}
    {%- endif %}
    {#- The seed runner shows a sample of this table and asks for it even when nobody wants to see it. -#}
    {% do store_result('agate_table', response='OK', agate_table=load_result('main').table) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% if rows_sql %}{{ adapter.commit() }}{% endif %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
