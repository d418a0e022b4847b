-- One row per finding that does not stop the build but that somebody should look at.
with unknown_columns as (
    {% for extract in extract_names() %}
    {% set known = described_columns(extract) %}
    {% set relation = ref(extract) %}
    {% for column in (adapter.get_columns_in_relation(relation) if execute else [])
        if column.name | lower not in known and not modules.re.match('^[0-9]{4}', column.name) %}
    select
        'unknown_column' as finding,
        '{{ extract }}' as subject,
        {{ sentence('column_not_described', 'en', {'name': "'" ~ column.name | replace("'", "''") ~ "'"}) }} as detail
    union all
    {% endfor %}
    {% endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as finding,
        cast(null as {{ dbt.type_string() }}) as subject,
        cast(null as {{ dbt.type_string() }}) as detail
),

unknown_series as (
    select distinct
        'unknown_series' as finding,
        delivery_id as subject,
        {{ sentence('series_not_listed', 'en', {'label': 'item_label'}) }} as detail
    from {{ ref('int_delivered_figures') }}
    where series_code is null
),

low_coverage as (
    select
        'coverage_below_expected' as finding,
        source_code || ' ' || year as subject,
        {{ sentence('coverage_below_expected', 'en', {'answered': 'units_answered', 'expected': 'units_expected'}) }} as detail
    from {{ ref('qa_coverage') }}
    where units_answered < units_expected
),

no_population as (
    select
        'population_missing' as finding,
        source_code || ' ' || year as subject,
        {{ sentence('population_missing', 'en', {'year': 'year'}) }} as detail
    from {{ ref('qa_coverage') }}
    where share_population is null and not is_population_share_invented
),

-- Decimal slips that stay within the limits: a share of 57 read as 5.7 is as possible as any other (D-73).
steps as (
    select
        years.indicator_no,
        years.year,
        years.value,
        coalesce(
            lag(years.value) over (partition by years.indicator_no order by years.year),
            years.baseline_value
        ) as value_before,
        indicators.max_step_factor
    from {{ ref('fct_indicator_year') }} as years
    inner join {{ ref('dim_indicator') }} as indicators
        on years.indicator_no = indicators.indicator_no
    where years.value is not null
),

withheld as (
    select
        'delivery_withheld' as finding,
        delivery_id as subject,
        {{ sentence('delivery_withheld', 'en') }} as detail
    from {{ ref('qa_delivery') }}
    where is_withheld
),

long_steps as (
    select
        'step_is_long' as finding,
        '#' || indicator_no || ' ' || year as subject,
        {{ sentence('step_is_long', 'en', {
            'value': 'round(value, 2)', 'factor': 'max_step_factor', 'before': 'round(value_before, 2)'
        }) }} as detail
    from steps
    where value > value_before * max_step_factor or value * max_step_factor < value_before
)

select * from unknown_columns
where finding is not null
union all
select * from unknown_series
union all
select * from low_coverage
union all
select * from no_population
union all
select * from long_steps
union all
select * from withheld
