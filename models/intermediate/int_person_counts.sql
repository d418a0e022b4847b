-- One row per delivery about persons, year, question and count: how many persons, and whether figures with it may be published.
-- Two publications of a figure that differ by one to four persons tell what those answered, however the shares are rounded. So a
-- delivery is held against every one shown before it, and against everything that readers of a release have seen:
--   the delivery as a whole (question *): where the persons in it differ by too few, nothing of it is shown. Which of its figures
--     moved and which did not would tell what the person that came answered, and what not.
--   a question: where one of its counts differs by too few, none of its figures is shown. Where that happens to any question of
--     the delivery, those that did not move are left as they are too, so that nobody sees which of the two it was.
-- What is withheld was never shown: the next delivery is held against those that were.
{% set kinds = {
    'numerator': 'numerator',
    'complement': 'denominator - numerator',
    'denominator': 'denominator',
    'outside': 'persons - denominator',
} -%}
with recursive published_counts as (
    select * from {{ ref('int_published_counts') }}
),

rules as (
    select
        sources.source_code,
        coalesce({{ whole('own.smallest_difference') }}, {{ whole('every.smallest_difference') }}) as smallest_difference
    from (select distinct source_code from {{ ref('int_unit_counts') }}) as sources
    left join {{ ref('disclosure_rules') }} as own
        on sources.source_code = own.source_code
    left join {{ ref('disclosure_rules') }} as every
        on every.source_code = '*'
    where coalesce({{ flag('own.counts_persons') }}, {{ flag('every.counts_persons') }})
),

-- a municipality that stands in the file with nothing but blank cells has not answered (qa_coverage)
units_with_content as (
    select distinct
        delivery_id,
        region_code
    from {{ ref('int_answer_texts') }}
    where trim(cell_text) <> ''
),

-- in the order in which int_indicator_values lets one delivery replace another
deliveries as (
    select
        units.source_code,
        units.year,
        units.delivery_id,
        {{ is_counted_from_answers('register.data_origin') }} as is_compared_with_releases,
        rules.smallest_difference,
        sum(case when units.is_in_scope and units_with_content.region_code is not null then units.n else 0 end) as persons,
        sum(units.n) as rows_delivered,
        sum(case when units.is_in_scope then 0 else units.n end) as out_of_scope,
        row_number() over (
            partition by units.source_code, units.year
            order by register.published_on, register.received_on, length(units.delivery_id), units.delivery_id
        ) as place
    from {{ ref('int_unit_counts') }} as units
    inner join rules
        on units.source_code = rules.source_code
    inner join {{ ref('stg_deliveries__register') }} as register
        on units.delivery_id = register.delivery_id
    left join units_with_content
        on units.delivery_id = units_with_content.delivery_id
        and units.region_code = units_with_content.region_code
    where register.is_known and units.year is not null
    group by
        units.source_code, units.year, units.delivery_id, register.data_origin, rules.smallest_difference,
        register.published_on, register.received_on
),

shares as (
    select
        deliveries.source_code,
        deliveries.year,
        deliveries.delivery_id,
        deliveries.place,
        deliveries.persons,
        inputs.item_code,
        inputs.indicator_no,
        cast(sum(inputs.numerator) as bigint) as numerator,
        cast(sum(inputs.denominator) as bigint) as denominator
    from {{ ref('int_indicator_inputs') }} as inputs
    inner join deliveries
        on inputs.delivery_id = deliveries.delivery_id
        and inputs.year = deliveries.year
    where inputs.numerator is not null
    group by
        deliveries.source_code, deliveries.year, deliveries.delivery_id, deliveries.place, deliveries.persons,
        inputs.item_code, inputs.indicator_no
),

counts as (
    {% for kind in ['persons', 'rows_delivered', 'out_of_scope'] %}
    select
        source_code,
        year,
        delivery_id,
        place,
        '*' as item_code,
        0 as indicator_no,
        '{{ kind }}' as count_kind,
        cast({{ kind }} as bigint) as n
    from deliveries
    union all
    {% endfor %}
    {% for kind, n in kinds.items() %}
    select
        source_code,
        year,
        delivery_id,
        place,
        item_code,
        indicator_no,
        '{{ kind }}' as count_kind,
        cast({{ n }} as bigint) as n
    from shares
    union all
    {% endfor %}
    -- what two shares of one question leave over follows from them: yellow from green, red and all
    select
        source_code,
        year,
        delivery_id,
        place,
        item_code,
        0 as indicator_no,
        'rest' as count_kind,
        cast(max(denominator) - sum(numerator) as bigint) as n
    from shares
    group by source_code, year, delivery_id, place, item_code
    having count(*) > 1
),

near_releases as (
    select distinct
        counts.source_code,
        counts.year,
        counts.item_code,
        counts.place
    from counts
    inner join deliveries
        on counts.delivery_id = deliveries.delivery_id
        and counts.year = deliveries.year
        and deliveries.is_compared_with_releases
    inner join published_counts as seen
        on counts.source_code = seen.source_code
        and counts.year = seen.year
        and counts.count_kind = seen.count_kind
        and counts.indicator_no = coalesce(seen.indicator_no, 0)
        and {{ too_near('counts.n', 'seen.n', 'deliveries.smallest_difference') }}
    -- what has been seen as it is now tells nothing new
    left join published_counts as same
        on counts.source_code = same.source_code
        and counts.year = same.year
        and counts.count_kind = same.count_kind
        and counts.indicator_no = coalesce(same.indicator_no, 0)
        and counts.n = same.n
    where same.n is null
),

