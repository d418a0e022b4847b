-- Every figure printed in any edition rounds to the computed one, or its difference is listed with a reason.
select
    edition_code,
    indicator_no,
    year,
    printed_value,
    computed_value
from {{ ref('qa_reconciliation') }}
where
    not within_rounding
    and accepted_reason is null
