{% macro unpivot_columns(relation, keep, name, value, except=[]) -%}
{#- A select that turns every column of `relation` but those in `keep` and `except` into rows.
    relation: a ref or a CTE name.  keep: columns repeated on each row.  except: columns left out.
    name, value: what the two new columns are called. A null cell (the column was not in that delivery) gives no row;
    a blank cell ('') does. Columns are found when the query runs, so a new year's column needs no change here.
    Example: {{ unpivot_columns(ref('samdata'), keep=['_delivery_id', '_row_no'], name='period', value='cell_text') }} -#}
    {{ return(adapter.dispatch('unpivot_columns', 'rusindikator')(relation, keep, name, value, except)) }}
{%- endmacro %}

{% macro default__unpivot_columns(relation, keep, name, value, except) -%}
    select {{ keep | join(', ') }}, {{ name }}, {{ value }}
    from (
        {% if except %}
        unpivot (select * exclude ({{ except | join(', ') }}) from {{ relation }})
        {% else %}
        unpivot {{ relation }}
        {% endif %}
        on columns(* exclude ({{ keep | join(', ') }}))
        into name {{ name }} value {{ value }}
    )
{%- endmacro %}


{% macro year_series(first_year, last_year) -%}
{#- A select with one column `year`: every year from `first_year` to `last_year` (SQL expressions), both included. -#}
    {{ return(adapter.dispatch('year_series', 'rusindikator')(first_year, last_year)) }}
{%- endmacro %}

{% macro default__year_series(first_year, last_year) -%}
    select unnest(range({{ first_year }}, {{ last_year }} + 1))::integer as year
{%- endmacro %}


{% macro list_text(expression, separator='; ') -%}
{#- Aggregate: the distinct values of `expression`, sorted, as one text. -#}
    {{ return(adapter.dispatch('list_text', 'rusindikator')(expression, separator)) }}
{%- endmacro %}

{% macro default__list_text(expression, separator) -%}
    array_to_string(list_sort(list_distinct(list({{ expression }}))), '{{ separator }}')
{%- endmacro %}


{% macro split_rows(expression, separator) -%}
{#- Table function for a select list: one row for each part of a separated text. -#}
    {{ return(adapter.dispatch('split_rows', 'rusindikator')(expression, separator)) }}
{%- endmacro %}

{% macro default__split_rows(expression, separator) -%}
    unnest(string_split({{ expression }}, '{{ separator }}'))
{%- endmacro %}
