-- One row per registered delivery: who published what, when, and whether it counts in this build. A constructed delivery
-- stands in for one that is not public: it no longer counts for years of which the source itself has delivered.
with typed as (
    select
        delivery_id,
        source_code,
        extract,
        file_name,
        period,
        {{ to_int("split_part(period, '-', 1)") }} as period_from,
        {{ to_int("case when period like '%-%' then split_part(period, '-', 2) else period end") }} as period_to,
        {{ safe_cast('published_on', 'date') }} as published_on,
        published_on_precision,
        {{ safe_cast('received_on', 'date') }} as received_on,
        origin as data_origin,
        sha256,
        publisher,
        publication,
        reference,
        licence,
        note,
        {% if var('as_of') | string %}
        {{ safe_cast('published_on', 'date') }} <= cast('{{ var("as_of") }}' as date) as is_published
        {% else %}
        true as is_published
        {% endif %}
    from {{ ref('deliveries') }}
)

select
    typed.delivery_id,
    typed.source_code,
    typed.extract,
    typed.file_name,
    typed.period,
    typed.period_from,
    typed.period_to,
    typed.published_on,
    typed.published_on_precision,
    typed.received_on,
    typed.data_origin,
    typed.sha256,
    typed.publisher,
    typed.publication,
    typed.reference,
    typed.licence,
    typed.note,
    typed.is_published
    and not (
        typed.data_origin = 'constructed'
        and exists (
            select 1
            from typed as real
            where
                real.data_origin = 'received'
                and real.is_published
                and real.source_code = typed.source_code
                and real.period_from <= typed.period_to
                and real.period_to >= typed.period_from
        )
    ) as is_known
from typed
