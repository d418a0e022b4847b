-- One row per figure, or pair or set of figures, that is not what earlier deliveries lead one to expect: a third or three times
-- the last one, two series whose labels have changed places, figures that repeat the period before, amounts of units that jump.
with listed_amounts as (
    select * from {{ ref('amounts') }}
),

region_population as (
    select * from {{ ref('int_region_population') }}
),

candidates as (
    select
        register.delivery_id,
        register.extract,
        register.period_to
    from {{ source('gate', 'request') }} as request
    inner join {{ ref('stg_deliveries__register') }} as register
        on request.delivery_id = register.delivery_id
),

figures as (
    select
        delivered.*,
        register.published_on,
        register.received_on,
        register.data_origin,
        candidates.delivery_id is not null as is_candidate
    from {{ ref('int_delivered_figures') }} as delivered
    inner join {{ ref('stg_deliveries__register') }} as register
        on delivered.delivery_id = register.delivery_id
    left join candidates
        on delivered.delivery_id = candidates.delivery_id
    where delivered.value is not null and delivered.series_code is not null
),

reported_figures as (
    select *
    from figures
    where not is_unit_level
),

-- The last figure known of the same series and region, of the same period or an earlier one of its kind.
last_figures as (
    select *
    from (
        select
            now.delivery_id,
            now.source_code,
            now.row_no,
            now.series_code,
            now.item_label,
            now.region_code,
            now.period,
            now.period_kind,
            now.year,
            now.unit,
            now.value,
            now.value_text,
            before.value as value_before,
            before.period as period_before,
            before.year as year_before,
            row_number() over (
                partition by now.delivery_id, now.row_no, now.series_code, now.region_code, now.period
                order by before.period desc, before.published_on desc, before.received_on desc, before.delivery_id desc
            ) as newest_first
        from reported_figures as now
        inner join reported_figures as before
            on now.series_code = before.series_code
            and now.region_code = before.region_code
            and now.period_kind = before.period_kind
            and now.period >= before.period
        where
            now.is_candidate
            and not before.is_candidate
            -- a count since 2014 grows with every report
            and (now.period_kind <> 'span' or now.period = before.period)
    ) as ranked
    where newest_first = 1
),

ratios as (
    select
        *,
        value / value_before as ratio
    from last_figures
    where
        unit not in ('percent', 'ratio')
        and value_before > 0
        and greatest(value, value_before) >= case
            when unit = 'share_pct' then {{ gate_rule('share_change', 'min_size') }}
            else {{ gate_rule('figure_change_impossible', 'min_size') }}
        end
),

-- A pair of series of one unit whose new figures each lie nearer to the other's last one.
exchanged_series as (
    select
        one.delivery_id,
        one.row_no,
        one.period,
        one.item_label,
        one.value_text,
        other.item_label as other_label
    from ratios as one
    inner join ratios as other
        on one.delivery_id = other.delivery_id
        and one.source_code = other.source_code
        and one.period = other.period
        and one.region_code = other.region_code
        and one.unit = other.unit
        and one.series_code < other.series_code
    where
        one.value > 0
        and other.value > 0
        and abs(ln(one.value / one.value_before)) + abs(ln(other.value / other.value_before))
        - abs(ln(one.value / other.value_before)) - abs(ln(other.value / one.value_before))
        > {{ gate_rule('labels_exchanged', 'high') }}
),

-- Two series of which one has always been the larger, in as many periods as the rule wants, and now is clearly the smaller.
orders as (
    select
        one.series_code,
        other.series_code as other_code,
        one.region_code,
        count(distinct one.period) as n_periods,
        min(one.value / other.value) as least_ratio,
        max(one.value / other.value) as most_ratio
    from reported_figures as one
    inner join reported_figures as other
        on one.source_code = other.source_code
        and one.period = other.period
        and one.region_code = other.region_code
        and one.unit = other.unit
        and one.series_code < other.series_code
    where not one.is_candidate and not other.is_candidate and one.value > 0 and other.value > 0
    group by one.series_code, other.series_code, one.region_code
),

