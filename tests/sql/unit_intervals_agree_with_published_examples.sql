-- The interval macros against worked examples from the literature.
-- Wilson: Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
--         UKHSA PHStatsMethods, its own test: 100 of 10 000.
-- Byar:   exact Poisson limits of 10, 50 and 100 events (Daly 1992, Computers in Biology and Medicine 22:351-361, table 2), which
--         Byar's approximation meets within 0.2 % from 10 events on (PHE, Technical guide: confidence intervals, 2018);
--         no events: lower bound 0, upper bound close to the exact 3.69.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
{{ config(tags=['rule']) }}
with examples as (
    select *
    from (
        values
        ('wilson', 81.0, 263.0, 0.2553, 0.3662, 5e-5),
        ('wilson', 15.0, 148.0, 0.0624, 0.1605, 5e-5),
        ('wilson', 0.0, 20.0, 0.0000, 0.1611, 5e-5),
        ('wilson', 1.0, 29.0, 0.0061, 0.1718, 5e-5),
        ('wilson', 20.0, 20.0, 0.8389, 1.0000, 5e-5),
        ('wilson', 100.0, 10000.0, 0.008229336148148417, 0.012146982255114647, 1e-12),
        ('byar', 10.0, null, 4.795, 18.390, 1.5e-2),
        ('byar', 50.0, null, 37.111, 65.919, 4e-3),
        ('byar', 100.0, null, 81.364, 121.627, 2e-3),
        ('byar', 0.0, null, 0.0, 3.69, 3e-2)
    ) as listed (method, events, trials, low_published, high_published, tolerance)
),

computed as (
    select
        *,
        case method
            when 'wilson' then {{ wilson_bound('events', 'trials', 'low') }}
            else {{ byar_bound('events', 'low') }}
        end as low,
        case method
            when 'wilson' then {{ wilson_bound('events', 'trials', 'high') }}
            else {{ byar_bound('events', 'high') }}
        end as high
    from examples
),

-- A design effect of 2 makes 1 000 answers as good as 500, and 81 of 263 with none stays Newcombe's example; six of ten gets the
-- limits of 55 below and of 65 above; 0.2 and 99.8, told as whole percents, stay inside 0 and 100.
shares as (
    select
        case_name,
        {{ wilson_share_bound('share_pct', 'n', 'design_effect', 'precision_pct', 'low') }} as low,
        {{ wilson_share_bound('share_pct', 'n', 'design_effect', 'precision_pct', 'high') }} as high,
        low_expected,
        high_expected
    from (
        values
        ('no design effect', 100.0 * 81 / 263, 263, 1.0, 0.0, 25.53, 36.62),
        ('design effect 2', 60.0, 1000, 2.0, 0.0, 55.65, 64.20),
        ('the sample of 500', 60.0, 500, 1.0, 0.0, 55.65, 64.20),
        ('six of ten', 60.0, 1000, 1.0, 5.0, 51.90, 67.89),
        ('near zero', 0.2, 1000, 1.0, 0.5, 0.0, 1.44),
        ('near all', 99.8, 1000, 1.0, 0.5, 98.56, 100.0)
    ) as listed (case_name, share_pct, n, design_effect, precision_pct, low_expected, high_expected)
),

decimals as (
    select
        case_name,
        {{ known_decimals('decimals', 'precision_told') }} as known,
        expected
    from (
        values
        ('about 5, printed with one decimal', 1, 0.5, 0),
        ('six of ten', 0, 5.0, 0),
        ('told in tenths of a percent', 1, 0.05, 1),
        ('a ratio told with one decimal', 2, 0.05, 1),
        ('told to the decimal', 2, null, 2),
        ('no rounding', 1, 0.0, 1)
    ) as listed (case_name, decimals, precision_told, expected)
)

select
    method || ' ' || events as case_name,
    low,
    high
from computed
where
    low is null
    or high is null
    or abs(low - low_published) > tolerance
    or abs(high - high_published) > tolerance
union all
select
    case_name,
    low,
    high
from shares
where
    low is null
    or high is null
    or abs(low - low_expected) > 6e-3
    or abs(high - high_expected) > 6e-3
union all
select
    case_name,
    known as low,
    expected as high
from decimals
where known <> expected
