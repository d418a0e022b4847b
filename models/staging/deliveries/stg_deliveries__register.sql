-- One row per registered delivery: who published what, when, and whether it counts in this build. A constructed delivery stands
-- in for one that is not public: it no longer counts for years of which the source itself has delivered. Where only the month
-- or the year of publication is known, published_on is its last day and published_from its first. A figure is `reported` where
-- the source's owner printed it; a register of 0.1.0 says so of figures that somebody else has quoted (D-53).
with register as (
    select
        *,
        {{ safe_cast('published_on', 'date') }} as day_written,
        {{ period_kind('period') }} as period_kind
    from {{ ref('deliveries') }}
),

owners as (
    select
        source_code,
        owner || ';' || owner_names as names
    from {{ ref('sources') }}
),

typed_deliveries as (
    select
        register.delivery_id,
        register.source_code,
        register.extract,
        file_name,
        period,
        case when period_kind in ('year', 'span') then {{ to_int('substr(period, 1, 4)') }} end as period_from,
        case when period_kind in ('year', 'span') then {{ period_year('period') }} end as period_to,
        {{ last_day_known('day_written', 'published_on_precision') }} as published_on,
        {{ first_day_known('day_written', 'published_on_precision') }} as published_from,
        published_on_precision,
        {{ safe_cast('received_on', 'date') }} as received_on,
        case
            when register.origin = 'reported' and not {{ is_listed('register.publisher', 'owners.names') }} then 'quoted'
            else register.origin
        end as data_origin,
        sha256,
        publisher,
        publication,
        reference,
        licence,
        note,
        {{ safe_cast("nullif(withdrawn_on, '')", 'date') }} as withdrawn_on,
        {{ text('withdrawn_reason') }} as withdrawn_reason,
        -- what was withdrawn counts in a build as of a day before that, and in no other
        {% if as_of_day() %}
        {{ last_day_known('day_written', 'published_on_precision') }} <= cast('{{ as_of_day() }}' as date)
        and coalesce({{ safe_cast("nullif(withdrawn_on, '')", 'date') }} > cast('{{ as_of_day() }}' as date), true) as is_published
        {% else %}
        coalesce(withdrawn_on, '') = '' as is_published
        {% endif %}
    from register
    left join owners
        on register.source_code = owners.source_code
)

select
    typed_deliveries.delivery_id,
    typed_deliveries.source_code,
    typed_deliveries.extract,
    typed_deliveries.file_name,
    typed_deliveries.period,
    typed_deliveries.period_from,
    typed_deliveries.period_to,
    typed_deliveries.published_on,
    typed_deliveries.published_from,
    typed_deliveries.published_on_precision,
    typed_deliveries.received_on,
    typed_deliveries.data_origin,
    typed_deliveries.sha256,
    typed_deliveries.publisher,
    typed_deliveries.publication,
    typed_deliveries.reference,
    typed_deliveries.licence,
    typed_deliveries.note,
    typed_deliveries.withdrawn_on,
    typed_deliveries.withdrawn_reason,
    typed_deliveries.is_published
    and not (
        {{ is_made_up('typed_deliveries.data_origin') }}
        and exists (
            select 1
            from typed_deliveries as real
            where
                real.data_origin = 'received'
                and real.is_published
                and real.source_code = typed_deliveries.source_code
                and real.period_from <= typed_deliveries.period_to
                and real.period_to >= typed_deliveries.period_from
        )
    ) as is_known
from typed_deliveries
