-- One row per indicator value that a release added, changed or removed. Empty in the build file: publishing compares with the
-- published file, which only then is known, and carries the rows of earlier releases over.
select
    cast(null as {{ dbt.type_string() }}) as release_id,
    cast(null as integer) as indicator_no,
    cast(null as integer) as year,
    cast(null as {{ dbt.type_string() }}) as change,
    cast(null as double) as value_before,
    cast(null as double) as value_after,
    cast(null as {{ dbt.type_string() }}) as reason_nb,
    cast(null as {{ dbt.type_string() }}) as reason_en
where false
