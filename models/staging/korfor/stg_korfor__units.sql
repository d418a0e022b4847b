-- One row per municipality that answered KORFOR's survey on harm-reduction equipment: its keys.
{{ stage_units('korfor_utstyr', 'KORFOR', unit_key='trim(kommunenr)') }}
