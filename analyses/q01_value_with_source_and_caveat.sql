-- Q1. What was indicator 63 in each year, how sure is it, and where does it come from?
select
    facts.year,
    indicators.label_nb,
    round(facts.value, indicators.decimals) as value,
    facts.unit,
    facts.value_low,
    facts.value_high,
    facts.interval_method,
    facts.obs_status,
    facts.data_origin,
    deliveries.publisher,
    deliveries.publication,
    deliveries.reference,
    facts.caveat_nb
from {{ ref('fct_indicator_year') }} as facts
inner join {{ ref('dim_indicator') }} as indicators
    on facts.indicator_no = indicators.indicator_no
left join {{ ref('dim_delivery') }} as deliveries
    on facts.delivery_id = deliveries.delivery_id
where
    facts.indicator_no = 63
    and facts.value is not null
order by facts.year
