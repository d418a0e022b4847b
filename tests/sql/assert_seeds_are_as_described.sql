-- Grain, required columns and codes of the catalogue, reference and register seeds, as their YAML states them.
{{ described_problems([
    'plans', 'goals', 'sources', 'disclosure_rules', 'editions', 'indicators', 'definitions', 'observation_notes', 'missing_reasons',
    'coverage_expectations', 'decisions', 'targets', 'variables', 'answer_scales', 'answer_aliases', 'answer_rules', 'composites',
    'amounts', 'series', 'units', 'value_symbols', 'value_flags', 'population', 'price_growth', 'municipalities',
    'municipality_changes', 'oslo_bydeler', 'printed_figures', 'deliveries', 'column_mappings', 'label_mappings', 'revisions',
    'region_groups', 'noise_models', 'printed_counts', 'design_effects',
    'watched_tables'
]) }}
