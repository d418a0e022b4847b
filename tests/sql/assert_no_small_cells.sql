-- No share of persons' answers, in any vintage of the country, rests on fewer of them than the rule of its source lets show:
-- who gave the answer, who did not, and all. Nought is shown.
{% set counts = {'numerator': 'numerator', 'complement': 'denominator - numerator', 'denominator': 'denominator'} -%}
with rules as (
    select
        sources.source_code,
        {% for count in counts %}
        case
            when own.source_code is null then every.{{ count }}_operator
            else own.{{ count }}_operator
        end as {{ count }}_operator,
        {{ whole('case when own.source_code is null then every.' ~ count ~ '_limit else own.' ~ count ~ '_limit end') }}
            as {{ count }}_limit,
        {% endfor %}
        case
            when own.source_code is null then {{ flag('every.counts_persons') }}
            else {{ flag('own.counts_persons') }}
        end as counts_persons
    from {{ ref('sources') }} as sources
    left join {{ ref('disclosure_rules') }} as own
        on sources.source_code = own.source_code
    left join {{ ref('disclosure_rules') }} as every
        on every.source_code = '*'
),

cells as (
    {% for count, n in counts.items() %}
    select
        known.indicator_no,
        known.year,
        known.delivery_id,
        '{{ count }}' as count_kind,
        {{ n }} as persons,
        rules.{{ count }}_operator as operator,
        rules.{{ count }}_limit as least
    from {{ ref('int_indicator_values') }} as known
    inner join {{ ref('stg_catalogue__indicators') }} as indicators
        on known.indicator_no = indicators.indicator_no
    inner join rules
        on indicators.source_code = rules.source_code
        and rules.counts_persons
    where
        known.region_code = '0'
        and known.denominator is not null
        and known.data_origin not in ('reported', 'quoted')
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    indicator_no,
    year,
    delivery_id,
    count_kind,
    persons,
    operator,
    least,
    'leave the year out (year_from, year_to in definitions.csv) and say why in missing_reasons.csv' as what_to_do
from cells
where
    persons <> 0
    and case operator when '<=' then persons <= least else persons < least end
