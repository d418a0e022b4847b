{% macro newest_first(vintage_date, received_on, delivery_id) -%}
{#- The order in which deliveries of one thing are taken, newest first, for an `order by`: the day of publication; of two that were
    published on one day the one received later, which is the correction; of two received on one day _v10 after _v9.
    All arguments: SQL columns. -#}
    {{ vintage_date }} desc, {{ received_on }} desc, length({{ delivery_id }}) desc, {{ delivery_id }} desc
{%- endmacro %}
