"""What a delivery should hold and does not: columns and figures that indicators rest on, and their accepted reasons."""

from __future__ import annotations

from collections.abc import Iterable

from rusindikator.receive.catalogue import SEPARATE_TABLES, Catalogue
from rusindikator.receive.history import Figure, History, figures_of
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.problems import Problem
from rusindikator.receive.request import Received, Request


def vanished_columns(request: Request, catalogue: Catalogue, one: Received, elsewhere: set[str]) -> None:
    """Name the indicators that columns not delivered take down; accepted ones get their reason for the year."""
    shaped, contract = one.shaped, one.shaped.contract
    year = one.period[1]
    if not contract.is_microdata:
        return
    file, sheet, _ = shaped.places[0]
    for column in shaped.vanished:
        if column in elsewhere:
            continue
        affected = {
            number: label
            for number, label in catalogue.indicators_of(
                contract.source_code, catalogue.items_of_column(contract, column), year
            ).items()
            if not catalogue.is_excused(contract.source_code, number, year, of_all=False)
        }
        if not affected:
            continue
        named = "; ".join(f"#{number} {label}" for number, label in affected.items())
        one.problems.append(
            Problem(
                f"the column {column} is not there, and it takes down {named}",
                file,
                sheet,
                column=column,
                expected=f"column {column}",
                is_warning=request.accept_missing,
                to_do=(
                    f"accepted: {', '.join(f'#{number}' for number in affected)} stand as missing for {year}"
                    if request.accept_missing
                    else "if it has another name this year add that to seeds/catalogue/column_mappings.csv; "
                    "if it was not asked: --accept-missing"
                ),
            )
        )
        if request.accept_missing:
            _reasons(
                one,
                affected,
                f"Kolonnen {column} var ikke med i leveransen for {year}.",
                f"The column {column} was not in the delivery for {year}.",
                "not_asked",
            )


def vanished_figures(
    request: Request, catalogue: Catalogue, one: Received, received: list[Received], history: History
) -> None:
    """Name the indicators that get no figure from this delivery though they should.

    A figure that stood in an earlier delivery beside one of this delivery's, and is expected every year, has vanished:
    refused, or accepted with its reason. One that comes in another table is told.
    """
    contract, year = one.shaped.contract, one.period[1]
    source = contract.source_code
    mine = _series_by_year(catalogue, one)
    file, sheet, _ = one.shaped.places[0]
    if request.period and not any(one.period[0] <= when <= one.period[1] for when in mine):
        one.problems.append(
            Problem(
                f"no figure of {request.period} is in the file{', only of' if mine else ''}",
                file,
                sheet,
                value=", ".join(map(str, sorted(mine))),
                expected=f"figures of {request.period}",
                to_do="say the --period that the file is about, or fetch the year that is asked for",
            )
        )
        return
    here = set(mine.get(year, ()))
    for other in received:
        if other is not one and other.shaped.contract is contract:
            here |= _series_by_year(catalogue, other).get(year, set())
    here |= {
        row["series_code"]
        for (label, _), periods in history.figures.items()
        if any(Figure(0, "", label, period, "", "").year == year for period in periods)
        and (row := catalogue.series.get((source, label)))
    }
    every = set().union(*mine.values())
    beside: set[str] = set()
    for labels in history.labels_of.values():
        codes = {row["series_code"] for label in labels if (row := catalogue.series.get((source, label)))}
        if codes & every:
            beside = codes if contract.extract in SEPARATE_TABLES else beside | codes
    of_extract = {row["series_code"] for row in catalogue.series.values() if row["source_code"] == source}
    of_extract = {code for code in of_extract if is_of_extract(code, contract.extract)}
    present = catalogue.indicators_of(source, here, year)
    vanished = {}
    for number, label in catalogue.indicators_of(source, of_extract - here, year).items():
        if number in present:
            continue
        is_due = catalogue.is_expected_yearly(number) and not catalogue.is_excused(source, number, year)
        if is_due and catalogue.items_of_indicator(source, number) & beside:
            vanished[number] = label
            continue
        one.problems.append(
            Problem(
                f"no figure of {year} for #{number} {label}",
                file,
                sheet,
                is_warning=True,
                to_do="fetch it too, or give the reason in seeds/catalogue/missing_reasons.csv",
            )
        )
    if vanished:
        named = "; ".join(f"#{number} {label}" for number, label in vanished.items())
        one.problems.append(
            Problem(
                f"figures that earlier deliveries held are not there for {year}, and it takes down {named}",
                file,
                sheet,
                is_warning=request.accept_missing,
                to_do=(
                    f"accepted: {', '.join(f'#{number}' for number in vanished)} stand as missing for {year}"
                    if request.accept_missing
                    else "a new wording goes to seeds/catalogue/label_mappings.csv; another table can be received"
                    " with it; if the source no longer has them: --accept-missing"
                ),
            )
        )
    if request.accept_missing:
        _reasons(
            one,
            vanished,
            f"Tallet var ikke med i leveransen for {year}.",
            f"The figure was not in the delivery for {year}.",
            "not_public",
        )


def _series_by_year(catalogue: Catalogue, one: Received) -> dict[int, set[str]]:
    """Return year -> codes of the known series that a delivery has a figure of; a year of unknown labels is empty."""
    contract, shaped = one.shaped.contract, one.shaped
    found: dict[int, set[str]] = {}
    for figure in figures_of(contract, shaped.columns, shaped.rows):
        if figure.year is not None and parse_number(figure.text) is not None:
            codes = found.setdefault(figure.year, set())
            if row := catalogue.series.get((contract.source_code, figure.label)):
                codes.add(row["series_code"])
    return found


def _reasons(one: Received, numbers: Iterable[int], note_nb: str, note_en: str, code: str) -> None:
    """Add the accepted reasons why indicators have no figure of the year."""
    listed = {row["indicator_no"] for row in one.missing}
    one.missing += [
        {
            "source_code": one.shaped.contract.source_code,
            "indicator_no": str(number),
            "year_from": str(one.period[1]),
            "year_to": str(one.period[1]),
            "reason_code": code,
            "note_nb": note_nb,
            "note_en": note_en,
        }
        for number in numbers
        if str(number) not in listed
    ]


def is_of_extract(series_code: str, extract: str) -> bool:
    """Return whether a series is one of this extract's, by the beginning of its code."""
    prefixes = {
        "ssb_straffereaksjoner": ("ssb.straff",),
        "ssb_barnevern": ("ssb.meldinger",),
        "ssb_kostra": ("ssb.helsestasjon",),
        "ssb_speshelse": ("ssb.tsb",),
    }.get(extract)
    return series_code.startswith(prefixes) if prefixes else True
