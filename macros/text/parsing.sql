{% macro clean_text(column) -%}
{#- `column` without outer white space, with inner white space (also no-break and thin spaces, line breaks) folded to one
    space, and without the footnote mark that tables carry: `<sup>27</sup>` or a trailing `1)`.
    Example: ' Stifinner 1)' -> 'Stifinner' -#}
    trim({{ regex_replace(
        regex_replace(
            regex_replace(column, '[\\s\\x{00A0}\\x{2007}\\x{2009}\\x{202F}]+', ' '),
            '<sup>[^<]*</sup>', ''
        ),
        ' ?[0-9]\\)$', ''
    ) }})
{%- endmacro %}


{% macro answer_text(column) -%}
{#- The key under which answer_aliases lists an answer: `column` trimmed, lower case, inner white space folded. -#}
    lower(trim({{ regex_replace(column, '[\\s\\x{00A0}\\x{2007}\\x{2009}\\x{202F}]+', ' ') }}))
{%- endmacro %}


{% macro to_int(column) -%}
{#- `column` as an integer, or null. Blanks around it are allowed, decimals are not.  Example: ' 2016' -> 2016 -#}
    case when {{ regex_match('trim(' ~ column ~ ')', '^[0-9]{1,9}$') }} then cast(trim({{ column }}) as integer) end
{%- endmacro %}


{% macro number_text(column) -%}
{#- A number's text with all kinds of spaces made plain, unicode minus made '-', and a percent sign taken off. -#}
    trim({{ regex_replace(
        regex_replace(
            regex_replace(column, '[\\s\\x{00A0}\\x{2007}\\x{2009}\\x{202F}]+', ' '),
            '^ ?[\\x{2212}\\x{2013}] ?', '-'
        ),
        ' ?%$', ''
    ) }})
{%- endmacro %}


{% macro parse_number(column) -%}
{#- A figure as Norwegian sources write it, as double; null where the text is no well-formed number.
    Read:     '13 936' (any kind of space, groups of three), '3,9 %', '-1,7', '2.03', '1.234,5', '1.234.567'
    Refused:  '1 39 36', '12,3,4', '1O', '2016-01-03', and '1.959', which may mean two thousand or two.
    Spark and DuckDB read the patterns alike. -#}
{%- set text = number_text(column) -%}
    case
        when {{ regex_match(text, '^[+-]?([0-9]{1,3}( [0-9]{3})+|[0-9]+)(,[0-9]+)?$') }}
            then cast(replace(replace({{ text }}, ' ', ''), ',', '.') as double)
        when {{ regex_match(text, '^[+-]?[0-9]{1,3}(\\.[0-9]{3})+,[0-9]+$') }}
            or {{ regex_match(text, '^[+-]?[0-9]{1,3}(\\.[0-9]{3}){2,}$') }}
            then cast(replace(replace({{ text }}, '.', ''), ',', '.') as double)
        when {{ regex_match(text, '^[+-]?[0-9]+\\.[0-9]+$') }}
            and not {{ regex_match(text, '^[+-]?[1-9][0-9]{0,2}\\.[0-9]{3}$') }}
            then cast({{ text }} as double)
    end
{%- endmacro %}


{% macro value_symbol(column) -%}
{#- The symbol that stands where a figure is missing (seed value_symbols explains each), else null.
    A blank cell gives ''. Verbal figures such as '<50' or '>90' give their sign: they are no point value. -#}
    case
        when trim({{ column }}) in ('', '.', '..', '...', ':', '-', '–') then trim({{ column }})
        when {{ regex_match('trim(' ~ column ~ ')', '^[<>] ?[0-9]') }} then substr(trim({{ column }}), 1, 1)
    end
{%- endmacro %}
