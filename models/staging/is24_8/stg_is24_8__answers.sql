-- One row per unit and delivered column of IS-24/8: the cell as delivered (answers, FTE and kroner alike).
{{ stage_answers(
    ref('is24_8'), 'IS24_8', keys=['kommunenr', 'bydelsnr'], except=['kommune', 'bydel'],
    region_code="coalesce(nullif(trim(bydelsnr), ''), trim(kommunenr))"
) }}
