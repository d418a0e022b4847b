"""Taking a release back for good: after a leak nothing of it stays readable, and a line says that it was there.

Rollback keeps the release it takes back. Purge removes it wherever this folder holds it: published file and Parquet
copies, kept copy, list of changes, report, files as of an earlier day; and from the releases after it what their log of
changes quotes of it. Those are written anew, not edited: DuckDB leaves deleted rows in the free blocks of a file.
"""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from rusindikator.files import FolderLock, quoted
from rusindikator.publish import kept
from rusindikator.publish.copying import attach_draft, copy_comments
from rusindikator.publish.staging import Staging, remove_leftovers

PURGE_LOG = "purged.csv"
HEADER = ("release_id", "purged_at", "reason")


class PurgeError(RuntimeError):
    """There is no such release, or no reason; nothing has changed."""


class Purged(NamedTuple):
    """A line of the log of purges. purged_at: UTC, to the second."""

    release_id: str
    purged_at: str
    reason: str


def read_purges(folder: Path) -> list[Purged]:
    """Return the purges of a folder, oldest first."""
    log = folder / PURGE_LOG
    if not log.exists():
        return []
    with log.open(encoding="utf-8", newline="") as handle:
        return [Purged(*(row[name] for name in HEADER)) for row in csv.DictReader(handle)]


def purge(published: Path, release_id: str, reason: str) -> list[str]:
    """Remove a release from the folder of a published file and return what was done, a line each.

    The published release gives way to the one it replaced; where none is kept, there is no published file until the
    next build.  reason: stays readable in purged.csv and release_log, so it repeats nothing of the leak.
    Raises PurgeError where the release is nowhere, FolderInUseError when a build is publishing.
    """
    if not reason.strip():
        raise PurgeError("Say why in --reason; the line stays in the log.")
    with FolderLock(published.parent, "purges"):
        purges = read_purges(published.parent)
        if release_id not in known_releases(published) | {line.release_id for line in purges}:
            raise PurgeError(f"Release {release_id} is not in {published.parent}. Nothing was changed.")
        if release_id not in {line.release_id for line in purges}:
            now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
            # first, so that a purge that is killed is ended by the next build
            write_log(published.parent, [*purges, Purged(release_id, now, " ".join(reason.split()))])
        return finish_purges(published)


def known_releases(published: Path) -> set[str]:
    """Return every release that the folder holds or tells of, `as_of` files included."""
    known = set()
    for release in (*(kept.current_release(file) for file in published.parent.glob("*.duckdb")), *all_kept(published)):
        if release:
            known |= {release.release_id, *release.came_from}
    known |= {file.stem for file in (published.parent / kept.FOLDER).glob("*.duckdb")}
    return known | {file.stem.removeprefix("changes_") for file in published.parent.glob("changes_*.md")}


def all_kept(published: Path) -> list[kept.Release]:
    """Return the kept releases."""
    return kept.kept_releases(published)


