-- One row per respondent of a user satisfaction survey (BU) delivery: its keys.
{{ stage_units('bu', 'BU', unit_key='trim(respondentnr)') }}
