"""The register of deliveries: one line per file received, with its source and its checksum.

The register `deliveries.csv` lies beside the folders of the extracts. Several people write it, so every
change is a read, a replacement of the lines that are one's own, and an atomic write of the whole, sorted by
delivery_id.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

REGISTER_NAME = "deliveries.csv"
# Where a figure comes from, the weakest first: the list of macro data_origins.
ORIGINS = ("rehearsal", "constructed", "quoted", "received", "reported")
WITHDRAWALS_NAME = "withdrawals.csv"
# What a user writes in the deliveries folder, with whatever programme.
EDITED_NAMES = ("revisions.csv", "missing_reasons.csv")
PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One line of the register; the fields stand in the order of its columns.

    `period` is a year or a span such as `2017-2020`. `published_on` is the day the publication came out;
    where only the month or the year is known it is the last day of it and `published_on_precision` says so.
    `file_name` is relative to the folder of the register. Raises ValueError for a line that breaks these
    rules.
    """

    delivery_id: str
    source_code: str
    extract: str
    file_name: str
    period: str
    published_on: date
    published_on_precision: str
    received_on: date
    origin: str
    sha256: str
    publisher: str
    publication: str
    reference: str
    licence: str
    note: str

    def __post_init__(self) -> None:
        """Refuse a line that breaks the rules of the register."""
        problems = [
            message
            for broken, message in (
                (not re.fullmatch(r"[a-z0-9_]+", self.delivery_id), "the id holds more than a-z, 0-9 and _"),
                (
                    not re.fullmatch(r"\d{4}(-\d{4})?", self.period),
                    f"period '{self.period}' is no year or span of years",
                ),
                (self.origin not in ORIGINS, f"origin '{self.origin}' is none of {', '.join(ORIGINS)}"),
                (
                    self.published_on_precision not in PRECISIONS,
                    f"precision '{self.published_on_precision}' is none of {', '.join(PRECISIONS)}",
                ),
                (not re.fullmatch(r"[0-9a-f]{64}", self.sha256), "sha256 is not 64 hexadecimal digits"),
                (
                    not re.fullmatch(r"[a-z0-9_]+/[a-z0-9_]+\.csv", self.file_name)
                    or self.file_name.split("/")[0] != self.extract,
                    f"file_name '{self.file_name}' is not {self.extract}/<file>.csv of a-z, 0-9 and _",
                ),
                (self.received_on < self.published_from, "it was received before it was published"),
            )
            if broken
        ]
        if problems:
            raise ValueError(f"delivery '{self.delivery_id}': {'; '.join(problems)}")

    @property
    def published_from(self) -> date:
        """The first day on which it may have been published, where only the month or the year is known."""
        if self.published_on_precision == "year":
            return self.published_on.replace(month=1, day=1)
        return self.published_on.replace(day=1) if self.published_on_precision == "month" else self.published_on


COLUMNS = tuple(field.name for field in fields(Delivery))
_DATES = ("published_on", "received_on")


MISTAKEN_ENCODING = ("Ã", "Â", "â€", "\ufffd")


def read_rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file with a header; raises ValueError where a row has more or fewer cells."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter, strict=True)
        header = next(reader, [])
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise ValueError(f"{path} line {reader.line_num}: {len(cells)} cells under {len(header)} names")
            rows.append(dict(zip(header, cells, strict=True)))
        return rows


