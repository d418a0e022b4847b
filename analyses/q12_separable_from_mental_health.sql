-- Q12. Where can drug work be told from mental health work?
select
    is_separable,
    count(*) as indicators,
    {{ list_text('indicator_no') }} as indicator_nos
from {{ ref('dim_indicator') }}
group by is_separable
order by is_separable
