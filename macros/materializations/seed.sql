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
    added_by_receive: true for a seed to which the deliveries folder may add rows, in a file of the seed's name.
#}
{% materialization seed, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set old_relation = load_cached_relation(this) -%}
    {%- if old_relation is not none and not old_relation.is_table -%}
        {{ exceptions.raise_compiler_error("Cannot seed to '" ~ old_relation ~ "': it is a view. Drop it first.") }}
    {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set contract_file = (model.root_path ~ '/' ~ model.original_file_path) | replace('\\', '/') -%}
    {%- if config.get('register', false) -%}
        {%- set rows_sql = read_text_csv(deliveries_dir() ~ '/deliveries.csv') -%}
    {%- elif config.get('extract', false) -%}
        {%- set rows_sql = read_deliveries(model.name, contract_file) -%}
    {%- else -%}
        {%- set rows_sql = read_text_csv(contract_file) -%}
        {%- set added_file = deliveries_dir() ~ '/' ~ model.name ~ '.csv' -%}
        {%- if config.get('added_by_receive', false)
            and run_query('select 1 from glob(' ~ quote_literal(added_file) ~ ')').rows | length > 0 -%}
            {%- set rows_sql = rows_sql ~ '\n        union all by name\n        ' ~ read_text_csv(added_file) -%}
        {%- endif -%}
    {%- endif -%}

    {% call statement('main') -%}
        create or replace table {{ target_relation }} as
        {{ rows_sql }}
    {%- endcall %}
    {#- The seed runner shows a sample of this table and asks for it even when nobody wants to see it. -#}
    {% do store_result('agate_table', response='OK', agate_table=load_result('main').table) %}

    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% macro read_deliveries(extract, contract_file) -%}
{#- A select of all registered deliveries of one extract, with _file_name, _delivery_id and _row_no (1 = first data row).
    Raises when a delivery lacks a column that the contract calls required. -#}
    {%- set delimiter = config.get('delimiter', ',') -%}
    {%- set skip = config.get('preamble_lines', 0) -%}
    {%- set parts = [read_text_csv(contract_file) ~ ' where false'] -%}
    {%- set deliveries = registered_deliveries(extract) -%}
    {%- set paths = [] -%}
    {%- for delivery in deliveries -%}{%- do paths.append(deliveries_dir() ~ '/' ~ delivery.file_name) -%}{%- endfor -%}
    {%- set headers = csv_headers(paths, delimiter, skip) -%}
    {%- for delivery in deliveries -%}
        {%- set path = deliveries_dir() ~ '/' ~ delivery.file_name -%}
        {%- set present = headers[path] | map('lower') | list -%}
        {%- for column in config.get('required', []) if column | lower not in present -%}
            {{ exceptions.raise_compiler_error(
                "delivery " ~ delivery.delivery_id ~ ": column '" ~ column ~ "' is missing in " ~ delivery.file_name
                ~ ". It is a key of this extract. Found: " ~ present | join(', ') ~ "."
                ~ " If the delivery calls it something else, rename it in the file and register the new checksum."
            ) }}
        {%- endfor -%}
        {%- do parts.append(
            "select *, '" ~ delivery.file_name ~ "' as _file_name, '" ~ delivery.delivery_id ~ "' as _delivery_id,"
            ~ " cast(row_number() over () as integer) as _row_no from (" ~ read_text_csv(path, delimiter, skip, headers[path]) ~ ")"
        ) -%}
    {%- endfor -%}
    {%- do parts.append(
        "select null::varchar as _file_name, null::varchar as _delivery_id, null::integer as _row_no where false"
    ) -%}
    {{ return(parts | join('\n        union all by name\n        ')) }}
{%- endmacro %}
