-- One row per question whose answers are not what the same question had in the delivery before: nobody answered, half is blank,
-- the favourable share has jumped, the scale reads from the other end, two questions have changed places, or all is that of
-- another year.
with register as (
    select *
    from {{ ref('stg_deliveries__register') }}
),

candidates as (
    select
        register.delivery_id,
        register.source_code,
        register.period_to
    from {{ source('gate', 'request') }} as request
    inner join register
        on request.delivery_id = register.delivery_id
),

delivered_answers as (
    select
        answers.source_code,
        answers.delivery_id,
        answers.year,
        answers.column_name,
        answers.variable_code,
        answers.scale_code,
        answers.cell_text,
        coalesce(answers.answer_code, '') as answer_code,
        answers.first_row_no,
        answers.n
    from {{ ref('int_answer_texts') }} as answers
    inner join (select distinct source_code from candidates) as sources
        on answers.source_code = sources.source_code
),

-- A mark such as arsverk_fra_aaret_for may well be blank everywhere: no indicator rests on it.
questions_used as (
    select
        definitions.source_code,
        coalesce(composites.component_variable_code, definitions.item_code) as variable_code
    from {{ ref('stg_catalogue__definitions') }} as definitions
    left join {{ ref('composites') }} as composites
        on definitions.source_code = composites.source_code
        and definitions.item_code = composites.variable_code
    group by definitions.source_code, coalesce(composites.component_variable_code, definitions.item_code)
),

rules as (
    select
        definitions.source_code,
        definitions.item_code as variable_code,
        rules.scale_code,
        rules.answer_code,
        max(case when {{ flag('rules.is_success') }} then 1 else 0 end) as is_success,
        max(case when {{ flag('rules.is_in_denominator') }} then 1 else 0 end) as is_in_denominator
    from {{ ref('stg_catalogue__definitions') }} as definitions
    inner join {{ ref('answer_rules') }} as rules
        on definitions.rule_code = rules.rule_code
    group by definitions.source_code, definitions.item_code, rules.scale_code, rules.answer_code
),

scales as (
    select
        scale_code,
        answer_code,
        {{ whole('answer_order') }} as answer_order
    from {{ ref('answer_scales') }}
    where not {{ flag('is_missing') }} and answer_code not in ('vet_ikke', 'ikke_relevant', 'har_ikke')
),

tables as (
    select
        delivery_id,
        max(year) as year,
        count(*) as n_rows,
        {{ list_text("region_code || '|' || column_name || '|' || cell_text || '|' || n", ';') }} as content
    from {{ ref('int_answer_texts') }}
    group by delivery_id
),

-- What was delivered last of an earlier year, question by question. Constructed answers give national shares, as printed.
earlier_answers as (
    select
        candidate_id,
        variable_code,
        delivery_id
    from (
        select
            candidates.delivery_id as candidate_id,
            questions.variable_code,
            questions.delivery_id,
            row_number() over (
                partition by candidates.delivery_id, questions.variable_code
                order by questions.year desc, register.published_on desc, register.received_on desc, questions.delivery_id desc
            ) as newest_first
        from candidates
        inner join (
            select distinct
                source_code,
                variable_code,
                delivery_id,
                year
            from delivered_answers
        ) as questions
            on candidates.source_code = questions.source_code
            and candidates.period_to > questions.year
        inner join register
            on questions.delivery_id = register.delivery_id
            and register.is_known
        left join candidates as others
            on questions.delivery_id = others.delivery_id
        where others.delivery_id is null
    ) as ranked
    where newest_first = 1
),

blanks as (
    select
        delivered_answers.delivery_id,
        delivered_answers.variable_code,
        delivered_answers.column_name,
        sum(delivered_answers.n) as n_units,
        sum(case when trim(delivered_answers.cell_text) = '' then delivered_answers.n else 0 end) as n_blank,
        min(case when trim(delivered_answers.cell_text) = '' then delivered_answers.first_row_no end) as first_blank_row
    from delivered_answers
    inner join questions_used
        on delivered_answers.source_code = questions_used.source_code
        and delivered_answers.variable_code = questions_used.variable_code
    group by delivered_answers.delivery_id, delivered_answers.variable_code, delivered_answers.column_name
),

