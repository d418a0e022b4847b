"""What is expected of a delivery: a Great Expectations suite per source, and the frame it is checked on.

An expectation carries in `meta` how the screen says it: `what` is wrong, what was `expected`, what `to_do`, and which
delivered column the checked one comes from. Severity warning lets the delivery in; anything else refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rusindikator.receive.catalogue import CENSUSES, UNIT_KEYS, Catalogue, answer_key, folded
from rusindikator.receive.history import Figure, History, figures_of, share_of_best
from rusindikator.receive.numbers import is_figure, number_text, parse_number
from rusindikator.receive.shaping import Shaped

if TYPE_CHECKING:
    import pandas as pd

# A figure as sources write it, a symbol, or nothing; '1.959' may be two thousand or two and is neither.
NUMBER_OR_SYMBOL = (
    r"^(?:(?![+-]?[1-9][0-9]{0,2}\.[0-9]{3}\Z)[+-]?(?:"
    r"(?:[1-9][0-9]{0,2}(?: [0-9]{3}){1,4}|0|[1-9][0-9]{0,14})(?:,[0-9]{1,15})?"
    r"|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4},[0-9]{1,15}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,4}"
    r"|(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15})|\.{1,3}|:|-|–|[<>] ?[0-9][0-9 .,]*|)\Z"
)
FORMULA = r"^[=+@]|^-(?![\d ,.%]*$)"

LARGE, MEDIUM = 20_000, 5_000
# How far the figure of a unit may move from one year to the next before somebody is told, by size of the municipality.
TOLD = {"large": (0.6, 1.6), "medium": (0.4, 2.5), "small": (0.15, 6.0)}
REFUSED_LARGE = (0.25, 4.0)
REFUSED_NATIONAL = (0.6, 1.6)
REFUSED_FIGURE = (1 / 3, 3.0)
TOLD_FIGURE = (0.7, 1.4)
TOLD_SHARE = 0.25
# FTE per 1,000 inhabitants; the country has under 3, the smallest municipalities up to a dozen or so.
MOST_FTE_PER_1000 = 60.0
MIN_COVERAGE = 0.6
# Of a census: how much of the population may be missing before somebody has to say why.
MAX_POPULATION_MISSING = 0.05

PATHWAYS = {
    "voksne": ("arsverk_voksne_totalt", ("arsverk_voksne_forlop1", "arsverk_voksne_forlop2", "arsverk_voksne_forlop3")),
    "barn": ("arsverk_barn_totalt", ("arsverk_barn_forlop1", "arsverk_barn_forlop2", "arsverk_barn_forlop3")),
}
SIZE_UNITS = {"share_pct", "count", "fte", "days", "places"}


def checked_text(text: str) -> str:
    """Return a cell as it is held against NUMBER_OR_SYMBOL: made plain where it can be read, else as delivered."""
    return number_text(text) if is_figure(text) else text


@dataclass
class Suite:
    """Expectations on a frame; a row of the frame is row `row_of[i]` and column `column_of[i]` of the delivery."""

    name: str
    frame: pd.DataFrame
    expectations: list = field(default_factory=list)
    row_of: list[int] = field(default_factory=list)
    column_of: list[str] | None = None

    def add(
        self,
        kind: str,
        *,
        what: str,
        expected: str = "",
        to_do: str = "",
        shown: str = "",
        warn: bool = False,
        listed: Sequence[str] = (),
        **rule: object,
    ) -> None:
        """Add an expectation by its class name; `listed` are the names that a count stands for."""
        from great_expectations import expectations as gxe

        meta = {"what": what, "expected": expected, "to_do": to_do, "shown": shown or rule.get("column", "")}
        if listed:
            meta["listed"] = list(listed)
        severity = "warning" if warn else "critical"
        self.expectations.append(getattr(gxe, kind)(meta=meta, severity=severity, **rule))


@dataclass(frozen=True)
class Accepted:
    """What the user lets in with a reason: changes that look impossible, and a census that is not complete."""

    change: bool = False
    incomplete: bool = False


def suite_for(
    shaped: Shaped, catalogue: Catalogue, history: History, period: tuple[int, int], accepted: Accepted
) -> Suite:
    """Return the suite of the delivery's source with the frame to check it on."""
    make = _microdata_suite if shaped.contract.is_microdata else _figures_suite
    return make(shaped, catalogue, history, period, accepted)


