{#
    Seeds of the project itself, loaded before everything else: forty small files as one question and one answer, where forty nodes
    would ask two hundred times. Their nodes stay, with what rests on them, and find their table there.
#}

{% macro is_loaded_together(node) -%}
{#- Whether a seed is one of those: the project says so (dbt_project.yml), and none of its rows come from a folder of deliveries.
    node: model in a materialization, or a node of the graph. -#}
    {%- set has_deliveries = namespace(so=false) -%}
    {%- for setting in ['extract', 'register', 'added_by_receive'] if node.config.get(setting) -%}
        {%- set has_deliveries.so = true -%}
    {%- endfor -%}
    {{ return(node.config.get('loaded_together', false) and not has_deliveries.so) }}
{%- endmacro %}


{% macro load_together() -%}
{#- The statements that load those of them that this run has selected, in one transaction. Runs before anything is built. -#}
    {%- set nodes = [] -%}
    {%- if execute and flags.WHICH in ('build', 'seed') -%}
        {%- for name in selected_resources if name.startswith('seed.') and is_loaded_together(graph.nodes[name]) -%}
            {%- do nodes.append(graph.nodes[name]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not nodes -%}{{ return('select 1') }}{%- endif -%}
    {%- set paths = [] -%}
    {%- for node in nodes -%}{%- do paths.append(seed_file(node)) -%}{%- endfor -%}
    {%- set headers = csv_headers(paths) -%}
    {%- set statements = ['begin;'] -%}
    {%- for node in nodes -%}
        {%- set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table') -%}
        {%- set path = seed_file(node) -%}
        {%- do statements.append(
            'create or replace table ' ~ relation ~ ' as (' ~ read_text_csv(path, header=headers[path]) ~ ');\n'
            ~ comments_on(relation, node)
        ) -%}
    {%- endfor -%}
    {{ return((statements + ['commit;']) | join('\n')) }}
{%- endmacro %}


{% macro seed_file(node) -%}
{#- The path of the file of a seed.  node: model in a materialization, or a node of the graph. -#}
    {{ return((node.root_path ~ '/' ~ node.original_file_path) | replace('\\', '/')) }}
{%- endmacro %}
