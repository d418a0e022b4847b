{% macro price_year() -%}
{#- The year in whose kroner money is shown. It is a part of the contract (real_2016, target_2016_nok, texts of the report), so it is
    no setting. -#}
    {{ return(2016) }}
{%- endmacro %}
