-- One row per indicator, item, year, delivery and region: what the catalogue's definition takes from the deliveries.
-- An item is a question with its answer rule or a series; `items_expected` says how many the definition wants for that year.
with definitions as (
    select * from {{ ref('stg_catalogue__definitions') }}
),

regions as (
    select
        region_code,
        region_type
    from {{ ref('stg_catalogue__municipalities') }}
    group by region_code, region_type
),

rules as (
    select
        scale_code,
        rule_code,
        answer_code,
        {{ flag('is_success') }} as is_success,
        {{ flag('is_in_denominator') }} as is_in_denominator
    from {{ ref('answer_rules') }}
),

answers as (
    select
        definitions.indicator_no,
        definitions.item_code,
        definitions.region_scope,
        counts.source_code,
        counts.year,
        counts.delivery_id,
        counts.vintage_date,
        counts.region_code,
        cast(sum(case when rules.is_success and rules.is_in_denominator then counts.n else 0 end) as double) as numerator,
        cast(sum(case when rules.is_in_denominator then counts.n else 0 end) as double) as denominator,
        cast(null as double) as amount,
        cast(null as double) as amount_low,
        cast(null as double) as amount_high,
        cast(null as {{ dbt.type_string() }}) as obs_status
    from definitions
    inner join {{ ref('int_answer_counts') }} as counts
        on definitions.source_code = counts.source_code
        and definitions.item_code = counts.variable_code
        and counts.year between definitions.year_from and definitions.year_to
    inner join rules
        on counts.scale_code = rules.scale_code
        and counts.answer_code = rules.answer_code
        and definitions.rule_code = rules.rule_code
    where definitions.kind = 'answers'
    group by
        definitions.indicator_no, definitions.item_code, definitions.region_scope, counts.source_code, counts.year,
        counts.delivery_id, counts.vintage_date, counts.region_code
),

figures as (
    select
        definitions.indicator_no,
        definitions.item_code,
        definitions.region_scope,
        figures.source_code,
        figures.year,
        figures.delivery_id,
        figures.vintage_date,
        figures.region_code,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        figures.value * definitions.factor as amount,
        figures.value_low * definitions.factor as amount_low,
        figures.value_high * definitions.factor as amount_high,
        figures.obs_status
    from definitions
    inner join {{ ref('int_figures') }} as figures
        on definitions.item_code = figures.series_code
        and figures.year between definitions.year_from and definitions.year_to
    inner join {{ ref('stg_catalogue__indicators') }} as indicators
        on definitions.indicator_no = indicators.indicator_no
    where
        definitions.kind = 'figures'
        and indicators.calculation <> 'growth_ratio'
        -- A year is a whole year: half of it, or five years together, are figures of their own (fct_series_year).
        and figures.is_series_period
        -- A country figure is taken as printed; unit sums are made from the units, never from a total beside them.
        and figures.is_unit_level = (definitions.aggregation = 'sum_units')
        and (figures.is_unit_level or figures.region_code = '0')
),

golden_rule as (
    select
        definitions.indicator_no,
        definitions.item_code,
        definitions.region_scope,
        definitions.source_code,
        rule.year,
        rule.delivery_id,
        rule.vintage_date,
        rule.region_code,
        rule.growth_pct as numerator,
        rule.growth_somatic_pct as denominator,
        rule.ratio as amount,
        cast(null as double) as amount_low,
        cast(null as double) as amount_high,
        cast(null as {{ dbt.type_string() }}) as obs_status
    from definitions
    inner join {{ ref('stg_catalogue__indicators') }} as indicators
        on definitions.indicator_no = indicators.indicator_no
    inner join (
        select
            *,
            -- computed from costs where they were delivered, else the printed ratio
            row_number() over (
                partition by year, region_code, vintage_date
                order by
                    case basis when 'oppgitt_forholdstall' then 2 else 1 end,
                    {{ newest_first('vintage_date', 'received_on', 'delivery_id') }}
            ) as best_first
        from {{ ref('int_golden_rule') }}
        where is_indicator_basis
    ) as rule
        on rule.year between definitions.year_from and definitions.year_to
    where
        indicators.calculation = 'growth_ratio'
        and rule.best_first = 1
        and rule.region_code = '0'
        and rule.ratio is not null
),

inputs as (
    select * from answers
    union all
    select * from figures
    union all
    select * from golden_rule
),

expected_items as (
    select
        measured.indicator_no,
        measured.year,
        count(distinct definitions.item_code) as items_expected
    from (
        select distinct
            indicator_no,
            year
        from inputs
    ) as measured
    inner join definitions
        on measured.indicator_no = definitions.indicator_no
        and measured.year between definitions.year_from and definitions.year_to
    group by measured.indicator_no, measured.year
)

select
    inputs.indicator_no,
    inputs.item_code,
    inputs.source_code,
    inputs.year,
    inputs.delivery_id,
    inputs.vintage_date,
    inputs.region_code,
    coalesce(regions.region_type, 'country') as region_type,
    inputs.numerator,
    inputs.denominator,
    inputs.amount,
    inputs.amount_low,
    inputs.amount_high,
    inputs.obs_status,
    expected_items.items_expected
from inputs
left join regions
    on inputs.region_code = regions.region_code
inner join expected_items
    on inputs.indicator_no = expected_items.indicator_no
    and inputs.year = expected_items.year
-- Labels that say "kommuner" leave Oslo's bydel rows out; labels that say "kommuner/bydeler" keep them (C-37, N-02).
where not (inputs.region_scope = 'kommune' and coalesce(regions.region_type, 'country') = 'district')