def _microdata_suite(
    shaped: Shaped, catalogue: Catalogue, history: History, period: tuple[int, int], accepted: Accepted
) -> Suite:
    import pandas as pd

    contract = shaped.contract
    columns = {name: shaped.column(name) for name in shaped.columns}
    frame = pd.DataFrame(columns, dtype=object)
    suite = Suite(contract.source_code, frame, row_of=list(range(len(frame))))
    years = [str(year) for year in range(period[0], period[1] + 1)]
    for name in contract.required:
        suite.add("ExpectColumnToExist", column=name, what="the key column is not there", expected=name)
    frame["aar"] = [cell.strip() for cell in columns["aar"]]
    suite.add(
        "ExpectColumnValuesToBeInSet",
        column="aar",
        value_set=years,
        what="the year is outside the period",
        expected=" or ".join(years),
        to_do="see --period, or ask the source",
    )
    regions = _region_checks(suite, shaped, catalogue, period, columns)
    if "kommunenr" in columns:
        _completeness(suite, shaped, catalogue, history, period, accepted)
    for year in range(period[0], period[1] + 1):
        if not history.columns_by_year.get(year):
            _printed_coverage(suite, shaped, catalogue, year, columns)
    keys = [columns[name] for name in UNIT_KEYS[contract.extract] if name in columns]
    unit = [" ".join(part for part in (cell.strip() for cell in cells) if part) for cells in zip(*keys, strict=True)]
    frame["unit key"] = [f"{name} {year}" if name else "" for name, year in zip(unit, frame["aar"], strict=True)]
    key_column = UNIT_KEYS[contract.extract][0]
    suite.add(
        "ExpectColumnValuesToMatchRegex",
        column="unit key",
        regex=r"\S",
        shown=key_column,
        what="the row does not say whose it is",
        expected="a code or number in each row",
        to_do="ask the source; a row of sums belongs under the table",
    )
    suite.add(
        "ExpectColumnValuesToBeUnique",
        column="unit key",
        shown=key_column,
        what="the unit stands more than once",
        expected="one row per unit and year",
        to_do="ask which row holds",
    )
    if history.last_rows:
        suite.add(
            "ExpectTableRowCountToBeBetween",
            min_value=int(history.last_rows * MIN_COVERAGE),
            warn=True,
            what="rows in the file:",
            expected=f"nearer to the {history.last_rows} of the last delivery",
            to_do="see that the file is whole; a sample may be another size from time to time",
        )
    _answer_checks(suite, shaped, catalogue, history, columns)
    _amount_checks(suite, shaped, catalogue, history, columns, regions, accepted.change)
    if "alder" in columns:
        frame["alder: years"] = [parse_number(cell) for cell in columns["alder"]]
        suite.add(
            "ExpectColumnValuesToBeBetween",
            column="alder: years",
            shown="alder",
            min_value=16,
            max_value=110,
            what="the age is impossible",
            expected="16 to 110 years",
            to_do="ask the source",
        )
    texts = [
        *shaped.unmapped,
        *(name for name in ("kommune", "bydel", "korus_region", "rhf", "tjenester") if name in columns),
    ]
    for name in texts:
        suite.add(
            "ExpectColumnValuesToNotMatchRegex",
            column=name,
            regex=FORMULA,
            warn=True,
            what="a text begins like a formula",
            expected="a text",
            to_do="it is kept as text and runs nowhere; exported lists put an apostrophe before it",
        )
    return suite


