{#
    Catalogue and reference seeds arrive as text, a blank cell as ''. These macros type a column in one word.
#}

{% macro text(column) -%}{#- Trimmed text; a blank cell is null. -#} nullif(trim({{ column }}), '') {%- endmacro %}

{% macro whole(column) -%}{#- An integer; anything else stops the build. -#} cast(nullif(trim({{ column }}), '') as integer) {%- endmacro %}

{% macro number(column) -%}{#- A number with a decimal point; anything else stops the build. -#} cast(nullif(trim({{ column }}), '') as double) {%- endmacro %}

{% macro day(column) -%}{#- A day written 2018-03-31; anything else stops the build. -#} cast(nullif(trim({{ column }}), '') as date) {%- endmacro %}

{% macro flag(column) -%}{#- True where the cell says 'true'. -#} (trim({{ column }}) = 'true') {%- endmacro %}
