-- A year in which a measurement is expected has a value, or a row of missing_reasons says why not. A reason speaks of years that
-- nobody measured: it is no excuse for one of which only some parts were delivered, unless it names that very indicator. A build
-- as of an earlier day lacks what was published since: deliveries, and the price growth that makes an amount one of 2016-kroner.
select
    facts.indicator_no,
    facts.year,
    facts.obs_status,
    facts.missing_reason,
    partly.delivery_id,
    partly.items_found,
    partly.items_expected,
    case
        when partly.indicator_no is null
            then 'deliver the figure or add the reason to seeds/catalogue/missing_reasons.csv'
        else 'see which column or row of the definition (seeds/catalogue/definitions.csv) the delivery lacks'
    end as what_to_do
from {{ ref('fct_indicator_year') }} as facts
left join {{ ref('int_indicator_values') }} as partly
    on facts.indicator_no = partly.indicator_no
    and facts.year = partly.year
    and partly.is_latest
    and partly.items_found < partly.items_expected
left join (
    select distinct
        {{ whole('indicator_no') }} as indicator_no,
        {{ whole('year_from') }} as year_from,
        {{ whole('year_to') }} as year_to
    from {{ ref('missing_reasons') }}
    where {{ text('indicator_no') }} is not null
) as named
    on facts.indicator_no = named.indicator_no
    and facts.year between named.year_from and named.year_to
{% if as_of_day() %}
left join (
    select distinct
        indicators.indicator_no,
        years.year
    from {{ ref('dim_indicator') }} as indicators
    inner join {{ ref('stg_deliveries__register') }} as register
        on indicators.source_code = register.source_code
    inner join ({{ year_series(2000, 2100) }}) as years
        on years.year between register.period_from and register.period_to
    where register.published_on > cast('{{ as_of_day() }}' as date)
) as not_yet_known
    on facts.indicator_no = not_yet_known.indicator_no
    and facts.year = not_yet_known.year
{% endif %}
where
    facts.is_expected
    and facts.value is null
    {% if as_of_day() %}
    and not_yet_known.indicator_no is null
    and facts.value_nominal is null
    {% endif %}
    and (facts.missing_reason is null or (partly.indicator_no is not null and named.indicator_no is null))
