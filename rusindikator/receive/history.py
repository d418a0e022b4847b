"""What has been delivered before: the earlier figures and answers that a new delivery is compared with."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from rusindikator.deliveries import Delivery
from rusindikator.receive.catalogue import LABELS, PERIOD, PERIODS, REGIONS, VALUES, Catalogue, Contract, answer_key
from rusindikator.receive.numbers import TRIMMED, parse_number


@dataclass(frozen=True)
class Figure:
    """One delivered cell of figures, named as staging names it."""

    row: int
    column: str
    label: str
    period: str
    region: str
    text: str

    @property
    def year(self) -> int | None:
        """The year a period counts for: the year itself, or the last year of a longer one."""
        found = re.search(r"((?:19|20)\d{2})(?:-(?:0[1-9]|1[0-2]))?(?:[TH][1-3])?$", self.period)
        return int(found[1]) if found else None


def without_marks(text: str) -> str:
    """Return a label as the macro clean_text leaves it: white space folded, footnote marks gone."""
    text = re.sub("[\t\n\f\r \u00a0\u2007\u2009\u202f]+", " ", text)
    return re.sub(r" ?[0-9]\)\Z", "", re.sub(r"<sup>[^<]*</sup>", "", text)).strip(TRIMMED)


def figures_of(contract: Contract, columns: list[str], rows: list[list[str]]) -> list[Figure]:
    """Return the figures of a file in the shape of its contract, as models/staging names them."""
    extract = contract.extract
    at = {name: place for place, name in enumerate(columns)}

    def cell(row: list[str], name: str) -> str:
        return row[at[name]].strip() if name in at else ""

    found = []
    for number, row in enumerate(rows):
        label = " | ".join(without_marks(cell(row, name)) for name in LABELS[extract])
        region = cell(row, REGIONS[extract]) if extract in REGIONS else "0"
        if region in ("Landet", "Hele landet") or region.startswith("EAK ") or region == "EAK":
            region = "0"
        if extract == "ssb_kostra":
            region = region.split(" ")[0]
        if extract == "fhi_rusmidler" and cell(row, "Kjønn") not in ("begge kjønn", ""):
            label += f" | {cell(row, 'Kjønn')}"
        if extract in ("statsbudsjettet", "kommuneproposisjonen") and cell(row, "kapittel"):
            post = [f"post {cell(row, 'post')}"] if cell(row, "post") else []
            label = " | ".join([f"kap. {cell(row, 'kapittel')}", *post, label, cell(row, "budsjettversjon")])
        if extract in PERIODS:
            for name in VALUES[extract]:
                if name not in at or name in ("Nedre grense", "Øvre grense"):
                    continue
                named = f"{label} | {name.lower()}" if name == "Endring i prosent" else label
                text = cell(row, name) or cell(row, "FLAGG")
                found.append(Figure(number, name, named, cell(row, PERIODS[extract]), region, text))
        else:
            for name in columns:
                if PERIOD.fullmatch(name):
                    tertial = re.fullmatch(r"\d{4}T([1-3])", name) if extract == "samdata" else None
                    named = f"{label} | {tertial[1]}. tertial" if tertial else label
                    found.append(Figure(number, name, named, name, region, cell(row, name)))
    return found


@dataclass
class History:
    """Earlier deliveries of one extract. Constructed microdata count with national shares only.

    `figures` has label and region -> period -> value and delivery, the newest; `labels_of` delivery -> its labels.
    """

    contract: Contract
    figures: dict[tuple[str, str], dict[str, tuple[float, str]]] = field(default_factory=dict)
    labels_of: dict[str, set[str]] = field(default_factory=dict)
    units: dict[str, dict[str, float]] = field(default_factory=dict)
    shares: dict[str, tuple[float, int]] = field(default_factory=dict)
    municipalities: set[str] = field(default_factory=set)
    unit_year: int = 0
    last_rows: int = 0
    columns_by_year: dict[int, set[str]] = field(default_factory=dict)


def read_landed(path: Path, contract: Contract) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows of a landed file."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for _ in range(contract.preamble_lines):
            handle.readline()
        reader = csv.reader(handle, delimiter=contract.delimiter)
        columns = next(reader, [])
        return columns, [row for row in reader if len(row) == len(columns)]


def history_of(folder: Path, register: list[Delivery], contract: Contract, catalogue: Catalogue, year: int) -> History:
    """Return what earlier deliveries of the extract say, for a delivery of `year`."""
    history = History(contract)
    mine = sorted(
        (row for row in register if row.extract == contract.extract),
        key=lambda row: (row.published_on, row.delivery_id),
    )
    if not contract.is_microdata:
        for row in mine:
            columns, rows = read_landed(folder / row.file_name, contract)
            for figure in figures_of(contract, columns, rows):
                value = parse_number(figure.text)
                if value is not None:
                    known = history.figures.setdefault((figure.label, figure.region), {})
                    known[figure.period] = (value, row.delivery_id)
                    history.labels_of.setdefault(row.delivery_id, set()).add(figure.label)
        return history
    amounts = [row["column_name"] for row in catalogue.amounts if row["extract"] == contract.extract]
    scales = {
        row["column_name"]: row["scale_code"] for row in catalogue.variables if row["extract"] == contract.extract
    }
    share_year: dict[str, int] = {}
    for row in mine:
        first, _, last = row.period.partition("-")
        until = int(last or first)
        columns, rows = read_landed(folder / row.file_name, contract)
        if row.origin != "constructed":
            for covered in range(int(first), until + 1):
                history.columns_by_year.setdefault(covered, set()).update(columns)
        if until >= year:
            continue
        history.last_rows = len(rows)
        at = {name: place for place, name in enumerate(columns)}
        if row.origin != "constructed":
            history.unit_year = max(history.unit_year, until)
            if "kommunenr" in at:
                history.municipalities = {cells[at["kommunenr"]].strip() for cells in rows}
            for cells in rows:
                unit = cells[at["bydelsnr"]].strip() if "bydelsnr" in at else ""
                unit = unit or (cells[at["kommunenr"]].strip() if "kommunenr" in at else "")
                for name in amounts:
                    value = parse_number(cells[at[name]]) if name in at else None
                    if value is not None:
                        history.units.setdefault(name, {})[unit] = value
        for name, scale in scales.items():
            if name in at and scale and until >= share_year.get(name, 0):
                share, n = share_of_best([cells[at[name]] for cells in rows], scale, catalogue)
                if n:
                    history.shares[name] = (share, n)
                    share_year[name] = until
    return history


def share_of_best(cells: list[str], scale: str, catalogue: Catalogue) -> tuple[float, int]:
    """Return the share of usable answers that count as success under a rule of the scale, and how many were usable."""
    aliases, best = catalogue.aliases.get(scale, {}), catalogue.best_answers.get(scale, set())
    codes = [aliases.get(answer_key(cell)) for cell in cells]
    usable = [code for code in codes if code and code not in ("ubesvart", "ikke_relevant", "vet_ikke", "har_ikke")]
    return (sum(code in best for code in usable) / len(usable) if usable else 0.0), len(usable)
