{#
    What the models of models/gate share. They run in `receive` only, on DuckDB in memory (docs/decisions.md, D-80).
#}

{% macro gate_rule(rule_code, column) -%}
{#- The threshold of a rule of the gate, from seed gate_rules, as a number.  column: low, high or min_size. -#}
    (select cast({{ column }} as double) from {{ ref('gate_rules') }} where rule_code = '{{ rule_code }}')
{%- endmacro %}


{% macro shown_number(expression) -%}
{#- A number as a Norwegian reader writes it, at most one decimal.  Example: 1234.56 -> '1234,6', 241.0 -> '241' -#}
    replace(regexp_replace(printf('%.1f', cast({{ expression }} as double)), '\.0$', ''), '.', ',')
{%- endmacro %}


{% macro shown_value(expression) -%}
{#- A delivered value as it would be written, with all its decimals.  Example: 20.25 -> '20,25', 301.0 -> '301' -#}
    replace(regexp_replace(cast({{ expression }} as varchar), '\.0$', ''), '.', ',')
{%- endmacro %}
