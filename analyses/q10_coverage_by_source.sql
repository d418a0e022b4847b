-- Q10. What share of the units is missing in each microdata source and year?
select
    sources.label_nb as source,
    coverage.year,
    coverage.units_expected,
    coverage.units_answered,
    round(100 - coverage.share_units, 1) as missing_units_pct,
    round(100 - coverage.share_population, 1) as missing_population_pct
from {{ ref('qa_coverage') }} as coverage
inner join {{ ref('dim_source') }} as sources
    on coverage.source_code = sources.source_code
order by sources.label_nb, coverage.year
