{#
    The two views every microdata source is staged into. They differ between sources only in which columns are the keys,
    so the sources share these macros.
#}

{% macro stage_units(extract, source_code, unit_key, municipality='kommunenr', district=none, name='kommune', in_scope='true') -%}
{#- One row per unit of a microdata delivery (a municipality, a person, a respondent): its keys, typed.
    extract: raw seed.  unit_key: SQL for what identifies the unit within a delivery.
    municipality, district, name: raw columns; `district` is the Oslo bydel code where the source has one.
    in_scope: SQL, false for units the indicators do not speak of. -#}
    select
        _delivery_id as delivery_id,
        '{{ source_code }}' as source_code,
        _row_no as row_no,
        aar as year_text,
        {{ to_int('aar') }} as year,
        {{ unit_key }} as unit_key,
        trim({{ municipality }}) as municipality_code,
        {% if district %}
        coalesce(nullif(trim({{ district }}), ''), trim({{ municipality }})) as region_code,
        {% else %}
        trim({{ municipality }}) as region_code,
        {% endif %}
        {{ clean_text(name) }} as unit_name,
        {{ in_scope }} as is_in_scope
    from {{ ref(extract) }}
{%- endmacro %}


{% macro stage_answers(relation, source_code, keys, except, region_code) -%}
{#- One row per unit and delivered column: the cell as delivered. A column that was not in the delivery gives no row.
    relation: a ref or CTE of the raw rows.  keys: raw columns repeated on each row.  except: raw columns that are neither key nor answer.  region_code: SQL. -#}
    select
        _delivery_id as delivery_id,
        '{{ source_code }}' as source_code,
        _row_no as row_no,
        {{ to_int('aar') }} as year,
        {{ region_code }} as region_code,
        column_name,
        cell_text
    from (
        {{ unpivot_columns(
            relation,
            keep=['_delivery_id', '_row_no', 'aar'] + keys,
            except=['_file_name'] + except,
            name='column_name',
            value='cell_text'
        ) }}
    ) as cells
{%- endmacro %}


{% macro any_of(answer) -%}
{#- Aggregate over the parts of a composite question: 'ja' where any part is 'ja', 'nei' where none is and at least one is
    'nei', else 'ubesvart' (nothing usable was answered). Used by #30, #54, #55 and #70. -#}
    case
        when max(case when {{ answer }} = 'ja' then 1 else 0 end) = 1 then 'ja'
        when max(case when {{ answer }} = 'nei' then 1 else 0 end) = 1 then 'nei'
        else 'ubesvart'
    end
{%- endmacro %}