def _region_checks(
    suite: Suite, shaped: Shaped, catalogue: Catalogue, period: tuple[int, int], columns: dict[str, list[str]]
) -> list[str]:
    """Add the checks of municipality, bydel and names, each by the year of its row; return the region of each row."""
    frame, contract = suite.frame, shaped.contract
    if "kommunenr" not in columns:
        return [""] * len(frame)
    frame["kommunenr"] = codes = [cell.strip() for cell in columns["kommunenr"]]
    years = range(period[0], period[1] + 1)
    valid = {str(year): catalogue.valid_municipalities(year) for year in years}
    bydeler = {str(year): catalogue.valid_districts(year) for year in years}
    # A row of no year of the period is told as that, and held against all its years.
    any_year = {code: name for names in valid.values() for code, name in names.items()}
    frame["code valid"] = [code in valid.get(year, any_year) for code, year in zip(codes, frame["aar"], strict=True)]
    counts = sorted({len(names) for names in valid.values()})
    suite.add(
        "ExpectColumnValuesToBeInSet",
        column="code valid",
        value_set=[True],
        shown="kommunenr",
        what="the municipality code",
        expected=f"one of the {' or '.join(map(str, counts))} codes of four digits valid in the year of the row",
        to_do="a city but Oslo comes as one row, and codes are those of the year; ask the source",
    )
    regions = list(codes)
    place = "bydelsnr" if "bydelsnr" in columns else "bydel" if contract.extract == "brukerplan" else ""
    if place in columns:
        parts = [cell.strip() for cell in columns[place]]
        regions = [part or code for part, code in zip(parts, codes, strict=True)]
        _bydel_checks(suite, place, parts, bydeler)
    frame["region"] = regions
    if "kommune" in columns:
        fits = []
        for code, year, name in zip(codes, frame["aar"], columns["kommune"], strict=True):
            known = folded(valid.get(year, any_year).get(code, name)).split(" - ")[0].split(" (")[0]
            fits.append(not name.strip() or known[:5] in folded(name) or folded(name)[:5] in known)
        frame["name fits code"] = fits
        told = {
            "column": "name fits code",
            "value_set": [True],
            "shown": "kommune",
            "expected": "the name that the code has in the list of municipalities",
        }
        suite.add("ExpectColumnValuesToBeInSet", warn=True, what="name and code of the municipality differ", **told)
        suite.add(
            "ExpectColumnValuesToBeInSet",
            mostly=0.7,
            what="names and codes belong to different rows",
            **told,
            to_do="a column has been sorted or shifted on its own: ask for the file again",
        )
    return regions


def _bydel_checks(suite: Suite, place: str, parts: list[str], bydeler: dict[str, dict[str, str]]) -> None:
    """Add the checks of bydeler: known that year, of the row's own municipality, and no sum of the city beside them."""
    frame = suite.frame
    rows = list(zip(frame["kommunenr"], parts, frame["aar"], strict=True))
    if place == "bydelsnr":
        frame["bydel valid"] = [part in ("", *bydeler.get(year, {part: ""})) for _, part, year in rows]
        suite.add(
            "ExpectColumnValuesToBeInSet",
            column="bydel valid",
            value_set=[True],
            shown=place,
            what="the bydel code",
            expected="blank, or 030101 to 030115 of Oslo",
            to_do="bydeler of other cities must come as one row; ask the source",
        )
        divided = {(code, year) for code, part, year in rows if part}
        frame["sum beside bydeler"] = [not part and (code, year) in divided for code, part, year in rows]
        suite.add(
            "ExpectColumnValuesToBeInSet",
            column="sum beside bydeler",
            value_set=[False],
            shown="kommunenr",
            what="a row of the whole city stands beside its bydeler and would count twice:",
            expected="the bydeler, or the city as one row",
            to_do="ask which holds, and take the other out",
        )
    frame["bydel in its municipality"] = [
        not re.fullmatch(r"\d{6}", part) or part.startswith(code) for code, part, _ in rows
    ]
    suite.add(
        "ExpectColumnValuesToBeInSet",
        column="bydel in its municipality",
        value_set=[True],
        shown=place,
        what="the bydel is of another municipality than its row:",
        expected="a code that begins with the row's kommunenr",
        to_do="a column has been shifted or sorted on its own: ask for the file again",
    )


def _completeness(
    suite: Suite,
    shaped: Shaped,
    catalogue: Catalogue,
    history: History,
    period: tuple[int, int],
    accepted: Accepted,
) -> None:
    """Add the checks of who answered, year by year: by all who should of a census, else by those of last time."""
    if shaped.contract.extract not in CENSUSES:
        gone = sorted(history.municipalities - {"", *suite.frame["kommunenr"]})
        names = catalogue.valid_municipalities(period[1])
        still = [f"{code} {names[code]}" for code in gone if code in names]
        suite.frame["municipalities of last time"] = float(len(still))
        suite.add(
            "ExpectColumnMaxToBeBetween",
            column="municipalities of last time",
            max_value=0,
            shown="kommunenr",
            warn=True,
            listed=still,
            what=f"{len(still)} municipalities of the delivery of {history.unit_year} are not in this one,",
            expected="those of last time, where taking part is voluntary",
            to_do="ask whether they left or are still to come",
        )
        return
    for year in range(period[0], period[1] + 1):
        here = {
            region for region, when in zip(suite.frame["region"], suite.frame["aar"], strict=True) if when == str(year)
        }
        _census_complete(suite, catalogue, year, here, accepted)


