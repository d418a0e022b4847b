"""The targets of the plan, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from rusindikator.report import numbers
from rusindikator.report.data import Row, ordered
from rusindikator.report.words import SHARE_UNIT, Words

# States of a target, each with a word, a sign and a colour of its own.
TARGET_STATES = ("met", "on_track", "behind", "not_met", "unknown", "not_computable")


@dataclass(frozen=True, slots=True)
class Target:
    """A target as it stands in the report year or in the last year it is followed."""

    id: str
    label: str
    no: int | None
    origin: str | None
    aim: str
    value: str
    gap: str
    required: str
    actual: str
    state: str
    note: str


def targets(words: Words) -> list[Target]:
    """Return each target once, in the order of the catalogue."""
    rows = ordered(words.data.table("rpt_target_progress"), "year")
    found = {
        target["target_id"]: [row for row in rows if row["target_id"] == target["target_id"]]
        for target in words.data.targets
    }
    compared = {target["target_id"]: target["compare_year"] for target in words.data.targets}
    return [_target(words, years, compared[identity]) for identity, years in found.items() if years]


def _target(words: Words, rows: list[Row], compare_year: str) -> Target:
    row = rows[-1]
    has_path = row["target_kind"] in ("at_least", "yearly_growth")
    older = "" if row["value_year"] in (None, words.year) else f" ({row['value_year']})"
    return Target(
        id=row["target_id"],
        label=words.text(row, "label"),
        no=row["indicator_no"],
        origin=row["data_origin"],
        aim=_aim(words, row, compare_year),
        value=_amount(words, row, "value") + older,
        gap=_amount(words, row, "gap", is_difference=True) if has_path else numbers.RANGE_DASH,
        required=_amount(words, row, "required_per_year", is_change=True),
        actual=_amount(words, row, "actual_yearly_change", is_change=True),
        state=row["state"],
        note=_note(words, rows),
    )


def _note(words: Words, rows: list[Row]) -> str:
    """Say what the table says of the target and, where it cannot be computed, the nearest figure there is."""
    row = rows[-1]
    reason = words.text(row, "reason") or (row["reason"] if words.lang == "nb" else "") or ""
    notes = [numbers.localised(reason, words.lang)]
    nearest = next((other for other in reversed(rows) if other["nearest_value"] is not None), None)
    if nearest and not row["computable"]:
        value, source = words.percent(nearest["nearest_value"]), words.source(nearest["nearest_source_code"])
        notes.append(words.t("target.nearest", value=value, source=source, year=nearest["year"]))
    return " ".join(dict.fromkeys(note for note in notes if note))


def _aim(words: Words, row: Row, compare_year: str) -> str:
    """Write what a target asks for."""
    if row["target_kind"] == "more_than_year":
        # without a figure for the year to beat, the year itself is all there is to say
        level = "" if row["target_value"] is None else f" ({_amount(words, row, 'target_value')})"
        return words.t("target.more_than_year", year=compare_year) + level
    if row["target_value"] is None:
        return words.t("target.not_set")
    if row["target_kind"] == "above":
        return words.t("target.above", value=words.number(row["target_value"]))
    key = "target.growth" if row["target_kind"] == "yearly_growth" else "target.at_least"
    return words.t(key, value=_amount(words, row, "target_value"))


def _amount(words: Words, row: Row, name: str, *, is_difference: bool = False, is_change: bool = False) -> str:
    """Write one number of a target in its unit: percent, percentage points, million NOK, or a plain number.

    A growth target is in percent a year, and so is all that is said of it. What is needed or gained in a year gets
    a sign, and one decimal more than the level it moves.
    """
    value, unit = row[name], row["unit"]
    if value is None:
        return numbers.RANGE_DASH
    if row["target_kind"] == "yearly_growth":
        return words.percent(value, 1, sign=is_change)
    if unit == "mill_nok":
        sign = "+" if is_change and value > 0 else numbers.MINUS if value < 0 else ""
        return sign + words.t("target.mill_nok", value=words.number(abs(value)))
    indicator = words.catalogue.get(row["indicator_no"])
    decimals = (indicator["decimals"] if indicator and name != "target_value" else 0) + is_change
    if unit == SHARE_UNIT and (is_difference or is_change):
        return f"{words.number(value, decimals, sign=is_change)}{numbers.NBSP}{words.t('table.pp')}"
    return words.percent(value, decimals) if unit == SHARE_UNIT else words.number(value, decimals, sign=is_change)
