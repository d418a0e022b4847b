-- One row per amount in the budget papers: a measure, or a chapter in one version of the budget, in one budget year.
{%- set year = adapter.quote('år') %}
{%- set amount = adapter.quote('beløp') %}

with
papers as (
    {%- for source_code, extract in [('KOMMUNEPROP', 'kommuneproposisjonen'), ('STATSBUDSJETT', 'statsbudsjettet')] %}
    select
        '{{ source_code }}' as source_code,
        _delivery_id,
        _row_no,
        kapittel,
        post,
        tiltak,
        budsjettversjon,
        {{ year }} as budget_year,
        {{ amount }} as amount,
        enhet
    from {{ ref(extract) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

keyed_cells as (
    -- Proposed, adopted and revised amounts of a chapter differ, so chapter, item and version are its key.
    -- A measure of the escalation plan has no chapter of its own and is known by its name in every paper.
    select
        _delivery_id,
        source_code,
        _row_no,
        case
            when trim(kapittel) = '' then {{ clean_text('tiltak') }}
            else concat_ws(
                ' | ',
                concat('kap. ', trim(kapittel)),
                case when trim(post) <> '' then concat('post ', trim(post)) end,
                {{ clean_text('tiltak') }}, {{ clean_text('budsjettversjon') }}
            )
        end as series_label,
        {{ plain_text('budget_year') }} as period,
        '0' as region_code,
        amount as value_text,
        cast(null as {{ dbt.type_string() }}) as low_text,
        cast(null as {{ dbt.type_string() }}) as high_text,
        {{ clean_text('enhet') }} as unit_delivered
    from papers
)

{{ staged_figures('keyed_cells') }}