def _census_complete(suite: Suite, catalogue: Catalogue, year: int, here: set[str], accepted: Accepted) -> None:
    """Add the checks of one year of a census; Oslo's inhabitants are shared evenly by its bydeler."""
    municipalities, districts = catalogue.valid_municipalities(year), catalogue.valid_districts(year)
    units = {code: name for code, name in municipalities.items() if code != "0301"}
    people = {code: catalogue.population.get(code, 0) for code in units}
    if "0301" in here and not here & set(districts):
        units["0301"], people["0301"] = "Oslo", catalogue.population["0301"]
    else:
        units |= districts
        people |= dict.fromkeys(districts, catalogue.population["0301"] // len(districts))
    missing = sorted(set(units) - here, key=lambda code: -people[code])
    named = [f"{code} {units[code]} ({people[code]:,} inhabitants)".replace(",", " ") for code in missing]
    large = sum(people[code] >= LARGE for code in missing)
    share = sum(people[code] for code in missing) / sum(people.values())
    columns = {
        f"units of {year}": len(units) - len(missing),
        f"large units missing in {year}": large,
        f"share of the population missing in {year}": round(share, 4),
    }
    for name, value in columns.items():
        suite.frame[name] = float(value)
    count, many, part = columns
    said = {
        "shown": "kommunenr",
        "listed": named,
        "warn": accepted.incomplete,
        "to_do": "ask for them; if they will not come: --accept-incomplete REASON",
    }
    suite.add(
        "ExpectColumnMinToBeBetween",
        column=count,
        min_value=int(MIN_COVERAGE * len(units)),
        shown="kommunenr",
        what="units in the file:" if len(here) else f"no unit of {year} is in the file:",
        expected=f"nearer to {len(units)}, all municipalities and Oslo's bydeler of {year}",
        to_do="the file is cut: fetch or ask for it again",
    )
    if not here:
        return
    suite.add(
        "ExpectColumnMaxToBeBetween",
        column=many,
        max_value=0,
        what=f"{large} units of {LARGE:,} inhabitants or more did not answer for {year}:".replace(",", " "),
        expected="all large municipalities and bydeler",
        **said,
    )
    suite.add(
        "ExpectColumnMaxToBeBetween",
        column=part,
        max_value=MAX_POPULATION_MISSING,
        what=f"units with {100 * share:.1f} % of the population did not answer for {year}:",
        expected=f"at most {100 * MAX_POPULATION_MISSING:.0f} %",
        **said,
    )
    suite.add(
        "ExpectColumnMinToBeBetween",
        column=count,
        min_value=len(units),
        what=f"{len(missing)} units did not answer for {year}:",
        expected=f"{len(units)} units",
        **said | {"warn": True, "to_do": "ask whether these answers are still to come"},
    )


def _printed_coverage(
    suite: Suite, shaped: Shaped, catalogue: Catalogue, year: int, columns: dict[str, list[str]]
) -> None:
    """Add what print says of who answered that year, counted as the build counts it (qa_coverage)."""
    asked = {
        row["column_name"]: row["scale_code"]
        for row in catalogue.variables
        if row["extract"] == shaped.contract.extract
    }
    asked |= {row["column_name"]: "" for row in catalogue.amounts if row["extract"] == shaped.contract.extract}
    groups = [catalogue.aliases["gruppe"].get(answer_key(cell)) for cell in columns.get("gruppe", [])]
    carried = [answer_key(cell) for cell in columns.get("arsverk_fra_aaret_for", [])]
    answered = [
        (not groups or groups[at] != "psykisk")
        and (not carried or carried[at] != "ja")
        and suite.frame["aar"].iloc[at] == str(year)
        and any(columns[name][at].strip() for name in asked if name in columns)
        for at in range(len(suite.frame))
    ]
    for kind, column in (("kommune", "kommunenr"), ("kommune_bydel", "region"), ("person", "unit key")):
        row = catalogue.coverage.get((shaped.contract.source_code, year, kind))
        if not row or not row["printed_units"] or column not in suite.frame:
            continue
        name = f"{kind}: answered {year}"
        suite.frame[name] = [
            value if counts else None for value, counts in zip(suite.frame[column], answered, strict=True)
        ]
        suite.add(
            "ExpectColumnUniqueValueCountToBeBetween",
            column=name,
            min_value=int(row["printed_units"]),
            max_value=int(row["printed_units"]),
            shown=column if column in columns else "kommunenr",
            what=f"{kind}, answers of {year}:",
            expected=f"{row['printed_units']}, as {row['reference']} prints",
            to_do="it is not whole or another file; if print is wrong mend seeds/catalogue/coverage_expectations.csv",
        )


def _answer_checks(
    suite: Suite, shaped: Shaped, catalogue: Catalogue, history: History, columns: dict[str, list[str]]
) -> None:
    for variable in catalogue.variables:
        name, scale = variable["column_name"], variable["scale_code"]
        if variable["extract"] != shaped.contract.extract or name not in columns or not scale:
            continue
        suite.frame[name] = [answer_key(cell) for cell in columns[name]]
        known = catalogue.aliases.get(scale, {})
        labels = "; ".join(label for label in catalogue.labels_of_scale.get(scale, []) if answer_key(label) in known)
        suite.add(
            "ExpectColumnValuesToBeInSet",
            column=name,
            value_set=sorted(catalogue.aliases.get(scale, {})),
            what="the answer",
            expected=labels,
            to_do="a new spelling goes to seeds/catalogue/answer_aliases.csv; a code needs its codebook",
        )
        if name in history.shares and catalogue.best_answers.get(scale):
            before, n_before = history.shares[name]
            share, n = share_of_best(columns[name], scale, catalogue)
            if n >= 30 and n_before >= 30:
                suite.frame[f"{name}: share"] = share
                suite.add(
                    "ExpectColumnMeanToBeBetween",
                    column=f"{name}: share",
                    shown=name,
                    warn=True,
                    min_value=before - TOLD_SHARE,
                    max_value=before + TOLD_SHARE,
                    what=f"{100 * share:.0f} % gave a favourable answer",
                    expected=f"about the {100 * before:.0f} % of the last delivery",
                    to_do="see that the column is the same question, and the answers not turned round",
                )
        blank = sum(not cell for cell in suite.frame[name])
        if blank == len(suite.frame):
            suite.add(
                "ExpectColumnValuesToMatchRegex",
                column=name,
                regex=r"\S",
                mostly=0.001,
                warn=True,
                what="nobody answered the question",
                expected="some answers",
                to_do="ask whether it was asked",
            )


def _amount_checks(
    suite: Suite,
    shaped: Shaped,
    catalogue: Catalogue,
    history: History,
    columns: dict[str, list[str]],
    regions: list[str],
    change_accepted: bool,
) -> None:
    import pandas as pd

    frame = suite.frame
    numbers: dict[str, list[float | None]] = {}
    for amount in catalogue.amounts:
        name = amount["column_name"]
        if amount["extract"] != shaped.contract.extract or name not in columns:
            continue
        frame[name] = [checked_text(cell) for cell in columns[name]]
        frame[f"{name}: as written"] = columns[name]
        numbers[name] = [parse_number(cell) for cell in columns[name]]
        frame[f"{name}: number"] = pd.array(numbers[name], dtype="Float64").to_numpy("float64", na_value=float("nan"))
        suite.add(
            "ExpectColumnValuesToMatchRegex",
            column=name,
            regex=NUMBER_OR_SYMBOL,
            what="not a number",
            expected="a number such as 13 936 or 3,9, a symbol of seeds/catalogue/value_symbols.csv, or blank",
            to_do="ask what is meant; a point before three digits may mark thousands or decimals",
        )
        suite.add(
            "ExpectColumnValuesToNotMatchRegex",
            column=f"{name}: as written",
            regex="%",
            shown=name,
            what="a per cent sign",
            expected="FTE or kroner",
            to_do="the columns are shifted, or another question was put here",
        )
        suite.add(
            "ExpectColumnValuesToBeBetween",
            column=f"{name}: number",
            min_value=0,
            shown=name,
            what="a negative amount",
            expected="0 or more",
            to_do="ask the source",
        )
        if amount["unit"] == "fte":
            people = [catalogue.population.get(region if len(region) == 4 else "", 0) for region in regions]
            frame[f"{name}: per 1000"] = [
                1000 * value / count if value is not None and count else None
                for value, count in zip(numbers[name], people, strict=True)
            ]
            suite.add(
                "ExpectColumnValuesToBeBetween",
                column=f"{name}: per 1000",
                max_value=MOST_FTE_PER_1000,
                shown=name,
                what="more FTE than a municipality of that size can have",
                expected=f"at most {MOST_FTE_PER_1000:.0f} per 1,000 inhabitants",
                to_do="a decimal comma was lost: ask the source",
            )
        _change_checks(suite, name, numbers[name], history, catalogue, regions, change_accepted)
        _total_checks(suite, shaped, name, numbers[name])
    for group, (total, parts) in PATHWAYS.items():
        if total in numbers and any(part in numbers for part in parts):
            over = []
            for at, whole in enumerate(numbers[total]):
                here = [value for part in parts if (value := numbers.get(part, [None] * len(frame))[at]) is not None]
                over.append(None if whole is None or not here else round(sum(here) - whole, 6))
            frame[f"{group}: parts over total"] = pd.array(over, dtype="Float64").to_numpy(
                "float64", na_value=float("nan")
            )
            suite.add(
                "ExpectColumnValuesToBeBetween",
                column=f"{group}: parts over total",
                max_value=0.5,
                shown=total,
                what="the pathways add up to more than the total",
                expected="at least the sum of forløp 1-3",
                to_do="columns are swapped, or a figure is wrong: ask the source",
            )
    if shaped.contract.extract == "is24_8" and {"arsverk_voksne_totalt", "arsverk_barn_totalt"} <= set(numbers):
        frame["all FTE"] = [
            None if adults is None or children is None else adults + children
            for adults, children in zip(numbers["arsverk_voksne_totalt"], numbers["arsverk_barn_totalt"], strict=True)
        ]
        suite.add(
            "ExpectColumnValuesToNotBeInSet",
            column="all FTE",
            value_set=[0.0],
            shown="arsverk_voksne_totalt",
            warn=True,
            what="no FTE at all",
            expected="some FTE",
            to_do="zero is often an answer not given: ask the source",
        )


def _change_checks(
    suite: Suite,
    name: str,
    numbers: list[float | None],
    history: History,
    catalogue: Catalogue,
    regions: list[str],
    change_accepted: bool,
) -> None:
    before = history.units.get(name, {})
    common = [
        (at, value, before[region])
        for at, (value, region) in enumerate(zip(numbers, regions, strict=True))
        if value is not None and region in before
    ]
    if len(common) < 20:
        return
    whole, whole_before = sum(value for _, value, _ in common), sum(earlier for *_, earlier in common)
    if whole_before:
        column = f"{name}: all units over {history.unit_year}"
        suite.frame[column] = whole / whole_before
        suite.add(
            "ExpectColumnMeanToBeBetween",
            column=column,
            min_value=REFUSED_NATIONAL[0],
            max_value=REFUSED_NATIONAL[1],
            shown=name,
            warn=change_accepted,
            what=f"the sum of {len(common)} units was {whole_before:,.0f} and is {whole:,.0f}",
            expected=f"{REFUSED_NATIONAL[0]} to {REFUSED_NATIONAL[1]} times that of {history.unit_year}",
            to_do="see that the column and its unit are right; if they are: --accept-change REASON",
        )
    for size, (low, high) in TOLD.items():
        column = f"{name}: change, {size} municipalities"
        ratios: list[float | None] = [None] * len(numbers)
        for at, value, earlier in common:
            people = catalogue.population.get(regions[at][:4], 0) if len(regions[at]) == 4 else LARGE
            here = "large" if people >= LARGE else "medium" if people >= MEDIUM else "small"
            if here == size and earlier > 0 and max(value, earlier) >= 5:
                ratios[at] = value / earlier
        suite.frame[column] = [float("nan") if ratio is None else ratio for ratio in ratios]
        suite.add(
            "ExpectColumnValuesToBeBetween",
            column=column,
            min_value=low,
            max_value=high,
            shown=name,
            warn=True,
            what=f"a large change since {history.unit_year} for a {size} municipality",
            expected=f"{low} to {high} times the figure of {history.unit_year}",
            to_do="ask the municipality when in doubt",
        )
        if size == "large":
            suite.add(
                "ExpectColumnValuesToBeBetween",
                column=column,
                min_value=REFUSED_LARGE[0],
                max_value=REFUSED_LARGE[1],
                shown=name,
                warn=change_accepted,
                what=f"a change since {history.unit_year} that no large municipality makes in a year",
                expected=f"{REFUSED_LARGE[0]} to {REFUSED_LARGE[1]} times the figure of {history.unit_year}",
                to_do="a decimal comma was lost or rows are shifted: ask; if it is true: --accept-change REASON",
            )


def _total_checks(suite: Suite, shaped: Shaped, name: str, numbers: list[float | None]) -> None:
    delivered = next((said for said, target, _ in shaped.mapped if target == name), name)
    for cells, _ in shaped.totals:
        total = parse_number(cells.get(name, ""))
        if total is None:
            continue
        slack = max(1.0, 0.002 * abs(total))
        suite.add(
            "ExpectColumnSumToBeBetween",
            column=f"{name}: number",
            min_value=total - slack,
            max_value=total + slack,
            shown=name,
            what=f"the units add up to {sum(value for value in numbers if value is not None):.1f}",
            expected=f"{total:.1f}, the sum that the file itself gives for {delivered}",
            to_do="rows are missing or doubled: ask",
        )


def _figures_suite(
    shaped: Shaped, catalogue: Catalogue, history: History, period: tuple[int, int], accepted: Accepted
) -> Suite:
    import pandas as pd

    contract = shaped.contract
    figures = figures_of(contract, shaped.columns, shaped.rows)
    listed = [catalogue.series.get((contract.source_code, figure.label)) for figure in figures]
    values = [parse_number(figure.text) for figure in figures]
    frame = pd.DataFrame(
        {
            "series": [figure.label for figure in figures],
            "period": [figure.period for figure in figures],
            "region": [figure.region for figure in figures],
            "value": [checked_text(figure.text) for figure in figures],
        },
        dtype=object,
    )
    suite = Suite(
        contract.source_code,
        frame,
        row_of=[figure.row for figure in figures],
        column_of=[figure.column for figure in figures],
    )
    suite.add(
        "ExpectColumnValuesToMatchRegex",
        column="value",
        regex=NUMBER_OR_SYMBOL,
        what="not a number",
        expected="a number such as 13 936 or 3,9 %, or a symbol of seeds/catalogue/value_symbols.csv",
        to_do="ask what is meant; a point before three digits may mark thousands or decimals",
    )
    frame["figures"] = float(sum(value is not None for value in values))
    suite.add(
        "ExpectColumnMinToBeBetween", column="figures", min_value=1, what="no cell holds a figure", expected="figures"
    )
    last = min(period[1], date.today().year)
    frame["year"] = [figure.year for figure in figures]
    suite.add(
        "ExpectColumnValuesToMatchRegex",
        column="period",
        regex=r"^(19|20)\d{2}(?:$|[^0-9])",
        what="not a period",
        expected="a year, a tertial such as 2021T3, or a span such as 2017-2020",
        to_do="ask the source",
    )
    suite.add(
        "ExpectColumnValuesToBeBetween",
        column="year",
        min_value=1950,
        max_value=last,
        shown="period",
        what="a year that cannot have figures yet",
        expected=f"{last} or earlier",
        to_do="see --period, or ask the source",
    )
    frame["known"] = float(sum(bool(row) for row in listed))
    suite.add(
        "ExpectColumnMinToBeBetween",
        column="known",
        min_value=1,
        shown="series",
        what=f"no row label is known, such as '{figures[0].label if figures else ''}'",
        expected="labels of seeds/catalogue/series.csv",
        to_do="see --source; a new wording goes to seeds/catalogue/label_mappings.csv",
    )
    labels = sorted({label for source, label in catalogue.series if source == contract.source_code})
    frame["label"] = frame["series"]
    first_of = {figure.label: at for at, figure in reversed(list(enumerate(figures)))}
    frame["label"] = [figure.label if first_of[figure.label] == at else None for at, figure in enumerate(figures)]
    suite.add(
        "ExpectColumnValuesToBeInSet",
        column="label",
        value_set=labels,
        shown="series",
        warn=True,
        what="a row label nobody has described",
        expected="a label of seeds/catalogue/series.csv",
        to_do="it is kept and not used; describe it there or in label_mappings.csv",
    )
    frame["one figure"] = [
        f"{figure.label} {figure.period} {figure.region}" if value is not None else None
        for figure, value in zip(figures, values, strict=True)
    ]
    suite.add(
        "ExpectColumnValuesToBeUnique",
        column="one figure",
        shown="series",
        what="the figure stands more than once",
        expected="one figure per label, period and region",
        to_do="ask which holds",
    )
    _figure_ranges(suite, shaped, figures, listed, values)
    _figure_changes(suite, figures, listed, values, history, accepted.change)
    if contract.extract == "ssb_kostra":
        codes = {code for year in range(2013, period[1] + 1) for code in catalogue.valid_municipalities(year)}
        frame["municipality"] = [figure.region if re.fullmatch(r"\d{4}", figure.region) else None for figure in figures]
        suite.add(
            "ExpectColumnValuesToBeInSet",
            column="municipality",
            value_set=sorted(codes),
            shown="region",
            warn=True,
            what="no municipality has the code",
            expected="a code of the list of municipalities",
            to_do="it is kept and not used",
        )
    suite.add(
        "ExpectColumnValuesToNotMatchRegex",
        column="series",
        regex=FORMULA,
        warn=True,
        what="a text begins like a formula",
        to_do="it is kept as text and runs nowhere; exported lists put an apostrophe before it",
    )
    return suite


def _figure_ranges(
    suite: Suite, shaped: Shaped, figures: list[Figure], listed: list[dict[str, str] | None], values: list[float | None]
) -> None:
    frame = suite.frame
    units = [row["unit"] if row else "" for row in listed]
    shares = [value if unit == "share_pct" else None for value, unit in zip(values, units, strict=True)]
    frame["share"] = [float("nan") if value is None else value for value in shares]
    suite.add(
        "ExpectColumnValuesToBeBetween",
        column="share",
        min_value=0,
        max_value=100,
        shown="value",
        what="an impossible share",
        expected="0 to 100 per cent",
        to_do="ask the source",
    )
    frame["amount"] = [
        value if value is not None and unit in SIZE_UNITS else float("nan")
        for value, unit in zip(values, units, strict=True)
    ]
    suite.add(
        "ExpectColumnValuesToBeBetween",
        column="amount",
        min_value=0,
        shown="value",
        what="a negative figure",
        expected="0 or more",
        to_do="ask the source",
    )
    frame["part of a count"] = [
        abs(value - round(value)) if value is not None and unit in ("count", "places") else float("nan")
        for value, unit in zip(values, units, strict=True)
    ]
    suite.add(
        "ExpectColumnValuesToBeBetween",
        column="part of a count",
        max_value=0,
        shown="value",
        what="a count with decimals",
        expected="a whole number",
        to_do="the columns are shifted, or a point marks thousands: ask the source",
    )
    frame["per cent sign"] = [
        bool("%" in figure.text and unit and unit not in ("share_pct", "percent"))
        for figure, unit in zip(figures, units, strict=True)
    ]
    suite.add(
        "ExpectColumnValuesToBeInSet",
        column="per cent sign",
        value_set=[False],
        shown="value",
        what="a per cent sign on what is no share",
        expected="the unit of the series",
        to_do="the rows are shifted: ask the source",
    )
    if {"Nedre grense", "Øvre grense"} <= set(shaped.columns):
        sound = []
        for figure, value in zip(figures, values, strict=True):
            texts = [shaped.rows[figure.row][shaped.at(name)].strip() for name in ("Nedre grense", "Øvre grense")]
            low, high = (parse_number(text) for text in texts)
            if not any(texts):
                sound.append(True)
            else:
                sound.append(None not in (low, high, value) and low <= value <= high)  # type: ignore[operator]
        frame["interval holds value"] = sound
        suite.add(
            "ExpectColumnValuesToBeInSet",
            column="interval holds value",
            value_set=[True],
            shown="Nedre grense",
            what="the interval does not hold its value",
            expected="lower bound, value, upper bound in this order",
            to_do="ask the source",
        )


def _figure_changes(
    suite: Suite,
    figures: list[Figure],
    listed: list[dict[str, str] | None],
    values: list[float | None],
    history: History,
    change_accepted: bool,
) -> None:
    ratios, told = [], []
    for figure, row, value in zip(figures, listed, values, strict=True):
        known = {
            when: told_before[0] for when, told_before in history.figures.get((figure.label, figure.region), {}).items()
        }
        earlier = [
            (when, before)
            for when, before in known.items()
            if when <= figure.period and len(when) == len(figure.period)
        ]
        ratio = None
        if row and value is not None and earlier and row["unit"] not in ("percent", "ratio"):
            before = max(earlier)[1]
            if before > 0 and max(value, before) >= (2 if row["unit"] == "share_pct" else 20):
                ratio = value / before
        ratios.append(float("nan") if ratio is None else ratio)
        told.append(ratios[-1])
    suite.frame["change"] = ratios
    suite.add(
        "ExpectColumnValuesToBeBetween",
        column="change",
        min_value=REFUSED_FIGURE[0],
        max_value=REFUSED_FIGURE[1],
        shown="value",
        warn=change_accepted,
        what="a change since the last delivered figure that the series has not made before",
        expected="a third to three times the last figure",
        to_do="a unit, a fraction or a column is wrong; if it is true: --accept-change REASON",
    )
    suite.frame["change told"] = told
    suite.add(
        "ExpectColumnValuesToBeBetween",
        column="change told",
        min_value=TOLD_FIGURE[0],
        max_value=TOLD_FIGURE[1],
        shown="value",
        warn=True,
        what="a large change since the last delivered figure",
        expected="0.7 to 1.4 times the last figure",
        to_do="see whether the source explains it",
    )
