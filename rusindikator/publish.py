"""Publishing: copy the marts into a file beside the published one, have it audited, and swap it in with one rename.

Readers of a DuckDB file block its writer and the other way round, and nobody may see a half-built file. So the
finished tables go into a new file, which is compared with the published one, audited by another process, flushed to
disk and renamed over the old one. Open readers keep the old file. Whenever the process is killed, the published file
is the old release or the new one, and the next run starts over without cleaning up.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from rusindikator import releases
from rusindikator.changes import RevisionError, compare, held_back, readable
from rusindikator.lock import FolderInUseError, FolderLock
from rusindikator.releases import flush, quoted

PUBLISHED_NAME = "rusindikator.duckdb"
BUILD_SCHEMA = "marts"
REVISIONS_TABLE = "raw.revisions"
# What DuckDB 1.0 and every later one can open.
STORAGE_VERSION = "v1.0.0"
AUDIT_SECONDS = 600
PACKAGE_PARENT = Path(__file__).resolve().parents[1]


class PublishError(RuntimeError):
    """The release could not be published; the file published before is untouched."""


def publish_dir() -> Path:
    """Folder of the published files: RUS_PUBLISH_DIR, or `published` in the project."""
    return Path(os.environ.get("RUS_PUBLISH_DIR", "published"))


def published_file(as_of: str | None, directory: Path | None = None) -> Path:
    """Path of the published file; a build with `as_of` has its own, so that it never replaces the current release."""
    directory = directory or publish_dir()
    if not as_of:
        return directory / PUBLISHED_NAME
    return directory / f"rusindikator_as_of_{as_of}.duckdb"


def code_version(directory: Path | None = None) -> str:
    """Return what `git describe` says of the code that built the release; `unknown` outside a git checkout."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--tags"],
            cwd=directory,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return answer.stdout.strip() or "unknown"


def prepare_folder(folder: Path) -> None:
    """Make the folder of the published files where it is missing, readable for everybody.

    Raises PublishError when it cannot be made or written to.
    """
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise PublishError(
            f"{folder / PUBLISHED_NAME} was not published, nothing was changed. {type(error).__name__}: {error}."
            " Mend the folder or name another one in RUS_PUBLISH_DIR."
        ) from None


