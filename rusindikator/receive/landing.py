"""Puts a checked delivery into the deliveries folder: all of it or nothing, whenever the power goes.

The steps, each durable before the next begins:
  1. the landed files are written under names that no build reads (`.<id>.incoming`);
  2. the journal `.receive.journal` is put in place with one rename. It holds the new register, the new missing reasons
     and which file gets which name. From here on the delivery is landed;
  3. the files get their names, the missing reasons and the register are swapped in, the journal is removed.
A run that dies before 2 leaves the old state and a file that the next run removes. A run that dies after 2 is finished
by the next `receive`, whatever it receives, by `receive --recover` or by the next build: every part of 3 can be done
twice.

A folder that is not there is made beside its place (`.<name>.receiving`), with the shipped deliveries and the new ones
in it, and gets its name with one rename. A folder without a register gets the shipped deliveries through the journal.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rusindikator.deliveries import COLUMNS, REGISTER_NAME, Delivery, read_register, sha256_of
from rusindikator.receive.catalogue import ROOT, SEEDS, Contract
from rusindikator.receive.findings import Finding, RefusedError, UnfinishedError, disarm, refuse

SHIPPED = SEEDS / "deliveries"
JOURNAL = ".receive.journal"
LOCK = ".receive.lock"
MISSING_NAME = "missing_reasons.csv"
MISSING_COLUMNS = ("source_code", "indicator_no", "year_from", "year_to", "reason_code", "note_nb", "note_en")

# For tests: called with the name of each step when it is done.
after_step = None


@dataclass
class Landing:
    """One delivery to be landed: its line of the register, its bytes, and the reasons for what it lacks."""

    delivery: Delivery
    content: bytes
    missing: list[dict[str, str]] = field(default_factory=list)


def deliveries_folder(is_microdata: bool) -> Path:
    """Return the folder that receives, RUS_DELIVERIES_DIR; refuse personal data inside the repository."""
    told = os.environ.get("RUS_DELIVERIES_DIR", "")
    if told.startswith("~"):
        raise refuse("folder_with_tilde", value=told, facts={"expanded": Path(told).expanduser()})
    folder = Path(told).resolve() if told else SHIPPED
    if is_microdata and (folder.is_relative_to(ROOT) or not told):
        raise refuse("microdata_in_repository" if told else "no_deliveries_folder")
    return folder


def land_first(folder: Path, landings: list[Landing]) -> None:
    """Make the folder with the shipped deliveries and these: it is there as a whole or not at all."""
    making = folder.with_name(f".{folder.name}.receiving")
    try:
        making.mkdir(parents=True, exist_ok=True, mode=0o700)
        with held(making):
            if folder.exists():
                raise refuse("folder_just_made", file=str(folder))
            for left in making.iterdir():  # of a run that was killed; the lock is this run's own
                if left.name != LOCK:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            _step("place made")
            try:
                land(making, landings)
                _step("copy landed")
                making.rename(folder)
            except BaseException:
                shutil.rmtree(making, ignore_errors=True)
                raise
            _sync(folder.parent)
            _step("folder named")
    except OSError as error:
        raise cannot_be_used(folder, error) from error


def cannot_be_used(folder: Path, error: OSError) -> RefusedError:
    """Return the refusal for a folder that does not take files, with what to do about it."""
    todo = {
        errno.ENOSPC: "make room on the disk and run this again",
        errno.EDQUOT: "make room on the disk and run this again",
        errno.EROFS: "the disk is read-only: mount it for writing, or name another folder in RUS_DELIVERIES_DIR",
        errno.EACCES: "the folder belongs to another user or may not be written: see ls -ld, or name another folder in"
        " RUS_DELIVERIES_DIR",
    }
    todo[errno.EPERM] = todo[errno.EACCES]
    return refuse(
        "folder_unusable",
        file=str(folder),
        facts={
            "error": error.strerror or error,
            "how": todo.get(
                error.errno or 0, "see that RUS_DELIVERIES_DIR names a folder that can be made or written in"
            ),
        },
    )


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder for one receive at a time; the lock goes with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # Windows: the journal still keeps a single run whole
        yield
        return
    # Nothing but deliveries is to lie in the repository's own folder.
    lock = ROOT / "build" / LOCK if folder == SHIPPED else folder / LOCK
    try:
        lock.parent.mkdir(exist_ok=True)
        handle = lock.open("w", encoding="utf-8")
    except OSError as error:
        raise cannot_be_used(folder, error) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise refuse("receive_at_work", file=str(folder)) from error
            raise
        yield


def recover(folder: Path) -> list[str]:
    """Finish what an earlier run had decided and not finished, remove what it had not decided; return what was done."""
    done = []
    if (folder / JOURNAL).exists():
        done = [f"a landing that was interrupted is finished: {name}" for name in _replay(folder)]
    for path in (*folder.glob("*/.*.incoming"), *folder.glob(".*.draft")):
        path.unlink()
        done.append(f"{path.name} of an interrupted run removed")
    return done


def land(folder: Path, landings: list[Landing]) -> None:
    """Land deliveries together, and the shipped ones where the folder has no register.

    Raises RefusedError where the folder does not take them, and then nothing has changed; UnfinishedError where they
    are landed and not all is in its place.
    """
    try:
        _land(folder, landings)
    except OSError as error:
        if (folder / JOURNAL).exists():
            how = str(cannot_be_used(folder, error).findings[0].facts["how"]).split(":")[0]
            facts = {
                "error": error.strerror or error,
                "how": f"{how}; then `receive --recover`, the next receive or build puts the rest in its place",
            }
            raise UnfinishedError([Finding("landing_unfinished", str(folder), facts=facts)]) from error
        raise cannot_be_used(folder, error) from error


def _land(folder: Path, landings: list[Landing]) -> None:
    shipped = [] if (folder / REGISTER_NAME).exists() else read_register(SHIPPED)
    landings = [*(Landing(row, (SHIPPED / row.file_name).read_bytes()) for row in shipped), *landings]
    if folder != SHIPPED:
        with contextlib.suppress(PermissionError):
            folder.chmod(0o700)
    register = read_register(folder)
    taken = {row.delivery_id for row in register}
    twice = taken & {landing.delivery.delivery_id for landing in landings}
    if twice:
        raise ValueError(f"already registered: {', '.join(sorted(twice))}")
    drafts: list[Path] = []
    try:
        files = []
        for landing in landings:
            row = landing.delivery
            target = folder / row.file_name
            target.parent.mkdir(exist_ok=True, mode=0o700)
            draft = target.with_name(f".{row.delivery_id}.incoming")
            drafts.append(draft)
            _write(draft, landing.content)
            files.append({"draft": draft.relative_to(folder).as_posix(), "file": row.file_name, "sha256": row.sha256})
            _step("file written")
        rows = sorted([*register, *(landing.delivery for landing in landings)], key=lambda row: row.delivery_id)
        missing = _missing_reasons(folder, [row for landing in landings for row in landing.missing])
        journal = {"files": files, "register": _register_text(rows), "missing_reasons": missing}
        _swap_in(folder / JOURNAL, json.dumps(journal, ensure_ascii=False).encode("utf-8"))
    except BaseException:
        if not (folder / JOURNAL).exists():
            for draft in drafts:
                draft.unlink(missing_ok=True)
        raise
    _step("journal written")
    _replay(folder)


def _replay(folder: Path) -> list[str]:
    """Do what the journal says; each part may have been done before."""
    journal = json.loads((folder / JOURNAL).read_text("utf-8"))
    for entry in journal["files"]:
        draft, target = folder / entry["draft"], folder / entry["file"]
        if draft.exists():
            if sha256_of(draft) != entry["sha256"]:
                raise ValueError(
                    f"{draft} is not what the journal {folder / JOURNAL} says; remove both and receive again"
                )
            draft.replace(target)
            _sync(target.parent)
        elif not target.exists():
            raise ValueError(f"{target} is in the journal {folder / JOURNAL} and not in the folder; remove the journal")
        _step("file named")
    if journal["missing_reasons"] is not None:
        _swap_in(folder / MISSING_NAME, journal["missing_reasons"].encode("utf-8"))
        _step("reasons swapped")
    _swap_in(folder / REGISTER_NAME, journal["register"].encode("utf-8"))
    _step("register swapped")
    (folder / JOURNAL).unlink()
    _sync(folder)
    _step("journal removed")
    return [entry["file"] for entry in journal["files"]]


def _register_text(rows: list[Delivery]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, name) for name in COLUMNS] for row in rows)
    return text.getvalue()


def read_missing_reasons(folder: Path) -> list[dict[str, str]]:
    """Return the reasons for missing years that were accepted at receipt."""
    path = folder / MISSING_NAME
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _missing_reasons(folder: Path, new: list[dict[str, str]]) -> str | None:
    """Return the whole text of the reasons file with the new rows, or None where nothing changes."""
    if not new:
        return None
    grain = ("source_code", "indicator_no", "year_from")
    rows = {tuple(row[name] for name in grain): row for row in read_missing_reasons(folder)}
    for row in new:
        rows.setdefault(tuple(row[name] for name in grain), row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, MISSING_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[key] for key in sorted(rows))
    return text.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write a private file and see that it is on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _swap_in(path: Path, content: bytes) -> None:
    """Put a file in the place of another with one rename."""
    draft = path.with_name(f".{path.name.lstrip('.')}.draft")
    try:
        _write(draft, content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """See that a folder's names are on the disk, where the system can."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _step(name: str) -> None:
    if after_step is not None:
        after_step(name)


def landed_bytes(contract: Contract, title: str, columns: list[str], rows: list[list[str]]) -> bytes:
    """Return the file of a delivery in the shape of its contract: UTF-8, LF, title lines, quotes where they must be."""
    text = io.StringIO(newline="")
    if contract.preamble_lines:
        said = disarm(title or contract.extract).replace('"', "'").replace("\n", " ")
        text.write(f'"{said}"\n' + "\n" * (contract.preamble_lines - 1))
    writer = csv.writer(text, delimiter=contract.delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
