"""Demonstration deliveries: microdata constructed to give the published national figures, and nothing more.

Six sources of the indicator set are not public. For them this package writes files of the shape the sources
deliver. What is known is the national figures in national_figures.csv; how a figure is spread over
municipalities or persons is drawn at random and means nothing. docs/constructed_deliveries.md tells it to
readers.
"""

from rusindikator.demo.generator import DEFAULT_SEED, construct, write_deliveries
from rusindikator.demo.sizes import SIZE_TABLE, write_size_table

__all__ = [
    "DEFAULT_SEED",
    "SIZE_TABLE",
    "construct",
    "write_deliveries",
    "write_size_table",
]