blank_findings as (
    select
        case when now.n_blank = now.n_units then 'question_unanswered' else 'answers_blank' end as code,
        now.delivery_id,
        now.first_blank_row as row_no,
        now.column_name,
        '' as value_text,
        {{ shown_number('100.0 * now.n_blank / now.n_units') }} as subject,
        coalesce({{ shown_number('100.0 * before.n_blank / before.n_units') }}, '0') as expected
    from blanks as now
    inner join candidates
        on now.delivery_id = candidates.delivery_id
    left join earlier_answers
        on now.delivery_id = earlier_answers.candidate_id
        and now.variable_code = earlier_answers.variable_code
    left join blanks as before
        on earlier_answers.delivery_id = before.delivery_id
        and earlier_answers.variable_code = before.variable_code
    where
        now.n_blank = now.n_units
        or (
            now.n_units >= {{ gate_rule('answers_blank', 'min_size') }}
            and 100.0 * now.n_blank >= {{ gate_rule('answers_blank', 'high') }} * now.n_units
            and coalesce(1.0 * before.n_blank / before.n_units, 0) < 0.5 * now.n_blank / now.n_units
        )
),

favourable_shares as (
    select
        delivered_answers.delivery_id,
        delivered_answers.variable_code,
        delivered_answers.column_name,
        cast(sum(delivered_answers.n * rules.is_in_denominator) as double) as n_answers,
        100.0 * sum(delivered_answers.n * rules.is_success) / nullif(sum(delivered_answers.n * rules.is_in_denominator), 0)
            as share_pct
    from delivered_answers
    inner join rules
        on delivered_answers.source_code = rules.source_code
        and delivered_answers.variable_code = rules.variable_code
        and delivered_answers.scale_code = rules.scale_code
        and delivered_answers.answer_code = rules.answer_code
    group by delivered_answers.delivery_id, delivered_answers.variable_code, delivered_answers.column_name
),

ends as (
    select
        scale_code,
        min(answer_order) + max(answer_order) as both_ends
    from scales
    group by scale_code
),

-- Every step of the scale has a share, nought where nobody gave that answer.
totals as (
    select
        delivered_answers.delivery_id,
        delivered_answers.variable_code,
        delivered_answers.scale_code,
        min(delivered_answers.column_name) as column_name,
        cast(sum(delivered_answers.n) as double) as n_answers
    from delivered_answers
    inner join scales
        on delivered_answers.scale_code = scales.scale_code
        and delivered_answers.answer_code = scales.answer_code
    group by delivered_answers.delivery_id, delivered_answers.variable_code, delivered_answers.scale_code
),

steps as (
    select
        totals.delivery_id,
        totals.variable_code,
        totals.scale_code,
        scales.answer_order,
        ends.both_ends - scales.answer_order as mirrored_order,
        max(totals.n_answers) as n_answers,
        coalesce(sum(delivered_answers.n), 0) / max(totals.n_answers) as share
    from totals
    inner join scales
        on totals.scale_code = scales.scale_code
    inner join ends
        on totals.scale_code = ends.scale_code
    left join delivered_answers
        on totals.delivery_id = delivered_answers.delivery_id
        and totals.variable_code = delivered_answers.variable_code
        and scales.answer_code = delivered_answers.answer_code
    group by totals.delivery_id, totals.variable_code, totals.scale_code, scales.answer_order, ends.both_ends
),

-- Every question against every question of its scale, now and last time; `mirrored` reads last time's scale from its other end.
distances as (
    select
        now.delivery_id,
        now.variable_code,
        before.variable_code as other_code,
        0.5 * sum(abs(now.share - before.share)) as distance,
        0.5 * sum(abs(now.share - mirrored.share)) as distance_mirrored
    from steps as now
    inner join earlier_answers
        on now.delivery_id = earlier_answers.candidate_id
    inner join steps as before
        on earlier_answers.delivery_id = before.delivery_id
        and earlier_answers.variable_code = before.variable_code
        and now.scale_code = before.scale_code
        and now.answer_order = before.answer_order
    left join steps as mirrored
        on before.delivery_id = mirrored.delivery_id
        and before.variable_code = mirrored.variable_code
        and now.mirrored_order = mirrored.answer_order
    where
        now.n_answers >= {{ gate_rule('columns_exchanged', 'min_size') }}
        and before.n_answers >= {{ gate_rule('columns_exchanged', 'min_size') }}
    group by now.delivery_id, now.variable_code, before.variable_code
),

