-- What a release changes in the one before, into the temporary table `changes`: one row per watched cell that is new, gone or
-- another one. Both releases are attached, as `previous` and `release_file`; beforehand stand
--   published_rows    database, table_name, row_no and the row as a JSON object, for both releases
--   previous_columns  table_name and column_name of the release before
--   revisions         the lines of revisions.csv that can explain a change
--   watched           the seed watched_tables: which columns of which table (raw.watched_tables)

create or replace temp table watched_cells as
with lists as (
    select
        table_name,
        leading_column,
        indicator,
        year,
        string_split(key_columns, ' ') as key_columns,
        list_filter(string_split(figures, ' '), lambda name: name <> '') as figures,
        list_filter(string_split(marks, ' '), lambda name: name <> '') as marks,
        list_filter(string_split(texts, ' '), lambda name: name <> '') as texts
    from watched
),

keyed_rows as (
    select
        published_rows.database,
        published_rows.table_name,
        published_rows.cells,
        lists.leading_column,
        lists.figures,
        lists.marks,
        -- a star: every column that is named nowhere else
        case
            when lists.texts = ['*'] then list_filter(
                json_keys(published_rows.cells),
                lambda name: not list_contains(lists.key_columns || lists.figures || lists.marks, name)
            )
            else lists.texts
        end as texts,
        array_to_string(list_transform(lists.key_columns, lambda name: published_rows.cells ->> name), ', ') as row_key,
        coalesce(try_cast(lists.indicator as integer), try_cast(published_rows.cells ->> lists.indicator as integer)) as indicator_no,
        try_cast(published_rows.cells ->> lists.year as integer) as year,
        published_rows.cells ->> 'delivery_id' as delivery_id,
        json_extract_string(published_rows.cells, lists.leading_column) as leading_value
    from published_rows
    inner join lists using (table_name)
),

cells as (
    select
        *,
        unnest(
            list_transform(figures, lambda name: {'kind': 'figure', 'measure': name})
            || list_transform(marks, lambda name: {'kind': 'mark', 'measure': name})
            || list_transform(texts, lambda name: {'kind': 'text', 'measure': name}),
            recursive := true
        )
    from keyed_rows
),

typed as (
    select
        *,
        json_extract_string(cells, measure) as words,
        json_type(cells, measure) in ('DOUBLE', 'BIGINT', 'UBIGINT') as is_number
    from cells
)

select
    database,
    table_name,
    row_key,
    indicator_no,
    -- the year of a baseline is not the year of a label
    case when kind <> 'text' or table_name not like 'dim\_%' escape '\' then year end as year,
    delivery_id,
    kind,
    measure,
    measure = leading_column as is_leading,
    case when is_number then cast(words as double) end as number,
    case when not is_number then words end as words
from typed
where
    words is not null
    -- what is said of a figure counts while there is one
    and (kind <> 'mark' or len(figures) = 0 or leading_value is not null);

create or replace temp table changes as
with previous_keys as (
    select distinct table_name, row_key from watched_cells where database = 'previous'
),

differing as (
    select
        coalesce(new.table_name, old.table_name) as table_name,
        coalesce(new.row_key, old.row_key) as row_key,
        coalesce(new.measure, old.measure) as measure,
        coalesce(new.kind, old.kind) as kind,
        coalesce(new.is_leading, old.is_leading) as is_leading,
        coalesce(new.indicator_no, old.indicator_no) as indicator_no,
        coalesce(new.year, old.year) as year,
        case
            -- a text where there was none says something else of what was published
            when old.measure is null and new.kind = 'text' and (new.table_name, new.row_key) in (select (table_name, row_key) from previous_keys) then 'changed'
            when old.measure is null then 'added'
            when new.measure is null then 'removed'
            else 'changed'
        end as change,
        old.number as value_before,
        new.number as value_after,
        old.words as text_before,
        new.words as text_after,
        new.delivery_id
    from (from watched_cells where database = 'release_file') as new
    full join (from watched_cells where database = 'previous') as old using (table_name, row_key, measure)
    where
        (
            old.words is distinct from new.words
            or old.number is distinct from new.number
            -- figures are sums of floating point numbers: what differs in the last binary digits only is the same figure
            and not coalesce(
                abs(new.number - old.number) <= greatest(1e-12, 1e-9 * greatest(abs(new.number), abs(old.number))), false
            )
        )
        -- a column that the release before did not have is told of once, not cell by cell
        and (
            old.measure is not null
            or new.table_name not in (select table_name from previous_columns)
            or (new.table_name, new.measure) in (select (table_name, column_name) from previous_columns)
        )
),

