-- One row per indicator that a delivery takes down because a column or a figure is not in it that indicators of its year rest on,
-- and per series that stood in the last table beside one of this delivery and is not here.
-- A constructed delivery holds what was printed and no more, so nothing is missing from it.
{% set separate_tables = ['fhi_rusmidler', 'kdi', 'samdata'] %}
with delivered_figures as (
    select * from {{ ref('int_delivered_figures') }}
),

register as (
    select *
    from {{ ref('stg_deliveries__register') }}
),

candidates as (
    select
        register.delivery_id,
        register.source_code,
        register.extract,
        register.period_from,
        register.period_to,
        register.data_origin,
        request.told_period
    from {{ source('gate', 'request') }} as request
    inner join register
        on request.delivery_id = register.delivery_id
    where register.data_origin <> 'constructed'
),

indicators as (
    select
        indicator_no,
        label_nb,
        {{ regex_match('expected_years', '^[0-9]{4}-[0-9]{4}$') }} as is_yearly
    from {{ ref('stg_catalogue__indicators') }}
),

excused_indicators as (
    select
        candidates.delivery_id,
        {{ whole('reasons.indicator_no') }} as indicator_no
    from {{ ref('missing_reasons') }} as reasons
    inner join candidates
        on reasons.source_code = candidates.source_code
        and candidates.period_to between {{ whole('reasons.year_from') }} and {{ whole('reasons.year_to') }}
),

-- An indicator rests on the items of its definition, and on the parts of an item that is settled from several questions.
items as (
    select
        definitions.indicator_no,
        definitions.source_code,
        coalesce(composites.component_variable_code, definitions.item_code) as item_code,
        definitions.year_from,
        definitions.year_to
    from {{ ref('stg_catalogue__definitions') }} as definitions
    left join {{ ref('composites') }} as composites
        on definitions.source_code = composites.source_code
        and definitions.item_code = composites.variable_code
),

questions as (
    select
        source_code,
        extract,
        column_name,
        variable_code as item_code
    from {{ ref('variables') }}
    union all
    select
        source_code,
        extract,
        column_name,
        series_code as item_code
    from {{ ref('amounts') }}
),

answered_items as (
    select distinct
        source_code,
        delivery_id,
        year,
        variable_code as item_code
    from {{ ref('int_answer_texts') }}
    union
    select distinct
        source_code,
        delivery_id,
        year,
        series_code as item_code
    from {{ ref('int_delivered_figures') }}
    where is_unit_level
),

-- A row label that nobody has described may be a series under a new name.
renamed_series as (
    select distinct delivery_id
    from {{ ref('int_delivered_figures') }}
    where series_code is null and not is_unit_level
),

-- Questions of a year may come in several deliveries.
items_answered as (
    select distinct
        candidates.delivery_id,
        answered_items.item_code
    from candidates
    inner join answered_items
        on candidates.source_code = answered_items.source_code
        and candidates.period_to = answered_items.year
    inner join register
        on answered_items.delivery_id = register.delivery_id
        and register.data_origin <> 'constructed'
),

missing_columns as (
    select
        candidates.delivery_id,
        candidates.period_to as year,
        questions.column_name,
        indicators.indicator_no,
        indicators.label_nb
    from candidates
    inner join questions
        on candidates.extract = questions.extract
    inner join items
        on questions.source_code = items.source_code
        and questions.item_code = items.item_code
        and candidates.period_to between items.year_from and items.year_to
    inner join indicators
        on items.indicator_no = indicators.indicator_no
    left join items_answered
        on candidates.delivery_id = items_answered.delivery_id
        and questions.item_code = items_answered.item_code
    left join excused_indicators
        on candidates.delivery_id = excused_indicators.delivery_id
        and indicators.indicator_no = excused_indicators.indicator_no
    where items_answered.item_code is null and excused_indicators.indicator_no is null
),

figures as (
    select
        figures.delivery_id,
        figures.source_code,
        figures.series_code,
        figures.item_label,
        figures.year,
        figures.period_kind,
        register.extract,
        register.published_on,
        register.received_on
    from delivered_figures as figures
    inner join register
        on figures.delivery_id = register.delivery_id
    where figures.value is not null and figures.series_code is not null and not figures.is_unit_level
),

-- All candidates of a source are judged together: what one lacks may stand in another.
series_here as (
    select distinct
        candidates.delivery_id,
        figures.series_code
    from candidates
    inner join figures
        on candidates.source_code = figures.source_code
        and candidates.period_to = figures.year
),

series_delivered as (
    select distinct
        candidates.delivery_id,
        figures.series_code
    from candidates
    inner join figures
        on candidates.delivery_id = figures.delivery_id
),

-- Tables that this one goes on from: they share two series with it, or one and what it holds besides is unknown. An article that
-- prints one figure of a table takes nothing down.
earlier_tables as (
    select
        series_delivered.delivery_id,
        before.delivery_id as before_id,
        row_number() over (
            partition by series_delivered.delivery_id
            order by max(before.published_on) desc, max(before.received_on) desc, before.delivery_id desc
        ) as newest_first
    from series_delivered
    inner join candidates
        on series_delivered.delivery_id = candidates.delivery_id
    inner join figures as before
        on series_delivered.series_code = before.series_code
        and candidates.extract = before.extract
    left join candidates as others
        on before.delivery_id = others.delivery_id
    left join renamed_series
        on series_delivered.delivery_id = renamed_series.delivery_id
    where others.delivery_id is null
    group by series_delivered.delivery_id, before.delivery_id
    having count(distinct series_delivered.series_code) >= 2 or count(renamed_series.delivery_id) > 0
),

