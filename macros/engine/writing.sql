{#
    Numbers and templates as readable text: the sentences of the report tables are written in SQL.
#}

{% macro written_number(expression, decimals, language, sign=false) -%}
{#- A number as a reader of that language writes it; null stays null. Groups of three from 1,000 on.
    expression: SQL number.  decimals: SQL whole number 0-3.  language: 'nb' (no-break space, comma) or 'en' (comma, point).
    sign: true puts a plus before what is above zero.
    Example: 13936.25, 1, 'nb' -> 13 936,3 ; 'en' -> 13,936.3 -#}
    {{ return(adapter.dispatch('written_number', 'rusindikator')(expression, decimals, language, sign)) }}
{%- endmacro %}

{% macro default__written_number(expression, decimals, language, sign) -%}
{%- set plain -%}
case {{ decimals }}
        {% for d in range(4) -%}
        when {{ d }} then format('{:,.{{ d }}f}', round(abs(cast({{ expression }} as double)), {{ d }}))
        {% endfor -%}
    end
{%- endset -%}
(
    case
        when round({{ expression }}, {{ decimals }}) < 0 then '−'
        {% if sign %}when round({{ expression }}, {{ decimals }}) > 0 then '+'{% endif %}
        else ''
    end
    {% if language == 'nb' -%}
    || replace(replace(replace({{ plain }}, ',', '_'), '.', ','), '_', chr(160))
    {%- else -%}
    || {{ plain }}
    {%- endif %}
)
{%- endmacro %}


{% macro filled_template(template, values) -%}
{#- `template` with every {name} replaced; a null value leaves nothing behind. White space is folded afterwards.
    template: SQL text.  values: dictionary name -> SQL text. -#}
{%- set text = namespace(sql=template) -%}
{%- for name, value in values.items() -%}
    {%- set text.sql = "replace(" ~ text.sql ~ ", '{" ~ name ~ "}', coalesce(" ~ value ~ ", ''))" -%}
{%- endfor -%}
trim({{ regex_replace(text.sql, ' +', ' ') }})
{%- endmacro %}


{% macro sentence(code, language, values={}) -%}
{#- A sentence of seed texts with its {names} filled in.
    code: row of the seed.  language: 'nb' or 'en'.  values: dictionary name -> SQL, of any type. -#}
{%- set filled = {} -%}
{%- for name, value in values.items() -%}
    {%- do filled.update({name: 'cast(' ~ value ~ ' as ' ~ dbt.type_string() ~ ')'}) -%}
{%- endfor -%}
{%- set template = "(select text_" ~ language ~ " from " ~ ref('texts') ~ " where text_code = '" ~ code ~ "')" -%}
{{ filled_template(template, filled) }}
{%- endmacro %}


{% macro rounded_to(expression, decimals) -%}
{#- A number rounded to a number of decimals that differs from row to row; null outside 0-3. An engine may know constants only.
    expression: SQL number.  decimals: SQL whole number 0-3.  Example: 1.94, 1 -> 1.9 -#}
    case {{ decimals }}
        {% for d in range(4) %}when {{ d }} then round({{ expression }}, {{ d }}) {% endfor %}
    end
{%- endmacro %}


{% macro rounded_up_to(expression, decimals) -%}
{#- The same rounded up, so that it never falls below the number.  Example: 1.01, 1 -> 1.1 ; 1.1, 1 -> 1.1 -#}
    case {{ decimals }}
        {% for d in range(4) %}when {{ d }} then round(ceil(({{ expression }}) * 1e{{ d }} - 1e-9) / 1e{{ d }}, {{ d }}) {% endfor %}
    end
{%- endmacro %}


{% macro told_decimals(expression) -%}
{#- The fewest decimals, 0-3, that tell a number of at most three exactly.  Example: 1.05 -> 2 ; 2 -> 0 -#}
    case
        {% for d in range(3) %}when {{ expression }} = round({{ expression }}, {{ d }}) then {{ d }} {% endfor %}
        else 3
    end
{%- endmacro %}
