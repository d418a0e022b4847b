"""The five lines that a build ends with: the file, its release, what is new, what to look at, what comes next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rusindikator.publish import kept

NUMBER_OF_FIGURES = "select count(*) from release_file.main.fct_indicator_year where value is not null"


@dataclass(frozen=True)
class FigureCounts:
    """Figures of indicators that a release adds, changes and removes; `before` is the release it replaces."""

    before: str | None
    added: int
    changed: int = 0
    removed: int = 0

    def text(self) -> str:
        """Return the counts as a reader wants them."""
        if not self.before:
            return f"{self.added} figures, and no release before them to be compared with"
        return f"{self.added} new, {self.changed} changed, {self.removed} removed since release {self.before}"


def first_counts(cursor: duckdb.DuckDBPyConnection) -> FigureCounts:
    """Count the figures of `release_file`, which replaces no release."""
    return FigureCounts(None, *cursor.execute(NUMBER_OF_FIGURES).fetchone())


def counts_against(cursor: duckdb.DuckDBPyConnection, before: str) -> FigureCounts:
    """Count the figures in the temporary table `changes`."""
    rows = cursor.execute(
        "select change from changes where table_name = 'fct_indicator_year' and measure = 'value'"
    ).fetchall()
    found = Counter(change for (change,) in rows)
    return FigureCounts(before, found["added"], found["changed"], found["removed"])


def closing_lines(
    target: Path, release_id: str, counts: FigureCounts | None, warnings: Counter[str], *, current: bool
) -> list[str]:
    """Return the lines.

    counts: what the release changes, None where nothing has changed.  warnings: findings of qa_warnings.
    current: false for a build as of an earlier day.
    """
    release, figures = f"{release_id}", "none new, none changed"
    if counts is None:
        release = f"Nothing changed: {target} stays release {release_id}."
    else:
        figures = counts.text()
        if current:
            figures += f"; all of it in {kept.changes_file(target, release_id)}"
    told = ", ".join(f"{n} {finding}" for finding, n in sorted(warnings.items()))
    return [
        f"file      {target.absolute()}, {target.stat().st_size / 1e6:.1f} MB",
        f"release   {release}",
        f"figures   {figures}",
        f"warnings  {warnings.total()} to look at, in table qa_warnings: {told}" if told else "warnings  none",
        "next      make report" if current else "next      open the file; the current release stays as it was",
    ]
