-- One row per source that feeds the set.
select
    source_code,
    label_nb,
    label_en,
    owner,
    {{ text('owner_names') }} as owner_names,
    unit_of_observation_nb,
    unit_of_observation_en,
    {{ text('population_nb') }} as population_nb,
    coverage_nb,
    coverage_en,
    periodicity_nb,
    periodicity_en,
    {{ text('known_breaks_nb') }} as known_breaks_nb,
    {{ text('known_breaks_en') }} as known_breaks_en,
    {{ text('quality_nb') }} as quality_nb,
    {{ text('quality_en') }} as quality_en,
    measurement_kind,
    {{ flag('is_public') }} as is_public,
    {{ text('aliases') }} as aliases
from {{ ref('sources') }}