def write_log(folder: Path, purges: list[Purged]) -> None:
    """Write the log of purges."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(purges)
    with Staging(folder) as staging:
        staging.write(out.getvalue(), folder / PURGE_LOG)
        staging.swap()


def finish_purges(published: Path) -> list[str]:
    """Remove all that is left of purged releases and return what was done. Hold the lock of the folder."""
    purges = read_purges(published.parent)
    if not purges:
        return []
    gone = {line.release_id for line in purges}
    remove_leftovers(published.parent)
    done = [*take_back(published, gone), *remove_files(published, gone)]
    for release in all_kept(published):
        if gone & set(release.came_from):
            rewrite(release.file, release.file, purges)
            done.append(f"{release.file} no longer tells of it")
    current = kept.current_release(published) if published.exists() else None
    if current and not told(published, gone):
        kept.keep(published)
        copy = kept.kept_file(published, current.release_id)
        rewrite(copy, copy, purges)
        kept.replace_published(published, copy)
        done.append(f"{published} and its Parquet copies say that it was purged")
    return done


def told(published: Path, gone: set[str]) -> bool:
    """Whether the log of the published file says of each of these releases that it was purged."""
    with duckdb.connect() as reader:
        reader.execute(f"attach {quoted(published)} as release_file (read_only)")
        rows = reader.execute(
            f"select release_id from ({kept.log_of(reader, 'release_file')}) where purged_at is not null"
        ).fetchall()
    return gone <= {release_id for (release_id,) in rows}


def take_back(published: Path, gone: set[str]) -> list[str]:
    """Put the release before in place of a published one that is purged, or nothing where none is kept."""
    current = kept.current_release(published) if published.exists() else None
    if current is None or current.release_id not in gone:
        return []
    left = {release.release_id: release for release in all_kept(published) if release.release_id not in gone}
    before = next((id_ for id_ in current.came_from if id_ in left), next(iter(left), None))
    if before:
        kept.replace_published(published, left[before].file)
        return [f"{published} is release {before} again"]
    published.unlink()
    shutil.rmtree(published.parent / kept.PARQUET, ignore_errors=True)
    return [f"{published} and its Parquet copies are removed: no other release is kept. The next build makes one"]


def remove_files(published: Path, gone: set[str]) -> list[str]:
    """Remove what belongs to purged releases alone, and what quotes them: reports and lists of changes."""
    wanted = {kept.kept_file(published, id_) for id_ in gone} | {kept.changes_file(published, id_) for id_ in gone}
    for file in published.parent.glob("*.duckdb"):
        release = kept.current_release(file) if file != published else None
        if release and release.release_id in gone:
            wanted.add(file)
    words = [id_.encode() for id_ in gone]
    for file in published.parent.glob("changes_*.md"):
        # the release after it tells what it was before
        if any(word in file.read_bytes() for word in words):
            wanted.add(file)
    report = published.parent / "report"
    if any(any(word in file.read_bytes() for word in words) for file in report.rglob("*") if file.is_file()):
        wanted |= {file for file in report.rglob("*") if file.is_file()}
    done = []
    for file in sorted(wanted):
        if file.is_file() or file.is_symlink():
            file.unlink()
            done.append(f"{file} is removed")
    return done


def rewrite(file: Path, final: Path, purges: list[Purged]) -> None:
    """Write a release file anew without what it quotes of purged releases, and with their lines in its log."""
    with Staging(final.parents[1]) as staging, duckdb.connect() as con:
        draft = staging.place(final)
        con.execute(f"attach {quoted(file)} as old (read_only)")
        attach_draft(con, draft, "new")
        con.execute("create temp table purges (release_id varchar, purged_at timestamp, reason varchar)")
        con.executemany("insert into purges values (?, ?, ?)", [list(line) for line in purges])
        con.execute(f"create temp table log as {kept.log_of(con, 'old')}")
        for (name,) in con.execute(
            "select table_name from duckdb_tables() where database_name = 'old' order by 1"
        ).fetchall():
            rows = {"release_log": LOG, "release_changes": changes_without(con)}.get(name, f"from old.main.{name}")
            con.execute(f"create table new.main.{name} as {rows}")
        copy_comments(con, "old", "main", "new")
        con.execute("checkpoint new")
        con.execute("detach new")
        con.execute("detach old")
        staging.swap()


# A purged release that is not in the log gets a line there that says that it was.
LOG = """
select
    log.* replace (
        coalesce(log.purged_at, purges.purged_at) as purged_at,
        coalesce(log.purge_reason, purges.reason) as purge_reason
    )
from log
left join purges using (release_id)
union all by name
select release_id, 0 as release_no, purged_at, reason as purge_reason
from purges
where release_id not in (select release_id from log)
order by release_no desc
"""


def changes_without(con: duckdb.DuckDBPyConnection) -> str:
    """Return a select of the log of changes without those of purged releases, nor what the ones after them quote."""
    present = kept.columns_of(con, "old", "release_changes")
    blank = ", ".join(
        f"case when release_id in (from followers) then null else {name} end as {name}"
        for name in ("value_before", "text_before")
        if name in present
    )
    return (
        "with followers as (select release_id from (select release_id, lag(release_id) over (order by release_no)"
        " as replaced from log) where replaced in (select release_id from purges))"
        f" select * replace ({blank}) from old.main.release_changes"
        " where release_id not in (select release_id from purges)"
        # what is gone since stood in the purged release only
        " and not (change = 'removed' and release_id in (from followers))"
    )
