{#
    How delivered texts are read. What each macro makes of awkward texts stands in macros/text/awkward_texts.sql.
    A pattern must mean the same to RE2 (DuckDB) and Java (Spark).
#}

{% macro white_space() -%}
{#- All white space, for a character class: line breaks, tabs, and the spaces of Unicode. -#}
    {{ return('\\x{0009}-\\x{000D}\\x{0020}\\x{0085}\\x{00A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}') }}
{%- endmacro %}


{% macro visible(column) -%}
{#- `column` without what nobody sees: soft hyphen, zero-width characters, marks of direction and of byte order. -#}
    {{ regex_replace(column, '[\\x{00AD}\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2064}\\x{2066}-\\x{2069}\\x{FEFF}]+', '') }}
{%- endmacro %}


{% macro outer_trim(column) -%}
{#- `column` without invisible characters and without white space of any kind around it; what stands between is left alone. -#}
    {{ regex_replace(visible(column), '^[' ~ white_space() ~ ']+|[' ~ white_space() ~ ']+$', '') }}
{%- endmacro %}


{% macro plain_text(column) -%}
{#- `column` without invisible characters and outer white space, with inner white space of any kind folded to one space. -#}
    trim({{ regex_replace(visible(column), '[' ~ white_space() ~ ']+', ' ') }})
{%- endmacro %}


{% macro clean_text(column) -%}
{#- A label as plain_text leaves it, without the footnote mark that tables carry: `<sup>27</sup>`, or a `1)` at its end that
    closes no bracket.
    Example: ' Stifinner 1)' -> 'Stifinner', 'Alder (15-16) 12)' -> 'Alder (15-16)', 'Tilbud (ja=1, nei=0)' as it is -#}
{%- set marked = plain_text(regex_replace(column, '<sup>[^<]*</sup>', '')) -%}
    case
        when {{ regex_match(marked, '^([^()]|[(][^()]*[)])*[^0-9][0-9]{1,2}[)]$') }}
            then {{ regex_replace(marked, ' ?[0-9]{1,2}[)]$', '') }}
        else {{ marked }}
    end
{%- endmacro %}


{% macro answer_text(column) -%}
{#- The key under which answer_aliases lists an answer: `column` as plain_text leaves it, in lower case. -#}
    lower({{ plain_text(column) }})
{%- endmacro %}


{% macro to_int(column) -%}
{#- `column` as an integer without sign, or null. White space around it is allowed; decimals, nil in front and signs are not.
    Example: ' 2016' -> 2016 -#}
{%- set trimmed = outer_trim(column) -%}
    case when {{ regex_match(trimmed, '^(0|[1-9][0-9]{0,8})$') }} then cast({{ trimmed }} as integer) end
{%- endmacro %}


{% macro number_text(column) -%}
{#- A number's text without outer white space, with the spaces that group digits made plain, unicode minus made '-', and a percent
    sign taken off. A line break or tab inside stays: it parts two figures. -#}
{%- set spaced = regex_replace(outer_trim(column), '[ \\x{00A0}\\x{2007}\\x{2009}\\x{202F}]+', ' ') -%}
    {{ regex_replace(regex_replace(spaced, '^[\\x{2212}\\x{2013}] ?', '-'), ' ?%$', '') }}
{%- endmacro %}


{% macro parse_number(column) -%}
{#- A figure as Norwegian sources write it, as double; null where the text is no well-formed number.
    Read:     '13 936' (any kind of space, groups of three), '3,9 %', '-1,7', '2.03', '1.234,5', '1.234.567'
    Refused:  '1 39 36', '12,3,4', '1O', '0301', '2016-01-03', more than fifteen digits, and '1.959', which may mean two thousand
    or two. -#}
{%- set text = number_text(column) -%}
{%- set decimals = ',[0-9]{1,15}' -%}
    case
        when {{ regex_match(text, '^[+-]?([1-9][0-9]{0,2}( [0-9]{3}){1,4}|0|[1-9][0-9]{0,14})(' ~ decimals ~ ')?$') }}
            then cast(replace(replace({{ text }}, ' ', ''), ',', '.') as double)
        when {{ regex_match(text, '^[+-]?[1-9][0-9]{0,2}([.][0-9]{3}){1,4}' ~ decimals ~ '$') }}
            or {{ regex_match(text, '^[+-]?[1-9][0-9]{0,2}([.][0-9]{3}){2,4}$') }}
            then cast(replace(replace({{ text }}, '.', ''), ',', '.') as double)
        when {{ regex_match(text, '^[+-]?(0|[1-9][0-9]{0,14})[.][0-9]{1,15}$') }}
            and not {{ regex_match(text, '^[+-]?[1-9][0-9]{0,2}[.][0-9]{3}$') }}
            then cast({{ text }} as double)
    end + 0e0 {#- -0,0 is 0 #}
{%- endmacro %}


{% macro value_symbol(column) -%}
{#- The symbol that stands where a figure is missing (seed value_symbols explains each), else null.
    A blank cell gives ''. Verbal figures such as '<50' or '>90 %' give their sign: they are no point value. -#}
{%- set symbol = outer_trim(column) -%}
    case
        when {{ symbol }} in ('', '.', '..', '...', ':', '-', '–') then {{ symbol }}
        when {{ regex_match(symbol, '^[<>] ?[0-9][0-9 .,]*%?$') }} then substr({{ symbol }}, 1, 1)
    end
{%- endmacro %}