class Auditor:
    """The audit in a process of its own, which loads while the file is written and then waits for its name."""

    def __init__(self) -> None:
        """Start the process."""
        path = os.pathsep.join(filter(None, (str(PACKAGE_PARENT), os.environ.get("PYTHONPATH"))))
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rusindikator.audit", "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={**os.environ, "PYTHONPATH": path},
        )

    def begin(self, file: Path) -> None:
        """Name the file; it must not change until `finish` has returned."""
        with contextlib.suppress(BrokenPipeError):  # it has ended already; finish says why
            self.process.stdin.write(str(file.resolve()).encode())
            self.process.stdin.close()
        self.process.stdin = None

    def finish(self, file: Path) -> None:
        """Wait for the answer. Raises PublishError with everything that was found."""
        try:
            output, _ = self.process.communicate(timeout=AUDIT_SECONDS)
            answer = json.loads(output)
        except (subprocess.TimeoutExpired, ValueError):
            self.stop()
            self.log.seek(0)
            last_words = self.log.read().decode("utf-8", "replace").strip()[-2000:]
            raise PublishError(
                f"The release was not published: the audit of {file} gave no answer. {last_words}"
            ) from None
        if "error" in answer:
            raise PublishError(f"The release was not published: the audit could not read {file}. {answer['error']}")
        if answer["findings"]:
            lines = [
                f"  {'.'.join(filter(None, (item['table'], item['column']))) or 'file'}: {item['problem']}"
                for item in answer["findings"]
            ]
            raise PublishError(
                f"The release was not published: the audit of {file} found {len(lines)} faults.\n" + "\n".join(lines)
            )

    def stop(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def publish_release(
    session: duckdb.DuckDBPyConnection, tables: Mapping[str, duckdb.DuckDBPyRelation]
) -> duckdb.DuckDBPyRelation:
    """Write the release file and its Parquet copies, swap them in, and return one row that describes the release.

    session: connection to the build file.  tables: mart name -> its relation; every one becomes a table in `main`.
    Raises PublishError when the new file cannot be written, changes published figures without a reason or fails the
    audit; the old file then stays as it was.
    """
    cursor = session.cursor()
    release_id, as_of = cursor.execute(f"select release_id, as_of from {BUILD_SCHEMA}.release_log").fetchone()
    target = published_file(as_of)
    auditor = Auditor()
    try:
        prepare_folder(target.parent)
        with FolderLock(target.parent, "publishes"):
            rows, changed = make_and_swap(cursor, auditor, target, tables, release_id, current=not as_of)
    except (OSError, duckdb.Error, FolderInUseError) as error:
        raise PublishError(
            f"{target} was not published, the file published before stays as it was. {type(error).__name__}: {error}"
        ) from None
    finally:
        auditor.stop()
        cursor.close()
    return session.sql(
        "select ? as release_id, ? as file_name, ?::bigint as file_bytes, ?::integer as n_tables, ?::bigint as n_rows,"
        " ?::integer as changed_values",
        params=[release_id, target.name, target.stat().st_size, len(tables), rows, changed],
    )


def make_and_swap(
    cursor: duckdb.DuckDBPyConnection,
    auditor: Auditor,
    target: Path,
    tables: Mapping[str, object],
    release_id: str,
    *,
    current: bool,
) -> tuple[int, int | None]:
    """Write everything beside its place, wait for the audit, and rename. Return the rows and the number of changes.

    Nothing after the first rename needs space on the disk or can be refused.
    """
    draft = target.with_name(f".{target.name}.draft")
    parquet_folder = target.parent / releases.PARQUET
    staged = {draft: target}
    remove_draft(draft)
    try:
        changed, changes_text = write_draft(cursor, draft, target, tables, current=current)
        auditor.begin(draft)
        # meanwhile the audit reads the draft
        draft.chmod(0o644)
        flush(draft)
        rows = count_rows(draft, tables)
        if current:
            staged |= releases.write_parquet(draft, parquet_folder)
            staged |= releases.stage_copy(draft, releases.kept_file(target, release_id))
            if changes_text:
                staged |= releases.stage_text(changes_text, releases.changes_file(target, release_id))
            if target.exists():
                releases.keep(target)
        auditor.finish(draft)
        for written, final in staged.items():
            written.replace(final)
        flush(target.parent)
    finally:
        # without hiding what went wrong before: the next run removes what stays
        with contextlib.suppress(OSError):
            remove_draft(draft)
            for written in staged:
                written.unlink(missing_ok=True)
    if current:
        releases.remove_old_parquet(parquet_folder, tables)
        releases.remove_old(target)
    return rows, changed


def write_draft(
    cursor: duckdb.DuckDBPyConnection, draft: Path, target: Path, tables: Mapping[str, object], *, current: bool
) -> tuple[int | None, str | None]:
    """Write the release file. Return the number of changed figures and the list of changes as Markdown.

    current: compare with the file published before; a first release and a build as of an earlier day have nothing to be
    compared with, and both results are None.  Raises PublishError when published figures change without a reason.
    """
    # Small blocks: the tables are small, and each column of each table takes at least one block.
    cursor.execute(f"attach {quoted(draft)} as release_file (block_size 16384, storage_version '{STORAGE_VERSION}')")
    try:
        copy_tables(cursor, tables)
        changed, text, checksum = None, None, None
        if current and target.exists():
            checksum = releases.file_sha256(target)
            changed, text = compare_with_published(cursor, target)
        cursor.execute(
            "update release_file.main.release_log set code_version = ?, file_sha256_previous = ?, changed_values = ?"
            f" where release_id = (select release_id from {BUILD_SCHEMA}.release_log)",
            [code_version(), checksum, changed],
        )
        cursor.execute("checkpoint release_file")
    finally:
        with contextlib.suppress(duckdb.Error):  # there is none to end unless something failed
            cursor.execute("rollback")
        cursor.execute("detach release_file")
    return changed, text


def compare_with_published(cursor: duckdb.DuckDBPyConnection, target: Path) -> tuple[int, str]:
    """Fill `release_changes`, carry the logs of earlier releases over, and return number and list of the changes.

    Raises PublishError, and writes the whole list into the build folder, when nobody has said why a figure changes.
    """
    (release_id,) = cursor.execute(f"select release_id from {BUILD_SCHEMA}.release_log").fetchone()
    try:
        cursor.execute(f"attach {quoted(target)} as previous (read_only)")
    except duckdb.Error as error:
        raise PublishError(
            f"Release {release_id} was not published: {target} cannot be read, so nobody can tell what would change."
            f" {error} Put a kept release in its place with `python -m rusindikator rollback`, then build again."
        ) from error
    try:
        carry_over_logs(cursor, release_id)
        changes = compare(cursor, REVISIONS_TABLE)
        text = readable(cursor, release_id, changes.previous_release_id)
        build_file = cursor.execute("select path from duckdb_databases() where database_name = current_database()")
        everything = Path(build_file.fetchone()[0]).with_name("held_back.md")
        wanting = everything.with_suffix(".csv")
        for told_before in (everything, wanting):
            told_before.unlink(missing_ok=True)
        if changes.unexplained:
            everything.write_text(text, encoding="utf-8")
            wanting.write_text("\n".join([*changes.lines(), ""]), encoding="utf-8")
            raise PublishError(held_back(changes, release_id, target, everything, wanting))
        cursor.execute(
            "insert into release_file.main.release_changes by name"
            " select $release_id as release_id, * exclude (is_leading, delivery_id) from changes",
            {"release_id": release_id},
        )
    except RevisionError as error:
        raise PublishError(f"Release {release_id} was not published, {target} stays as it was. {error}") from error
    finally:
        cursor.execute("detach previous")
    return changes.changed, text


def carry_over_logs(cursor: duckdb.DuckDBPyConnection, release_id: str) -> None:
    """Add the rows of the releases before to `release_log` and `release_changes`, `previous` being attached."""
    for log in ("release_log", "release_changes"):
        if cursor.execute(
            "select count(*) from duckdb_tables() where database_name = 'previous' and table_name = ?", [log]
        ).fetchone()[0]:
            cursor.execute(
                f"insert into release_file.main.{log} by name select * from previous.main.{log} as old"
                " where old.release_id <> $release_id",
                {"release_id": release_id},
            )
    # of releases that told of the values of indicators only
    cursor.execute(
        "update release_file.main.release_changes set table_name = 'fct_indicator_year', measure = 'value',"
        " row_key = concat_ws(', ', indicator_no, year) where table_name is null"
    )


def remove_draft(draft: Path) -> None:
    """Remove what an interrupted run left behind."""
    draft.unlink(missing_ok=True)
    draft.with_name(draft.name + ".wal").unlink(missing_ok=True)


def copy_tables(cursor: duckdb.DuckDBPyConnection, tables: Mapping[str, object]) -> None:
    """Copy each mart, sorted by its columns from the left, with the comments of table and columns."""
    # one transaction: each comment by itself would wait for the disk
    cursor.execute("begin")
    for name in tables:
        cursor.execute(f"create table release_file.main.{name} as select * from {BUILD_SCHEMA}.{name} order by all")
    comments = cursor.execute(
        "select 'table ' || table_name, table_name, comment from duckdb_tables() where schema_name = $schema"
        " union all"
        " select 'column ' || table_name || '.' || column_name, table_name, comment from duckdb_columns()"
        " where schema_name = $schema",
        {"schema": BUILD_SCHEMA},
    ).fetchall()
    for what, table, comment in comments:
        if table in tables and comment:
            kind, name = what.split(" ", 1)
            text = comment.replace("'", "''")
            cursor.execute(f"comment on {kind} release_file.main.{name} is '{text}'")
    cursor.execute("commit")


def count_rows(draft: Path, tables: Mapping[str, object]) -> int:
    """Open the draft as a reader would and return its number of rows."""
    with duckdb.connect(str(draft), read_only=True) as reader:
        return sum(reader.sql(f"select count(*) from {name}").fetchone()[0] for name in tables)
