-- One row per municipality or Oslo bydel of an IS-24/8 delivery: its keys.
{{ stage_units('is24_8', 'IS24_8', unit_key="coalesce(nullif(trim(bydelsnr), ''), trim(kommunenr))", district='bydelsnr') }}
