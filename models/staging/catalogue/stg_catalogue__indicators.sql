-- One row per indicator of the set, typed, with the decimals that its source lets a share show, and with the noise of its figures
-- and its smallest change from seed noise_models.
with noise as (
    select * from {{ ref('noise_models') }}
)

select
    {{ whole('indicator_no') }} as indicator_no,
    plan_code,
    goal_code,
    table_code,
    {{ whole('row_order') }} as row_order,
    indicator_type,
    indicators.label_nb,
    indicators.label_en,
    {{ text('label_definition_nb') }} as label_definition_nb,
    unit,
    unit_nb,
    unit_en,
    {{ whole('decimals') }} as decimals,
    indicators.source_code,
    source_printed,
    actual_source,
    polarity,
    calculation,
    numerator_nb,
    numerator_en,
    {{ text('denominator_nb') }} as denominator_nb,
    {{ text('denominator_en') }} as denominator_en,
    unit_type,
    price_basis,
    {{ text('deflator_code') }} as deflator_code,
    {{ number('valid_min') }} as valid_min,
    {{ number('valid_max') }} as valid_max,
    {{ number('max_step_factor') }} as max_step_factor,
    indicators.noise_code,
    noise.noise_kind,
    {{ whole('noise.n') }} as noise_n,
    {{ number('noise.design_effect') }} as noise_design_effect,
    {{ number('noise.cv_pct') }} as noise_cv_pct,
    {{ number('noise.sd') }} as noise_sd,
    noise.basis as noise_basis,
    noise.reference as noise_reference,
    {{ number('noise.min_change_abs') }} as min_change_abs,
    {{ number('noise.min_change_rel') }} as min_change_rel,
    {{ number('noise.min_change_unknown_n') }} as min_change_unknown_n,
    noise.reason_nb as min_change_reason_nb,
    noise.reason_en as min_change_reason_en,
    expected_years,
    {{ number('baseline_value') }} as baseline_value,
    {{ whole('baseline_year') }} as baseline_year,
    {{ text('baseline_note') }} as baseline_note,
    {{ text('baseline_note_en') }} as baseline_note_en,
    uncertainty,
    {{ flag('is_subjective') }} as is_subjective,
    is_separable,
    caveat_nb,
    caveat_en,
    set_from_edition,
    {{ text('set_to_edition') }} as set_to_edition,
    {{ text('decision_ids') }} as decision_ids,
    {{ whole("case when own.source_code is null then every.decimals_shown else own.decimals_shown end") }} as decimals_shown
from {{ ref('indicators') }} as indicators
left join {{ ref('disclosure_rules') }} as own
    on indicators.source_code = own.source_code
left join {{ ref('disclosure_rules') }} as every
    on every.source_code = '*'
left join noise
    on indicators.noise_code = noise.noise_code
