"""What is not published yet: drafts in a folder beside the published file that only its owner can enter.

Until the audit has passed a draft may hold anything, so nobody else may read it, also where the process is killed. The
folder lies in the folder of the published files: on the same file system a rename is one step.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from types import TracebackType

from rusindikator.files import flush

STAGING = ".unpublished"
# Where 0.1.0 wrote its drafts, readable for everybody.
LEFT_BEHIND = (".*.draft", ".*.draft.wal", "parquet/.*.draft", "releases/.*.draft")
PRIVATE, READABLE = 0o600, 0o644


class LinkError(OSError):
    """A published file is a symbolic link, which a rename would replace."""


class Staging:
    """Drafts and the places they will have. Hold the lock of the folder while it is open."""

    def __init__(self, folder: Path) -> None:
        """folder: that of the published files; it must exist."""
        self.published = folder
        self.folder = folder / STAGING
        self.finals: dict[Path, Path] = {}

    def __enter__(self) -> Staging:
        """Remove what killed runs left behind and make the folder."""
        remove_leftovers(self.published)
        self.folder.mkdir(mode=0o700)
        self.folder.chmod(0o700)
        return self

    def place(self, final: Path) -> Path:
        """Return where the draft of a file is to be written. Raises LinkError where `final` is a symbolic link."""
        if final.is_symlink():
            raise LinkError(
                f"{final} is a symbolic link to {final.readlink()}, which a release would replace."
                " Name the folder it points into in RUS_PUBLISH_DIR, or remove the link"
            )
        draft = self.folder / f"{len(self.finals)}.{final.name}"
        self.finals[draft] = final
        return draft

    def write(self, text: str, final: Path) -> None:
        """Write a text that is to be published."""
        draft = self.place(final)
        draft.touch(mode=PRIVATE)
        draft.write_text(text, encoding="utf-8")

    def copy(self, file: Path, final: Path) -> None:
        """Copy a file that is to be published.

        A copy, not a link: whoever writes to the published file by mistake does not write to the kept one.
        """
        draft = self.place(final)
        draft.touch(mode=PRIVATE)
        shutil.copyfile(file, draft)

    def swap(self) -> None:
        """Rename every draft to its place, in the order in which they were placed.

        Nothing after the first rename needs space on the disk. Raises OSError before it where a draft is not on disk or
        a folder stands in a place.
        """
        for draft, final in self.finals.items():
            if final.is_dir():
                raise IsADirectoryError(f"{final} is a folder")
            flush(draft)
        for draft, final in self.finals.items():
            # only now, when all of it may be read
            draft.chmod(READABLE)
            draft.replace(final)
        for folder in {final.parent for final in self.finals.values()}:
            flush(folder)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what is left, without hiding what went wrong before: the next run removes what stays."""
        with contextlib.suppress(OSError):
            remove_leftovers(self.published)


def leftovers(folder: Path) -> list[Path]:
    """Return what an interrupted run left behind."""
    staging = folder / STAGING
    found = [staging] if staging.exists() or staging.is_symlink() else []
    files = (path for pattern in LEFT_BEHIND for path in folder.glob(pattern))
    return [*found, *(path for path in files if path.is_file() or path.is_symlink())]


def remove_leftovers(folder: Path) -> None:
    """Remove what an interrupted run left behind. Hold the lock of the folder."""
    for path in leftovers(folder):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
