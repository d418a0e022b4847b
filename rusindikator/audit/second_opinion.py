"""The second opinion before a release: Great Expectations over the published file, and its Data Docs as pages.

`make audit` runs it, and `.ci/run`; a build never does. What must hold is stated here once more and in other terms than
in values.py, by what a reader of the printed tables would say, so that a rule forgotten there can be found here. The
pages say of each table which rules were looked at and what was observed; they need no network and send nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

# Set before Great Expectations is imported: it reports its use to its maker otherwise.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import duckdb
import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig

from .data_docs import write_pages
from .finding import Finding
from .suite import suites

FOLDER = Path("build/audit")


def second_opinion(file: Path, folder: Path) -> list[Finding]:
    """Run every suite over a release file, write the pages into `folder`, and return what does not hold.

    Raises OSError or duckdb.Error when the file cannot be read.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batches = (
        context.data_sources.add_pandas("release")
        .add_dataframe_asset("table")
        .add_batch_definition_whole_dataframe("all")
    )
    findings: list[Finding] = []
    results: dict[str, gx.core.ExpectationSuiteValidationResult] = {}
    with duckdb.connect(str(file), read_only=True) as release:
        present = {name for (name,) in release.execute("select table_name from duckdb_tables()").fetchall()}
        for table, expectations in suites().items():
            if table not in present:
                findings.append(Finding(table, "", "is missing"))
                continue
            frame = release.execute(f'from "{table}"').df()
            batch = batches.get_batch({"dataframe": frame})
            results[table] = batch.validate(gx.ExpectationSuite(name=table, expectations=expectations))
            findings += [as_finding(table, outcome) for outcome in results[table].results if not outcome.success]
        (release_id,) = release.execute("select release_id from release_log order by built_at desc limit 1").fetchone()
    write_pages(folder, file.name, release_id, results, findings, datetime.now().astimezone())
    return findings


def as_finding(table: str, outcome: gx.core.ExpectationValidationResult) -> Finding:
    """Return what Great Expectations found: which expectation, for which rows, and the first values that break it."""
    settings = outcome.expectation_config.kwargs
    column = settings.get("column") or settings.get("column_B") or ", ".join(settings.get("column_list", []))
    rule = outcome.expectation_config.type.removeprefix("expect_").replace("_", " ")
    limits = {
        name: value
        for name, value in settings.items()
        if name in ("min_value", "max_value", "value", "value_set", "regex", "row_condition", "column_A")
        and value is not None
    }
    if outcome.exception_info and outcome.exception_info.get("exception_message"):
        return Finding(table, column, f"{rule} could not be checked: {outcome.exception_info['exception_message']}")
    n = outcome.result.get("unexpected_count", outcome.result.get("observed_value"))
    examples = [shown(value) for value in outcome.result.get("partial_unexpected_list", [])[:3]]
    text = f"{rule} {limits or ''}".strip() + f" does not hold ({n} rows)"
    return Finding(table, column, text + (f", for instance {', '.join(examples)}" if examples else ""))


def shown(value: object) -> str:
    """Return a value as a short text."""
    if isinstance(value, tuple):
        return " and ".join(map(shown, value))
    if isinstance(value, float):
        return "nothing" if pd.isna(value) else f"{value:.10g}"
    return str(value)[:80]


def main(argv: Sequence[str] | None = None) -> int:
    """Audit one file with Great Expectations and return 0 when everything holds."""
    parser = argparse.ArgumentParser(prog="python -m rusindikator.audit.second_opinion", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=None)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the pages (default: %(default)s)")
    arguments = parser.parse_args(argv)
    file = arguments.file or Path(os.environ.get("RUS_PUBLISH_DIR", "published")) / "rusindikator.duckdb"
    try:
        findings = second_opinion(file, arguments.out)
    except (OSError, duckdb.Error) as error:
        print(f"rusindikator: {error}", file=sys.stderr)
        return 1
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{file}: Great Expectations agrees; {arguments.out / 'index.html'}")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
