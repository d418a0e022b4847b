"""Every command of the project: `python -m rusindikator COMMAND`, where --help tells what a command wants.

What the user can mend is printed in one line without a traceback. Exit codes: 0, or 1 where something was refused or
found, or 2 where the command line itself is wrong.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import duckdb

from rusindikator import demo, dictionary, query
from rusindikator.files import FolderInUseError
from rusindikator.paths import SEEDS, SHIPPED, publish_dir, published_file
from rusindikator.publish import kept
from rusindikator.publish.purge import PurgeError, purge
from rusindikator.receive import command
from rusindikator.receive.catalogue import EXTRACTS
from rusindikator.receive.formats import FORMATS
from rusindikator.receive.readers.xlsx import HIDDEN
from rusindikator.receive.shape.accounts import DOUBLED
from rusindikator.report.labels import LANGUAGES

PROGRAM = "python -m rusindikator"
# What make hands over: the words of the command line, quoted where a name holds a blank.
WORDS = "RUS_RECEIVE"
# Whether a file can be read is told by what reads it, with the reason.
FILE = click.Path(path_type=Path, readable=False)
MENDABLE = (ValueError, OSError, duckdb.Error, kept.RollbackError, PurgeError, FolderInUseError)

Command = Callable[..., int]


def database(command: Command) -> Command:
    """Give a command the option that names the published file."""
    return click.option(
        "--database", type=FILE, default=published_file, show_default=str(published_file()), help="Published file."
    )(command)


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def commands() -> None:
    """Receive deliveries, ask the published file, write the report, look after releases. `dbt build` publishes."""


@commands.command(
    short_help="run `dbt build`, with its log in the log file, and say what came of it",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF dbt build]...")
def build(options: tuple[str, ...]) -> int:
    """Run `dbt build` with the options given, such as --vars "as_of: 2018-04-30", and publish (docs/releases.md).

    It ends with the file, the release, its new and changed figures, what to look at, and what comes next; or with what
    failed and where dbt's log lies.
    """
    from rusindikator.build import build as run_build

    return run_build(options)


@commands.command("demo-deliveries", short_help="construct the deliveries of the sources that are not public")
@click.option("--out", type=FILE, default=SHIPPED, help="Folder for the files and their register lines.")
@click.option("--seed", type=int, default=demo.DEFAULT_SEED, help="Another seed spreads the same figures differently.")
@click.option("--scale", type=int, default=1, help="Multiply the persons in BrukerPlan; needs an --out of its own.")
def demo_deliveries(out: Path, seed: int, scale: int) -> int:
    """Construct microdata that give the published figures (docs/constructed_deliveries.md)."""
    written = demo.write_deliveries(out, seed=seed, scale=scale)
    for delivery in written:
        print(f"{out / delivery.file_name}")
    print(f"{len(written)} constructed deliveries written and registered in {out / 'deliveries.csv'}")
    return 0


@commands.command("demo-sizes", short_help="make the size table that spreads them again")
def demo_sizes() -> int:
    """Make rusindikator/demo/unit_sizes.csv again from seeds/reference."""
    print(f"{demo.write_size_table(SEEDS / 'reference')} rows written to {demo.SIZE_TABLE}")
    return 0


@commands.command(short_help="check a file as it came from its source, and land it")
@click.argument("files", nargs=-1, type=FILE, metavar="FILE...")
@click.option("--source", help=f"Who delivers: {', '.join(EXTRACTS)}.")
@click.option("--period", help="The year the file is about, or 2017-2020; needed where the file does not say.")
@click.option("--published-on", metavar="DATE", help="2022-06-30, or 2022-06 or 2022 where no more is known.")
@click.option("--publisher", help="Who publishes; without it the owner in seeds/catalogue/sources.csv.")
@click.option("--publication", help="What it is called; also the last part of the delivery's id.")
@click.option("--reference", help="Where in it: page, table, address.")
@click.option("--licence", help="Terms of use.")
@click.option("--encoding", help="Of a text file, where it is not recognised.")
@click.option("--format", type=click.Choice(FORMATS), help="Where it is not recognised.")
@click.option("--sheet", help="Of a workbook with several tables.")
@click.option("--extract", help="Which table of the source, where the columns do not tell.")
@click.option("--accept-missing", is_flag=True, help="Let the indicators of a vanished column be missing.")
@click.option("--accept-change", metavar="REASON", help="Let in a change that looks impossible; say why it is true.")
@click.option("--accept-incomplete", metavar="REASON", help="Let in a census that lacks large units; say why.")
@click.option("--doubled", type=click.Choice(DOUBLED), help="Account rows that stand twice: add them, or count one.")
@click.option("--hidden", type=click.Choice(HIDDEN), help="Rows and columns hidden in Excel: count or leave them out.")
@click.option("--set", metavar="COLUMN=VALUE", multiple=True, help="A constant that the table does not hold.")
@click.option("--dry-run", is_flag=True, help="Do everything but land.")
@click.option("--withdraw", metavar="DELIVERY", help="Let a delivery no longer count, from today on.")
@click.option("--reason", help="Why it is withdrawn; stands in the register.")
@click.option("--replay", is_flag=True, help="Shape all originals again with today's code, and say what would differ.")
@click.option("--recover", is_flag=True, help="Finish a landing that was interrupted, and nothing else.")
@click.option("--from-environment", is_flag=True, help=f"Take the words from the variable {WORDS}, as make does.")
def receive(from_environment: bool, **told: Any) -> int:
    """Read a file as its source sends it, check it, and land it in the folder that RUS_DELIVERIES_DIR names.

    It is all or nothing. Several files of the same table are one delivery; a codebook may be one of the files.
    See docs/receive.md.
    """
    if from_environment:
        return receive.main(shlex.split(os.environ.get(WORDS, "")), f"{PROGRAM} receive", standalone_mode=False)
    return command.run(SimpleNamespace(**told))


@commands.command("query", short_help="ask the published file one question in SQL, read-only")
@click.argument("sql")
@database
@click.option("--csv", is_flag=True, help="Print CSV instead of a table.")
def ask(sql: str, database: Path, csv: bool) -> int:
    """Ask the published file one question, such as "select * from fct_indicator_year where indicator_no = 63"."""
    print(query.run_query(sql, database, csv))
    return 0


@commands.command("dictionary", short_help="write docs/data_dictionary.md from the published file")
@database
@click.option("--out", type=FILE, default=Path("docs/data_dictionary.md"), show_default=True, help="File.")
def write_dictionary(database: Path, out: Path) -> int:
    """Write every published table and column with its type and description, read from the file's comments."""
    out.write_text(dictionary.data_dictionary(database), encoding="utf-8")
    print(out)
    return 0


