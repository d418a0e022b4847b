-- Grain, required columns, codes and references of every published table, as its YAML states them.
{{ described_problems([
    'dim_indicator', 'dim_goal', 'dim_source', 'dim_edition', 'dim_region', 'dim_delivery', 'fct_indicator_year',
    'fct_indicator_vintage', 'fct_series_year', 'fct_golden_rule', 'qa_coverage', 'qa_delivery', 'qa_reconciliation',
    'qa_warnings', 'release_log', 'release_changes'
]) }}
