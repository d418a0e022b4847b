-- One row per prison municipality and delivered column of IS-2494: the cell as delivered.
{{ stage_answers(ref('is2494'), 'IS2494', keys=['kommunenr'], except=['kommune'], region_code='trim(kommunenr)') }}
