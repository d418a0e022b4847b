{#
    Which staging models belong to which kind of source. A new source of a known shape is added here and in its own folder.
#}

{% macro microdata_sources() -%}
{#- Folder names of the sources that deliver one row per unit (stg_<name>__units and stg_<name>__answers). -#}
    {{ return(['is24_8', 'brukerplan', 'bu', 'pasopp_tsb', 'is2494', 'korfor']) }}
{%- endmacro %}

{% macro reported_sources() -%}
{#- Folder names of the sources that deliver finished figures (stg_<name>__figures). -#}
    {{ return([
        'ssb', 'samdata', 'npr', 'kdi', 'fhi', 'ungdata', 'konfliktradet', 'nifu', 'budget', 'fylkesmannen', 'omtale'
    ]) }}
{%- endmacro %}

{% macro extract_names() -%}
{#- Names of all contract seeds (seeds/extracts with extract: true). Written out because dbt reads dependencies before it knows
    the graph; tests/sql/assert_extract_list_is_complete.sql compares it with the graph. -#}
    {{ return([
        'brukerplan', 'bu', 'fhi_dodsarsak', 'fhi_rusmidler', 'fylkesmannen', 'is2494', 'is24_8', 'kdi',
        'kommuneproposisjonen', 'konfliktradet', 'korfor_utstyr', 'nifu', 'npr_gylne_regel', 'omtale', 'pasopp_tsb',
        'samdata', 'ssb_barnevern', 'ssb_kostra', 'ssb_speshelse', 'ssb_straffereaksjoner', 'statsbudsjettet', 'ungdata'
    ]) }}
{%- endmacro %}

{% macro described_columns(seed_name) -%}
{#- The columns that a seed's YAML describes, lower case: the contract of that extract. Empty while parsing. -#}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {{ return(graph.nodes['seed.' ~ project_name ~ '.' ~ seed_name].columns.keys() | map('lower') | list) }}
{%- endmacro %}
