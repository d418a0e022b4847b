-- No value of any vintage lies outside the limits the catalogue sets for its indicator.
select
    vintages.indicator_no,
    vintages.year,
    vintages.vintage_date,
    vintages.delivery_id,
    vintages.value,
    indicators.valid_min,
    indicators.valid_max
from {{ ref('fct_indicator_vintage') }} as vintages
inner join {{ ref('dim_indicator') }} as indicators
    on vintages.indicator_no = indicators.indicator_no
-- a limit that is not there would let everything through
where coalesce(vintages.value < indicators.valid_min or vintages.value > indicators.valid_max, true)
