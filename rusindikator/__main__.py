"""`python -m rusindikator <command>`: the project's command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from rusindikator import audit as audit_package
from rusindikator import demo
from rusindikator import dictionary as dictionary_module
from rusindikator import query as query_module
from rusindikator import receive as receive_package
from rusindikator import report as report_module
from rusindikator.files import FolderInUseError
from rusindikator.publish import kept
from rusindikator.publish.purge import PurgeError, purge

PUBLISHED = Path(os.environ.get("RUS_PUBLISH_DIR", "published"))
DATABASE = PUBLISHED / "rusindikator.duckdb"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; each sub-command sets `run`: parsed arguments to exit code."""
    parser = argparse.ArgumentParser(prog="python -m rusindikator", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo_deliveries = commands.add_parser(
        "demo-deliveries",
        help="construct the demonstration deliveries of the sources that are not public",
        description="Construct microdata that give the published figures (docs/constructed_deliveries.md).",
    )
    demo_deliveries.add_argument(
        "--out",
        type=Path,
        default=demo.DELIVERIES_DIR,
        help="folder for the files and their register lines (default: seeds/deliveries of this project)",
    )
    demo_deliveries.add_argument(
        "--seed",
        type=int,
        default=demo.DEFAULT_SEED,
        help="another seed spreads the same figures differently",
    )
    demo_deliveries.add_argument(
        "--scale",
        type=int,
        default=1,
        help="multiply the persons in BrukerPlan, to measure speed; needs an --out of its own",
    )
    demo_deliveries.set_defaults(run=_demo_deliveries)

    demo_sizes = commands.add_parser(
        "demo-sizes",
        help="rebuild the size table that spreads the demonstration deliveries",
        description="Rebuild rusindikator/demo/unit_sizes.csv from seeds/reference.",
    )
    demo_sizes.set_defaults(run=_demo_sizes)

    receive_package.add_parser(commands)

    query = commands.add_parser(
        "query", help="ask the published file one question in SQL, read-only", description=query_module.__doc__
    )
    query.add_argument("sql", help='for instance "select * from fct_indicator_year where indicator_no = 63"')
    query.add_argument("--database", type=Path, default=DATABASE, help="published file (default: %(default)s)")
    query.add_argument("--csv", action="store_true", help="print CSV instead of a table")
    query.set_defaults(run=_query)

    dictionary = commands.add_parser(
        "dictionary",
        help="write docs/data_dictionary.md from the published file",
        description=dictionary_module.__doc__,
    )
    dictionary.add_argument("--database", type=Path, default=DATABASE, help="published file (default: %(default)s)")
    dictionary.add_argument("--out", type=Path, default=Path("docs/data_dictionary.md"))
    dictionary.set_defaults(run=_dictionary)

    audit = commands.add_parser(
        "audit",
        help="check a release file: values, personal data, descriptions (docs/releases.md)",
        description="Check a release file as every release is checked before it is published.",
    )
    audit.add_argument("file", type=Path, nargs="?", default=DATABASE, help="release file (default: %(default)s)")
    audit.set_defaults(run=_audit)

    releases = commands.add_parser("releases", help="list the releases that are kept, newest first")
    releases.add_argument("--database", type=Path, default=DATABASE, help="published file (default: %(default)s)")
    releases.set_defaults(run=_releases)

    rollback = commands.add_parser(
        "rollback",
        help="publish the release before this one again",
        description="Put a kept release in place of the published file, in one step (docs/releases.md).",
    )
    rollback.add_argument("--to", metavar="RELEASE", help="a kept release (default: the one that this one replaced)")
    rollback.add_argument("--database", type=Path, default=DATABASE, help="published file (default: %(default)s)")
    rollback.set_defaults(run=_rollback)

    purge_ = commands.add_parser(
        "purge",
        help="remove a release for good, wherever it is kept or quoted",
        description="After a leak: nothing of the release stays readable (docs/releases.md). It cannot be undone.",
    )
    purge_.add_argument("release", metavar="RELEASE", help="id of the release; the published one is rolled back first")
    purge_.add_argument("--reason", required=True, help="why; stays readable, so it repeats nothing of the leak")
    purge_.add_argument("--database", type=Path, default=DATABASE, help="published file (default: %(default)s)")
    purge_.set_defaults(run=_purge)

    report = commands.add_parser(
        "report",
        help="write the status report: HTML in two languages, a short version, JSON and CSV",
        description=report_module.__doc__,
    )
    report.add_argument(
        "--year", type=int, help="report year (default: the variable REPORT_YEAR, else the last year with data)"
    )
    report.add_argument("--database", type=Path, default=DATABASE, help="published file (default: %(default)s)")
    report.add_argument("--out", type=Path, default=PUBLISHED / "report", help="folder (default: %(default)s)")
    report.add_argument(
        "--lang", default=",".join(report_module.LANGUAGES), help="languages, by comma (default: %(default)s)"
    )
    report.set_defaults(run=_report)
    return parser


def _demo_deliveries(arguments: argparse.Namespace) -> int:
    written = demo.write_deliveries(arguments.out, seed=arguments.seed, scale=arguments.scale)
    for delivery in written:
        print(f"{arguments.out / delivery.file_name}")
    print(f"{len(written)} constructed deliveries written and registered in {arguments.out / 'deliveries.csv'}")
    return 0


def _demo_sizes(arguments: argparse.Namespace) -> int:
    print(f"{demo.write_size_table(demo.SEEDS / 'reference')} rows written to {demo.SIZE_TABLE}")
    return 0


def _query(arguments: argparse.Namespace) -> int:
    print(query_module.run_query(arguments.sql, arguments.database, arguments.csv))
    return 0


def _dictionary(arguments: argparse.Namespace) -> int:
    arguments.out.write_text(dictionary_module.data_dictionary(arguments.database), encoding="utf-8")
    print(arguments.out)
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    return audit_package.report(arguments.file)


def _releases(arguments: argparse.Namespace) -> int:
    releases = kept.kept_releases(arguments.database)
    current = kept.read_release(arguments.database).release_id
    for release in releases:
        changes = "first release" if release.changed_values is None else f"{release.changed_values} values changed"
        print(
            f"{'*' if release.release_id == current else ' '} {release.release_id}  deliveries up to"
            f" {release.data_vintage}, {changes}, code {release.code_version}"
        )
    print(f"{len(releases)} kept beside {arguments.database}; * is published")
    return 0


def _purge(arguments: argparse.Namespace) -> int:
    try:
        done = purge(arguments.database, arguments.release, arguments.reason)
    except (PurgeError, FolderInUseError) as error:
        print(f"rusindikator: {error}", file=sys.stderr)
        return 1
    for line in done:
        print(line)
    print(f"Release {arguments.release} is purged; {arguments.database.with_name('purged.csv')} says why.")
    return 0


def _rollback(arguments: argparse.Namespace) -> int:
    try:
        before, now = kept.rollback(arguments.database, arguments.to)
    except (kept.RollbackError, FolderInUseError) as error:
        print(f"rusindikator: {error}", file=sys.stderr)
        return 1
    was = f"was release {before.release_id}, which is kept" if before else "could not be read"
    print(f"{arguments.database} is release {now.release_id} again; it {was}")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    year = arguments.year if arguments.year is not None else report_module.year_from_environment()
    languages = [language.strip() for language in arguments.lang.split(",") if language.strip()]
    written = report_module.write_report(
        arguments.database,
        arguments.out,
        year=year,
        languages=languages,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    for path in written:
        if path.suffix == ".html":
            print(path)
    print(f"{len(written)} files in {arguments.out}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what the user can mend is printed without a traceback."""
    arguments = build_parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except (ValueError, OSError, duckdb.Error) as error:
        print(f"rusindikator: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
