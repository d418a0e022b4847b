-- One row per patient and delivered column of the TSB patient experience survey: the cell as delivered.
{{ stage_answers(ref('pasopp_tsb'), 'PASOPP_TSB', keys=[], except=['pasientnr', 'rhf'], region_code="'0'") }}
