-- One row per year, region, basis, variant and vintage of the golden rule (indicator 6 and the other wordings of it).
select
    rule.year,
    rule.region_code,
    rule.basis,
    rule.variant,
    rule.vintage_date,
    rule.growth_pct,
    rule.growth_somatic_pct,
    rule.ratio,
    rule.difference_pp,
    rule.is_met,
    rule.is_indicator_basis,
    rule.delivery_id,
    register.data_origin
from {{ ref('int_golden_rule') }} as rule
inner join {{ ref('stg_deliveries__register') }} as register
    on rule.delivery_id = register.delivery_id
