"""Files others read or wait for: one holder of a folder, what is on disk, folders readers can enter, safe cells."""

from __future__ import annotations

import fcntl
import hashlib
import os
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

LOCK_NAME = ".lock"
# A text that begins with one of these is a formula to a spreadsheet.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class FolderInUseError(RuntimeError):
    """Another process works in the folder."""


class FolderLock:
    """Holds a folder until `release`, the end of a `with` block or the end of the process, kill -9 included.

    The file `.lock` stays behind and means nothing by itself: what counts is the lock on it.
    """

    def __init__(self, folder: Path, work: str) -> None:
        """Take the lock at once.

        folder: must exist.  work: what its holder does there, for the message of the next one ("builds", "publishes").
        Raises FolderInUseError, naming the holder, when another process has it; OSError when it cannot be written.
        """
        self.path = folder / LOCK_NAME
        self._handle: int | None = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._handle, 200, 0).decode("utf-8", "replace").strip()
            self.release()
            if not isinstance(error, BlockingIOError):
                raise
            raise FolderInUseError(
                f"{folder} is in use: {holder or 'another process works there'}. Nothing was changed."
                " Wait until that is done and start again."
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"process {os.getpid()} {work} since {datetime.now():%H:%M:%S}\n".encode(), 0)

    def release(self) -> None:
        """Let go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> FolderLock:
        """Return the lock, which is held already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go."""
        self.release()

    def __del__(self) -> None:
        """Let go when nobody refers to the lock any more."""
        self.release()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as lower-case hexadecimal text."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Make sure the file (or the folder's entries) is on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def quoted(path: Path | str) -> str:
    """Return the path as an SQL string literal."""
    return "'" + str(path).replace("'", "''") + "'"


def make_open_folder(folder: Path, mode: int = 0o755) -> None:
    """Make the folder and those above it where they are missing; whoever may read may enter, whatever the umask."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(mode)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")


def make_folder_like(folder: Path, parent: Path) -> None:
    """Make a folder that whoever may enter `parent` may enter; one of this user's that is closed to them is opened."""
    folder.mkdir(exist_ok=True)
    wanted, state = parent.stat().st_mode & 0o777, folder.stat()
    if state.st_uid == os.geteuid() and (state.st_mode & 0o777) | wanted != state.st_mode & 0o777:
        folder.chmod((state.st_mode & 0o777) | wanted)


def disarm(text: str) -> str:
    """Return `text` so that a spreadsheet shows it and does not run it: an apostrophe before a formula sign.

    Numbers keep their sign. Example: '=1+1' -> "'=1+1", '-1,7' -> '-1,7'
    """
    if not text.startswith(FORMULA_SIGNS):
        return text
    is_number = (
        text[0] in "+-" and text[1:2].isdigit() and not any(sign.isalpha() or sign in "+-*/(!|" for sign in text[1:])
    )
    return text if is_number else f"'{text}"


def csv_cell(value: object) -> str:
    """Return a value as text of a CSV cell: null is empty, booleans are true and false, a formula is disarmed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