-- What stood in one table with a figure of this delivery; where a source prints several tables, only the last such table.
series_beside as (
    select distinct
        earlier_tables.delivery_id,
        before.series_code
    from earlier_tables
    inner join candidates
        on earlier_tables.delivery_id = candidates.delivery_id
    inner join figures as before
        on earlier_tables.before_id = before.delivery_id
    where
        earlier_tables.newest_first = 1
        or candidates.extract not in (
            '{{ separate_tables | join("', '") }}'
        )
),

indicators_present as (
    select distinct
        series_here.delivery_id,
        items.indicator_no
    from series_here
    inner join candidates
        on series_here.delivery_id = candidates.delivery_id
    inner join items
        on series_here.series_code = items.item_code
        and candidates.source_code = items.source_code
        and candidates.period_to between items.year_from and items.year_to
),

missing_figures as (
    select distinct
        candidates.delivery_id,
        candidates.period_to as year,
        indicators.indicator_no,
        indicators.label_nb
    from candidates
    inner join series_beside
        on candidates.delivery_id = series_beside.delivery_id
    inner join items
        on series_beside.series_code = items.item_code
        and candidates.source_code = items.source_code
        and candidates.period_to between items.year_from and items.year_to
    inner join indicators
        on items.indicator_no = indicators.indicator_no
        and indicators.is_yearly
    left join indicators_present
        on candidates.delivery_id = indicators_present.delivery_id
        and indicators.indicator_no = indicators_present.indicator_no
    left join excused_indicators
        on candidates.delivery_id = excused_indicators.delivery_id
        and (indicators.indicator_no = excused_indicators.indicator_no or excused_indicators.indicator_no is null)
    where indicators_present.indicator_no is null and excused_indicators.delivery_id is null
),

-- Every series of the extract with the last table of earlier years that it stood in. Who quotes a source prints what he needs;
-- where a source fills an extract from several tables, each has its own series.
last_tables as (
    select
        candidates.delivery_id,
        before.series_code,
        before.delivery_id as before_id,
        min(before.item_label) as item_label,
        row_number() over (
            partition by candidates.delivery_id, before.series_code
            order by max(before.published_on) desc, max(before.received_on) desc, before.delivery_id desc
        ) as newest_first
    from candidates
    inner join figures as before
        on candidates.extract = before.extract
    left join candidates as others
        on before.delivery_id = others.delivery_id
    where
        others.delivery_id is null
        and candidates.data_origin = 'reported'
        and candidates.extract not in ('omtale', 'fhi_rusmidler', 'samdata', 'ssb_kostra')
        and before.period_kind = 'year'
    group by candidates.delivery_id, candidates.period_to, before.series_code, before.delivery_id
    having max(before.year) < candidates.period_to
),

-- A series that stood there beside one of this delivery.
series_gone as (
    select
        last_tables.delivery_id,
        last_tables.item_label
    from last_tables
    inner join figures as before
        on last_tables.before_id = before.delivery_id
    inner join series_delivered as kept
        on last_tables.delivery_id = kept.delivery_id
        and before.series_code = kept.series_code
    left join series_here
        on last_tables.delivery_id = series_here.delivery_id
        and last_tables.series_code = series_here.series_code
    left join series_delivered
        on last_tables.delivery_id = series_delivered.delivery_id
        and last_tables.series_code = series_delivered.series_code
    where last_tables.newest_first = 1 and series_here.series_code is null and series_delivered.series_code is null
    group by last_tables.delivery_id, last_tables.item_label
),

period_counts as (
    select
        candidates.delivery_id,
        candidates.period_to,
        count(figures.series_code) as n_figures,
        count(case when figures.year between candidates.period_from and candidates.period_to then 1 end) as n_of_period,
        {{ list_text('cast(figures.year as ' ~ dbt.type_string() ~ ')', ', ') }} as years
    from candidates
    inner join figures
        on candidates.delivery_id = figures.delivery_id
    where candidates.told_period
    group by candidates.delivery_id, candidates.period_to
)

select
    'missing_column' as code,
    delivery_id,
    cast(null as integer) as row_no,
    column_name,
    '' as value_text,
    concat('#', indicator_no, ' ', label_nb) as subject,
    column_name as expected,
    indicator_no,
    year
from missing_columns
union all
select
    'missing_figure' as code,
    delivery_id,
    cast(null as integer) as row_no,
    '' as column_name,
    '' as value_text,
    concat('#', indicator_no, ' ', label_nb) as subject,
    cast(year as {{ dbt.type_string() }}) as expected,
    indicator_no,
    year
from missing_figures
union all
select
    'series_gone' as code,
    delivery_id,
    cast(null as integer) as row_no,
    '' as column_name,
    '' as value_text,
    item_label as subject,
    '' as expected,
    cast(null as integer) as indicator_no,
    cast(null as integer) as year
from series_gone
union all
select
    'no_figure_of_asked_period' as code,
    delivery_id,
    cast(null as integer) as row_no,
    '' as column_name,
    years as value_text,
    '' as subject,
    cast(period_to as {{ dbt.type_string() }}) as expected,
    cast(null as integer) as indicator_no,
    period_to as year
from period_counts
where n_of_period = 0
