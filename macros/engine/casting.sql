{#
    SQL that differs between engines stands in this folder, one macro per idea; models call the macro.
#}

{% macro form_of(data_type) -%}
{#- The one form in which a text may be cast to `data_type`, none for other types. An engine reads far more: 5.7 as the integer 6, 'Infinity' and
    'epoch' as days, 't' as true, 1e309 as a number without end; none of these is what somebody meant. -#}
    {%- set forms = {
        'integer': '^[+-]?(0|[1-9][0-9]{0,8})$',
        'double': '^[+-]?(0|[1-9][0-9]{0,14})([.][0-9]{1,15})?$',
        'date': '^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$',
        'boolean': '^(true|false)$',
    } -%}
    {{ return(forms.get(data_type)) }}
{%- endmacro %}


{% macro safe_cast(expression, data_type) -%}
{#- `expression` as `data_type`, or null where it is not written in the form of that type (blanks around it are allowed) or is
    none: 2016-02-30.
    expression: SQL text.  data_type: engine-neutral type name ('integer', 'double', 'date', 'boolean'). dbt writes the rows of
    unit tests with a macro of this name; those come with the engine's own types (INTEGER) and with literals, and pass as they are.
    Example: {{ safe_cast("'2016'", 'integer') }} -> 2016, {{ safe_cast("'x'", 'integer') }} -> null -#}
    {%- if form_of(data_type) -%}
    {%- set trimmed = outer_trim(expression) -%}
    case
        when {{ regex_match(trimmed, form_of(data_type)) }}
            then {{ adapter.dispatch('try_to_cast', 'rusindikator')(trimmed, data_type) }}
    end
    {%- else -%}
    {{ adapter.dispatch('try_to_cast', 'rusindikator')(expression, data_type) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__try_to_cast(expression, data_type) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}


{% macro strict_cast(expression, data_type) -%}
{#- `expression` as `data_type`; null where it is blank or null. Anything else that is not written in the form of the type ends the build,
    with the text in the message. -#}
    {%- set trimmed = outer_trim(expression) -%}
    cast(
        case
            when coalesce({{ trimmed }}, '') = '' then null
            when {{ regex_match(trimmed, form_of(data_type)) }} then {{ trimmed }}
            else concat('not written as {{ data_type }}: ', {{ trimmed }})
        end as {{ data_type }}
    )
{%- endmacro %}


{% macro regex_match(expression, pattern) -%}
{#- True where the whole or part of `expression` matches `pattern` (anchor it with ^ and $).
    pattern: a regular expression both RE2 and Java read. -#}
    {{ return(adapter.dispatch('regex_match', 'rusindikator')(expression, pattern)) }}
{%- endmacro %}

{% macro default__regex_match(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}


{% macro regex_replace(expression, pattern, replacement) -%}
{#- Every match of `pattern` in `expression` replaced by `replacement`. -#}
    {{ return(adapter.dispatch('regex_replace', 'rusindikator')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro default__regex_replace(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}
