-- One row per figure, verdict or text that a release added, changed or removed. Empty in the build file: publishing compares with the
-- published file, which only then is known, and carries the rows of earlier releases over.
select
    cast(null as {{ dbt.type_string() }}) as release_id,
    cast(null as {{ dbt.type_string() }}) as table_name,
    cast(null as {{ dbt.type_string() }}) as row_key,
    cast(null as {{ dbt.type_string() }}) as measure,
    cast(null as integer) as indicator_no,
    cast(null as integer) as year,
    cast(null as {{ dbt.type_string() }}) as change,
    cast(null as double) as value_before,
    cast(null as double) as value_after,
    cast(null as {{ dbt.type_string() }}) as text_before,
    cast(null as {{ dbt.type_string() }}) as text_after,
    cast(null as date) as revised_on,
    cast(null as {{ dbt.type_string() }}) as reason_nb,
    cast(null as {{ dbt.type_string() }}) as reason_en
where false
