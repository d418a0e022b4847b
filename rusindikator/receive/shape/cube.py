"""The figures of a cube in the shape of the contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rusindikator.receive.catalogue import LABELS, PERIODS, VALUES, Catalogue, Contract, folded
from rusindikator.receive.delivered import Codebook, Cube
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.numbers import parse_number, value_symbol
from rusindikator.receive.shape.filling import UNIT_COLUMNS, Filler, codes_apart
from rusindikator.receive.shape.names import constants, known_names, label_for
from rusindikator.receive.shape.periods import tell_marked_figures, whole_years, write_periods
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.shape.totals import reduce_dimensions, take_measure

# A code that says which region it is, beside the region's name: a municipality, a county, a group of KOSTRA.
_REGION_CODE = re.compile(r"(?:K-)?(?:\d{4}|\d{6})|E[A-Z]+\d*|(?:F-)?\d{2}")
Labels = tuple[str, ...]


@dataclass
class Figures:
    """Figures by label and period, as they were delivered, and number and column of where each of them stood."""

    rows: dict[Labels, dict[str, str]] = field(default_factory=dict)
    found_at: dict[Labels, dict[str, tuple[int, str]]] = field(default_factory=dict)
    periods: list[str] = field(default_factory=list)

    def add(self, key: Labels, when: str, text: str, place: tuple[int, str]) -> None:
        """Add a figure that stands for the first time."""
        self.rows.setdefault(key, {})[when] = text
        self.found_at.setdefault(key, {})[when] = place
        if when not in self.periods:
            self.periods.append(when)


def shape_cube(cube: Cube, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return the figures of a cube in the shape of the contract."""
    shaped = Shaped(contract, [], [], [], cube.title, updated=cube.updated)
    if contract.source_code == "SSB":
        codes_apart(cube, shaped.notes)
    write_periods(cube, shaped.warnings)
    whole_years(cube, shaped.notes)
    filler = Filler(contract, catalogue, asked.constants)
    years = _years(cube)
    year = asked.period[1] if asked.period else max(years)
    target_of = _targets(cube, contract, catalogue, year, shaped)
    extra = [name for name in cube.dimensions if name not in target_of and name != cube.time]
    take_measure(cube, extra, contract, shaped)
    reduce_dimensions(cube, extra, contract, shaped)
    figures = _figures(cube, target_of, filler, asked, year, shaped)
    notes, warnings = filler.said(cube.file, cube.sheet)
    shaped.notes += notes
    shaped.warnings += warnings
    (_write_wide if contract.is_wide else _write_long)(cube, figures, shaped)
    return shaped


def _years(cube: Cube) -> list[int]:
    told = [record[0][cube.time].strip() for record in cube.records]
    years = [int(found[0]) for when in told if (found := re.match(r"(19|20)\d{2}", when))]
    if not years:
        raise refuse(
            "no_years", file=cube.file, sheet=cube.sheet, column=cube.time, value=", ".join(sorted(set(told))[:4])
        )
    return years


def _targets(cube: Cube, contract: Contract, catalogue: Catalogue, year: int, shaped: Shaped) -> dict[str, str]:
    """Return dimension -> column of the contract, for the dimensions that are one."""
    names = known_names(contract, catalogue, year, Codebook())
    target_of: dict[str, str] = {}
    for name in cube.dimensions:
        if name == cube.time:
            continue
        column, how = names.get(folded(name), ("", ""))
        if not column and name == cube.contents:
            column, how = names.get("statistikkvariabel", ("", ""))
        if column in contract.keys and column not in target_of.values():
            target_of[name] = column
            shaped.mapped.append((name, column, how))
    # A single column of labels without a name can only be the one that says what is counted.
    nameless = [name for name in cube.dimensions if re.fullmatch(r"kolonne \d+", name) and name not in target_of]
    first = LABELS[contract.extract][0]
    if len(nameless) == 1 and first not in target_of.values():
        target_of[nameless[0]] = first
        shaped.mapped.append((nameless[0], first, "the only column of labels"))
    return target_of


