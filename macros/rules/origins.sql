{#
    Where a figure comes from: the one list of words and their order. Python has the same list in rusindikator/deliveries.py; a test
    holds the two together.
#}

{% macro data_origins() -%}
{#- The origins of a figure, the weakest first: made up for a rehearsal, made from print, printed by somebody else than the owner,
    counted from what was delivered, printed by the owner. Counted comes before printed because the owner has not vouched for the
    count; quoted after it because somebody in between may have rounded, derived or misread. -#}
    {{ return(['rehearsal', 'constructed', 'quoted', 'received', 'reported']) }}
{%- endmacro %}


{% macro origin_rank(data_origin) -%}
{#- The place of an origin in data_origins, 1 the weakest; null for a word that is none. -#}
    case {{ data_origin }}{% for origin in data_origins() %} when '{{ origin }}' then {{ loop.index }}{% endfor %} end
{%- endmacro %}


{% macro origin_of_rank(rank) -%}
{#- The origin at a place of data_origins. -#}
    case {{ rank }}{% for origin in data_origins() %} when {{ loop.index }} then '{{ origin }}'{% endfor %} end
{%- endmacro %}


{% macro weakest_origin(data_origin) -%}
{#- Aggregate: the origin that a figure resting on several has. One constructed part makes the whole constructed. -#}
    {{ origin_of_rank('min(' ~ origin_rank(data_origin) ~ ')') }}
{%- endmacro %}


{% macro weaker_origin(one, other) -%}
{#- The weaker of two origins; the one there is where the other is null. -#}
    {{ origin_of_rank(
        'least(coalesce(' ~ origin_rank(one) ~ ', 99), coalesce(' ~ origin_rank(other) ~ ', 99))'
    ) }}
{%- endmacro %}


{% macro is_made_up(data_origin) -%}
{#- True for figures computed from answers that a program made: of them only what a source prints is evidence (N-11). -#}
    ({{ data_origin }} in ('constructed', 'rehearsal'))
{%- endmacro %}


{% macro is_listed(name, names) -%}
{#- Whether a name is one of a list separated by semicolons, whatever the case; one that is blank or a list itself is none.
    name, names: SQL text. -#}
    coalesce(trim({{ name }}) not in ('', ';') and position(';' in {{ name }}) = 0 and position(';' || lower(trim({{ name }})) || ';' in ';' || lower({{ names }}) || ';') > 0, false)
{%- endmacro %}
