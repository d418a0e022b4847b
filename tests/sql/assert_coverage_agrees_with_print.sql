-- Units and coverage computed from the deliveries agree with what the sources print, where they print it.
select
    source_code,
    year,
    units_answered,
    n_answers,
    printed_units,
    printed_answers,
    share_population,
    printed_share_pct
from {{ ref('qa_coverage') }}
where
    (printed_units is not null and units_answered <> printed_units)
    or (printed_answers is not null and n_answers <> printed_answers)
    or (printed_share_pct is not null and round(share_population) <> printed_share_pct)
