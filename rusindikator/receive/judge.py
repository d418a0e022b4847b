"""Asks the build in memory what is wrong with the candidates, and says it by file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rusindikator.receive.catalogue import UNIT_KEYS, VALUES, Catalogue
from rusindikator.receive.findings import Finding, messages
from rusindikator.receive.scratch import Scratch
from rusindikator.receive.shape.shaped import Shaped

# Models whose rows are findings by themselves. gate_missing and gate_revisions have more to say of each.
GATE_MODELS = (
    "gate_values",
    "gate_readings",
    "gate_units",
    "gate_answers",
    "gate_changes",
    "gate_completeness",
    "gate_missing",
)
# What a flag lets in: the findings that are warnings then.
ACCEPTED_BY = {
    "accepts_change": (
        "figure_change_impossible", "amount_change_national", "unit_change_impossible", "answers_of_another_year",
        "years_shifted", "rows_doubled",
    ),
    "accepts_incomplete": ("census_cut", "large_units_missing", "population_missing"),
    "accepts_missing": ("missing_column", "missing_figure"),
}  # fmt: skip
_MOST_NAMED = 5


@dataclass(frozen=True)
class Revision:
    """A figure, or the answers of a year, that stood otherwise in an earlier delivery; and whom it concerns."""

    what: str
    before: str
    after: str
    delivery_id: str
    year: int
    indicators: tuple[int, ...]

    def text(self) -> str:
        """Return it on one line."""
        concerned = f" [{', '.join(f'#{number}' for number in self.indicators)}]" if self.indicators else ""
        return f"{self.what}: {self.before} -> {self.after} ({self.delivery_id}){concerned}"


@dataclass
class Judgement:
    """What the build in memory says of one delivery."""

    findings: list[Finding] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    # indicator -> year and code, for what --accept-missing lets be missing
    missing: dict[int, tuple[int, str, str]] = field(default_factory=dict)

    def reasons(self, source_code: str) -> list[dict[str, str]]:
        """Return the lines of missing_reasons for the indicators that are let be missing."""
        notes = {
            "not_asked": (
                "Kolonnen {column} var ikke med i leveransen for {year}.",
                "The column {column} was not in the delivery for {year}.",
            ),
            "not_public": (
                "Tallet var ikke med i leveransen for {year}.",
                "The figure was not in the delivery for {year}.",
            ),
        }
        return [
            {
                "source_code": source_code,
                "indicator_no": str(number),
                "year_from": str(year),
                "year_to": str(year),
                "reason_code": code,
                "note_nb": notes[code][0].format(column=column, year=year),
                "note_en": notes[code][1].format(column=column, year=year),
            }
            for number, (year, code, column) in sorted(self.missing.items())
        ]


def judge(scratch: Scratch, shaped: dict[str, Shaped], catalogue: Catalogue) -> dict[str, Judgement]:
    """Return delivery -> judgement. `shaped` has each candidate with the places of its rows."""
    found: dict[str, list[dict]] = {delivery_id: [] for delivery_id in shaped}
    for row in scratch.table("qa_rejected_values"):
        if row["delivery_id"] in found:
            code = str(row["problem"])
            found[row["delivery_id"]].append(
                row | {"code": code if code in messages() else "build_refuses", "subject": row["unit_key"] or code}
            )
    for model in GATE_MODELS:
        for row in scratch.table(model):
            found[row["delivery_id"]].append(row)
    flags = {one.delivery.delivery_id: one for one in scratch.candidates}
    judged = {}
    for delivery_id, rows in found.items():
        accepted = {code for flag, codes in ACCEPTED_BY.items() if getattr(flags[delivery_id], flag) for code in codes}
        one = Judgement(_grouped(rows, shaped[delivery_id], accepted, catalogue))
        one.missing = {
            row["indicator_no"]: (
                row["year"],
                "not_asked" if row["code"] == "missing_column" else "not_public",
                row["column_name"],
            )
            for row in reversed(rows)
            if row["code"] in ACCEPTED_BY["accepts_missing"]
        }
        judged[delivery_id] = one
    for row in sorted(scratch.table("gate_revisions"), key=lambda row: (row["year"] or 0, row["what"])):
        numbers = tuple(sorted(int(number) for number in (row["indicators"] or "").split(",") if number))
        judged[row["delivery_id"]].revisions.append(
            Revision(
                row["what"], row["value_before"], row["value_now"], row["before_id"], int(row["year"] or 0), numbers
            )
        )
    return judged


def _grouped(rows: Sequence[dict], shaped: Shaped, accepted: set[str], catalogue: Catalogue) -> list[Finding]:
    """Return one finding for each code, at its first place; what is more of the kind is counted and listed."""
    kinds: dict[str, list[dict]] = {}
    for row in rows:
        kinds.setdefault(row["code"], []).append(row)
    return [_finding(code, rows, shaped, accepted, catalogue) for code, rows in kinds.items()]


def _finding(code: str, rows: list[dict], shaped: Shaped, accepted: set[str], catalogue: Catalogue) -> Finding:
    rows = sorted(rows, key=lambda row: (row["row_no"] is None, row["row_no"] or 0, row["column_name"] or ""))
    first = rows[0]
    places = [_place(row, shaped) for row in rows]
    file, sheet, number, column = places[0]
    values = list(dict.fromkeys(str(row["value_text"] or "") for row in rows))
    subjects = list(dict.fromkeys(str(row["subject"] or "") for row in rows))
    named = "; ".join(subjects[:_MOST_NAMED]) + (" ..." if len(subjects) > _MOST_NAMED else "")
    listed = []
    for row, (_, _, at, name) in zip(rows, places, strict=True):
        where = ", ".join(part for part in (f"{at}" if at else "", name) if part)
        said = " ".join(str(row[part]) for part in ("value_text", "subject") if row[part])
        listed.append(f"{where}: {said}" if where and said else where or said)
    return Finding(
        code,
        file,
        sheet,
        number,
        column,
        ", ".join(values[:_MOST_NAMED]) + (" ..." if len(values) > _MOST_NAMED else ""),
        facts={
            "subject": named,
            "expected": str(first["expected"] or ""),
            "n": len(rows),
            "pairs": "; ".join(
                f"{name} {row['subject']} ({row['expected']})"
                for row, (*_, name) in list(zip(rows, places, strict=True))[:_MOST_NAMED]
            )
            + (" ..." if len(rows) > _MOST_NAMED else ""),
            "columns": ", ".join(dict.fromkeys(name for *_, name in places if name)),
            "labels": "; ".join(catalogue.answers_of(shaped.contract.extract, str(first["column_name"]))),
        },
        is_warning=True if code in accepted else None,
        listed=tuple(listed) if len(rows) > 1 else (),
    )


def _place(row: dict, shaped: Shaped) -> tuple[str, str, int, str]:
    """Return file, sheet, row and column of the delivered file."""
    file, sheet, _ = shaped.places[0] if shaped.places else ("", "", 0)
    at = (row["row_no"] or 0) - 1
    is_row = 0 <= at < len(shaped.places)
    column = _column(row, shaped, at if is_row else None)
    delivered = next((name for name, target, _ in shaped.mapped if target == column), column)
    if not is_row:
        return file, sheet, 0, delivered
    file, sheet, number = shaped.places[at]
    if (at, column) in shaped.cell_places:
        number, delivered, *elsewhere = shaped.cell_places[at, column]
        file = elsewhere[0] if elsewhere else file
    return file, sheet, number, delivered


def _column(row: dict, shaped: Shaped, at: int | None) -> str:
    """Return the landed column that a finding is about: the one it names, else the one that holds its value."""
    name, value = str(row["column_name"] or ""), str(row["value_text"] or "")
    contract = shaped.contract
    if name == "unit key":
        name = UNIT_KEYS[contract.extract][0]
    cells = dict(zip(shaped.columns, shaped.rows[at], strict=True)) if at is not None else {}
    if name in shaped.columns and (not value or not cells or cells[name].strip() == value.strip()):
        return name
    holding = [column for column, cell in cells.items() if value and cell.strip() == value.strip()]
    if holding:
        return next((column for column in holding if column in shaped.periods()), holding[0])
    if contract.is_microdata or contract.is_wide:
        return name if name in shaped.columns or contract.is_microdata else ""
    return next((column for column in VALUES[contract.extract] if column in shaped.columns), "")
