-- One row per municipality and delivered column of KORFOR's equipment survey: the cell as delivered.
{{ stage_answers(ref('korfor_utstyr'), 'KORFOR', keys=['kommunenr'], except=['kommune'], region_code='trim(kommunenr)') }}