of_rows as (
    select
        *,
        max(change) filter (where is_leading and change <> 'changed') over (partition by table_name, row_key) as row_change,
        table_name not like 'dim\_%' escape '\'
        and bool_or(kind <> 'text') over (partition by table_name, row_key) as goes_with_a_figure
    from differing
),

-- where the figure itself is new or gone, so are its limits and what else is said of it
told as (
    select * exclude (row_change)
    from of_rows
    where is_leading or row_change is null or kind <> 'text' and change <> row_change
)

select
    figure.* exclude (goes_with_a_figure),
    said.revised_on,
    said.reason_nb,
    said.reason_en
from told as figure
left join lateral (
    select *
    from revisions as line
    where
        figure.change <> 'added'
        and coalesce(line.indicator_no, figure.indicator_no) is not distinct from figure.indicator_no
        and coalesce(line.year, figure.year) is not distinct from figure.year
        and case
            when line.table_name = figure.table_name || '.' || figure.measure then true
            -- a text is meant by name: the table, the very row of a year, or the figure that changes with it
            when figure.kind = 'text' then
                line.table_name = figure.table_name
                or line.table_name is null
                and (line.indicator_no = figure.indicator_no and line.year = figure.year or figure.goes_with_a_figure)
            -- a review of the catalogue's texts excuses no baseline
            when line.table_name like 'dim\_%' escape '\' and line.indicator_no is null and line.year is null then false
            else coalesce(line.table_name, figure.table_name) = figure.table_name
        end
    order by
        line.indicator_no is null, line.year is null, line.table_name is null, line.table_name not like '%.%',
        line.revised_on desc, line.reason_nb
    limit 1
) as said on true;

-- What is computed from figures changes with them, also with new ones.
update changes
set
    reason_nb = 'Følger av endrede eller nye tall: ' || causes.told,
    reason_en = 'Follows from figures that changed or are new: ' || causes.told
from (
    select
        effect.table_name,
        effect.row_key,
        string_agg(
            distinct coalesce('#' || cause.indicator_no, cause.table_name) || coalesce(' ' || cause.year, ''), ', '
            order by coalesce('#' || cause.indicator_no, cause.table_name) || coalesce(' ' || cause.year, '')
        ) as told
    from changes as effect
    inner join changes as cause
        on
            cause.kind <> 'text'
            and effect.kind <> 'text'
            and case effect.table_name
                when 'rpt_status' then
                    cause.year <= effect.year
                    and cause.table_name in ('fct_indicator_year', 'dim_indicator')
                    and cause.indicator_no = effect.indicator_no
                when 'rpt_goal_attainment' then
                    cause.year = effect.year
                    and cause.table_name = 'rpt_status'
                    and split_part(effect.row_key, ', ', 1) in (
                        'PLAN',
                        (select goal_code from release_file.main.dim_indicator as known where known.indicator_no = cause.indicator_no)
                    )
                when 'rpt_target_progress' then
                    cause.year <= effect.year
                    and (
                        cause.table_name in ('fct_indicator_year', 'dim_indicator') and cause.indicator_no = effect.indicator_no
                        or effect.indicator_no is null and cause.table_name = 'rpt_funding_pace'
                    )
                when 'rpt_funding_pace' then
                    cause.year <= effect.year
                    and (
                        cause.table_name = 'fct_indicator_year' and cause.indicator_no in (1, 2)
                        or cause.table_name = 'fct_series_year' and cause.row_key like 'statsbudsjettet.%'
                    )
                when 'rpt_funding_claim' then cause.table_name = 'rpt_funding_pace'
                when 'qa_coverage' then
                    cause.year = effect.year
                    and cause.table_name = 'fct_indicator_year'
                    and split_part(effect.row_key, ', ', 1)
                    = (select source_code from release_file.main.dim_indicator as known where known.indicator_no = cause.indicator_no)
                else false
            end
    group by effect.table_name, effect.row_key
) as causes
where
    changes.table_name = causes.table_name
    and changes.row_key = causes.row_key
    and changes.kind <> 'text'
    and changes.change <> 'added'
    and changes.reason_nb is null;
