{#
    Lists that several models of the report run through.
#}

{% macro status_years() -%}
{#- The years that have a column of their own in rpt_status: a contract needs fixed names, so there are more than the data fill. -#}
    {{ return(range(var('first_year') | int, (var('last_status_year') | int) + 1)) }}
{%- endmacro %}


{% macro verdicts() -%}
{#- The verdicts of seed verdict_rules, in the order in which tables count them. -#}
    {{ return(['improved', 'worsened', 'unchanged', 'unclear', 'not_comparable', 'first_measurement', 'no_new_measurement']) }}
{%- endmacro %}
