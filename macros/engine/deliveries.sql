{% macro deliveries_dir() -%}
{#- The folder that receives. Real deliveries hold personal health data: they live in a folder outside the repository that
    RUS_DELIVERIES_DIR names. -#}
    {{ return(env_var('RUS_DELIVERIES_DIR', 'seeds/deliveries').rstrip('/')) }}
{%- endmacro %}


{% macro delivery_folders() -%}
{#- The folders that hold a register and the files it names: the shipped deliveries, and one folder for each receipt. A folder with
    a register of its own at its top, as version 0.1.0 made it, holds a copy of the shipped ones and takes their place.
    Empty while parsing. -#}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {%- set dir = deliveries_dir() -%}
    {%- set folders = [dir if file_exists(dir ~ '/deliveries.csv') else 'seeds/deliveries'] -%}
    {%- for row in run_query(
        "select replace(file, '\\', '/') as file from glob(" ~ path_literal(dir)[:-1] ~ "/*/deliveries.csv') order by file"
    ).rows if not row.file.split('/')[-2].startswith('.') -%}
        {%- do folders.append(row.file[:-15]) -%}
    {%- endfor -%}
    {{ return(folders) }}
{%- endmacro %}


{% macro tables_of_folders(name, folders) -%}
{#- A select of the rows of a small table that any of the folders may hold, with _folder. Columns that one lacks are null in its rows.
    name: file name, as deliveries.csv. -#}
    {%- set paths = [] -%}
    {%- for folder in folders if file_exists(folder ~ '/' ~ name) -%}{%- do paths.append(folder ~ '/' ~ name) -%}{%- endfor -%}
    {%- set headers = csv_headers(paths) -%}
    {%- set parts = ["select cast(null as varchar) as _folder where false"] -%}
    {%- for path in paths -%}
        {%- do parts.append(
            "select *, " ~ quote_literal(path[:-(name | length + 1)]) ~ " as _folder from (" ~ read_text_csv(path, header=headers[path]) ~ ")"
        ) -%}
    {%- endfor -%}
    {{ return(union_by_name(parts)) }}
{%- endmacro %}


{% macro register_rows() -%}
{#- A select of the register: the lines of all folders, each with _folder, and the day and the reason of its withdrawal, else ''.
    The register of version 0.1.0 loads as it is. -#}
    {{ return(
        "select register_lines.*, coalesce(withdrawn.withdrawn_on, '') as withdrawn_on,"
        ~ " coalesce(withdrawn.reason, '') as withdrawn_reason from (" ~ tables_of_folders('deliveries.csv', delivery_folders())
        ~ ") as register_lines left join (select delivery_id, min(withdrawn_on) as withdrawn_on, arg_min(reason, withdrawn_on) as reason"
        ~ " from (select null::varchar as delivery_id, null::varchar as withdrawn_on, null::varchar as reason where false"
        ~ " union all by name " ~ tables_of_folders('withdrawals.csv', [deliveries_dir()])
        ~ ") group by delivery_id) as withdrawn on register_lines.delivery_id = withdrawn.delivery_id"
    ) }}
{%- endmacro %}


{% macro quote_literal(text) -%}
{#- `text` as an SQL string literal.  Example: it's -> 'it''s' -#}
    {{ return("'" ~ (text | string).replace("'", "''") ~ "'") }}
{%- endmacro %}


{% macro path_literal(path) -%}
{#- `path` as an SQL string literal in which DuckDB reads no pattern.  Example: leveranser [ny]/a.csv -> 'leveranser [[]ny]/a.csv' -#}
    {{ return(quote_literal(modules.re.sub('([\\[*?])', '[\\1]', path | string))) }}
{%- endmacro %}


{% macro csv_headers(paths, delimiter=',', preamble_lines=0) -%}
{#- The column names of CSV files of one shape: a dictionary path -> list of names in order. Raises, naming the file, where a file
    is empty, two columns carry the same name or one has none. One query for all files. -#}
    {%- set separator = delimiter | replace('|', '\\|') -%}
    {%- set lines = [] -%}
    {%- for path in paths -%}
        {%- do lines.append(
            "(select " ~ loop.index0 ~ " as file_no, line from read_csv(" ~ path_literal(path)
            ~ ", columns = {'line': 'varchar'}, delim = '\\x01', quote = '', escape = '', comment = '', header = false, skip = "
            ~ preamble_lines ~ ", auto_detect = false, strict_mode = false, null_padding = true, encoding = 'utf-8') limit 1)"
        ) -%}
    {%- endfor -%}
    {%- set headers = {} -%}
    {%- for path in paths -%}{%- do headers.update({path: []}) -%}{%- endfor -%}
    {%- if paths -%}
        {%- for row in run_query(
            "select file_no, unnest(regexp_extract_all(line || " ~ quote_literal(delimiter)
            ~ ", '(\"(?:[^\"]|\"\")*\"|[^" ~ separator ~ "]*)" ~ separator ~ "', 1)) as cell"
            ~ " from (" ~ lines | join(' union all ') ~ ")"
        ).rows -%}
            {%- set path = paths[row.file_no | int] -%}
            {%- set text = row.cell | trim -%}
            {%- set name = text[1:-1] | replace('""', '"') if text[:1] == '"' else text -%}
            {%- if name == '' or name | lower in headers[path] | map('lower') -%}
                {{ exceptions.raise_compiler_error(
                    path ~ ': column ' ~ (headers[path] | length + 1) ~ " of the header is called '" ~ name
                    ~ "', which is blank or stands there twice. Before it: " ~ headers[path] | join(' | ')
                ) }}
            {%- endif -%}
            {%- do headers[path].append(name) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for path in paths if not headers[path] -%}
        {{ exceptions.raise_compiler_error(path ~ ' is empty: not even a header line is there.') }}
    {%- endfor -%}
    {{ return(headers) }}
{%- endmacro %}


{% macro read_text_csv(path, delimiter=',', preamble_lines=0, header=none) -%}
{#- A select of one CSV file with a header, every column as text. Quotes are doubled inside quotes, line breaks may stand in a
    quoted cell, a byte order mark is skipped, and a blank cell is '' and never null. A row with too many or too few cells is an
    error that names file and line.  header: the file's column names where they are known already. -#}
    {%- if not execute -%}{{ return('select 1') }}{%- endif -%}
    {%- set columns = [] -%}
    {%- for name in header or csv_headers([path], delimiter, preamble_lines)[path] -%}
        {%- do columns.append(quote_literal(name) ~ ": 'varchar'") -%}
    {%- endfor -%}
    {{ return(
        "select * from read_csv(" ~ path_literal(path)
        ~ ", delim = " ~ quote_literal(delimiter) ~ ", skip = " ~ preamble_lines
        ~ ", columns = {" ~ columns | join(', ') ~ "}, auto_detect = false, header = true, quote = '\"', escape = '\"',"
        ~ " comment = '', nullstr = '\\x00', encoding = 'utf-8', strict_mode = true, null_padding = false,"
        ~ " ignore_errors = false, max_line_size = 10000000)"
    ) }}
{%- endmacro %}


{% macro file_exists(path) -%}
{#- Whether there is a file of that name. False while parsing. -#}
    {{ return(execute and run_query('select 1 from glob(' ~ path_literal(path) ~ ')').rows | length > 0) }}
{%- endmacro %}


{% macro union_by_name(selects) -%}
{#- One select of the rows of all: columns of one name stand together, and one that a select lacks is null in its rows. -#}
    {{ return(selects | join('\n        union all by name\n        ')) }}
{%- endmacro %}


{% macro tables_added(name) -%}
{#- A select of the rows that the deliveries folder and its receipts add to a catalogue seed, with _folder. What somebody
    has saved with Excel (semicolons, ANSI) lies beside the build file as plain CSV: dbt_plugin puts it there.
    name: file name, as revisions.csv. -#}
    {%- set plain = (target.get('path') or '').replace('\\', '/').rpartition('/')[0] ~ '/added' -%}
    {%- set dir = deliveries_dir() -%}
    {%- set folders = [plain if file_exists(plain ~ '/' ~ name) else dir] -%}
    {%- for folder in delivery_folders() if folder != dir and folder != 'seeds/deliveries' -%}{%- do folders.append(folder) -%}{%- endfor -%}
    {{ return(tables_of_folders(name, folders)) }}
{%- endmacro %}


{% macro read_deliveries(extract, contract_file) -%}
{#- A select of all registered deliveries of one extract, with _file_name, _delivery_id and _row_no (1 = first data row).
    Raises when a delivery lacks a column that the contract calls required. -#}
    {%- set delimiter = config.get('delimiter', ',') -%}
    {%- set skip = config.get('preamble_lines', 0) -%}
    {%- set parts = [read_text_csv(contract_file) ~ ' where false'] -%}
    {%- set deliveries = registered_deliveries(extract) -%}
    {%- set paths = [] -%}
    {%- for delivery in deliveries -%}{%- do paths.append(delivery._folder ~ '/' ~ delivery.file_name) -%}{%- endfor -%}
    {%- set headers = csv_headers(paths, delimiter, skip) -%}
    {%- for delivery in deliveries -%}
        {%- set path = delivery._folder ~ '/' ~ delivery.file_name -%}
        {%- set present = headers[path] | map('lower') | list -%}
        {%- for column in config.get('required', []) if column | lower not in present -%}
            {{ exceptions.raise_compiler_error(
                "delivery " ~ delivery.delivery_id ~ ": column '" ~ column ~ "' is missing in " ~ delivery.file_name
                ~ ". It is a key of this extract. Found: " ~ present | join(', ') ~ "."
                ~ " If the delivery calls it something else, say so in seeds/catalogue/column_mappings.csv and receive it again."
            ) }}
        {%- endfor -%}
        {%- do parts.append(
            "select *, " ~ quote_literal(delivery.file_name) ~ " as _file_name, " ~ quote_literal(delivery.delivery_id)
            ~ " as _delivery_id,"
            ~ " cast(row_number() over () as integer) as _row_no from (" ~ read_text_csv(path, delimiter, skip, headers[path]) ~ ")"
        ) -%}
    {%- endfor -%}
    {%- do parts.append(
        "select cast(null as varchar) as _file_name, cast(null as varchar) as _delivery_id, cast(null as integer) as _row_no"
        ~ " where false"
    ) -%}
    {{ return(union_by_name(parts)) }}
{%- endmacro %}


{% macro registered_deliveries(extract) -%}
{#- The register's rows for one extract, in the order of their ids: delivery_id, file_name and _folder. What has been withdrawn is not
    read, unless the build is as of a day before that. check_deliveries has read the register when the run began. Empty while
    parsing. -#}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {{ return(run_query(
        "select delivery_id, file_name, _folder from main.register_of_run where extract = " ~ quote_literal(extract)
        ~ " and (withdrawn_on = '' or withdrawn_on > " ~ quote_literal(as_of_day() or '9999') ~ ") order by delivery_id"
    ).rows) }}
{%- endmacro %}


{% macro check_deliveries() -%}
{#- Runs before anything is built: the register and the folder must agree. Stops the build and names each file that is missing
    from the register, is registered but absent, or has another checksum than the one it was registered with. What the register
    says then is kept for the extracts, which would otherwise read it one by one. -#}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed') -%}
        {%- set dir = deliveries_dir() -%}
        {%- set folders = delivery_folders() -%}
        {%- set files = [] -%}
        {%- for folder in folders -%}
            {%- do files.append(
                "select " ~ quote_literal(folder) ~ " as _folder, replace(substr(filename, " ~ (folder | length + 2)
                ~ "), '\\', '/') as file_name, sha256(content) as sha256 from read_blob(" ~ path_literal(folder)[:-1] ~ "/*/*.csv')"
            ) -%}
        {%- endfor -%}
        {%- set problems = run_query(
            "with register as (" ~ tables_of_folders('deliveries.csv', folders) ~ "),"
            ~ " files as (select * from (" ~ files | join(' union all ') ~ ")"
            ~ " where not regexp_matches(file_name, '/(deliveries|missing_reasons)[.]csv$') and file_name not like 'original/%'"
            ~ " and file_name not like '.%')"
            ~ " select coalesce(r.file_name, f.file_name) as file_name, coalesce(r.delivery_id, '(none)') as delivery_id,"
            ~ " case when f.file_name is null then 'is registered but the file is absent'"
            ~ " when r.file_name is null then 'lies in the folder but is not in the register'"
            ~ " else 'differs from what was registered: checksum ' || f.sha256 || ' instead of ' || r.sha256 end as problem"
            ~ " from register as r full join files as f on r.file_name = f.file_name and r._folder = f._folder"
            ~ " where r.file_name is null or f.file_name is null or r.sha256 <> f.sha256"
            ~ " union all select file_name, string_agg(delivery_id, ', ' order by delivery_id),"
            ~ " 'is registered ' || count(*) || ' times' from register group by file_name having count(*) > 1 order by 1"
        ) -%}
        {%- if problems.rows | length > 0 -%}
            {%- set lines = [] -%}
            {%- for row in problems.rows -%}
                {%- do lines.append('  ' ~ row.file_name ~ ' (delivery ' ~ row.delivery_id ~ ') ' ~ row.problem) -%}
            {%- endfor -%}
            {{ exceptions.raise_compiler_error(
                'The deliveries in ' ~ dir ~ ' and their register deliveries.csv do not agree:\n' ~ lines | join('\n')
                ~ '\nA delivery is never edited: a corrected one is a new file with a line of its own in the register.'
            ) }}
        {%- endif -%}
        {{ return('create or replace table main.register_of_run as ' ~ register_rows()) }}
    {%- endif -%}
    {{ return('select 1') }}
{%- endmacro %}


{% macro forget_register() -%}
{#- Runs after everything: drops what check_deliveries kept of the register, which nobody but the extracts reads. -#}
    {{ return('drop table if exists main.register_of_run' if flags.WHICH in ('build', 'run', 'seed') else '') }}
{%- endmacro %}


{% macro disclosed_counts_file() -%}
{#- The file beside the build file in which rusindikator/disclosed.py keeps the counts of persons that readers have seen. -#}
    {{ return((target.get('path') or '').replace('\\', '/').rpartition('/')[0] ~ '/disclosed_counts.csv') }}
{%- endmacro %}