def _figures(cube: Cube, target_of: dict[str, str], filler: Filler, asked: Asked, year: int, shaped: Shaped) -> Figures:
    """Return the figures by the contract's labels; what stands twice is a problem, what is to come is left out."""
    contract, catalogue, period = shaped.contract, filler.catalogue, asked.period
    figures = Figures()
    ahead = 0
    for labels, text, number, column in cube.records:
        when = labels[cube.time].strip()
        at_year = int(when[:4]) if re.match(r"(19|20)\d{2}", when) else year
        if period and at_year > period[1] and parse_number(text) is None:
            ahead += 1
            continue
        mapped_labels = label_for(contract, catalogue, at_year)
        said = _said(cube, labels, text, target_of, mapped_labels, filler)
        fixed = constants(contract, catalogue, at_year)
        told = []
        for name in contract.keys:
            value = said.get(name) or filler.value(name, said, at_year, fixed)
            if value is None and name in contract.required:
                raise refuse(
                    "label_not_told",
                    file=cube.file,
                    sheet=cube.sheet,
                    row=number,
                    value=" | ".join(f"{name}: {value}" for name, value in labels.items())[:120],
                    facts={"column_name": name, "required": ", ".join(contract.required)},
                )
            told.append(mapped_labels.get((name, folded(value or "")), value or ""))
        key = tuple(told)
        if when in figures.rows.get(key, {}):
            first = figures.found_at[key][when]
            shaped.problems.append(
                Finding(
                    "figure_stands_twice",
                    file=cube.file,
                    sheet=cube.sheet,
                    row=number,
                    column=column,
                    value=f"{figures.rows[key][when]} (row {first[0]}) and {text}",
                    facts={"label": " | ".join(key), "when": when},
                )
            )
        else:
            figures.add(key, when, text, (number, column))
    if ahead:
        shaped.notes.append(f"{ahead} cells of periods after {period[1] if period else ''} without a figure left out")
    return figures


def _said(
    cube: Cube,
    labels: dict[str, str],
    text: str,
    target_of: dict[str, str],
    mapped_labels: dict[tuple[str, str], str],
    filler: Filler,
) -> dict[str, str]:
    """Return what a record says by column of the contract: labels without units, regions with their codes."""
    contract = filler.contract
    said = {}
    for name, target in target_of.items():
        label = labels[name].strip()
        code = cube.codes.get(name, {}).get(labels[name], "")
        if folded(target) == "region":
            label = _region(code, label)
        said[target] = mapped_labels.get((target, folded(label)), label)
    unit = cube.units.get(labels.get(cube.contents or "", ""), "") if cube.contents else ""
    for name in LABELS[contract.extract]:
        if name in said:
            said[name], in_label = filler.unit_apart(said[name])
            unit = unit or in_label
    if not unit and text.rstrip().endswith("%"):
        unit = "prosent"
    for name in UNIT_COLUMNS:
        if name in contract.keys and unit:
            said.setdefault(name, unit)
    return said


def _region(code: str, label: str) -> str:
    """Return a region after its code, as SSB writes it, with F- before that of a county; noughts say nothing."""
    if not _REGION_CODE.fullmatch(code) or not code.strip("0") or label.split(" ")[0] == code:
        return label
    return f"F-{code} {label}" if re.fullmatch(r"\d{2}", code) else f"{code} {label}"


def _write_wide(cube: Cube, figures: Figures, shaped: Shaped) -> None:
    """Write a row for each label, with a column for each period."""
    tell_marked_figures(cube, shaped.warnings)
    periods = sorted(figures.periods)
    shaped.columns = [*shaped.contract.keys, *periods]
    for index, (key, cells) in enumerate(figures.rows.items()):
        places = figures.found_at[key]
        shaped.rows.append([*key, *(str(cells.get(when, "")) for when in periods)])
        shaped.places.append((cube.file, cube.sheet, min(number for number, _ in places.values())))
        shaped.cell_places |= {(index, when): place for when, place in places.items()}


def _write_long(cube: Cube, figures: Figures, shaped: Shaped) -> None:
    """Write a row for each figure; where the contract has a column for flags, symbols and marks go there."""
    contract = shaped.contract
    time_column, value_column = PERIODS[contract.extract], VALUES[contract.extract][0]
    has_flag = "FLAGG" in contract.columns
    if not has_flag:
        tell_marked_figures(cube, shaped.warnings)
    columns = {*contract.keys, time_column, value_column, *(["FLAGG"] if has_flag else []), *contract.required}
    shaped.columns = sorted(columns, key=contract.columns.index)
    for key, cells in figures.rows.items():
        for when, text in cells.items():
            place = figures.found_at[key][when]
            is_symbol = has_flag and value_symbol(text) not in (None, "")
            said = dict(zip(contract.keys, key, strict=True)) | {time_column: when}
            said[value_column] = "" if is_symbol else str(text)
            said["FLAGG"] = text if is_symbol else cube.flags.get(place[0], "")
            shaped.cell_places[len(shaped.rows), value_column] = place
            shaped.rows.append([said.get(name, "") for name in shaped.columns])
            shaped.places.append((cube.file, cube.sheet, place[0]))
