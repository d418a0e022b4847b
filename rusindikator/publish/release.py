"""Publishing: copy the marts into a draft nobody else can open, have it audited, and swap it in with one rename.

Readers of a DuckDB file block its writer and the other way round, and nobody may see a half-built file. So the
finished tables go into a new file, which is compared with the published one, audited by another process, flushed to
disk and renamed over the old one. Open readers keep the old file. Whenever the process is killed, the published file
is the old release or the new one, and the next run starts over without cleaning up.
"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb

from rusindikator import disclosed
from rusindikator.files import (
    FolderInUseError,
    FolderLock,
    file_sha256,
    flush,
    make_folder_like,
    make_open_folder,
    quoted,
)
from rusindikator.paths import published_file
from rusindikator.publish import auditor as audits
from rusindikator.publish import kept, printed_tables
from rusindikator.publish.changes import RevisionError, compare, count_shipped
from rusindikator.publish.closing import FigureCounts, closing_lines, counts_against, first_counts
from rusindikator.publish.copying import attach_draft, copy_tables, count_rows, same_contents
from rusindikator.publish.errors import PublishError
from rusindikator.publish.purge import finish_purges, read_purges
from rusindikator.publish.readable import first_figures, held_back, readable
from rusindikator.publish.staging import Staging, leftovers, remove_leftovers

BUILD_SCHEMA = "marts"
REVISIONS_TABLE = "raw.revisions"
# A guard against a git that hangs.
GIT_SECONDS = 600


def code_version(directory: Path | None = None) -> str:
    """Return what `git describe` says of the code that built the release; `unknown` outside a git checkout."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--tags"],
            cwd=directory,
            capture_output=True,
            text=True,
            check=True,
            timeout=GIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return answer.stdout.strip() or "unknown"


def prepare_folder(folder: Path) -> None:
    """Make the folder of the published files where it is missing, readable for everybody, and empty of drafts.

    Raises PublishError when it cannot be made or written to, or the published file is a symbolic link.
    """
    file = published_file(directory=folder)
    try:
        make_open_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if leftovers(folder):
            # where another process publishes they are its own
            with contextlib.suppress(FolderInUseError), FolderLock(folder, "cleans up"):
                remove_leftovers(folder)
        Staging(folder).place(file)
    except OSError as error:
        raise PublishError(
            f"{file} was not published, nothing was changed. {type(error).__name__}: {error}."
            " Mend the folder or name another one in RUS_PUBLISH_DIR."
        ) from None


@dataclass(frozen=True)
class Outcome:
    """What publishing came to. release_id: the published release, an earlier one where nothing has changed."""

    release_id: str
    is_new: bool
    rows: int
    changed: int | None
    figures: FigureCounts | None


def publish_release(
    session: duckdb.DuckDBPyConnection, tables: Mapping[str, duckdb.DuckDBPyRelation]
) -> duckdb.DuckDBPyRelation:
    """Write the release file and its Parquet copies, swap them in, and return one row that describes the release.

    session: connection to the build file.  tables: mart name -> its relation; every one becomes a table in `main`.
    What is identical to the published release, the logs apart, makes no new one.
    Raises PublishError when the new file cannot be written, changes published figures without a reason or fails the
    audit; the old file then stays as it was.
    """
    cursor = session.cursor()
    release_id, as_of = cursor.execute(f"select release_id, as_of from {BUILD_SCHEMA}.release_log").fetchone()
    target = published_file(as_of)
    auditor = audits.Auditor()
    try:
        prepare_folder(target.parent)
        with FolderLock(target.parent, "publishes"):
            outcome = make_and_swap(cursor, auditor, target, tables, release_id, current=not as_of)
    except (OSError, duckdb.Error, FolderInUseError) as error:
        raise PublishError(
            f"{target} was not published, the file published before stays as it was. {type(error).__name__}: {error}"
        ) from None
    finally:
        auditor.stop()
        cursor.close()
    findings = session.execute(f"select finding from {BUILD_SCHEMA}.qa_warnings").fetchall()
    warnings = Counter(finding for (finding,) in findings)
    told = closing_lines(target, outcome.release_id, outcome.figures, warnings, current=not as_of)
    return session.sql(
        "select ? as release_id, ? as file_name, ?::bigint as file_bytes, ?::integer as n_tables, ?::bigint as n_rows,"
        " ?::integer as changed_values, ?::boolean as is_new, ? as told",
        params=[
            *(outcome.release_id, target.name, target.stat().st_size, len(tables), outcome.rows, outcome.changed),
            outcome.is_new,
            "\n".join(told),
        ],
    )


