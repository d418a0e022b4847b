"""What the catalogue holds, for tests that follow it. How many the plan has is counted by the audit on its own."""

from __future__ import annotations

from rusindikator.deliveries import read_rows
from rusindikator.paths import CATALOGUE

INDICATORS = {int(row["indicator_no"]): row for row in read_rows(CATALOGUE / "indicators.csv")}
N_INDICATORS = len(INDICATORS)
