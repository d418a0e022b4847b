{#
    The shape in which every source of figures leaves staging: one rule for year, region, value, symbol and
    interval, used by all of them.
#}

{% macro period_year(period) -%}
{#- The year a period counts for, as integer: the year itself, or the last year of a longer period.
    Example: '2016' -> 2016, '2016T3' (third tertial) -> 2016, '2019H1' (half-year) -> 2019, '2017-2020' -> 2020,
    '2014-07..2015-12' -> 2015.
    Null where `period` is none of these. -#}
    {{ safe_cast(
        "regexp_extract(" ~ period ~ ", '(^|[^0-9])([0-9]{4})(-(0[1-9]|1[0-2]))?([TH][1-3])?$', 2)",
        'integer'
    ) }}
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
{#- The region_code of a delivered region: 0 for the whole country, H.. for a health region, the code of one that stands with
    its name, else the text itself, which qa_rejected_values refuses unless seed region_groups knows it.
    Example: 'Hele landet' -> 0, 'EAK Landet' -> 0, 'Helse Vest RHF' -> H03, 'K-3001 Halden' -> 3001, 'EKG01 Gruppe 1' -> EKG01 -#}
{%- set text = clean_text(column) -%}
{%- set code = "regexp_extract(" ~ text ~ ", '^(K-)?([0-9]{4}|[0-9]{6}|E[A-Z]+[0-9]*)( .*)?$', 2)" -%}
    case
        when {{ text }} in ('0', 'Landet', 'Hele landet', 'Heile landet', 'Norge', 'Noreg') or {{ code }} = 'EAK' then '0'
        else coalesce({{ health_region_code(text) }}, nullif({{ code }}, ''), {{ text }})
    end
{%- endmacro %}


{% macro staged_figures(cells) -%}
{#- A select of the thirteen columns of stg_*__figures.
    cells: CTE with _delivery_id, source_code, _row_no, series_label, period, region_code, value_text, low_text,
    high_text and unit_delivered, one row per delivered cell. A symbol stands for the value that seed value_symbols
    gives it: '-' is exactly nil, the others are no figure. -#}
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
        cells.unit_delivered
    from {{ cells }} as cells
    left join {{ ref('value_symbols') }} as symbols
        on {{ value_symbol('cells.value_text') }} = symbols.symbol
{%- endmacro %}
