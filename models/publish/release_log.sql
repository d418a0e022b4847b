-- One row for this release. Publishing adds the rows of earlier releases, the number of this one, the checksum of the file it
-- replaces and how much changed.
select
    '{{ run_started_at.strftime("%Y%m%dT%H%M%SZ") }}' as release_id,
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as built_at,
    (
        select max(published_on)
        from {{ ref('dim_delivery') }}
        where is_known
    ) as data_vintage,
    cast('{{ as_of_day() }}' as {{ dbt.type_string() }}) as as_of,
    cast(null as {{ dbt.type_string() }}) as code_version,
    {{ test_count() }} as n_tests,
    cast((select count(*) from {{ ref('qa_warnings') }}) as integer) as n_warnings,
    cast(null as {{ dbt.type_string() }}) as file_sha256_previous,
    cast(null as integer) as changed_values,
    cast(null as integer) as changed_texts,
    cast(null as integer) as release_no,
    cast(null as integer) as n_reasons,
    cast(null as timestamp) as purged_at,
    cast(null as {{ dbt.type_string() }}) as purge_reason