order_reversed as (
    select
        one.delivery_id,
        one.row_no,
        one.period,
        one.item_label,
        one.value_text,
        other.item_label as other_label
    from reported_figures as one
    inner join reported_figures as other
        on one.delivery_id = other.delivery_id
        and one.period = other.period
        and one.region_code = other.region_code
        and one.series_code < other.series_code
    inner join orders
        on one.series_code = orders.series_code
        and other.series_code = orders.other_code
        and one.region_code = orders.region_code
    where
        one.is_candidate
        and one.value > 0
        and other.value > 0
        and orders.n_periods >= {{ gate_rule('order_reversed', 'min_size') }}
        and (
            (orders.least_ratio > 1 and other.value > {{ gate_rule('order_reversed', 'high') }} * one.value)
            or (orders.most_ratio < 1 and one.value > {{ gate_rule('order_reversed', 'high') }} * other.value)
        )
),

-- Figures of a new period that are, to the last digit, the last ones known.
repeated_figures as (
    select
        delivery_id,
        region_code,
        period,
        min(row_no) as row_no,
        max(period_before) as period_before,
        count(*) as n_series,
        sum(case when value = value_before then 1 else 0 end) as n_repeated
    from last_figures
    where period > period_before and year > year_before
    group by delivery_id, region_code, period
),

-- An export whose years stand one column off: what it gives for a year was delivered for the year before or after.
shifted_years as (
    select
        now.delivery_id,
        min(now.row_no) as row_no,
        count(*) as n_compared,
        sum(case when now.value = own.value then 1 else 0 end) as n_own,
        sum(case when now.value = next_to.value then 1 else 0 end) as n_next_to
    from reported_figures as now
    inner join reported_figures as own
        on now.series_code = own.series_code
        and now.region_code = own.region_code
        and now.period = own.period
        and not own.is_candidate
    inner join reported_figures as next_to
        on now.series_code = next_to.series_code
        and now.region_code = next_to.region_code
        and now.period_kind = next_to.period_kind
        and abs(now.year - next_to.year) = 1
        and not next_to.is_candidate
    where now.is_candidate and now.period_kind = 'year' and own.value <> next_to.value
    group by now.delivery_id
),

-- Part of a year of a series that has been known for whole years only: it is kept as a series of its own.
kinds_known as (
    select
        series_code,
        sum(case when period_kind <> 'year' then 1 else 0 end) as n_other
    from reported_figures
    where not is_candidate
    group by series_code
),

parts_of_year as (
    select
        now.delivery_id,
        now.series_code,
        min(now.row_no) as row_no,
        min(now.period) as period,
        min(now.item_label) as item_label
    from reported_figures as now
    inner join kinds_known
        on now.series_code = kinds_known.series_code
    where now.is_candidate and now.period_kind in ('half_year', 'tertial') and kinds_known.n_other = 0
    group by now.delivery_id, now.series_code
),

amounts as (
    select
        figures.*,
        amount_columns.column_name
    from figures
    inner join listed_amounts as amount_columns
        on figures.source_code = amount_columns.source_code
        and figures.series_code = amount_columns.series_code
    where figures.is_unit_level
),

-- The last real amount of the same unit: which units take part in a constructed delivery, and with what, was drawn.
amounts_compared as (
    select
        ranked.*,
        coalesce(population.inhabitants_18_96, {{ gate_rule('unit_change_large', 'min_size') }}) as inhabitants
    from (
        select
            now.delivery_id,
            now.row_no,
            now.column_name,
            now.region_code,
            now.year,
            now.value,
            now.value_text,
            before.value as value_before,
            before.year as year_before,
            row_number() over (
                partition by now.delivery_id, now.row_no, now.column_name
                order by before.year desc, before.published_on desc, before.received_on desc, before.delivery_id desc
            ) as newest_first
        from amounts as now
        inner join amounts as before
            on now.series_code = before.series_code
            and now.region_code = before.region_code
            and now.year > before.year
        where now.is_candidate and not before.is_candidate and before.data_origin <> 'constructed'
    ) as ranked
    left join region_population as population
        on ranked.region_code = population.region_code
        and ranked.year = population.year
    where newest_first = 1
),

