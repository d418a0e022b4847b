"""The command line of the audit."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from .contents import TABLES, audit_contents, audit_storage, tables_of
from .differences import audit_differences
from .finding import Finding
from .privacy import audit_descriptions, audit_personal_data
from .small_cells import audit_small_cells
from .values import audit_values


def audit_file(file: Path) -> list[Finding]:
    """Return everything that does not hold for a release file; an empty list means that it can be read by anybody.

    Raises OSError or duckdb.Error when the file cannot be opened read-only.
    """
    findings = list(audit_storage(file))
    with duckdb.connect(str(file), read_only=True, config={"threads": 1}) as release:
        present = tables_of(release)
        known = present & set(TABLES)
        findings += audit_contents(release, present)
        for table in sorted(known):
            findings += audit_personal_data(release, table)
        findings += audit_descriptions(release)
        findings += audit_small_cells(release, known)
        findings += audit_differences(release, known)
        findings += audit_values(release, known)
    return list(dict.fromkeys(findings))


def main(argv: Sequence[str] | None = None) -> int:
    """Audit one file and return 0 when everything holds.

    With --json the name is read from standard input, which leaves time to load before there is a file; the answer is
    {"findings": [{"table", "column", "problem"}]} or {"error": text}.
    """
    parser = argparse.ArgumentParser(prog="python -m rusindikator.audit", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=Path("published/rusindikator.duckdb"))
    parser.add_argument("--json", action="store_true", help="read the name from standard input, answer in JSON")
    arguments = parser.parse_args(argv)
    if not arguments.json:
        return report(arguments.file)
    name = sys.stdin.read().strip()
    if not name:  # whoever started the audit has ended
        return 0
    try:
        answer = {"findings": [asdict(finding) for finding in audit_file(Path(name))]}
    except (OSError, duckdb.Error) as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
    return 0 if answer.get("findings") == [] else 1


def report(file: Path) -> int:
    """Audit a file, print what was found and return 0 when everything holds."""
    findings = audit_file(file)
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{file}: everything holds ({len(TABLES)} tables)")
    return 1 if findings else 0
