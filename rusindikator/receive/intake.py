"""What a request names, read: its contracts, its files and the constants of --set."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from rusindikator.receive.catalogue import EXTRACTS, PERIOD, Catalogue, Contract, folded
from rusindikator.receive.delivered import Delivered
from rusindikator.receive.findings import refuse
from rusindikator.receive.reading import read_file
from rusindikator.receive.request import Request
from rusindikator.receive.shape.shaped import Asked


def contracts_of(request: Request, catalogue: Catalogue) -> list[Contract]:
    """Return the contracts that a request may mean; raises RefusedError for a source or an extract nobody knows."""
    source = request.source.strip().upper()
    if source not in EXTRACTS:
        raise refuse("no_such_source", value=request.source, facts={"sources": ", ".join(EXTRACTS)})
    contracts = [catalogue.contract(name) for name in EXTRACTS[source] if request.extract in (None, name)]
    if not contracts:
        extracts = ", ".join(EXTRACTS[source])
        raise refuse("no_such_extract", value=request.extract or "", facts={"extracts": extracts})
    return contracts


def asked_of(request: Request, contracts: list[Contract], period: tuple[int, int] | None) -> Asked:
    """Return what a request says that bears on the shape."""
    return Asked(period, _constants(request.set, contracts), request.doubled)


def delivered_files(request: Request) -> list[Delivered]:
    """Return the files as read; the same file twice, and a folder, are refused."""
    seen: dict[str, Path] = {}
    delivered = []
    for path in map(Path, request.files):
        if path.is_dir():
            raise refuse("is_a_folder", file=str(path))
        delivered.append(
            read_file(path, request.format, request.encoding, request.sheet, request.quiet, request.hidden)
        )
        mark = checksum(path)
        if mark in seen:
            raise refuse("file_twice", file=path.name, value=seen[mark].name)
        seen[mark] = path
    return delivered


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file as it came."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _constants(told: Sequence[str], contracts: list[Contract]) -> dict[str, str]:
    """Return column -> value of --set COLUMN=VALUE, for the columns that the source's extracts know."""
    known = {folded(name): name for contract in contracts for name in contract.columns if not PERIOD.fullmatch(name)}
    found = {}
    for text in told:
        name, sign, value = unicodedata.normalize("NFC", text).partition("=")
        if not sign or not value.strip() or folded(name) not in known:
            raise refuse("set_not_read", value=text, facts={"values": ", ".join(known.values())})
        found[known[folded(name)]] = value.strip()
    return found
