"""The status report: HTML in two languages, a short version, JSON, and the tables as CSV with a data package."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rusindikator.files import make_folder_like, make_open_folder
from rusindikator.report.data import ReportData, ReportError, open_published, read_report_data
from rusindikator.report.labels import LANGUAGES

__all__ = ["LANGUAGES", "ReportData", "ReportError", "write_report", "year_from_environment"]

YEAR_VARIABLE = "REPORT_YEAR"


def year_from_environment() -> int | None:
    """Return the year in REPORT_YEAR, None where it is not set; raise ReportError where it is no year."""
    text = os.environ.get(YEAR_VARIABLE, "").strip()
    if not text:
        return None
    if not text.isdigit():
        raise ReportError(f"{YEAR_VARIABLE} is '{text}'; it should be a year such as 2018")
    return int(text)


def write_report(
    database: Path,
    out: Path,
    *,
    year: int | None = None,
    languages: Sequence[str] = LANGUAGES,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Write every file of the report of one year into `out` and return their paths.

    The files are made in a draft folder beside their place and moved in when all of them exist, so that a run that
    fails leaves the report before it as it was. `progress` gets a line per step.
    Raises ReportError where the published file or the year is not there.
    """
    # templates and dates take a fifth of a second to load, and every command passes here
    from rusindikator.report.machine import write_data_package, write_json
    from rusindikator.report.view import render, view_of

    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown:
        raise ReportError(f"no report in {', '.join(unknown)}; there are {', '.join(LANGUAGES)}")
    connection = open_published(database)
    try:
        progress(f"reading {database}")
        data = read_report_data(connection, year)
        make_open_folder(out)
        with TemporaryDirectory(prefix=".draft_", dir=out) as folder:
            draft = Path(folder)
            for language in languages:
                view = view_of(data, language)
                for template, name in (("report.html.j2", ""), ("short.html.j2", "_kort")):
                    file = f"statusrapport_{data.report_year}{name}.{language}.html"
                    progress(f"writing {file}")
                    (draft / file).write_text(render(view, template), encoding="utf-8")
            file = f"statusrapport_{data.report_year}.json"
            progress(f"writing {file}")
            write_json(data, draft / file)
            progress("writing csv/ and datapackage.json")
            write_data_package(connection, draft, data.release)
            return publish(draft, out)
    finally:
        connection.close()


def publish(draft: Path, out: Path) -> list[Path]:
    """Move the finished files from the draft folder to their place and return them."""
    moved = []
    for file in sorted(path for path in draft.rglob("*") if path.is_file()):
        target = out / file.relative_to(draft)
        make_folder_like(target.parent, out)
        # readable for everybody, whatever the umask
        file.chmod(0o644)
        # The draft lies on the same disk, so this is one rename per file.
        shutil.move(file, target)
        moved.append(target)
    return moved
