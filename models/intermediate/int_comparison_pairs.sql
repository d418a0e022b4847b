-- One row per indicator, report year and basis: the two measurements that are held against each other, with the interval and the
-- rounding of each. The later one is the newest up to the report year; what it is compared with is the basis:
--   baseline   the printed baseline; only a measurement of the report year itself is judged (R-01)
--   previous   the measurement before; likewise
--   latest     the printed baseline; the newest measurement is judged whatever its year
with indicators as (
    select * from {{ ref('dim_indicator') }}
),

plans as (
    select
        plan_code,
        {{ whole('period_from') }} as period_from
    from {{ ref('plans') }}
),

facts as (
    select * from {{ ref('fct_indicator_year') }}
),

break_notes as (
    select
        {{ whole('indicator_no') }} as indicator_no,
        {{ whole('year') }} as year,
        note_nb,
        note_en
    from {{ ref('observation_notes') }}
    where {{ flag('is_break') }}
),

measurements as (
    select
        *,
        lag(year) over (partition by indicator_no order by year) as previous_year
    from facts
    where value is not null
),

-- every indicator and year, with the year of the newest measurement known by then
known_years as (
    select
        indicators.indicator_no,
        years.year as report_year,
        max(measurements.year) over (
            partition by indicators.indicator_no order by years.year rows between unbounded preceding and current row
        ) as newest_year
    from indicators
    cross join (select distinct year from facts) as years
    left join measurements
        on indicators.indicator_no = measurements.indicator_no
        and years.year = measurements.year
),

requests as (
    select
        indicators.*,
        known_years.report_year,
        known_years.newest_year,
        bases.basis,
        case when bases.basis = 'previous' then newest.previous_year else indicators.baseline_year end as wanted_year
    from known_years
    inner join indicators
        on known_years.indicator_no = indicators.indicator_no
    inner join plans
        on indicators.plan_code = plans.plan_code
        and known_years.report_year >= plans.period_from
    cross join (
        select 'baseline' as basis
        union all
        select 'previous' as basis
        union all
        select 'latest' as basis
    ) as bases
    left join measurements as newest
        on known_years.indicator_no = newest.indicator_no
        and known_years.newest_year = newest.year
),

-- what was counted anew stands for itself; a figure of the baseline year that was constructed from print is the print (R-02)
matched_requests as (
    select
        requests.*,
        later.year as later_year,
        later.value as later_value,
        later.value_low as later_low,
        later.value_high as later_high,
        later.interval_method as later_method,
        coalesce(later.value_precision, 0) as later_rounding,
        later.design_effect as later_design_effect,
        later.data_origin as later_origin,
        earlier.value as measured_value,
        earlier.value_low as measured_low,
        earlier.value_high as measured_high,
        earlier.n_effective as measured_n,
        earlier.interval_method as earlier_method,
        coalesce(earlier.value_precision, 0) as earlier_rounding,
        earlier.data_origin as earlier_origin,
        coalesce(
            requests.basis <> 'previous' or (
                {{ is_made_up('earlier.data_origin') }}
                and requests.wanted_year = requests.baseline_year
                and {{ rounded_to('earlier.value', 'requests.decimals') }} = requests.baseline_value
            ),
            false
        ) as is_from_print
    from requests
    left join measurements as later
        on requests.indicator_no = later.indicator_no
        and requests.newest_year = later.year
    left join measurements as earlier
        on requests.indicator_no = earlier.indicator_no
        and requests.wanted_year = earlier.year
        and requests.newest_year > earlier.year
),

-- The printed baseline gets the interval of its own value, with the number of answers known for its year.
{% set rounded = {'low': 'greatest(baseline_value - earlier_rounding, 0)', 'high': '(baseline_value + earlier_rounding)'} -%}
pairs as (
    select
        *,
        wanted_year as earlier_year,
        case when is_from_print then baseline_value else measured_value end as earlier_value,
        {% for side in ['low', 'high'] %}
        case
            when not is_from_print then measured_{{ side }}
            when uncertainty = 'byar' then {{ byar_bound(rounded[side], side) }}
            when earlier_method = 'wilson'
                then {{ wilson_share_bound('baseline_value', 'measured_n', '1', 'earlier_rounding', side) }}
            when earlier_method = 'published' and measured_value = baseline_value then measured_{{ side }}
        end as earlier_{{ side }},
        {% endfor %}
        case when later_origin is not null then {{ weaker_origin('later_origin', 'earlier_origin') }} end as data_origin
    from matched_requests
),

breaks as (
    select
        pairs.indicator_no,
        pairs.report_year,
        pairs.basis,
        {{ list_text('break_notes.note_nb', ' ') }} as break_note_nb,
        {{ list_text('break_notes.note_en', ' ') }} as break_note_en
    from pairs
    inner join break_notes
        on pairs.indicator_no = break_notes.indicator_no
        and pairs.earlier_year < break_notes.year
        and pairs.later_year >= break_notes.year
    group by pairs.indicator_no, pairs.report_year, pairs.basis
)

select
    pairs.indicator_no,
    pairs.report_year,
    pairs.basis,
    pairs.plan_code,
    pairs.goal_code,
    pairs.indicator_type,
    pairs.unit,
    pairs.decimals,
    pairs.polarity,
    pairs.uncertainty,
    pairs.noise_kind,
    pairs.noise_n,
    pairs.noise_design_effect,
    pairs.noise_cv_pct,
    pairs.noise_sd,
    pairs.min_change_abs,
    pairs.min_change_rel,
    pairs.min_change_unknown_n,
    pairs.baseline_year,
    pairs.later_year,
    pairs.later_value,
    pairs.later_low,
    pairs.later_high,
    pairs.later_method,
    pairs.later_rounding,
    pairs.later_design_effect,
    pairs.earlier_year,
    pairs.earlier_value,
    pairs.earlier_low,
    pairs.earlier_high,
    pairs.earlier_method,
    pairs.earlier_rounding,
    pairs.is_from_print,
    pairs.data_origin,
    breaks.break_note_nb,
    breaks.break_note_en,
    breaks.indicator_no is not null as has_break,
    pairs.later_year > pairs.earlier_year and pairs.earlier_value is not null as is_pair
from pairs
left join breaks
    on pairs.indicator_no = breaks.indicator_no
    and pairs.report_year = breaks.report_year
    and pairs.basis = breaks.basis