@commands.command(short_help="check a release file: values, personal data, descriptions")
@click.argument("file", type=FILE, default=published_file)
def audit(file: Path) -> int:
    """Check a release file, or the published one, as every release is checked before it is published."""
    from rusindikator import audit as audits

    return audits.report(file)


@commands.command(short_help="list the releases that are kept, newest first")
@database
def releases(database: Path) -> int:
    """List the releases that are kept, newest first; the published one has a star."""
    found = kept.kept_releases(database)
    current = kept.read_release(database).release_id
    for release in found:
        changes = "first release" if release.changed_values is None else f"{release.changed_values} values changed"
        print(
            f"{'*' if release.release_id == current else ' '} {release.release_id}  deliveries up to"
            f" {release.data_vintage}, {changes}, code {release.code_version}"
        )
    print(f"{len(found)} kept beside {database}; * is published")
    return 0


@commands.command(short_help="publish the release before this one again")
@click.option("--to", metavar="RELEASE", help="A kept release; without it the one that this one replaced.")
@database
def rollback(to: str | None, database: Path) -> int:
    """Put a kept release in place of the published file, in one step (docs/releases.md)."""
    before, now = kept.rollback(database, to)
    was = f"was release {before.release_id}, which is kept" if before else "could not be read"
    print(f"{database} is release {now.release_id} again; it {was}")
    return 0


@commands.command("purge", short_help="remove a release for good, wherever it is kept or quoted")
@click.argument("release", metavar="RELEASE")
@click.option("--reason", required=True, help="Why; it stays readable, so it repeats nothing of the leak.")
@database
def purge_release(release: str, reason: str, database: Path) -> int:
    """Remove a release after a leak: nothing of it stays readable (docs/releases.md). It cannot be undone.

    The published release is rolled back first.
    """
    for line in purge(database, release, reason):
        print(line)
    print(f"Release {release} is purged; {database.with_name('purged.csv')} says why.")
    return 0


@commands.command(short_help="write the status report: HTML in two languages, a short version, JSON and CSV")
@click.option("--year", type=int, help="Report year; without it REPORT_YEAR, else the last year with data.")
@database
@click.option("--out", type=FILE, default=lambda: publish_dir() / "report", help="Folder; `report` beside the file.")
@click.option("--lang", default=",".join(LANGUAGES), show_default=True, help="Languages, by comma.")
def report(year: int | None, database: Path, out: Path, lang: str) -> int:
    """Write the status report of one year: HTML in two languages, a short version, JSON and CSV."""
    from rusindikator import report as reports

    written = reports.write_report(
        database,
        out,
        year=reports.year_from_environment() if year is None else year,
        languages=[language.strip() for language in lang.split(",") if language.strip()],
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    for path in written:
        if path.suffix == ".html":
            print(path)
    print(f"{len(written)} files in {out}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        return commands.main(None if argv is None else list(argv), PROGRAM, standalone_mode=False)
    except click.UsageError as error:
        place = error.ctx.command_path if error.ctx else PROGRAM
        print(f"rusindikator: {error.format_message()} `{place} --help` lists what there is.", file=sys.stderr)
        return error.exit_code
    except click.Abort:
        print("rusindikator: stopped", file=sys.stderr)
        return 130
    except MENDABLE as error:
        print(f"rusindikator: {error}", file=sys.stderr)
        return 1
