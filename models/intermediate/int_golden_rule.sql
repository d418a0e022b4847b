-- One row per year, region, basis and variant: growth of the prioritised services against growth of somatic care.
-- The rule has several wordings (C-18); all variants are computed, variant `tsb` is indicator 6.
--   tsb               growth of TSB / growth of somatic care
--   psykisk_helse     growth of mental health care / growth of somatic care
--   samlet            growth of both together / growth of somatic care, where costs are delivered to weigh them with
--   hver_for_seg      the smaller of tsb and psykisk_helse: met only where each grows faster than somatic care
-- A ratio says nothing where somatic care does not grow, so the difference in percentage points always stands beside it.
with growth_delivered as (
    select
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        'oppgitt_vekst' as basis,
        max(case when series_code = 'samdata.vekst_tsb' then value end) as growth_tsb,
        max(case when series_code = 'samdata.vekst_psykisk_helse' then value end) as growth_mental_health,
        max(case when series_code = 'samdata.vekst_somatikk' then value end) as growth_somatic,
        cast(null as double) as growth_combined
    from {{ ref('int_figures') }}
    where
        series_code in ('samdata.vekst_tsb', 'samdata.vekst_psykisk_helse', 'samdata.vekst_somatikk')
        and is_series_period
    group by year, region_code, delivery_id, vintage_date, received_on
),

-- The cost of the year before may stand in an older delivery: the newest known when this delivery came is used.
costs as (
    select
        series_code,
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        value
    from {{ ref('int_figures') }}
    where
        series_code in (
            'samdata.tsb_kostnad_ekskl', 'samdata.psykisk_helse_kostnad_ekskl', 'samdata.somatikk_kostnad_ekskl'
        )
        and is_series_period
),

-- Where the owner of the figures prints the ratio and not the two growth rates, the ratio is all there is.
reported_ratios as (
    select
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        'oppgitt_forholdstall' as basis,
        'tsb' as variant,
        cast(null as double) as growth_pct,
        cast(null as double) as growth_somatic_pct,
        value as ratio,
        cast(null as double) as difference_pp
    from {{ ref('int_figures') }}
    where
        series_code = 'npr.gylne_regel_tsb'
        and is_series_period
),

year_pairs as (
    select
        this_year.series_code,
        this_year.year,
        this_year.region_code,
        this_year.delivery_id,
        this_year.vintage_date,
        this_year.received_on,
        this_year.value,
        year_before.value as value_before,
        row_number() over (
            partition by this_year.series_code, this_year.year, this_year.region_code, this_year.delivery_id
            order by {{ newest_first('year_before.vintage_date', 'year_before.received_on', 'year_before.delivery_id') }}
        ) as newest_first
    from costs as this_year
    inner join costs as year_before
        on this_year.series_code = year_before.series_code
        and this_year.region_code = year_before.region_code
        and this_year.year = year_before.year + 1
        and this_year.vintage_date >= year_before.vintage_date
),

service_costs as (
    select
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        max(case when series_code = 'samdata.tsb_kostnad_ekskl' then value end) as tsb,
        max(case when series_code = 'samdata.tsb_kostnad_ekskl' then value_before end) as tsb_before,
        max(case when series_code = 'samdata.psykisk_helse_kostnad_ekskl' then value end) as mental,
        max(case when series_code = 'samdata.psykisk_helse_kostnad_ekskl' then value_before end) as mental_before,
        max(case when series_code = 'samdata.somatikk_kostnad_ekskl' then value end) as somatic,
        max(case when series_code = 'samdata.somatikk_kostnad_ekskl' then value_before end) as somatic_before
    from year_pairs
    where newest_first = 1
    group by year, region_code, delivery_id, vintage_date, received_on
),

growth_computed as (
    select
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        'kostnad_ekskl_pensjon_kapital_legemidler' as basis,
        100.0 * (tsb / nullif(tsb_before, 0) - 1) as growth_tsb,
        100.0 * (mental / nullif(mental_before, 0) - 1) as growth_mental_health,
        100.0 * (somatic / nullif(somatic_before, 0) - 1) as growth_somatic,
        100.0 * ((tsb + mental) / nullif(tsb_before + mental_before, 0) - 1) as growth_combined
    from service_costs
    where somatic is not null
),

growth as (
    select * from growth_delivered
    union all
    select * from growth_computed
),

variants as (
    {% for variant, numerator in [
        ('tsb', 'growth_tsb'),
        ('psykisk_helse', 'growth_mental_health'),
        ('samlet', 'growth_combined'),
        ('hver_for_seg', 'case when growth_tsb is not null and growth_mental_health is not null then least(growth_tsb, growth_mental_health) end'),
    ] %}
    select
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        basis,
        '{{ variant }}' as variant,
        {{ numerator }} as growth_pct,
        growth_somatic as growth_somatic_pct
    from growth
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

computed_ratios as (
    select
        year,
        region_code,
        delivery_id,
        vintage_date,
        received_on,
        basis,
        variant,
        growth_pct,
        growth_somatic_pct,
        case when growth_somatic_pct > 0 then round(growth_pct / growth_somatic_pct, 10) end as ratio,
        growth_pct - growth_somatic_pct as difference_pp
    from variants
    where growth_pct is not null and growth_somatic_pct is not null
),

all_ratios as (
    select * from computed_ratios
    union all
    select * from reported_ratios
)

select
    year,
    region_code,
    basis,
    variant,
    growth_pct,
    growth_somatic_pct,
    ratio,
    difference_pp,
    coalesce(difference_pp > 0, ratio > 1) as is_met,
    basis in ('kostnad_ekskl_pensjon_kapital_legemidler', 'oppgitt_forholdstall') and variant = 'tsb' as is_indicator_basis,
    delivery_id,
    vintage_date,
    received_on
from all_ratios
