-- The interval macros against worked examples from the literature.
-- Wilson: Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
--         UKHSA PHStatsMethods, its own test: 100 of 10 000.
-- Byar:   exact Poisson limits of 10, 50 and 100 events (Daly 1992, Computers in Biology and Medicine 22:351-361, table 2), which
--         Byar's approximation meets within 0.2 % from 10 events on (PHE, Technical guide: confidence intervals, 2018);
--         no events: lower bound 0, upper bound close to the exact 3.69.
-- It reads no table; publishing waits for it because it depends on one: {{ ref('dim_goal') }}
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
)

select *
from computed
where
    low is null
    or high is null
    or abs(low - low_published) > tolerance
    or abs(high - high_published) > tolerance
