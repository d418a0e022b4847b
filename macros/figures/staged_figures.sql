{#
    The shape in which every source of figures leaves staging: one rule for year, region, value, symbol and
    interval, used by all of them.
#}

{% macro period_kind(period) -%}
{#- What a delivered period is: 'year', 'half_year', 'tertial', 'quarter', 'month' or 'span' (any other stretch of months or
    years); null where the text is no period, which qa_rejected_values refuses.
    Example: '2016' -> year, '2019H1' -> half_year, '2016T3' -> tertial, '2018K4' -> quarter, '2018M09' or '2018-09' -> month,
    '2017-2020' -> span, '2014-07..2015-12' -> span, '2016-01..2016-12' -> year (all of its months), '2016-17' -> null -#}
{%- set month = '(0[1-9]|1[0-2])' -%}
{%- set last = "regexp_extract(" ~ period ~ ", '([.][.]|-)([0-9]{4}(-" ~ month ~ ")?)$', 2)" -%}
    case
        when {{ regex_match(period, '^[0-9]{4}$') }} then 'year'
        when {{ regex_match(period, '^[0-9]{4}H[12]$') }} then 'half_year'
        when {{ regex_match(period, '^[0-9]{4}T[1-3]$') }} then 'tertial'
        when {{ regex_match(period, '^[0-9]{4}[KQ][1-4]$') }} then 'quarter'
        when {{ regex_match(period, '^[0-9]{4}[M-]' ~ month ~ '$') }} then 'month'
        when
            {{ regex_match(period, '^[0-9]{4}-[0-9]{4}$') }}
            or {{ regex_match(period, '^[0-9]{4}(-' ~ month ~ ')?[.][.][0-9]{4}(-' ~ month ~ ')?$') }}
            then case
                when substr({{ period }}, 1, 4) > substr({{ last }}, 1, 4) then null
                when substr({{ period }}, 1, 4) < substr({{ last }}, 1, 4) then 'span'
                -- within one year
                when
                    {{ regex_match(period, '^[0-9]{4}(-01)?([.][.]|-[0-9]{4}$)') }}
                    and (length({{ last }}) = 4 or {{ last }} like '%-12')
                    then 'year'
                when length({{ last }}) = 7 and {{ regex_match(period, '^[0-9]{4}-' ~ month ~ '[.]') }}
                    and substr({{ period }}, 6, 2) > substr({{ last }}, 6, 2) then null
                else 'span'
            end
    end
{%- endmacro %}


{% macro period_year(period) -%}
{#- The year in which a period ends, as integer; null where `period` is no period. Whether a figure counts for that year is
    another matter: int_delivered_figures holds the kind of its period against the one its series is counted over.
    Example: '2016' -> 2016, '2016T3' -> 2016, '2019H1' -> 2019, '2017-2020' -> 2020, '2014-07..2015-12' -> 2015 -#}
    case
        when {{ period_kind(period) }} = 'span'
            then {{ safe_cast("regexp_extract(" ~ period ~ ", '([.][.]|-)([0-9]{4})(-[0-9]{2})?$', 2)", 'integer') }}
        when {{ period_kind(period) }} is not null then {{ safe_cast("substr(" ~ period ~ ", 1, 4)", 'integer') }}
    end
{%- endmacro %}


{% macro health_region_code(name) -%}
{#- Code of a health region from its name, with or without RHF; else null. -#}
    case {{ regex_replace(name, ' RHF$', '') }}
        when 'Helse Vest' then 'H03'
        when 'Helse Midt-Norge' then 'H04'
        when 'Helse Nord' then 'H05'
        when 'Helse Sør-Øst' then 'H12'
    end
{%- endmacro %}


{% macro figure_region(column) -%}
{#- The region_code of a delivered region: 0 for the whole country (var country_names), H.. for a health region, the code of one
    that stands with its name, else the text itself, which qa_rejected_values refuses unless seed region_groups knows it.
    Example: 'Hele landet' -> 0, '0 Hele landet' -> 0, 'EAK Landet' -> 0, 'Helse Vest RHF' -> H03, 'K-3001 Halden' -> 3001,
    'F-30 Viken' -> 30, 'EKG01 Gruppe 1' -> EKG01 -#}
{%- set text = clean_text(column) -%}
{%- set code = "regexp_extract(" ~ text ~ ", '^(K-)?([0-9]{4}|[0-9]{6}|E[A-Z]+[0-9]*)( .*)?$', 2)" -%}
{%- set county = "regexp_extract(" ~ text ~ ", '^F-([0-9]{2})( .*)?$', 1)" -%}
    case
        when
            {{ regex_replace('lower(' ~ text ~ ')', '^(0+|eak) ', '') }} in ('0', '{{ var('country_names') | join("', '") }}')
            or {{ code }} = 'EAK'
            then '0'
        else coalesce({{ health_region_code(text) }}, nullif({{ code }}, ''), nullif({{ county }}, ''), {{ text }})
    end
{%- endmacro %}


{% macro staged_figures(cells, flag=none) -%}
{#- A select of the fourteen columns of stg_*__figures.
    cells: CTE with _delivery_id, source_code, _row_no, series_label, period, region_code, value_text, low_text,
    high_text and unit_delivered, one row per delivered cell. A symbol stands for the value that seed value_symbols
    gives it: '-' is exactly nil, the others are no figure.
    flag: column of `cells` with the flag beside the cell, for sources that print one (seed value_flags). -#}
    select
        cells._delivery_id as delivery_id,
        cells.source_code,
        cells._row_no as row_no,
        cells.series_label,
        {{ period_year('cells.period') }} as year,
        cells.period,
        cells.region_code,
        cells.value_text,
        coalesce(
            {{ parse_number('cells.value_text') }},
            {{ safe_cast("nullif(symbols.value, '')", 'double') }}
        ) as value,
        {{ value_symbol('cells.value_text') }} as value_symbol,
        {{ parse_number('cells.low_text') }} as value_low,
        {{ parse_number('cells.high_text') }} as value_high,
        cells.unit_delivered,
        {% if flag %}{{ text('cells.' ~ flag) }}{% else %}cast(null as {{ dbt.type_string() }}){% endif %} as flag
    from {{ cells }} as cells
    left join {{ ref('value_symbols') }} as symbols
        on {{ value_symbol('cells.value_text') }} = symbols.symbol
{%- endmacro %}