def make_and_swap(
    cursor: duckdb.DuckDBPyConnection,
    auditor: audits.Auditor,
    target: Path,
    tables: Mapping[str, object],
    build_id: str,
    *,
    current: bool,
) -> Outcome:
    """Write everything beside its place, wait for the audit, and rename. Hold the lock of the folder.

    Nothing after the first rename needs space on the disk or can be refused.
    """
    finish_purges(published_file(directory=target.parent))
    before = None
    if current and target.exists():
        before = read_published(target, build_id)
        kept.keep(target)
    release_id, number = name_release(published_file(directory=target.parent), build_id)
    with Staging(target.parent) as staging:
        draft = staging.place(target)
        changes = write_draft(cursor, draft, before, tables, release_id, number, current=current)
        auditor.begin(draft)
        # meanwhile the audit reads the draft
        flush(draft)
        rows = count_rows(draft, tables)
        if current and changes is not None:
            make_folder_like(target.parent / kept.FOLDER, target.parent)
            copied = kept.stage_parquet(draft, staging)
            staging.copy(draft, kept.kept_file(target, release_id))
            staging.write(changes.text, kept.changes_file(target, release_id))
        auditor.finish(draft)
        if changes is not None:
            staging.swap()
    if changes is None:
        kept.make_whole(target)
        return Outcome(before.release_id, False, rows, 0, None)
    if current:
        kept.remove_old_parquet(target.parent / kept.PARQUET, copied)
        kept.remove_old(target)
    return Outcome(release_id, True, rows, changes.changed, changes.figures)


def read_published(target: Path, build_id: str) -> kept.Release:
    """Return the published release. Raises PublishError where nobody can read it."""
    try:
        return kept.read_release(target)
    except duckdb.Error as error:
        raise PublishError(
            f"Release {build_id} was not published: {target} cannot be read, so nobody can tell what would change."
            f" {error} Put a kept release in its place with `python -m rusindikator rollback`, then build again."
        ) from error


def name_release(published: Path, build_id: str) -> tuple[str, int]:
    """Return id and number of a new release: an id that no release of the folder has had, and the next number.

    Builds are named after the second they start in: two in one second, or one after the clock was set back, get a
    number after it.
    """
    known = [kept.current_release(published)] if published.exists() else []
    known = [release for release in (*known, *kept.kept_releases(published)) if release]
    taken = {id_ for release in known for id_ in (release.release_id, *release.came_from)}
    taken |= {line.release_id for line in read_purges(published.parent)}
    taken |= {file.stem for file in (published.parent / kept.FOLDER).glob("*.duckdb")}
    names = (build_id if n == 1 else f"{build_id}-{n}" for n in count(1))
    return next(name for name in names if name not in taken), 1 + max((release.number for release in known), default=0)


@dataclass(frozen=True)
class Written:
    """What a draft changes. changed: figures and verdicts, None for a first release.  text: the list as Markdown."""

    changed: int | None
    text: str
    figures: FigureCounts


