-- Q6. The golden rule by year, region and wording: did the prioritised services grow faster than somatic care?
select
    rule.year,
    regions.label_nb as region,
    rule.variant,
    rule.growth_pct,
    rule.growth_somatic_pct,
    rule.ratio,
    rule.difference_pp,
    rule.is_met,
    rule.basis,
    rule.is_indicator_basis
from {{ ref('fct_golden_rule') }} as rule
left join {{ ref('dim_region') }} as regions
    on rule.region_code = regions.region_code
order by rule.year, rule.region_code, rule.variant
