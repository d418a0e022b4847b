"""Puts a checked delivery into the deliveries folder: all of it or nothing, whenever the power goes.

A receipt is one folder, `<first delivery>/`, with a register of its own, the landed files, the reasons for what they
lack, the request, and the original files (`original/`). It is written under a name that no build reads
(`.<name>.receiving`), seen to be on the disk, and gets its name with one rename: there is nothing to be finished
afterwards. What a killed run leaves is removed by the next one. Shipped deliveries are read where they lie.

A folder of version 0.1.0 has one register at its top and a copy of the shipped deliveries beside it. It goes on
working: receipts stand beside what it holds, and a landing that 0.1.0 left half done is finished by its journal.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rusindikator.deliveries import (
    COLUMNS,
    REGISTER_NAME,
    WITHDRAWALS_NAME,
    Delivery,
    in_force,
    read_withdrawals,
    sha256_of,
)
from rusindikator.files import disarm
from rusindikator.paths import PROJECT as ROOT
from rusindikator.paths import SHIPPED
from rusindikator.receive.catalogue import Contract
from rusindikator.receive.findings import RefusedError, refuse
from rusindikator.receive.missing import MISSING_NAME, new_missing_reasons

JOURNAL = ".receive.journal"
LOCK = ".receive.lock"
ORIGINALS = "original"
REQUEST_NAME = "request.json"

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
    # where the build looks for it, from whichever folder `receive` runs
    folder = (ROOT / told).resolve() if told else SHIPPED
    if is_microdata and (folder.is_relative_to(ROOT) or not told):
        raise refuse("microdata_in_repository" if told else "no_deliveries_folder")
    return folder


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


def make_folder(folder: Path) -> bool:
    """Make the deliveries folder, private to its owner, where it is not there; return whether it was made."""
    if folder.exists():
        return False
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return False
    return True


def recover(folder: Path) -> list[str]:
    """Finish what version 0.1.0 had decided, remove what a killed run had not landed; return what was done."""
    done = []
    if (folder / JOURNAL).exists():
        done = [f"a landing that was interrupted is finished: {name}" for name in _replay(folder)]
    for path in (*folder.glob(".*.receiving"), *folder.glob("*/.*.incoming"), *folder.glob(".*.draft")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        done.append(f"{path.name} of an interrupted run removed")
    return done


def land(folder: Path, landings: list[Landing], originals: Sequence[Path] = (), request: str = "") -> None:
    """Land the deliveries of one request as one receipt.

    originals: files as they came, kept beside the landed ones, but never in the repository.  request: what was asked,
    as JSON.  Raises RefusedError where the folder does not take it, and then nothing has changed.
    """
    try:
        _land(folder, landings, originals, request)
    except OSError as error:
        raise cannot_be_used(folder, error) from error


def _land(folder: Path, landings: list[Landing], originals: Sequence[Path], request: str) -> None:
    taken = {row.delivery_id for row, _ in in_force(folder, SHIPPED)}
    twice = taken & {landing.delivery.delivery_id for landing in landings}
    if twice:
        raise ValueError(f"already registered: {', '.join(sorted(twice))}")
    if folder != SHIPPED:
        with contextlib.suppress(PermissionError):
            folder.chmod(0o700)
    name = min(landing.delivery.delivery_id for landing in landings)
    making = folder / f".{name}.receiving"
    shutil.rmtree(making, ignore_errors=True)
    try:
        making.mkdir(mode=0o700)
        for landing in landings:
            target = making / landing.delivery.file_name
            target.parent.mkdir(exist_ok=True, mode=0o700)
            _write(target, landing.content)
            _sync(target.parent)
            _step("file written")
        missing = new_missing_reasons(folder, [row for landing in landings for row in landing.missing])
        if missing:
            _write(making / MISSING_NAME, missing.encode("utf-8"))
        if not folder.is_relative_to(ROOT):
            (making / ORIGINALS).mkdir(mode=0o700)
            for number, path in enumerate(originals, 1):
                _write(making / ORIGINALS / f"{number}_{path.name}", path.read_bytes())
            _sync(making / ORIGINALS)
            _write(making / REQUEST_NAME, request.encode("utf-8"))
        rows = sorted((landing.delivery for landing in landings), key=lambda row: row.delivery_id)
        _write(making / REGISTER_NAME, _register_text(rows).encode("utf-8"))
        _sync(making)
        _step("receipt written")
        making.rename(folder / name)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    _step("receipt named")
    _sync(folder)


def withdraw(folder: Path, delivery_id: str, reason: str) -> Delivery:
    """Let a delivery no longer count from today on, and return its line; raises RefusedError where that cannot be."""
    row = next((row for row, _ in in_force(folder, SHIPPED) if row.delivery_id == delivery_id), None)
    if row is None:
        raise refuse("no_such_delivery", value=delivery_id)
    if not reason.strip():
        raise refuse("reason_needed")
    known = read_withdrawals(folder)
    if delivery_id in known:
        raise refuse("withdrawn_before", value=f"{delivery_id}, {known[delivery_id][0]}")
    known[delivery_id] = (date.today().isoformat(), disarm(re.sub(r"\s+", " ", reason).strip()))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("delivery_id", "withdrawn_on", "reason"))
    writer.writerows((name, *known[name]) for name in sorted(known))
    try:
        _swap_in(folder / WITHDRAWALS_NAME, text.getvalue().encode("utf-8"))
    except OSError as error:
        raise cannot_be_used(folder, error) from error
    return row


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
