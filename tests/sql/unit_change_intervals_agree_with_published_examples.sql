-- The macros for changes against published examples.
-- Newcombe:   Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
-- Difference: coronary heart disease, 60 cases in 51 477.5 and 30 in 54 308.7 person-years, per 1000 (Gu et al. 2008, Biometrical
--             Journal 50:283-298). The R package ratesci gives 0.265796 to 0.989192 (score) and 0.2629322 to 0.9786493 (the same
--             square-and-add with Jeffreys limits). Byar limits follow the exact ones and are a little wider: the tolerance is
--             2.3 percent of the width.
-- p value:    Altman & Bland (2011), BMJ 343:d2090 and d2304: a difference of 17 points with an interval of 1.4 to 32.6 has
--             P = 0.032. Abramowitz & Stegun (1964), table 26.1: P(|z| > 1) = 0.3173105, P(|z| > 3) = 0.0026998.
-- Adjusted:   Benjamini & Hochberg (1995), JRSS B 57:289-300, section 4: of fifteen p values four are rejected at 0.05.
-- Noise:      a share of 50 percent of 428 answers, a reliability of 0.7: 0.3 x 50 x 50 / 428 = 1.7523; 1.6 percent of 13,936:
--             49718.7.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
{{ config(tags=['rule']) }}
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
),

p_examples as (
    select
        {{ change_z('17.0', '1.4', '32.6') }} as z,
        0.032 as p_published,
        1e-3 as tolerance
    union all
    select
        {{ change_z('-17.0', '-32.6', '-1.4') }} as z,
        0.032 as p_published,
        1e-3 as tolerance
    union all
    select
        1e0 as z,
        0.3173105 as p_published,
        1e-6 as tolerance
    union all
    select
        3e0 as z,
        0.0026998 as p_published,
        1e-6 as tolerance
    union all
    select
        0e0 as z,
        1.0 as p_published,
        1e-6 as tolerance
),

reported_p_values as (
    select
        1 as family,
        p,
        row_number() over (order by p) as p_rank,
        15 as members
    from (
        values
        (0.0001), (0.0004), (0.0019), (0.0095), (0.0201), (0.0278), (0.0298), (0.0344), (0.0459), (0.3240), (0.4262), (0.5719),
        (0.6528), (0.7590), (1.0000)
    ) as listed (p)
),

adjusted as (
    select
        p,
        {{ adjusted_p('p', 'p_rank', 'members', ['family']) }} as p_adjusted
    from reported_p_values
),

noises as (
    select
        {{ noise_variance('50.0') }} as variance,
        1.7523 as wanted
    from (
        select
            'judgement' as noise_kind,
            428 as noise_n,
            0.3 as noise_design_effect,
            1.0 as noise_cv_pct,
            1.0 as noise_sd
    ) as one
    union all
    select
        {{ noise_variance('13936.0') }} as variance,
        49718.7 as wanted
    from (
        select
            'stated' as noise_kind,
            1 as noise_n,
            1.0 as noise_design_effect,
            1.6 as noise_cv_pct,
            cast(null as double) as noise_sd
    ) as one
),

examples as (
    select
        example,
        low as got,
        low_published as wanted,
        tolerance
    from compared
    union all
    select
        example,
        high as got,
        high_published as wanted,
        tolerance
    from compared
    union all
    select
        'p value of z = ' || z as example,
        {{ two_sided_p('z') }} as got,
        p_published as wanted,
        tolerance
    from p_examples
    union all
    select
        'rejected at 0.05 of fifteen' as example,
        cast(sum(case when p_adjusted <= 0.05 then 1 else 0 end) as double) as got,
        4.0 as wanted,
        0.0 as tolerance
    from adjusted
    union all
    select
        'p value 0.0095 of fifteen, adjusted' as example,
        p_adjusted as got,
        0.0095 * 15 / 4 as wanted,
        1e-9 as tolerance
    from adjusted
    where p = 0.0095
    union all
    select
        'variance of noise ' || wanted as example,
        variance as got,
        wanted,
        wanted * 1e-4 as tolerance
    from noises
)

select *
from examples
where got is null or abs(got - wanted) > tolerance
