-- One row per indicator: the year its baseline is from by the rule of the evaluation, and the year that is printed. The rule
-- counts what was known to the first report: 2016; else the nearest of 2015 and 2017, of both the earlier, which the plan has not
-- touched; else the latest before 2015, flagged (C-42).
with indicators as (
    select * from {{ ref('dim_indicator') }}
),

baseline_edition as (
    select
        {{ whole('measurement_year') }} as baseline_year,
        {{ safe_cast(text('data_cutoff_on'), 'date') }} as known_to
    from {{ ref('editions') }}
    where {{ whole('measurement_year') }} = 2016
),

measured_years as (
    select
        vintages.indicator_no,
        vintages.year,
        editions.baseline_year,
        case
            when vintages.year = editions.baseline_year then 'plan_year'
            when abs(vintages.year - editions.baseline_year) = 1 then 'nearest'
            when vintages.year < editions.baseline_year then 'before_plan'
        end as rule_code
    from {{ ref('fct_indicator_vintage') }} as vintages
    inner join baseline_edition as editions
        on vintages.vintage_date <= editions.known_to
    where vintages.value is not null
    group by vintages.indicator_no, vintages.year, editions.baseline_year
),

ranked_years as (
    select
        *,
        row_number() over (
            partition by indicator_no
            order by case rule_code when 'plan_year' then 1 when 'nearest' then 2 else 3 end, abs(year - baseline_year), year
        ) as best_first,
        count(case when rule_code = 'nearest' then 1 end) over (partition by indicator_no) as n_nearest
    from measured_years
    where rule_code is not null
)

select
    indicators.indicator_no,
    cast(ranked_years.year as integer) as rule_year,
    case
        when ranked_years.rule_code = 'nearest' and ranked_years.n_nearest > 1 then 'nearest_of_two'
        else coalesce(ranked_years.rule_code, 'none')
    end as rule_code,
    coalesce(ranked_years.rule_code, 'none') in ('before_plan', 'none') as is_flagged,
    indicators.baseline_year as printed_year,
    coalesce(ranked_years.year = indicators.baseline_year, false) as is_as_printed
from indicators
left join ranked_years
    on indicators.indicator_no = ranked_years.indicator_no
    and ranked_years.best_first = 1
