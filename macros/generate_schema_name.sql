{% macro generate_schema_name(custom_schema_name, node) -%}
{#- Schemas carry their plain names (raw, staging, intermediate, marts): the build file is one project's own. -#}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
