-- A reason for a missing year is withdrawn once the year is measured, so that the list stays true.
-- A reason that covers a whole source may meet single measured years; one that names the indicator may not.
{{ config(severity='warn') }}
select
    facts.indicator_no,
    facts.year,
    facts.value,
    reasons.reason_code
from {{ ref('fct_indicator_year') }} as facts
inner join {{ ref('missing_reasons') }} as reasons
    on facts.indicator_no = {{ whole('reasons.indicator_no') }}
    and facts.year between {{ whole('reasons.year_from') }} and {{ whole('reasons.year_to') }}
where facts.value is not null
