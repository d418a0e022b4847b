-- The macros for changes against published examples.
-- Newcombe:   Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
-- Difference: coronary heart disease, 60 cases in 51 477.5 and 30 in 54 308.7 person-years, per 1000 (Gu et al. 2008, Biometrical
--             Journal 50:283-298). The R package ratesci gives 0.265796 to 0.989192 (score) and 0.2629322 to 0.9786493 (the same
--             square-and-add with Jeffreys limits). Byar limits follow the exact ones and are a little wider: the tolerance is
--             2.3 percent of the width.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
with newcombe_examples as (
    select
        *,
        later_events / later_n as later,
        earlier_events / earlier_n as earlier
    from (
        values
        (56.0, 70.0, 48.0, 80.0, 0.0524, 0.3339),
        (9.0, 10.0, 3.0, 10.0, 0.1705, 0.8090),
        (6.0, 7.0, 2.0, 7.0, 0.0582, 0.8062),
        (5.0, 56.0, 0.0, 29.0, -0.0381, 0.1926),
        (0.0, 10.0, 0.0, 20.0, -0.1611, 0.2775),
        (0.0, 10.0, 0.0, 10.0, -0.2775, 0.2775),
        (10.0, 10.0, 0.0, 20.0, 0.6791, 1.0000),
        (10.0, 10.0, 0.0, 10.0, 0.6075, 1.0000)
    ) as listed (later_events, later_n, earlier_events, earlier_n, low_published, high_published)
),

newcombe_limits as (
    select
        *,
        {{ wilson_bound('later_events', 'later_n', 'low') }} as later_low,
        {{ wilson_bound('later_events', 'later_n', 'high') }} as later_high,
        {{ wilson_bound('earlier_events', 'earlier_n', 'low') }} as earlier_low,
        {{ wilson_bound('earlier_events', 'earlier_n', 'high') }} as earlier_high
    from newcombe_examples
),

rate_limits as (
    select
        60.0 / 51.4775 as later,
        30.0 / 54.3087 as earlier,
        {{ byar_bound('60.0', 'low') }} / 51.4775 as later_low,
        {{ byar_bound('60.0', 'high') }} / 51.4775 as later_high,
        {{ byar_bound('30.0', 'low') }} / 54.3087 as earlier_low,
        {{ byar_bound('30.0', 'high') }} / 54.3087 as earlier_high
),

{% set limits = ['later', 'later_low', 'later_high', 'earlier', 'earlier_low', 'earlier_high'] -%}
compared as (
    select
        'newcombe ' || later_events || '/' || later_n || ' - ' || earlier_events || '/' || earlier_n as example,
        low_published,
        high_published,
        5e-5 as tolerance,
        {{ square_and_add_bound(*limits, side='low') }} as low,
        {{ square_and_add_bound(*limits, side='high') }} as high
    from newcombe_limits

    union all

    select
        'difference of rates, score' as example,
        0.265796 as low_published,
        0.989192 as high_published,
        1.7e-2 as tolerance,
        {{ square_and_add_bound(*limits, side='low') }} as low,
        {{ square_and_add_bound(*limits, side='high') }} as high
    from rate_limits

    union all

    select
        'difference of rates, square-and-add' as example,
        0.2629322 as low_published,
        0.9786493 as high_published,
        1.7e-2 as tolerance,
        {{ square_and_add_bound(*limits, side='low') }} as low,
        {{ square_and_add_bound(*limits, side='high') }} as high
    from rate_limits
)

select *
from compared
where
    low is null
    or high is null
    or abs(low - low_published) > tolerance
    or abs(high - high_published) > tolerance
