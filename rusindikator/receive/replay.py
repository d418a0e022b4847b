"""Shapes the originals of all receipts again with today's code, and says where that would differ from what landed."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from rusindikator.deliveries import REGISTER_NAME, Delivery, delivery_path, read_register, sha256_of
from rusindikator.receive.catalogue import Catalogue, Contract
from rusindikator.receive.findings import RefusedError
from rusindikator.receive.landing import ORIGINALS, REQUEST_NAME
from rusindikator.receive.pipeline import reshaped
from rusindikator.receive.request import Request

_ORIGINALS = re.compile(r"original_sha256=([0-9a-f+]+)")


def replay(folder: Path) -> list[str]:
    """Return a line for each delivery whose original is kept: the same, what differs, or why it is refused now."""
    catalogue = Catalogue()
    lines = []
    for place in sorted(folder.glob(f"[!.]*/{ORIGINALS}")):
        receipt = place.parent
        files = sorted(path for path in place.iterdir() if path.is_file())
        if not (receipt / REQUEST_NAME).exists() or not (receipt / REGISTER_NAME).exists():
            continue
        rows = read_register(receipt)
        if changed := _changed_originals(rows, files):
            lines += [f"{row.delivery_id}: {changed}" for row in rows]
            continue
        told = json.loads((receipt / REQUEST_NAME).read_text("utf-8"))
        request = Request(files=files, quiet=True, dry_run=True, **told)
        try:
            again = reshaped(request, catalogue, folder, {row.delivery_id for row in rows})
        except RefusedError as error:
            lines += [f"{row.delivery_id}: refused now: {error.findings[0].text()}" for row in rows]
            continue
        for row in rows:
            landed = delivery_path(receipt, row).read_bytes()
            contents = {content: contract for contract, content in again if contract.extract == row.extract}
            if landed in contents:
                lines.append(f"{row.delivery_id}: the same")
            elif contents:
                content, contract = next(iter(contents.items()))
                lines.append(f"{row.delivery_id}: {_difference(landed, content, contract)}")
            else:
                lines.append(f"{row.delivery_id}: nothing is read of {row.extract} now")
    return lines


def _changed_originals(rows: list[Delivery], files: list[Path]) -> str:
    """Return what has become of original files that are not those received; '' where they are."""
    kept = {sha256_of(path) for path in files}
    received = {text for row in rows for marks in _ORIGINALS.findall(row.note) for text in marks.split("+")}
    if received <= kept:
        return ""
    if len(files) < len(received):
        return f"{len(received) - len(files)} of its original files are not there"
    return "an original file is not the one that was received: it has been changed since"


def _difference(landed: bytes, now: bytes, contract: Contract) -> str:
    """Return in what two landed files differ: columns, rows, and the first cell."""
    before, after = (_table(content, contract) for content in (landed, now))
    parts = []
    for sign, columns in (("lost", set(before[0]) - set(after[0])), ("new", set(after[0]) - set(before[0]))):
        parts += [f"columns {sign}: {', '.join(sorted(columns))}"] if columns else []
    if len(before) != len(after):
        parts.append(f"{len(before) - 1} rows landed, {len(after) - 1} now")
    common = [name for name in before[0] if name in after[0]]
    for number, (one, other) in enumerate(zip(before[1:], after[1:], strict=False), 1):
        cells = (dict(zip(head, row, strict=False)) for head, row in ((before[0], one), (after[0], other)))
        was, is_now = cells
        name = next((name for name in common if was.get(name) != is_now.get(name)), "")
        if name:
            parts.append(f"first in row {number}, {name}: '{was.get(name)}' landed, '{is_now.get(name)}' now")
            break
    return "; ".join(parts) or "the title or the order of columns differs"


def _table(content: bytes, contract: Contract) -> list[list[str]]:
    lines = content.decode("utf-8").split("\n", contract.preamble_lines)[-1]
    return list(csv.reader(io.StringIO(lines, newline=""), delimiter=contract.delimiter)) or [[]]