exchanged_columns as (
    select
        one.delivery_id,
        one.variable_code,
        other.variable_code as other_code
    from distances as one
    inner join distances as other
        on one.delivery_id = other.delivery_id
        and one.variable_code < other.variable_code
    inner join distances as crossed
        on one.delivery_id = crossed.delivery_id
        and one.variable_code = crossed.variable_code
        and other.variable_code = crossed.other_code
    inner join distances as crossed_back
        on one.delivery_id = crossed_back.delivery_id
        and other.variable_code = crossed_back.variable_code
        and one.variable_code = crossed_back.other_code
    where
        one.variable_code = one.other_code
        and other.variable_code = other.other_code
        and one.distance + other.distance - crossed.distance - crossed_back.distance
        > {{ gate_rule('columns_exchanged', 'high') }}
),

reversed_scales as (
    select
        delivery_id,
        variable_code
    from distances
    where
        variable_code = other_code
        and distance - distance_mirrored > {{ gate_rule('scale_reversed', 'high') }}
),

columns as (
    select distinct
        delivery_id,
        variable_code,
        column_name
    from delivered_answers
),

moved_answers as (
    select
        'answers_moved' as code,
        now.delivery_id,
        now.column_name,
        now.variable_code,
        {{ shown_number('now.share_pct') }} as subject,
        {{ shown_number('before.share_pct') }} as expected
    from favourable_shares as now
    inner join earlier_answers
        on now.delivery_id = earlier_answers.candidate_id
        and now.variable_code = earlier_answers.variable_code
    inner join favourable_shares as before
        on earlier_answers.delivery_id = before.delivery_id
        and earlier_answers.variable_code = before.variable_code
    where
        now.n_answers >= {{ gate_rule('answers_moved', 'min_size') }}
        and before.n_answers >= {{ gate_rule('answers_moved', 'min_size') }}
        and abs(now.share_pct - before.share_pct) > {{ gate_rule('answers_moved', 'high') }}
)

select
    code,
    delivery_id,
    row_no,
    column_name,
    value_text,
    subject,
    expected
from blank_findings
union all
select
    moved_answers.code,
    moved_answers.delivery_id,
    cast(null as integer) as row_no,
    moved_answers.column_name,
    '' as value_text,
    moved_answers.subject,
    moved_answers.expected
from moved_answers
left join reversed_scales
    on moved_answers.delivery_id = reversed_scales.delivery_id
    and moved_answers.variable_code = reversed_scales.variable_code
where reversed_scales.delivery_id is null
union all
select
    'scale_reversed' as code,
    reversed_scales.delivery_id,
    cast(null as integer) as row_no,
    columns.column_name,
    '' as value_text,
    '' as subject,
    '' as expected
from reversed_scales
inner join columns
    on reversed_scales.delivery_id = columns.delivery_id
    and reversed_scales.variable_code = columns.variable_code
union all
select
    'columns_exchanged' as code,
    exchanged_columns.delivery_id,
    cast(null as integer) as row_no,
    one.column_name,
    other.column_name as value_text,
    '' as subject,
    '' as expected
from exchanged_columns
inner join columns as one
    on exchanged_columns.delivery_id = one.delivery_id
    and exchanged_columns.variable_code = one.variable_code
inner join columns as other
    on exchanged_columns.delivery_id = other.delivery_id
    and exchanged_columns.other_code = other.variable_code
union all
select
    'answers_of_another_year' as code,
    now.delivery_id,
    cast(null as integer) as row_no,
    'aar' as column_name,
    cast(now.year as {{ dbt.type_string() }}) as value_text,
    before.delivery_id as subject,
    cast(before.year as {{ dbt.type_string() }}) as expected
from tables as now
inner join candidates
    on now.delivery_id = candidates.delivery_id
inner join tables as before
    on now.content = before.content
    and now.year <> before.year
where now.n_rows >= 20
