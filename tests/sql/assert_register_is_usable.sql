-- The register says enough of each delivery to stand beside a figure: who, what, where, when, and for which source. A day of
-- publication is possible: not ahead of today or of the day of receipt, and not before the source can have known the period
-- (seed sources). Of a month or a year the most favourable day counts, so the present month is not refused.
with checked as (
    select
        register.delivery_id,
        case
            when sources.source_code is null then 'source_code is not in seed sources: ' || coalesce(register.source_code, '')
            when register.extract not in (
                {% for extract in extract_names() %}
                '{{ extract }}',
                {% endfor %}
                ''
            ) then 'extract is no contract seed: ' || coalesce(register.extract, '')
            when register.published_on is null then 'published_on is no day such as 2018-03-31'
            when register.received_on is null then 'received_on is no day such as 2018-03-31'
            when register.published_from > {{ today() }} then concat('published_on lies ahead of today, ', {{ today() }})
            when register.received_on > {{ today() }} then concat('received_on lies ahead of today, ', {{ today() }})
            when register.published_from > register.received_on then 'published_on lies after received_on'
            when coalesce(register.published_on_precision, '') not in ('day', 'month', 'year')
                then 'published_on_precision is none of day, month, year'
            when {{ origin_rank('register.data_origin') }} is null
                then 'origin is none of {{ data_origins() | join(', ') }}'
            when
                register.data_origin = 'reported'
                and not {{ is_listed('register.publisher', "sources.owner || ';' || sources.owner_names") }}
                then 'is called reported, but ' || register.publisher || ' does not own the source: it is quoted'
            when register.period_from is null or register.period_to is null or register.period_from > register.period_to
                then 'period is no year or span of years: ' || coalesce(register.period, '')
            when
                extract(year from register.published_on)
                < register.period_to - case sources.earliest_publication when 'year_before' then 1 else 0 end
                then concat('published_on lies before the source can know the period ', register.period)
            when coalesce(trim(register.publisher), '') = '' then 'publisher is blank'
            when coalesce(trim(register.publication), '') = '' then 'publication is blank'
            when coalesce(trim(register.reference), '') = '' then 'reference is blank'
        end as problem
    from {{ ref('stg_deliveries__register') }} as register
    left join {{ ref('sources') }} as sources
        on register.source_code = sources.source_code
)

select
    delivery_id,
    problem
from checked
where problem is not null
