"""The releases that are kept: copies of the last five published files, and the way back to one of them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from rusindikator.files import FolderLock, make_folder_like, quoted
from rusindikator.publish.staging import PRIVATE, Staging

KEPT = 5
FOLDER = "releases"
PARQUET = "parquet"


class RollbackError(RuntimeError):
    """There is no release to go back to; the published file is untouched."""


@dataclass(frozen=True)
class Release:
    """A release as its own log describes it.

    number: how many releases the folder has seen, this one included; what is newer has the higher number, whatever the
    clocks said.  n_reasons: lines of the shipped revisions.csv that its code held.  came_from: the releases before it,
    newest first.
    """

    release_id: str
    file: Path
    number: int
    built_at: datetime
    data_vintage: date
    code_version: str
    changed_values: int | None
    n_reasons: int
    came_from: tuple[str, ...]


def log_of(reader: duckdb.DuckDBPyConnection, database: str) -> str:
    """Return a select of the log of a database, newest first, with the columns that an older one lacks.

    Before releases had numbers each put its row before those it carried over: the order of the rows is that of the
    releases, while their clocks may have been wrong.
    """
    columns = columns_of(reader, database, "release_log")
    numbered = "release_no" if "release_no" in columns else "count(*) over () - rowid"
    added = {"n_reasons": "0", "purged_at": "null::timestamp", "purge_reason": "null::varchar"}
    more = "".join(f", {value} as {name}" for name, value in added.items() if name not in columns)
    return (
        f"select * {'exclude (release_no)' if 'release_no' in columns else ''},"
        f" ({numbered})::integer as release_no{more} from {database}.main.release_log order by release_no desc"
    )


def columns_of(reader: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    """Return the columns of a published table of an attached database, in order; none where there is no such table."""
    try:
        described = reader.execute(f"describe {database}.main.{table}").fetchall()
    except duckdb.CatalogException:
        return []
    return [name for name, *_ in described]


def read_release(file: Path) -> Release:
    """Return what a release file says of itself.

    Raises duckdb.Error when it is no release or cannot be read.
    """
    with contextlib.suppress(OSError):
        state = file.stat()
        return read_once(file, (state.st_ino, state.st_mtime_ns, state.st_size))
    return read_once.__wrapped__(file, ())


@lru_cache(maxsize=64)
def read_once(file: Path, state: tuple[int, ...]) -> Release:
    """Return what a release file says of itself; a file that has not changed (`state`) is not opened again."""
    with duckdb.connect() as reader:
        reader.execute(f"attach {quoted(file)} as release_file (read_only)")
        rows = reader.execute(
            "select release_id, release_no, built_at, data_vintage, code_version, changed_values, n_reasons"
            f" from ({log_of(reader, 'release_file')}) where purged_at is null order by release_no desc"
        ).fetchall()
    if not rows:
        raise duckdb.InvalidInputException(f"{file} names no release in its log")
    release_id, number, built_at, data_vintage, code_version, changed_values, n_reasons = rows[0]
    return Release(
        *(release_id, file, number, built_at, data_vintage, code_version, changed_values, n_reasons or 0),
        tuple(row[0] for row in rows[1:]),
    )


def kept_releases(published: Path) -> list[Release]:
    """Return the kept releases of a published file that can be read, newest first."""
    releases = []
    for file in sorted((published.parent / FOLDER).glob("*.duckdb")):
        try:
            releases.append(read_release(file))
        except duckdb.Error:
            continue
    return sorted(releases, key=lambda release: (release.number, release.release_id), reverse=True)


def kept_file(published: Path, release_id: str) -> Path:
    """Return where the copy of a release lies."""
    return published.parent / FOLDER / f"{release_id}.duckdb"


def changes_file(published: Path, release_id: str) -> Path:
    """Return where the readable list of what a release changed lies."""
    return published.with_name(f"changes_{release_id}.md")


def keep(published: Path) -> None:
    """Keep a copy of the published file unless there is one. Hold the lock of the folder."""
    kept = kept_file(published, read_release(published).release_id)
    if not kept.exists():
        make_folder_like(kept.parent, published.parent)
        with Staging(published.parent) as staging:
            staging.copy(published, kept)
            staging.swap()


def remove_old(published: Path) -> None:
    """Remove all but five kept releases, with what they changed.

    The published release and the one it replaced stay however old they are, and of the others the newest.
    """
    current = read_release(published)
    stay = {current.release_id, *current.came_from[:1]}
    kept = kept_releases(published)
    others = [release for release in kept if release.release_id not in stay]
    for release in others[KEPT - (len(kept) - len(others)) :]:
        release.file.unlink()
        changes_file(published, release.release_id).unlink(missing_ok=True)


def rollback(published: Path, to: str | None = None) -> tuple[Release | None, Release]:
    """Put a kept release in place of the published file, in one step, and its Parquet copies after it.

    to: release id; without it the release that the published one replaced, or the newest kept one where there is no
    published file or nobody can read it.
    Return the release that was published, None where it could not be read, and the one that is now.
    Raises RollbackError when there is no such release, FolderInUseError when a build is publishing, OSError when the
    folder cannot be written; nothing has changed then.
    """
    with FolderLock(published.parent, "rolls back"):
        kept = {release.release_id: release for release in kept_releases(published)}
        current = current_release(published)
        candidates = list(kept) if current is None else [id_ for id_ in current.came_from if id_ in kept]
        wanted = to or next(iter(candidates), None)
        if wanted not in kept or (current and wanted == current.release_id):
            reason = f"release {to} is not kept" if to else "no earlier release of it is kept"
            if current and wanted == current.release_id:
                reason = f"it is release {to} already"
            raise RollbackError(f"{published} stays as it is: {reason}. Kept: {', '.join(kept) or 'none'}.")
        if current:
            keep(published)
        replace_published(published, kept[wanted].file)
    return current, kept[wanted]


def current_release(published: Path) -> Release | None:
    """Return the published release, or None where there is none or nobody can read it."""
    try:
        return read_release(published)
    except duckdb.Error:
        return None


def replace_published(published: Path, file: Path) -> None:
    """Swap in a copy of a release file and its Parquet copies. Hold the lock of the folder."""
    with Staging(published.parent) as staging:
        staging.copy(file, published)
        tables = stage_parquet(file, staging)
        staging.swap()
    remove_old_parquet(published.parent / PARQUET, tables)


def stage_parquet(file: Path, staging: Staging) -> list[str]:
    """Write a Parquet copy of each table of a release file into the staging folder; return the tables."""
    folder = staging.published / PARQUET
    make_folder_like(folder, staging.published)
    with duckdb.connect(str(file), read_only=True) as reader:
        tables = [name for (name,) in reader.sql("select table_name from duckdb_tables() order by 1").fetchall()]
        for name in tables:
            draft = staging.place(folder / f"{name}.parquet")
            reader.execute(f"copy {name} to {quoted(draft)} (format parquet, compression zstd)")
            draft.chmod(PRIVATE)
    return tables


def remove_old_parquet(directory: Path, tables: Collection[str]) -> None:
    """Remove the Parquet copies of tables that are no longer published."""
    for file in directory.glob("*.parquet"):
        if file.stem not in tables:
            file.unlink()


def make_whole(published: Path) -> None:
    """Mend what a process killed after the swap left to do: the kept copy and the Parquet copies. Hold the lock."""
    keep(published)
    current = read_release(published).release_id
    folder = published.parent / PARQUET
    with duckdb.connect(str(published), read_only=True) as reader:
        tables = {name for (name,) in reader.sql("select table_name from duckdb_tables()").fetchall()}
    try:
        (copied,) = duckdb.sql(
            f"select arg_max(release_id, release_no) from {quoted(folder / 'release_log.parquet')}"
        ).fetchone()
    except duckdb.Error:
        copied = None
    if copied != current or {file.stem for file in folder.glob("*.parquet")} != tables:
        replace_published(published, kept_file(published, current))