def csv_faults(path: Path, delimiter: str = ",", preamble_lines: int = 0) -> list[str]:
    """Return a sentence for each thing in a CSV file that a reader may take for something else.

    preamble_lines: title lines above the header.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"{path}: not UTF-8: {error}"]
    faults = []
    if text.startswith("\ufeff"):
        faults.append(f"{path}: a byte order mark")
    if "\r" in text:
        faults.append(f"{path}: a carriage return")
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        faults.append(f"{path}: a control character")
    if not text.endswith("\n"):
        faults.append(f"{path}: {'no line feed at the end' if text else 'empty'}")
    faults += [
        f"{path} line {number}: mistaken encoding"
        for number, line in enumerate(text.splitlines(), 1)
        if any(mark in line for mark in MISTAKEN_ENCODING)
    ]
    body = "".join(text.splitlines(keepends=True)[preamble_lines:])
    return faults + [f"{path}{fault}" for fault in _row_faults(body, delimiter, preamble_lines)]


def _row_faults(body: str, delimiter: str, before: int) -> list[str]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    faults = []
    try:
        header = next(reader, [])
        for number, name in enumerate(header, 1):
            if not name.strip():
                faults.append(f": column {number} has no name")
            elif name != name.strip():
                faults.append(f": the name '{name}' has space around it")
            if name.casefold() in [other.casefold() for other in header[: number - 1]]:
                faults.append(f": the name '{name}' stands twice")
        for cells in reader:
            line = f" line {reader.line_num + before}"
            if not any(cells):
                faults.append(f"{line}: blank")
            elif len(cells) != len(header):
                faults.append(f"{line}: {len(cells)} cells under {len(header)} names")
    except csv.Error as error:
        faults.append(f" line {reader.line_num + before}: a quote that does not fit: {error}")
    # the reader takes a quote inside a bare cell as it stands; other readers do not
    bare = re.compile(rf'(?:^|{re.escape(delimiter)})[^"{re.escape(delimiter)}\n]+"')
    unquoted = re.sub(r'"(?:[^"]|"")*"(?=[' + re.escape(delimiter) + r"\n]|$)", _same_lines, body)
    faults += [
        f" line {number + before}: a quote in a cell that is not quoted"
        for number, line in enumerate(unquoted.split("\n"), 1)
        if bare.search(line)
    ]
    return faults


def _same_lines(quoted: re.Match[str]) -> str:
    return "q" + "\n" * quoted.group().count("\n")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 checksum of a file's bytes as hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def delivery_from_row(row: dict[str, str]) -> Delivery:
    """Build a delivery from text cells; raises ValueError when a cell breaks the rules of the register."""
    missing = [name for name in COLUMNS if row.get(name) is None]
    if missing:
        raise ValueError(f"delivery '{row.get('delivery_id', '?')}': no value for {', '.join(missing)}")
    cells: dict[str, str | date] = {name: row[name] for name in COLUMNS}
    for name in _DATES:
        try:
            # Python reads 20180331 and 2018-W13-6 as days too; the register is read by others as well.
            cells[name] = datetime.strptime(row[name] if len(row[name]) == 10 else "", "%Y-%m-%d").date()
        except ValueError as error:
            raise ValueError(f"delivery '{row['delivery_id']}': {name} '{row[name]}' is no date") from error
    return Delivery(**cells)  # type: ignore[arg-type]


def register_folders(folder: Path) -> list[Path]:
    """Return the folders that hold a register: the folder itself where it has one, and its receipts."""
    receipts = sorted(path.parent for path in folder.glob(f"[!.]*/{REGISTER_NAME}"))
    return [*([folder] if (folder / REGISTER_NAME).exists() else []), *receipts]


def read_register(folder: Path) -> list[Delivery]:
    """Return the lines of the registers of `folder` and its receipts as they stand; none where there is none yet."""
    return [row for place in register_folders(folder) for row in _read_one_register(place / REGISTER_NAME)]


def _read_one_register(path: Path) -> list[Delivery]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        if tuple(next(csv.reader(handle), ())) != COLUMNS:
            raise ValueError(f"{path} should have the columns {','.join(COLUMNS)}")
    return [delivery_from_row(row) for row in read_rows(path)]


def delivery_path(folder: Path, row: Delivery) -> Path:
    """Return where the file of a registered delivery lies: in its receipt, else in the folder itself."""
    places = (place for place in register_folders(folder) if (place / row.file_name).is_file())
    return next(places, folder) / row.file_name


def in_force(folder: Path, shipped: Path) -> list[tuple[Delivery, Path]]:
    """Return the registered deliveries of a folder with their files, and the shipped ones where it holds no copy.

    A folder with a register at its top, as version 0.1.0 made it, holds a copy of the shipped deliveries.
    """
    places = [shipped] if folder != shipped and not (folder / REGISTER_NAME).exists() else []
    found = []
    for top in [*places, folder]:
        for place in register_folders(top):
            found += [(row, place / row.file_name) for row in _read_one_register(place / REGISTER_NAME)]
    return found


def read_withdrawals(folder: Path) -> dict[str, tuple[str, str]]:
    """Return delivery -> day and reason of its withdrawal."""
    path = folder / WITHDRAWALS_NAME
    rows = plain_rows(path) if path.exists() else []
    return {row["delivery_id"]: (row["withdrawn_on"], row["reason"]) for row in rows}


def plain_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a small table that a Norwegian Excel may have saved: semicolons, ANSI, a mark, its days."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    header = text.split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [{name: _plain(cell or "") for name, cell in row.items() if name} for row in rows if any(row.values())]


def _plain(cell: str) -> str:
    """Return a cell with a day as the build reads it: 30.11.2026 is 2026-11-30."""
    day = re.fullmatch(r"\s*([0-3]\d)\.([01]\d)\.((?:19|20)\d\d)\s*", cell)
    return f"{day[3]}-{day[2]}-{day[1]}" if day else cell


def write_plain(source: Path, target: Path) -> bool:
    """Write a small table as the build reads it: UTF-8, commas, no mark; return whether it holds any rows."""
    rows = plain_rows(source)
    if rows:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return bool(rows)


def write_plain_tables(deliveries: Path, place: Path) -> None:
    """Put the tables that a user edits in the deliveries folder into `place` as the build reads them."""
    for name in EDITED_NAMES:
        if not (deliveries / name).exists() or not write_plain(deliveries / name, place / name):
            (place / name).unlink(missing_ok=True)


def write_register(folder: Path, deliveries: Iterable[Delivery]) -> None:
    """Write the whole register, sorted by id, and swap it in; raises ValueError when an id occurs twice."""
    rows = sorted(deliveries, key=lambda delivery: delivery.delivery_id)
    twice = sorted({a.delivery_id for a, b in pairwise(rows) if a.delivery_id == b.delivery_id})
    if twice:
        raise ValueError(f"the register would hold these ids twice: {', '.join(twice)}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REGISTER_NAME
    draft = path.with_name(f".{REGISTER_NAME}.{os.getpid()}")
    with draft.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([getattr(row, name) for name in COLUMNS] for row in rows)
    draft.replace(path)


def origin_of_print(publisher: str, source: dict[str, str]) -> str:
    """Return the origin of a printed figure: `reported` where the owner of the source printed it, else `quoted`.

    source: a row of seed sources.
    """
    names = [source["owner"], *source.get("owner_names", "").split(";")]
    owns = publisher.strip().casefold() in [name.strip().casefold() for name in names if name.strip()]
    return "reported" if owns else "quoted"


def replace_deliveries(folder: Path, mine: Callable[[Delivery], bool], new: Iterable[Delivery]) -> list[Delivery]:
    """Put `new` in the place of the lines that are `mine`, keep all others, and return the dropped lines."""
    current = _read_one_register(folder / REGISTER_NAME)
    write_register(folder, [*(row for row in current if not mine(row)), *new])
    return [row for row in current if mine(row)]


def check_register(folder: Path) -> list[str]:
    """Return a sentence for each file that is registered but absent, changed since, or not registered."""
    problems = []
    registered = {delivery_path(folder, row): row for row in read_register(folder)}
    for path, row in sorted(registered.items()):
        name = row.file_name
        if not path.is_file():
            problems.append(f"{name} (delivery {row.delivery_id}) is registered but the file is absent")
        elif sha256_of(path) != row.sha256:
            problems.append(f"{name} (delivery {row.delivery_id}) differs from what was registered")
    tables = {REGISTER_NAME, WITHDRAWALS_NAME, *EDITED_NAMES}
    for place in register_folders(folder):
        for path in sorted(place.glob("*/*.csv")):
            if path.name not in tables and path.parent.name != "original" and path not in registered:
                name = path.relative_to(folder).as_posix()
                problems.append(f"{name} lies in the folder but is not in the register")
    return problems