amount_sums as (
    select
        delivery_id,
        column_name,
        max(year_before) as year_before,
        count(*) as n_units,
        sum(value) as value,
        sum(value_before) as value_before
    from amounts_compared
    group by delivery_id, column_name
),

unit_ratios as (
    select
        *,
        value / value_before as ratio,
        case
            when inhabitants >= {{ gate_rule('unit_change_large', 'min_size') }} then 'large'
            when inhabitants >= {{ gate_rule('unit_change_medium', 'min_size') }} then 'medium'
            else 'small'
        end as size
    from amounts_compared
    where value_before > 0 and greatest(value, value_before) >= 5
)

select
    case
        when
            ratio < {{ gate_rule('figure_change_impossible', 'low') }}
            or ratio > {{ gate_rule('figure_change_impossible', 'high') }}
            then 'figure_change_impossible'
        else 'figure_change_large'
    end as code,
    delivery_id,
    row_no,
    period as column_name,
    value_text,
    concat(item_label, ', ', period) as subject,
    concat({{ shown_number('value_before') }}, ' (', period_before, ')') as expected
from ratios
where
    ratio < {{ gate_rule('figure_change_large', 'low') }}
    or ratio > {{ gate_rule('figure_change_large', 'high') }}
union all
select
    'labels_exchanged' as code,
    delivery_id,
    row_no,
    period as column_name,
    value_text,
    item_label as subject,
    other_label as expected
from (
    select * from exchanged_series
    union
    select * from order_reversed
) as pairs
union all
select
    'figures_of_last_year' as code,
    delivery_id,
    row_no,
    period as column_name,
    period as value_text,
    cast(n_repeated as {{ dbt.type_string() }}) as subject,
    period_before as expected
from repeated_figures
where
    n_series >= {{ gate_rule('figures_of_last_year', 'min_size') }}
    and n_repeated >= {{ gate_rule('figures_of_last_year', 'high') }} * n_series
union all
select
    'part_of_year' as code,
    delivery_id,
    row_no,
    period as column_name,
    period as value_text,
    item_label as subject,
    '' as expected
from parts_of_year
union all
select
    'years_shifted' as code,
    delivery_id,
    row_no,
    '' as column_name,
    '' as value_text,
    cast(n_next_to as {{ dbt.type_string() }}) as subject,
    cast(n_compared as {{ dbt.type_string() }}) as expected
from shifted_years
where n_next_to >= 2 and n_own = 0 and 2 * n_next_to >= n_compared
union all
select
    'amount_change_national' as code,
    delivery_id,
    cast(null as integer) as row_no,
    column_name,
    {{ shown_number('value') }} as value_text,
    cast(n_units as {{ dbt.type_string() }}) as subject,
    concat({{ shown_number('value_before') }}, ' (', year_before, ')') as expected
from amount_sums
where
    n_units >= {{ gate_rule('amount_change_national', 'min_size') }}
    and value_before > 0
    and (
        value < {{ gate_rule('amount_change_national', 'low') }} * value_before
        or value > {{ gate_rule('amount_change_national', 'high') }} * value_before
    )
union all
select
    case
        when
            size = 'large'
            and (
                ratio < {{ gate_rule('unit_change_impossible', 'low') }}
                or ratio > {{ gate_rule('unit_change_impossible', 'high') }}
            )
            then 'unit_change_impossible'
        else 'unit_change_large'
    end as code,
    delivery_id,
    row_no,
    column_name,
    value_text,
    region_code as subject,
    concat({{ shown_number('value_before') }}, ' (', year_before, ')') as expected
from unit_ratios
where
    case size
        {% for size in ['large', 'medium', 'small'] %}
        when '{{ size }}'
            then ratio < {{ gate_rule('unit_change_' ~ size, 'low') }} or ratio > {{ gate_rule('unit_change_' ~ size, 'high') }}
        {% endfor %}
    end
