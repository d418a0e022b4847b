-- One row per status report edition.
select
    edition_code,
    title_nb as label_nb,
    label_en,
    publisher,
    {{ day('published_on') }} as published_on,
    published_on_precision,
    {{ day('data_cutoff_on') }} as data_cutoff_on,
    {{ whole('measurement_year') }} as measurement_year,
    kind,
    {{ text('note') }} as note
from {{ ref('editions') }}
