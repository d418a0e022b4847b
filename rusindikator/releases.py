"""The releases that are kept: copies of the last five published files, and the way back to one of them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from rusindikator.lock import FolderLock

KEPT = 5
FOLDER = "releases"
PARQUET = "parquet"


class RollbackError(RuntimeError):
    """There is no release to go back to; the published file is untouched."""


@dataclass(frozen=True)
class Release:
    """A kept release, as its own log describes it. `came_from` lists the releases before it, newest first."""

    release_id: str
    file: Path
    built_at: datetime
    data_vintage: date
    code_version: str
    changed_values: int | None
    came_from: tuple[str, ...]


def read_release(file: Path) -> Release:
    """Return what a release file says of itself.

    Raises duckdb.Error when it is no release or cannot be read.
    """
    with duckdb.connect(str(file), read_only=True) as reader:
        rows = reader.sql(
            "select release_id, built_at, data_vintage, code_version, changed_values from release_log"
            " order by built_at desc, release_id desc"
        ).fetchall()
    release_id, built_at, data_vintage, code_version, changed_values = rows[0]
    return Release(
        release_id, file, built_at, data_vintage, code_version, changed_values, tuple(row[0] for row in rows[1:])
    )


def kept_releases(published: Path) -> list[Release]:
    """Return the kept releases of a published file, newest first."""
    files = sorted((published.parent / FOLDER).glob("*.duckdb"), reverse=True)
    return [read_release(file) for file in files]


def kept_file(published: Path, release_id: str) -> Path:
    """Return where the copy of a release lies."""
    return published.parent / FOLDER / f"{release_id}.duckdb"


def stage_copy(file: Path, final: Path) -> dict[Path, Path]:
    """Copy a file beside the name it will have; return draft -> final for the rename.

    A copy, not a link: whoever writes to the published file by mistake does not write to the kept one.
    """
    final.parent.mkdir(exist_ok=True)
    draft = final.with_name(f".{final.name}.draft")
    shutil.copyfile(file, draft)
    draft.chmod(0o644)
    flush(draft)
    return {draft: final}


def stage_text(text: str, final: Path) -> dict[Path, Path]:
    """Write a text beside the name it will have; return draft -> final for the rename."""
    draft = final.with_name(f".{final.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)
    return {draft: final}


def keep(published: Path) -> None:
    """Keep a copy of the published file unless there is one."""
    kept = kept_file(published, read_release(published).release_id)
    if not kept.exists():
        for draft, final in stage_copy(published, kept).items():
            draft.replace(final)
        flush(kept.parent)


def remove_old(published: Path) -> None:
    """Remove all but the newest kept releases with what they changed, and what interrupted runs left behind.

    The copy of the published release stays however old it is.
    """
    current = read_release(published).release_id
    folder = published.parent / FOLDER
    files = sorted(folder.glob("*.duckdb"), reverse=True)
    for file in files[KEPT:]:
        if file.stem != current:
            file.unlink()
            changes_file(published, file.stem).unlink(missing_ok=True)
    for drafts in (folder.glob(".*.draft"), published.parent.glob(".changes_*.draft")):
        for draft in drafts:
            draft.unlink()


def changes_file(published: Path, release_id: str) -> Path:
    """Return where the readable list of what a release changed lies."""
    return published.with_name(f"changes_{release_id}.md")


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
        try:
            current = read_release(published)
        except duckdb.Error:
            current = None
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


def replace_published(published: Path, file: Path) -> None:
    """Copy a file beside the published one, write its Parquet copies, and swap both in."""
    staged: dict[Path, Path] = {}
    try:
        staged |= stage_copy(file, published)
        parquet = write_parquet(file, published.parent / PARQUET)
        staged |= parquet
        for draft, final in staged.items():
            draft.replace(final)
    finally:
        for draft in staged:
            draft.unlink(missing_ok=True)
    remove_old_parquet(published.parent / PARQUET, [final.stem for final in parquet.values()])
    flush(published.parent)


def write_parquet(file: Path, directory: Path) -> dict[Path, Path]:
    """Write a Parquet copy of each table beside its final name; return draft -> final for the renames that follow."""
    directory.mkdir(parents=True, exist_ok=True)
    renames: dict[Path, Path] = {}
    with duckdb.connect(str(file), read_only=True) as reader:
        for (name,) in reader.sql("select table_name from duckdb_tables() order by 1").fetchall():
            draft = directory / f".{name}.parquet.draft"
            reader.execute(f"copy {name} to {quoted(draft)} (format parquet, compression zstd)")
            draft.chmod(0o644)
            renames[draft] = directory / f"{name}.parquet"
    return renames


def remove_old_parquet(directory: Path, tables: Collection[str]) -> None:
    """Remove the Parquet copies of tables that are no longer published."""
    for file in directory.glob("*.parquet"):
        if file.stem not in tables:
            file.unlink()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as lower-case hexadecimal text."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def quoted(path: Path) -> str:
    """Return the path as an SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def flush(path: Path) -> None:
    """Make sure the file (or the folder's entries) is on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