pairs as (
    select
        later.source_code,
        later.year,
        later.item_code,
        later.place,
        earlier.place as earlier_place,
        max(case when {{ too_near('later.n', 'earlier.n', 'rules.smallest_difference') }} then 1 else 0 end) as is_near,
        max(case when later.count_kind in ('numerator', 'denominator') and later.n <> earlier.n then 1 else 0 end) as is_moved
    from counts as later
    inner join counts as earlier
        on later.source_code = earlier.source_code
        and later.year = earlier.year
        and later.item_code = earlier.item_code
        and later.indicator_no = earlier.indicator_no
        and later.count_kind = earlier.count_kind
        and later.place > earlier.place
    inner join rules
        on later.source_code = rules.source_code
    group by later.source_code, later.year, later.item_code, later.place, earlier.place
),

-- Which earlier ones each is too near to, one binary digit per place: what is shown is decided one after the other.
questions as (
    select
        known.source_code,
        known.year,
        known.item_code,
        known.place,
        near_releases.place is not null or known.place > 60 as is_near_release,
        cast(coalesce(sum(case when pairs.is_near = 1 then power(2, pairs.earlier_place - 1) end), 0) as bigint) as near_to
    from (
        select distinct
            source_code,
            year,
            item_code,
            place
        from counts
    ) as known
    left join near_releases
        on known.source_code = near_releases.source_code
        and known.year = near_releases.year
        and known.item_code = near_releases.item_code
        and known.place = near_releases.place
    left join pairs
        on known.source_code = pairs.source_code
        and known.year = pairs.year
        and known.item_code = pairs.item_code
        and known.place = pairs.place
        and pairs.earlier_place <= 60
    group by known.source_code, known.year, known.item_code, known.place, near_releases.place
),

wholes as (
    select
        source_code,
        year,
        cast(0 as bigint) as place,
        cast(0 as bigint) as shown,
        false as is_shown
    from deliveries
    where place = 1

    union all

    select
        candidate.source_code,
        candidate.year,
        candidate.place,
        case
            when candidate.is_near_release or (candidate.near_to & before.shown) <> 0 then before.shown
            else before.shown + cast(power(2, candidate.place - 1) as bigint)
        end as shown,
        not candidate.is_near_release and (candidate.near_to & before.shown) = 0 as is_shown
    from wholes as before
    inner join questions as candidate
        on before.source_code = candidate.source_code
        and before.year = candidate.year
        and before.place + 1 = candidate.place
        and candidate.item_code = '*'
),

-- the questions of the deliveries that are shown, numbered without gaps
questions_asked as (
    select
        questions.source_code,
        questions.year,
        questions.item_code,
        questions.place,
        questions.is_near_release,
        questions.near_to,
        row_number() over (
            partition by questions.source_code, questions.year, questions.item_code order by questions.place
        ) as step
    from questions
    inner join wholes
        on questions.source_code = wholes.source_code
        and questions.year = wholes.year
        and questions.place = wholes.place
        and wholes.is_shown
    where questions.item_code <> '*'
),

decisions as (
    select
        source_code,
        year,
        item_code,
        cast(0 as bigint) as place,
        cast(0 as bigint) as step,
        cast(0 as bigint) as shown,
        false as is_shown,
        cast(0 as bigint) as standing_place
    from questions_asked
    where step = 1

    union all

    select
        candidate.source_code,
        candidate.year,
        candidate.item_code,
        candidate.place,
        candidate.step,
        case
            when candidate.is_near_release or (candidate.near_to & before.shown) <> 0 then before.shown
            else before.shown + cast(power(2, candidate.place - 1) as bigint)
        end as shown,
        not candidate.is_near_release and (candidate.near_to & before.shown) = 0 as is_shown,
        case when before.is_shown then before.place else before.standing_place end as standing_place
    from decisions as before
    inner join questions_asked as candidate
        on before.source_code = candidate.source_code
        and before.year = candidate.year
        and before.item_code = candidate.item_code
        and before.step + 1 = candidate.step
),

places_partly_shown as (
    select distinct
        source_code,
        year,
        place
    from decisions
    where step > 0 and not is_shown
),

unmoved_questions as (
    select
        decisions.source_code,
        decisions.year,
        decisions.item_code,
        decisions.place
    from decisions
    inner join places_partly_shown
        on decisions.source_code = places_partly_shown.source_code
        and decisions.year = places_partly_shown.year
        and decisions.place = places_partly_shown.place
    inner join pairs
        on decisions.source_code = pairs.source_code
        and decisions.year = pairs.year
        and decisions.item_code = pairs.item_code
        and decisions.place = pairs.place
        and decisions.standing_place = pairs.earlier_place
    where pairs.is_moved = 0
),

decided_counts as (
    select
        counts.source_code,
        counts.delivery_id,
        counts.year,
        counts.place,
        counts.item_code,
        counts.indicator_no,
        counts.count_kind,
        counts.n,
        not coalesce(
            case when counts.item_code = '*' then wholes.is_shown else decisions.is_shown and unmoved_questions.place is null end,
            false
        ) as is_withheld
    from counts
    left join wholes
        on counts.source_code = wholes.source_code
        and counts.year = wholes.year
        and counts.place = wholes.place
    left join decisions
        on counts.source_code = decisions.source_code
        and counts.year = decisions.year
        and counts.item_code = decisions.item_code
        and counts.place = decisions.place
    left join unmoved_questions
        on counts.source_code = unmoved_questions.source_code
        and counts.year = unmoved_questions.year
        and counts.item_code = unmoved_questions.item_code
        and counts.place = unmoved_questions.place
)

select
    source_code,
    delivery_id,
    year,
    cast(place as integer) as place,
    item_code,
    indicator_no,
    count_kind,
    n,
    is_withheld,
    not is_withheld
    and place = max(case when not is_withheld then place end) over (partition by source_code, year, item_code) as is_standing
from decided_counts
