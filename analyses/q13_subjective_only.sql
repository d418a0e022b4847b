-- Q13. Which indicators rest on somebody's judgement only?
select
    indicator_no,
    goal_code,
    label_nb,
    source_code,
    caveat_nb
from {{ ref('dim_indicator') }}
where is_subjective
order by indicator_no
