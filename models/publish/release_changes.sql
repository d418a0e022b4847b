-- One row per figure, verdict or text that a release added, changed or removed, and per figure that it withholds. The build
-- file holds the latter only, without release: publishing compares with the published file, which only then is known, says
-- which release it is, and carries the rows of earlier releases over. Each release names what it withholds, until it comes or
-- is gone.
with standing_deliveries as (
    select distinct
        source_code,
        year,
        item_code,
        delivery_id
    from {{ ref('int_person_counts') }}
    where is_standing
),

withheld as (
    select distinct
        counts.source_code,
        counts.year,
        counts.item_code,
        counts.indicator_no,
        counts.delivery_id,
        standing_deliveries.delivery_id as standing_delivery_id
    from {{ ref('int_person_counts') }} as counts
    left join standing_deliveries
        on counts.source_code = standing_deliveries.source_code
        and counts.year = standing_deliveries.year
        and counts.item_code = standing_deliveries.item_code
    where counts.is_withheld and counts.count_kind in ('persons', 'denominator')
)

select
    cast(null as {{ dbt.type_string() }}) as release_id,
    case when item_code = '*' then 'qa_coverage' else 'fct_indicator_vintage' end as table_name,
    case
        when item_code = '*' then source_code
        else cast(indicator_no as {{ dbt.type_string() }})
    end || ', ' || cast(year as {{ dbt.type_string() }}) || ', ' || delivery_id as row_key,
    case when item_code = '*' then 'n_answers' else 'value' end as measure,
    cast(nullif(indicator_no, 0) as integer) as indicator_no,
    cast(year as integer) as year,
    'withheld' as change,
    cast(null as double) as value_before,
    cast(null as double) as value_after,
    standing_delivery_id as text_before,
    delivery_id as text_after,
    cast(null as date) as revised_on,
    {{ sentence('delivery_withheld_from_release', 'nb') }} as reason_nb,
    {{ sentence('delivery_withheld_from_release', 'en') }} as reason_en
from withheld
