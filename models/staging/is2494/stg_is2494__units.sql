-- One row per prison municipality of an IS-2494 delivery: its keys.
{{ stage_units('is2494', 'IS2494', unit_key='trim(kommunenr)') }}
