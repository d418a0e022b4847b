-- One row per year of the plan: the 2.4 billion as the sum of yearly increments, nominal and in 2016-kroner.
-- A year whose cross-ministry effort is not known counts with what is known and is marked as a lower bound (R-09). The housing
-- grants the government counted are a second reading beside the total, never in it (R-10).
with plan_years as (
    select
        facts.year,
        plans.period_to,
        plans.target,
        max(case when facts.indicator_no = 1 then facts.value_nominal end) as block_grant,
        max(case when facts.indicator_no = 2 then facts.value_nominal end) as other,
        max(case when facts.indicator_no = 1 then facts.value end) as block_grant_2016_nok,
        max(case when facts.indicator_no = 2 then facts.value end) as other_2016_nok,
        {{ weakest_origin('facts.data_origin') }} as data_origin,
        concat(
            max(case when facts.indicator_no = 1 then '#1: ' || facts.caveat_nb end), ' ',
            max(case when facts.indicator_no = 2 then '#2: ' || facts.caveat_nb end)
        ) as caveat_nb,
        concat(
            max(case when facts.indicator_no = 1 then '#1: ' || facts.caveat_en end), ' ',
            max(case when facts.indicator_no = 2 then '#2: ' || facts.caveat_en end)
        ) as caveat_en
    from {{ ref('fct_indicator_year') }} as facts
    inner join (
        select
            {{ whole('period_from') }} as period_from,
            {{ whole('period_to') }} as period_to,
            {{ number('amount_mill_nok') }} as target
        from {{ ref('plans') }}
        where plan_code = 'OPR2016'
    ) as plans
        on facts.year between plans.period_from and plans.period_to
    where facts.indicator_no in (1, 2)
    group by facts.year, plans.period_to, plans.target
),

-- What is told for the years of the plan so far counts as that only where it starts with the plan's first year: a half of a
-- year, or some of the years, is another sum.
newest_series as (
    select
        told.*,
        row_number() over (
            partition by told.series_code, told.year
            order by {{ newest_first('told.vintage_date', 'register.received_on', 'told.delivery_id') }}
        ) as newest_first
    from {{ ref('fct_series_year') }} as told
    inner join {{ ref('stg_deliveries__register') }} as register
        on told.delivery_id = register.delivery_id
    inner join (
        select {{ whole('period_from') }} as period_from
        from {{ ref('plans') }}
        where plan_code = 'OPR2016'
    ) as plan_start
        on {{ safe_cast('substr(told.period, 1, 4)', 'integer') }}
        = case
            when told.series_code = 'statsbudsjettet.opp_tverrdep_samlet_utledet' then told.year
            else plan_start.period_from
        end
    where
        told.series_code in (
            'statsbudsjettet.opp_plan_kumulativ', 'statsbudsjettet.opp_tverrdep_samlet_utledet',
            'statsbudsjettet.husbanken_bolig_lav', 'statsbudsjettet.husbanken_bolig_hoy'
        )
        and told.period_kind in ('year', 'span')
),

figures_beside as (
    select
        year,
        max(case when series_code = 'statsbudsjettet.opp_plan_kumulativ' then value end) as cumulative_printed,
        max(case when series_code = 'statsbudsjettet.opp_tverrdep_samlet_utledet' then value end) as other_mentioned,
        max(case when series_code = 'statsbudsjettet.husbanken_bolig_lav' then value end) as housing_low,
        max(case when series_code = 'statsbudsjettet.husbanken_bolig_hoy' then value end) as housing_high
    from newest_series
    where newest_first = 1
    group by year
),

yearly_sums as (
    select
        plan_years.*,
        figures_beside.cumulative_printed,
        figures_beside.other_mentioned,
        coalesce(block_grant + coalesce(other, 0), other) as total,
        coalesce(block_grant_2016_nok + coalesce(other_2016_nok, 0), other_2016_nok) as total_2016_nok,
        max(case when block_grant is null or other is null then 1 else 0 end) over so_far = 1 as is_lower_bound,
        sum(coalesce(block_grant, 0) + coalesce(other, 0)) over so_far as cumulative,
        round(sum(coalesce(block_grant_2016_nok, 0) + coalesce(other_2016_nok, 0)) over so_far, 6) as cumulative_2016_nok,
        figures_beside.housing_low as housing_low_told,
        figures_beside.housing_high as housing_high_told,
        figures_beside.housing_low * block_grant_2016_nok / nullif(block_grant, 0) as housing_low_told_2016_nok,
        count(coalesce(figures_beside.housing_low, figures_beside.housing_high)) over so_far as housing_told_so_far
    from plan_years
    left join figures_beside
        on plan_years.year = figures_beside.year
    window so_far as (order by plan_years.year rows between unbounded preceding and current row)
),

-- The grants are given as one sum for several years. It counts from the last of these on, until a longer one takes its place: two
-- such sums hold the same years and are not added.
carried_sums as (
    select
        *,
        max(housing_low_told) over (partition by housing_told_so_far) as housing_low,
        max(housing_high_told) over (partition by housing_told_so_far) as housing_high,
        round(max(housing_low_told_2016_nok) over (partition by housing_told_so_far), 6) as housing_low_2016_nok
    from yearly_sums
)

select
    cast(year as integer) as year,
    block_grant,
    other,
    total,
    cumulative,
    target,
    target - cumulative as remaining,
    case when year < period_to then greatest(target - cumulative, 0) / (period_to - year) end as required_per_remaining_year,
    block_grant_2016_nok,
    other_2016_nok,
    total_2016_nok,
    cumulative_2016_nok,
    target as target_2016_nok,
    target - cumulative_2016_nok as remaining_2016_nok,
    case when year < period_to then greatest(target - cumulative_2016_nok, 0) / (period_to - year) end
        as required_per_remaining_year_2016_nok,
    is_lower_bound,
    data_origin,
    other_mentioned,
    cumulative_printed,
    housing_low,
    housing_high,
    cumulative + housing_low as cumulative_with_housing_low,
    cumulative + housing_high as cumulative_with_housing_high,
    target - cumulative - housing_high as remaining_with_housing_low,
    target - cumulative - housing_low as remaining_with_housing_high,
    -- needed at most, with the lowest estimate, as every other needed amount is an upper bound (R-09)
    case
        when year < period_to and housing_low is not null
            then greatest(target - cumulative - housing_low, 0) / (period_to - year)
    end as required_per_remaining_year_with_housing,
    cumulative_2016_nok + housing_low_2016_nok as cumulative_with_housing_low_2016_nok,
    cumulative_2016_nok + housing_high as cumulative_with_housing_high_2016_nok,
    target - cumulative_2016_nok - housing_high as remaining_with_housing_low_2016_nok,
    target - cumulative_2016_nok - housing_low_2016_nok as remaining_with_housing_high_2016_nok,
    case
        when year < period_to and housing_low_2016_nok is not null
            then greatest(target - cumulative_2016_nok - housing_low_2016_nok, 0) / (period_to - year)
    end as required_per_remaining_year_with_housing_2016_nok,
    {% for language in ['nb', 'en'] %}
    case
        when is_lower_bound then {{ sentence('funding_lower_bound', language) }}
        else {{ sentence('funding_known', language) }}
    end as note_{{ language }},
    {% endfor %}
    caveat_nb,
    caveat_en
from carried_sums
