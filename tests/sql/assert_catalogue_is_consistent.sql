-- What the cells of one row of the catalogue promise each other: limits in order and around the baseline, exactly one smallest
-- change, not smaller than what noise makes between two measurements one time in twenty, a deflator for money and for nothing
-- else, only decisions that are registered, and any-of where the question is a composite.
with cited as (
    select
        indicator_no,
        trim(decision_id) as decision_id
    from (
        select
            indicator_no,
            {{ split_rows('decision_ids', ';') }} as decision_id
        from {{ ref('dim_indicator') }}
    ) as lists
)

select
    indicator_no,
    'a smallest change in the unit or in percent, one of the two' as wanted,
    concat_ws(' and ', min_change_abs, min_change_rel) as found
from {{ ref('dim_indicator') }}
where (min_change_abs is null) = (min_change_rel is null)

union all

select
    indicator_no,
    'a smallest change of at least 1.96 x sqrt(2) standard deviations of its noise, of a sample where n is not known' as wanted,
    concat_ws(', ', noise_code, min_change_abs, min_change_rel, min_change_unknown_n) as found
from {{ ref('dim_indicator') }}
where
    noise_kind in ('sampling', 'judgement', 'stated')
    and coalesce(
        case
            when noise_kind = 'sampling' then min_change_unknown_n
            else coalesce(min_change_abs, min_change_rel * baseline_value / 100.0)
        end < {{ z_975() }} * sqrt(2 * {{ noise_variance('baseline_value') }}),
        true
    )

union all

select
    indicator_no,
    'the kind of interval that its noise has' as wanted,
    concat_ws(', ', noise_kind, uncertainty) as found
from {{ ref('dim_indicator') }}
where
    noise_kind is null
    or uncertainty <> case noise_kind
        when 'sampling' then 'wilson'
        when 'events' then 'byar'
        when 'published' then 'published'
        when 'judgement' then 'census'
        else case when source_code = 'IS24_8' then 'census' else 'none' end
    end

union all

select
    indicator_no,
    'a count below 400 has the interval of a count' as wanted,
    concat_ws(', ', unit, baseline_value, uncertainty) as found
from {{ ref('dim_indicator') }}
where unit in ('count', 'places') and baseline_value < 400 and uncertainty not in ('byar', 'published')

union all

select
    indicator_no,
    'valid_min <= baseline_value <= valid_max' as wanted,
    concat_ws(', ', valid_min, baseline_value, valid_max) as found
from {{ ref('dim_indicator') }}
where coalesce(baseline_value < valid_min or baseline_value > valid_max, true)

union all

select
    indicator_no,
    'a deflator where, and only where, the price basis is real_2016' as wanted,
    concat_ws(', ', price_basis, deflator_code) as found
from {{ ref('dim_indicator') }}
where (price_basis = 'real_2016') <> (deflator_code is not null)

union all

select
    cited.indicator_no,
    'a decision of seed decisions' as wanted,
    cited.decision_id as found
from cited
left join {{ ref('decisions') }} as decisions
    on cited.decision_id = decisions.decision_id
where decisions.decision_id is null

union all

-- A share of those with at least one of several things is settled unit by unit (D-72); a definition that points to a composite
-- under another calculation, or to a single question under this one, says what it does not do.
select
    indicators.indicator_no,
    'any_of_answers where, and only where, the question is a composite' as wanted,
    concat_ws(', ', indicators.calculation, definitions.item_code) as found
from {{ ref('dim_indicator') }} as indicators
inner join {{ ref('stg_catalogue__definitions') }} as definitions
    on indicators.indicator_no = definitions.indicator_no
left join (
    select
        source_code,
        variable_code
    from {{ ref('composites') }}
    group by source_code, variable_code
) as composites
    on definitions.source_code = composites.source_code
    and definitions.item_code = composites.variable_code
where (indicators.calculation = 'any_of_answers') <> (composites.variable_code is not null)

union all

-- A step that may be taken without a look must be possible both ways.
select
    indicator_no,
    'max_step_factor above one' as wanted,
    cast(max_step_factor as {{ dbt.type_string() }}) as found
from {{ ref('dim_indicator') }}
where max_step_factor <= 1
