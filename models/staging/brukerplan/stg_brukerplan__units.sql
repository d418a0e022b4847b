-- One row per person of a BrukerPlan delivery: its keys. The municipality is the unit that figures are counted for.
{{ stage_units(
    'brukerplan', 'BRUKERPLAN', unit_key='trim(lopenr)',
    in_scope="coalesce(" ~ answer_text('gruppe') ~ " not in (select answer_text from " ~ ref('answer_aliases')
    ~ " where scale_code = 'gruppe' and answer_code = 'psykisk'), true)"
) }}
