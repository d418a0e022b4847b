-- One row per count of persons that readers of a release have seen, whenever that was. They are read before dbt opens the build
-- file: from the published file, the kept releases, the builds as of an earlier day and their release_changes (disclosed.py).
{% set remembered = disclosed_counts_file() -%}
{% if file_exists(remembered) %}
select
    source_code,
    {{ whole('indicator_no') }} as indicator_no,
    {{ whole('year') }} as year,
    count_kind,
    cast(n as bigint) as n
from (
    {{ read_text_csv(remembered, header=['source_code', 'indicator_no', 'year', 'count_kind', 'n']) }}
) as remembered
{% else %}
select
    cast(null as {{ dbt.type_string() }}) as source_code,
    cast(null as integer) as indicator_no,
    cast(null as integer) as year,
    cast(null as {{ dbt.type_string() }}) as count_kind,
    cast(null as bigint) as n
where false
{% endif %}