def write_draft(
    cursor: duckdb.DuckDBPyConnection,
    draft: Path,
    before: kept.Release | None,
    tables: Mapping[str, object],
    release_id: str,
    number: int,
    *,
    current: bool,
) -> Written | None:
    """Write the release file. Return what it changes, or None where it is the same as the one published before.

    before: the published release; a first release and a build as of an earlier day are compared with nothing.
    Raises PublishError when published figures change without a reason.
    """
    attach_draft(cursor, draft, "release_file")
    try:
        marts = [name for name in tables if name not in printed_tables.NAMES]
        copy_tables(cursor, marts, BUILD_SCHEMA, "release_file")
        printed_tables.add_printed_tables(cursor, "release_file")
        cursor.execute(
            "update release_file.main.release_changes set release_id = ? where release_id is null", [release_id]
        )
        cursor.execute(
            "update release_file.main.release_log set release_id = ?, release_no = ?, code_version = ?, n_reasons = ?,"
            " file_sha256_previous = ?",
            [release_id, number, code_version(), count_shipped(), file_sha256(before.file) if before else None],
        )
        if not before:
            written = Written(None, first_figures(cursor, release_id), first_counts(cursor))
        else:
            written = compare_with_published(cursor, before, release_id)
        if current:
            add_purges(cursor, read_purges(draft.parents[1]))
        cursor.execute("checkpoint release_file")
    finally:
        with contextlib.suppress(duckdb.Error):  # there is none to end unless something failed
            cursor.execute("rollback")
        cursor.execute("detach release_file")
    return written


def compare_with_published(cursor: duckdb.DuckDBPyConnection, before: kept.Release, release_id: str) -> Written | None:
    """Fill `release_changes`, carry the earlier logs over, and return what changes; None where nothing does.

    Raises PublishError, and writes the whole list into the build folder, when nobody has said why a figure changes.
    """
    cursor.execute(f"attach {quoted(before.file)} as previous (read_only)")
    try:
        if same_contents(cursor, "previous", "release_file"):
            return None
        carry_over_logs(cursor)
        disclosed.hide_small_differences(cursor, "release_file.main.release_changes")
        changes = compare(cursor, REVISIONS_TABLE, before)
        disclosed.hide_small_differences(cursor, "changes")
        text = readable(cursor, release_id, before.release_id)
        build_file = cursor.execute("select path from duckdb_databases() where database_name = current_database()")
        everything = Path(build_file.fetchone()[0]).with_name("held_back.md")
        wanting = everything.with_suffix(".csv")
        for told_before in (everything, wanting):
            told_before.unlink(missing_ok=True)
        if changes.unexplained:
            everything.write_text(text, encoding="utf-8")
            wanting.write_text("\n".join([*changes.lines(), ""]), encoding="utf-8")
            raise PublishError(held_back(changes, release_id, before, everything, wanting))
        cursor.execute(
            "insert into release_file.main.release_changes by name"
            " select $release_id as release_id, * exclude (is_leading, kind, delivery_id) from changes",
            {"release_id": release_id},
        )
        cursor.execute(
            "update release_file.main.release_log set changed_values = ?, changed_texts = ? where release_id = ?",
            [changes.changed, changes.changed_texts, release_id],
        )
    except RevisionError as error:
        raise PublishError(f"Release {release_id} was not published, {before.file} stays as it was. {error}") from error
    finally:
        cursor.execute("detach previous")
    return Written(changes.changed, text, counts_against(cursor, before.release_id))


def carry_over_logs(cursor: duckdb.DuckDBPyConnection) -> None:
    """Add the rows of the releases before to `release_log` and `release_changes`, `previous` being attached."""
    for log, rows in (
        ("release_log", f"({kept.log_of(cursor, 'previous')})"),
        ("release_changes", "previous.main.release_changes"),
    ):
        present = [name for (name, *_) in cursor.execute(f"describe from {rows}").fetchall()]
        known = kept.columns_of(cursor, "release_file", log)
        # an older release lacks columns, a newer one has some that this one does not know
        shared = ", ".join(name for name in present if name in known)
        cursor.execute(f"insert into release_file.main.{log} by name select {shared} from {rows}")
    # of releases that told of the values of indicators only
    cursor.execute(
        "update release_file.main.release_changes set table_name = 'fct_indicator_year', measure = 'value',"
        " row_key = concat_ws(', ', indicator_no, year) where table_name is null"
    )


def add_purges(cursor: duckdb.DuckDBPyConnection, purges: list) -> None:
    """Say of purged releases that the log does not hold that they were."""
    for line in purges:
        cursor.execute(
            "insert into release_file.main.release_log by name select $id as release_id, 0 as release_no,"
            " $at::timestamp as purged_at, $reason as purge_reason"
            " where $id not in (select release_id from release_file.main.release_log)",
            {"id": line.release_id, "at": line.purged_at, "reason": line.reason},
        )
