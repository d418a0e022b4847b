-- Grain, required columns and codes of staging and intermediate models, as their YAML states them.
{{ described_problems([
    'stg_deliveries__register', 'stg_catalogue__definitions', 'stg_catalogue__expected_years', 'stg_catalogue__municipalities',
    'int_rows_delivered', 'int_unit_counts', 'int_answer_texts', 'int_composite_answers', 'int_answer_counts',
    'int_delivered_figures', 'int_figures', 'int_golden_rule', 'int_indicator_inputs',
    'int_price_factors', 'int_published_counts', 'int_person_counts', 'int_indicator_values', 'int_region_population',
    'int_comparison_pairs', 'int_change_outcomes', 'int_baseline_choice'
]) }}
