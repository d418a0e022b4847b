-- One row per figure, and per year of answers, that was delivered before and is another now, and per indicator that may change
-- by it.
with unit_counts as (
    select * from {{ ref('int_unit_counts') }}
),

definitions as (
    select * from {{ ref('stg_catalogue__definitions') }}
),

register as (
    select *
    from {{ ref('stg_deliveries__register') }}
),

candidates as (
    select register.*
    from {{ source('gate', 'request') }} as request
    inner join register
        on request.delivery_id = register.delivery_id
),

figures as (
    select
        figures.*,
        register.published_on,
        register.received_on,
        candidates.delivery_id is not null as is_candidate
    from {{ ref('int_delivered_figures') }} as figures
    inner join register
        on figures.delivery_id = register.delivery_id
    left join candidates
        on figures.delivery_id = candidates.delivery_id
    where figures.value is not null and not figures.is_unit_level
),

items_answered as (
    select distinct
        texts.delivery_id,
        coalesce(composites.variable_code, texts.variable_code) as item_code
    from {{ ref('int_answer_texts') }} as texts
    left join {{ ref('composites') }} as composites
        on texts.source_code = composites.source_code
        and texts.variable_code = composites.component_variable_code
    union
    select distinct
        delivery_id,
        variable_code as item_code
    from {{ ref('int_answer_texts') }}
    union
    select distinct
        delivery_id,
        series_code as item_code
    from {{ ref('int_delivered_figures') }}
    where is_unit_level
),

compared_figures as (
    select
        now.delivery_id,
        now.source_code,
        now.series_code,
        concat(
            now.item_label, ', ', now.period, case when now.region_code <> '0' then concat(', ', now.region_code) else '' end
        ) as what,
        now.year,
        now.region_code,
        now.value,
        before.value as value_before,
        before.delivery_id as before_id,
        row_number() over (
            partition by now.delivery_id, now.row_no, now.item_label, now.period, now.region_code
            order by before.published_on desc, before.received_on desc, before.delivery_id desc
        ) as newest_first
    from figures as now
    inner join figures as before
        on now.source_code = before.source_code
        and now.item_label = before.item_label
        and now.period = before.period
        and now.region_code = before.region_code
    where now.is_candidate and not before.is_candidate
),

answers as (
    select
        candidates.delivery_id,
        candidates.source_code,
        years.year,
        arg_max(before.delivery_id, before.published_on) as before_id,
        arg_max(before.data_origin, before.published_on) as origin_before
    from candidates
    inner join ({{ year_series(2000, 2100) }}) as years
        on years.year between candidates.period_from and candidates.period_to
    inner join register as before
        on candidates.extract = before.extract
        and years.year between before.period_from and before.period_to
    left join candidates as others
        on before.delivery_id = others.delivery_id
    where
        others.delivery_id is null
        and candidates.source_code in (select source_code from unit_counts)
    group by candidates.delivery_id, candidates.source_code, years.year
),

revised_figures as (
    select
        delivery_id,
        source_code,
        series_code as item_code,
        what,
        year,
        region_code,
        {{ shown_value('value_before') }} as value_before,
        {{ shown_value('value') }} as value_now,
        before_id
    from compared_figures
    where newest_first = 1 and value <> value_before
    union all
    select
        answers.delivery_id,
        answers.source_code,
        items_answered.item_code,
        concat('svar / answers ', answers.year) as what,
        answers.year,
        '0' as region_code,
        answers.origin_before as value_before,
        'received' as value_now,
        answers.before_id
    from answers
    inner join items_answered
        on answers.delivery_id = items_answered.delivery_id
)

select
    revised_figures.delivery_id,
    revised_figures.what,
    revised_figures.year,
    revised_figures.value_before,
    revised_figures.value_now,
    revised_figures.before_id,
    {{ list_text('cast(definitions.indicator_no as ' ~ dbt.type_string() ~ ')', ',') }} as indicators
from revised_figures
left join definitions
    on revised_figures.source_code = definitions.source_code
    and revised_figures.item_code = definitions.item_code
    and revised_figures.year between definitions.year_from and definitions.year_to
    and revised_figures.region_code = '0'
group by
    revised_figures.delivery_id, revised_figures.what, revised_figures.year, revised_figures.value_before,
    revised_figures.value_now, revised_figures.before_id
