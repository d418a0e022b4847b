-- One row per respondent and delivered column of the user satisfaction survey (BU): the cell as delivered.
{{ stage_answers(ref('bu'), 'BU', keys=['kommunenr'], except=['kommune', 'respondentnr'], region_code='trim(kommunenr)') }}
