-- Q8. How far is it to each target, year by year, and where can nobody say?
select
    targets.target_id,
    targets.year,
    targets.target_value,
    targets.value,
    targets.gap,
    targets.on_track,
    targets.computable,
    targets.reason
from {{ ref('rpt_target_progress') }} as targets
order by targets.target_id, targets.year
