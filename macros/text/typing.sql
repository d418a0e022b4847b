{#
    Catalogue and reference seeds arrive as text, a blank cell as ''. These macros type a column in one word.
#}

{% macro text(column) -%}{#- Text without outer white space; a blank cell is null. -#} nullif({{ outer_trim(column) }}, '') {%- endmacro %}

{% macro whole(column) -%}{#- An integer; anything else stops the build. -#} {{ strict_cast(column, 'integer') }} {%- endmacro %}

{% macro number(column) -%}{#- A number with a decimal point; anything else stops the build. -#} {{ strict_cast(column, 'double') }} {%- endmacro %}

{% macro day(column) -%}{#- A day written 2018-03-31; anything else stops the build. -#} {{ strict_cast(column, 'date') }} {%- endmacro %}

{% macro flag(column) -%}
{#- True where the cell says 'true', false where it says 'false' or is blank; anything else stops the build. -#}
    case when {{ column }} is not null then coalesce({{ strict_cast(column, 'boolean') }}, false) end
{%- endmacro %}
