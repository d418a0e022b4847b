-- Q5. How much of the 2.4 billion had come by each year, and what was left for each year that remained?
select
    year,
    block_grant,
    other,
    total,
    cumulative,
    remaining,
    required_per_remaining_year,
    cumulative_2016_nok,
    remaining_2016_nok
from {{ ref('rpt_funding_pace') }}
order by year
