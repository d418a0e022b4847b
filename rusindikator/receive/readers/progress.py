"""Says how far a long step has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator


class Progress:
    """Says on stderr how far a long step has come, at most once a second and never for short ones."""

    def __init__(self, what: str, quiet: bool = False) -> None:
        self.what, self.quiet = what, quiet
        self.last = time.monotonic()
        self.said = False

    def over(self, rows: Iterable) -> Iterator:
        """Yield the rows, and say after each second how many there were."""
        for count, row in enumerate(rows, 1):
            if not self.quiet and count % 2_000 == 0 and time.monotonic() - self.last > 1:
                self.last, self.said = time.monotonic(), True
                end = "\r" if sys.stderr.isatty() else "\n"
                print(f"{self.what}: {count:,} rows".replace(",", " "), end=end, file=sys.stderr, flush=True)
            yield row
        if self.said and sys.stderr.isatty():
            print(file=sys.stderr)
