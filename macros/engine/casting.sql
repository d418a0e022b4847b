{#
    SQL that differs between engines stands in this folder, one macro per idea; models call the macro.
#}

{% macro safe_cast(expression, data_type) -%}
{#- `expression` as `data_type`, or null where it cannot be read as one.
    expression: SQL text.  data_type: engine-neutral type name ('integer', 'double', 'date').
    Example: {{ safe_cast("'2016'", 'integer') }} -> 2016, {{ safe_cast("'x'", 'integer') }} -> null -#}
    {{ return(adapter.dispatch('safe_cast', 'rusindikator')(expression, data_type)) }}
{%- endmacro %}

{% macro default__safe_cast(expression, data_type) -%}
    try_cast({{ expression }} as {{ data_type }})
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
