"""What the user asks of a receipt, and what becomes of each delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rusindikator.deliveries import Delivery
from rusindikator.receive.delivered import Delivered
from rusindikator.receive.findings import Finding
from rusindikator.receive.judge import Revision
from rusindikator.receive.shape.shaped import Shaped


@dataclass
class Request:
    """What the user asked for."""

    files: Sequence[Path]
    source: str
    period: str | None = None
    published_on: str | None = None
    publisher: str | None = None
    publication: str | None = None
    reference: str | None = None
    licence: str | None = None
    encoding: str | None = None
    format: str | None = None
    sheet: str | None = None
    extract: str | None = None
    accept_missing: bool = False
    accept_change: str | None = None
    accept_incomplete: str | None = None
    doubled: str | None = None
    hidden: str | None = None
    set: Sequence[str] = ()
    dry_run: bool = False
    docs: Path | None = None
    quiet: bool = False

    def as_json(self) -> str:
        """Return what was asked, to be kept beside the original files: with it they can be shaped again."""
        left_out = ("files", "dry_run", "docs", "quiet")
        told = {name: value for name, value in asdict(self).items() if value and name not in left_out}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


@dataclass
class Received:
    """What became of one delivery: an extract and a period, from one file or several."""

    shaped: Shaped
    delivered: list[Delivered]
    originals: list[str]
    period: tuple[int, int] = (0, 0)
    delivery: Delivery | None = None
    content: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    page: Path | None = None
    missing: list[dict[str, str]] = field(default_factory=list)
    already: str = ""
    revised: list[Revision] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """What the register notes of the original files, so that they are known again."""
        return f"original_sha256={'+'.join(self.originals)}"

    @property
    def refused(self) -> bool:
        """True where the delivery is not let in."""
        return any(not finding.is_warning for finding in self.findings)
