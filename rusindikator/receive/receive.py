"""Receives deliveries: reads, shapes, checks and lands them. What is refused changes nothing."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from rusindikator.deliveries import Delivery, read_register
from rusindikator.receive import gate, landing
from rusindikator.receive.accounts import accounts_in, shape_accounts
from rusindikator.receive.catalogue import EXTRACTS, PERIOD, PERIODS, ROOT, Catalogue, Contract, folded
from rusindikator.receive.expectations import Accepted, suite_for
from rusindikator.receive.history import Figure, figures_of, history_of
from rusindikator.receive.identifying import refuse_identifying_values
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.problems import Problem, RefusedError, disarm, refuse
from rusindikator.receive.quality import is_quality_export, shape_quality
from rusindikator.receive.reading import Codebook, Cube, Delivered, read_file
from rusindikator.receive.request import Received, Request
from rusindikator.receive.revisions import revised_answers, revised_figures, series_of
from rusindikator.receive.shaping import (
    Asked,
    Shaped,
    header_names,
    known_names,
    refuse_dates,
    shape_cube,
    shape_long,
    shape_microdata,
    table_to_cube,
    title_dimensions,
)
from rusindikator.receive.tables import Table, codebook_in, find_table, year_in_name
from rusindikator.receive.vanished import is_of_extract, vanished_columns, vanished_figures

Told = TypeVar("Told")


def docs_folder(request: Request) -> Path:
    """Return where the pages of the checks go: RUS_BUILD_DIR, which is private to the user."""
    return request.docs or Path(os.environ.get("RUS_BUILD_DIR") or ROOT / "build") / "data_docs"


def parse_period(text: str | None) -> tuple[int, int] | None:
    """Return first and last year of '2021' or '2017-2020'; raises ValueError for anything else."""
    if not text:
        return None
    found = re.fullmatch(r"((?:19|20)\d{2})(?:-((?:19|20)\d{2}))?", text.strip())
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise refuse("--period is no year or span of years", value=text, expected="2021 or 2017-2020")
    return int(found[1]), int(found[2] or found[1])


def slug(text: str) -> str:
    """Return text as part of an id: a-z, 0-9 and _. Example: 'KoRus Midt-Norge 2022' -> 'korus_midt_norge_2022'."""
    text = text.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:60].strip("_")


def receive(request: Request, catalogue: Catalogue | None = None) -> list[Received]:
    """Receive the files of a request and return what became of them; raises RefusedError where they cannot be read.

    All deliveries of one request land together or not at all.
    """
    catalogue = catalogue or Catalogue()
    source = request.source.strip().upper()
    if source not in EXTRACTS:
        raise refuse("there is no source", value=request.source, expected=", ".join(EXTRACTS))
    period = parse_period(request.period)
    if period and period[1] > date.today().year:
        raise refuse("the period lies ahead", value=request.period or "", expected=f"{date.today().year} or earlier")
    contracts = [catalogue.contract(name) for name in EXTRACTS[source] if request.extract in (None, name)]
    if not contracts:
        raise refuse("the source has no extract", value=request.extract or "", expected=", ".join(EXTRACTS[source]))
    published_on, precision = _published(request.published_on)
    delivered = [
        read_file(Path(path), request.format, request.encoding, request.sheet, request.quiet) for path in request.files
    ]
    folder = landing.deliveries_folder(contracts[0].is_microdata)

    def checked(base: Path) -> list[Received]:
        return _check(request, catalogue, delivered, contracts, period, base, published_on, precision)

    def compared_with() -> Path:
        """Return the folder's register, or the one that a new folder begins with."""
        return folder if (folder / landing.REGISTER_NAME).exists() else landing.SHIPPED

    try:
        if request.dry_run:
            found = checked(compared_with())
            if (folder / landing.JOURNAL).exists():
                found[0].shaped.notes.append("an interrupted landing waits in the folder: the next receive finishes it")
            return found
        if not folder.exists():
            found = checked(landing.SHIPPED)
            if _to_land(found):
                landing.land_first(folder, _to_land(found))
                found[0].shaped.notes.append(f"{folder} was made: a copy of the shipped deliveries, private to you")
            return found
        with landing.held(folder):
            notes = _in_order(folder, landing.recover)
            found = checked(compared_with())
            found[0].shaped.notes += notes
            if _to_land(found):
                landing.land(folder, _to_land(found))
        return found
    except OSError as error:
        raise landing.cannot_be_used(folder, error) from error


def _in_order(folder: Path, read: Callable[[Path], Told]) -> Told:
    """Return what is read of the folder; refuse where its register or journal does not fit its files."""
    try:
        return read(folder)
    except ValueError as error:
        raise refuse(
            f"the deliveries folder is not in order: {error}", file=str(folder), to_do="mend that and run this again"
        ) from error


def _constants(told: Sequence[str], contracts: list[Contract]) -> dict[str, str]:
    """Return column -> value of --set COLUMN=VALUE, for the columns that the source's extracts know."""
    known = {folded(name): name for contract in contracts for name in contract.columns if not PERIOD.fullmatch(name)}
    found = {}
    for text in told:
        name, sign, value = text.partition("=")
        if not sign or not value.strip() or folded(name) not in known:
            raise refuse(
                "--set names no column of the source",
                value=text,
                expected=f"COLUMN=VALUE with one of {', '.join(known.values())}",
            )
        found[known[folded(name)]] = value.strip()
    return found


def _to_land(found: list[Received]) -> list[landing.Landing]:
    """Return what is to be landed: all that is new, or nothing where anything is refused."""
    if any(one.refused for one in found):
        return []
    return [
        landing.Landing(
            one.delivery,
            landing.landed_bytes(one.shaped.contract, one.shaped.title, one.shaped.columns, one.shaped.rows),
            one.missing,
        )
        for one in found
        if one.delivery and not one.already
    ]


def _published(told: str | None) -> tuple[date | None, str]:
    """Return the last day that a date, month or year means, and its precision."""
    if not told:
        return None, "day"
    try:
        if re.fullmatch(r"\d{4}", told):
            return date(int(told), 12, 31), "year"
        if re.fullmatch(r"\d{4}-\d{2}", told):
            first = date(int(told[:4]), int(told[5:]), 1)
            return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1), "month"
        day = date.fromisoformat(told)
    except ValueError as error:
        raise refuse("--published-on is no day", value=told, expected="2022-06-30, 2022-06 or 2022") from error
    if day > date.today():
        raise refuse("--published-on lies ahead", value=told, expected="today or earlier")
    return day, "day"


def _check(
    request: Request,
    catalogue: Catalogue,
    delivered: list[Delivered],
    contracts: list[Contract],
    period: tuple[int, int] | None,
    folder: Path,
    published_on: date | None,
    precision: str,
) -> list[Received]:
    """Shape and check the files; files of the same table are one delivery."""
    register = _in_order(folder, read_register)
    asked = Asked(period, _constants(request.set, contracts), request.doubled)
    received = []
    for shaped, files in _shaped(delivered, contracts, catalogue, asked):
        originals = [hashlib.sha256(one.path.read_bytes()).hexdigest() for one in files]
        told = _period_of(shaped, period, catalogue)
        _leave_later(shaped, told[1])
        one = Received(shaped, files, told, originals)
        one.problems += [problem for each in files for problem in each.warnings] + shaped.warnings + shaped.problems
        mark = f"original_sha256={'+'.join(originals)}"
        known = next((row for row in register if mark in row.note), None)
        with_it = [other.delivery for other in received if other.delivery]
        one.delivery = _line(request, one, register, with_it, published_on, precision, mark)
        known = known or next(
            (row for row in register if row.sha256 == one.delivery.sha256 and row.extract == shaped.contract.extract),
            None,
        )
        one.already = known.delivery_id if known else ""
        received.append(one)
    for one in received:
        if not one.already:
            _check_one(request, catalogue, one, received, register, folder)
    return received


def _check_one(
    request: Request,
    catalogue: Catalogue,
    one: Received,
    received: list[Received],
    register: list[Delivery],
    folder: Path,
) -> None:
    shaped, contract = one.shaped, one.shaped.contract
    year = one.period[1]
    history = history_of(folder, register, contract, catalogue, year)
    with_it = {name for other in received if other.shaped.contract is contract for name in other.shaped.columns}
    vanished_columns(request, catalogue, one, history.columns_by_year.get(year, set()) | with_it)
    for name in shaped.unmapped:
        one.problems.append(
            Problem(
                "a column nobody has described",
                shaped.places[0][0],
                shaped.places[0][1],
                column=name,
                is_warning=True,
                to_do="it is kept and used nowhere; seeds/catalogue/column_mappings.csv can say what it is",
            )
        )
    accepted = Accepted(bool(request.accept_change), bool(request.accept_incomplete))
    suite = suite_for(shaped, catalogue, history, one.period, accepted)
    findings, result = gate.validate(suite, shaped)
    one.checks = len(suite.expectations)
    one.problems = sorted(one.problems + findings, key=lambda problem: problem.is_warning)
    if contract.is_microdata:
        years = range(one.period[0], one.period[1] + 1)
        one.revised = revised_answers(contract, catalogue, shaped.columns, years, register)
    else:
        one.revised = revised_figures(contract, catalogue, shaped.columns, shaped.rows, history)
        vanished_figures(request, catalogue, one, received, history)
    assert one.delivery is not None
    facts = {
        "source": contract.source_code,
        "extract": contract.extract,
        "period": one.delivery.period,
        "files": ", ".join(each.path.name for each in one.delivered),
        "checksum of the original": ", ".join(one.originals),
        "rows": str(len(shaped.rows)),
        "columns": str(len(shaped.columns)),
        "checks": str(one.checks),
        "checked on": date.today().isoformat(),
    }
    docs = docs_folder(request)
    try:
        one.page = gate.write_page(docs, one.delivery.delivery_id, shaped, one.problems, result, facts, one.revised)
    except OSError as error:
        one.problems.append(
            Problem(
                f"the page of the checks could not be written ({error.strerror or error})",
                str(docs),
                to_do="name another folder in RUS_BUILD_DIR; the checks themselves are made",
                is_warning=True,
            )
        )


def _shaped(
    delivered: list[Delivered], contracts: list[Contract], catalogue: Catalogue, asked: Asked
) -> list[tuple[Shaped, list[Delivered]]]:
    """Return the shaped tables with their files; parts of one table are put together."""
    codebook = Codebook()
    for one in delivered:
        codebook.values |= one.codebook.values
        codebook.questions |= one.codebook.questions
        for grid in list(one.grids):
            book = codebook_in(grid)
            if book is not None:
                one.grids.remove(grid)
                one.notes.append(
                    f"codebook of {len(book.values)} columns" + (f" in sheet {grid.sheet}" if grid.sheet else "")
                )
                codebook.values |= book.values
                codebook.questions |= book.questions
    found: list[tuple[Shaped, list[Delivered]]] = []
    for one in delivered:
        shapes = _shapes_of(one, contracts, catalogue, codebook, asked)
        for shaped in shapes:
            same = next(
                (
                    (other, files)
                    for other, files in found
                    if other.contract is shaped.contract and _is_same_table(other, shaped)
                ),
                None,
            )
            if same:
                _append(same[0], shaped)
                same[1].append(one)
            else:
                found.append((shaped, [one]))
    if not found:
        raise refuse("the files hold a codebook and no data", file=delivered[0].path.name)
    return found


def _is_same_table(one: Shaped, other: Shaped) -> bool:
    """Return whether two files are parts of one table: the same columns, or one title and other periods."""
    if one.columns == other.columns:
        return True
    keys = [[name for name in shaped.columns if not PERIOD.fullmatch(name)] for shaped in (one, other)]
    return one.contract.is_wide and keys[0] == keys[1] and one.title == other.title


def _append(shaped: Shaped, more: Shaped) -> None:
    """Put the rows of another file of the same table below; of a wide one, in the same row where the labels are."""
    file = more.places[0][0]
    shaped.notes.append(f"{file}: {len(more.rows)} rows more of the same table")
    if shaped.contract.is_wide and shaped.columns != more.columns:
        keys = [name for name in shaped.columns if not PERIOD.fullmatch(name)]
        columns = [*keys, *sorted({*shaped.periods(), *more.periods()})]
        for part in (shaped, more):
            told = [dict(zip(part.columns, row, strict=True)) for row in part.rows]
            part.rows = [[cells.get(name, "") for name in columns] for cells in told]
            part.columns = columns
        row_of = {tuple(row[: len(keys)]): at for at, row in enumerate(shaped.rows)}
        below = []
        for at, row in enumerate(more.rows):
            place = row_of.get(tuple(row[: len(keys)]))
            new = [column for column in range(len(keys), len(columns)) if row[column]]
            if place is None or any(shaped.rows[place][column] for column in new):
                below.append(at)
                continue
            for column in new:
                shaped.rows[place][column] = row[column]
                number, delivered, *_ = more.cell_places.get((at, columns[column]), (more.places[at][2], ""))
                shaped.cell_places[place, columns[column]] = (number, delivered or columns[column], file)
        more.keep(below)
    start = len(shaped.rows)
    shaped.rows += more.rows
    shaped.places += more.places
    shaped.cell_places |= {(row + start, column): place for (row, column), place in more.cell_places.items()}
    shaped.warnings += more.warnings
    shaped.problems += more.problems
    shaped.totals += more.totals


def _shapes_of(
    one: Delivered, contracts: list[Contract], catalogue: Catalogue, codebook: Codebook, asked: Asked
) -> list[Shaped]:
    kostra = next((contract for contract in contracts if contract.extract == "ssb_kostra"), None)
    if one.cubes:
        return [
            shape_accounts(account, kostra, catalogue, asked)
            if kostra and (account := accounts_in(cube))
            else shape_cube(
                cube, _contract_of(cube.file, cube.dimensions, _labels_of(cube), contracts, catalogue), catalogue, asked
            )
            for cube in one.cubes
        ]
    if not one.grids:
        return []
    names = set().union(*(header_names(contract, catalogue) for contract in contracts))
    for contract in contracts:
        if contract.is_microdata:
            names |= set(known_names(contract, catalogue, asked.year or 0, codebook))
    if contracts[0].source_code == "SSB":
        names |= {"bydel", "funksjon", "art", "belop", "beløp", "regnskapsomfang"}
    if contracts[0].source_code == "SAMDATA":
        names |= {"kvalitetsindikator", "måltall", "lokasjon", "verdi", "sektor", "nivå"}
    tables: list[Table] = []
    refusals: list[RefusedError] = []
    for grid in one.grids:
        # PxWeb's footnotes name the statistician to ask, with mail and telephone.
        if contracts[0].is_microdata:
            refuse_identifying_values(grid)
        try:
            of_people = contracts[0].is_microdata
            tables.append(
                find_table(grid, names, fill_down=one.format == "xlsx" and not of_people, of_people=of_people)
            )
        except RefusedError as error:
            refusals.append(error)
    if not tables or (refusals and any("no row looks like a header" not in str(error) for error in refusals)):
        raise RefusedError([problem for error in refusals for problem in error.problems])
    if len(tables) > 1:
        raise refuse(
            "several sheets hold a table",
            file=one.path.name,
            value=", ".join(table.sheet for table in tables),
            to_do="name one with --sheet",
        )
    if refusals:
        one.notes.append(
            f"sheets without a table left alone: {', '.join(error.problems[0].sheet for error in refusals)}"
        )
    table = tables[0]
    if table.sheet:
        one.notes.append(f"sheet {table.sheet}")
    if table.footnotes:
        one.notes.append(f"{len(table.footnotes)} footnotes left out")
    refuse_dates(table, names)
    if contracts[0].is_microdata:
        return [shape_microdata(table, contracts[0], catalogue, codebook, asked)]
    if kostra and (account := accounts_in(table)):
        return [shape_accounts(account, kostra, catalogue, asked)]
    if contracts[0].extract == "samdata" and is_quality_export(table.header):
        return [shape_quality(table, contracts[0], catalogue, asked)]
    if {"contentscode", "tid"} <= {folded(name) for name in table.header}:
        raise refuse(
            "the file holds SSB's codes, not texts",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:6]),
            expected="texts, or codes and texts",
            to_do="fetch it again with texts: in the API outputFormatParams=UseTexts, on ssb.no a format with text",
        )
    contract = _contract_of(
        table.file, [*table.header, *title_dimensions(table.title)], _labels_of(table), contracts, catalogue
    )
    cube = table_to_cube(table, contract, catalogue)
    if cube is not None:
        shaped = shape_cube(cube, contract, catalogue, asked)
        shaped.notes += table.notes
        shaped.warnings += table.warnings
        return [shaped]
    if contract.is_wide:
        raise refuse(
            "the table has no years, neither as columns nor in a column",
            file=table.file,
            sheet=table.sheet,
            row=table.header_row,
            value=" | ".join(table.header[:8]),
            expected="columns such as 2021, or a column of years",
        )
    return [shape_long(table, contract, catalogue, asked)]


def _labels_of(table: Table | Cube) -> set[str]:
    """Return the folded texts of a table that may be labels of series: cells, and measures in column names."""
    if isinstance(table, Cube):
        return {folded(label) for labels, *_ in table.records for label in labels.values()}
    texts = {cell for row in table.rows for cell in row}
    texts |= {found["before"] for name in table.header if (found := year_in_name(name))}
    return {folded(text) for text in texts} | {folded(re.sub(r"\s*\([^()]*\)\s*$", "", text)) for text in texts}


def _contract_of(
    file: str, header: list[str], labels: set[str], contracts: list[Contract], catalogue: Catalogue
) -> Contract:
    """Return the contract of the source that most names of a header, and then most labels, belong to."""
    if len(contracts) == 1:
        return contracts[0]

    def marks(contract: Contract) -> tuple[int, int]:
        names = known_names(contract, catalogue, 0, Codebook())
        for row in catalogue.column_mappings:
            if row.extract == contract.extract and not row.delivered.startswith("="):
                names.setdefault(folded(row.delivered), (row.column_name, "column_mappings"))
        delivered = {folded(name) for name in header} & set(names)
        known = {
            folded(part)
            for (source, label), row in catalogue.series.items()
            if source == contract.source_code and is_of_extract(row["series_code"], contract.extract)
            for part in label.split(" | ")
        }
        by_name = sum(1 if name in ("region", "statistikkvariabel") else 2 for name in delivered)
        return by_name, len(known & labels)

    ranked = sorted(contracts, key=marks, reverse=True)
    if marks(ranked[0]) == (0, 0) or marks(ranked[0]) == marks(ranked[1]):
        raise refuse(
            "the columns do not tell which table this is",
            file=file,
            value=" | ".join(header[:8]),
            expected=" or ".join(contract.extract for contract in contracts),
            to_do="say --extract with one of them; docs/receive.md says what they are",
        )
    return ranked[0]


def _period_of(shaped: Shaped, period: tuple[int, int] | None, catalogue: Catalogue) -> tuple[int, int]:
    """Return the years a delivery is registered for: those asked for, or those of the figures that are used.

    An export may hold years in which only other measures have figures; a delivery is not of those.
    """
    if period:
        return period
    contract = shaped.contract
    if contract.is_microdata:
        years = [int(found[0]) for text in shaped.periods() for found in re.finditer(r"(?:19|20)\d{2}", text)]
    else:
        figures = [
            figure
            for figure in figures_of(contract, shaped.columns, shaped.rows)
            if figure.year is not None and parse_number(figure.text) is not None
        ]
        known = [figure for figure in figures if (contract.source_code, figure.label) in catalogue.series]
        used = [
            figure
            for figure in known
            if catalogue.series[contract.source_code, figure.label]["series_code"]
            in catalogue.items_used(contract.source_code, figure.year or 0)
        ]
        # A first tertial alone does not make a year.
        whole = [figure for figure in known if re.fullmatch(r"\d{4}", figure.period)]
        years = [
            int(year)
            for figure in used or whole or known or figures
            for year in re.findall(r"(?:19|20)\d{2}", figure.period)
        ]
    if not years:
        file, sheet, _ = shaped.places[0]
        raise refuse("the file does not say which year it is about", file=file, sheet=sheet, to_do="say --period")
    return min(years), max(years)


def _leave_later(shaped: Shaped, last: int) -> None:
    """Leave out figures of years after the period, for a delivery of their own; a year to come stays and is refused."""
    contract = shaped.contract
    if contract.is_microdata:
        return

    def is_later(when: str) -> bool:
        year = Figure(0, "", "", when, "", "").year
        return year is not None and last < year <= date.today().year

    later = [when for when in shaped.periods() if is_later(when)]
    if not later or len(later) == len(shaped.periods()):
        return
    if contract.is_wide:
        kept = [at for at, name in enumerate(shaped.columns) if name not in later]
        shaped.columns = [shaped.columns[at] for at in kept]
        shaped.rows = [[row[at] for at in kept] for row in shaped.rows]
        shaped.cell_places = {key: place for key, place in shaped.cell_places.items() if key[1] not in later}
        stay = [
            at for at, row in enumerate(shaped.rows) if any(row[shaped.at(name)].strip() for name in shaped.periods())
        ]
    else:
        at_time = shaped.at(PERIODS[contract.extract])
        stay = [at for at, row in enumerate(shaped.rows) if row[at_time] not in later]
    shaped.keep(stay)
    shaped.notes.append(f"figures after {last} left out ({', '.join(later)}): receive them with their own --period")


def _line(
    request: Request,
    one: Received,
    register: list[Delivery],
    with_it: list[Delivery],
    published_on: date | None,
    precision: str,
    mark: str,
) -> Delivery:
    """Return the delivery's line of the register; a correction gets the id of what it corrects with its number."""
    shaped, contract, today = one.shaped, one.shaped.contract, date.today()
    when = str(one.period[0]) if one.period[0] == one.period[1] else f"{one.period[0]}-{one.period[1]}"
    name = slug(request.publication or request.publisher or "") or "levert"
    base = f"{contract.extract}_{when.replace('-', '_')}_{name}"
    corrected = _corrected(contract, when, base, register)
    if corrected:
        base = series_of(corrected.delivery_id)[0]
    taken = [series_of(row.delivery_id)[1] for row in (*register, *with_it) if series_of(row.delivery_id)[0] == base]
    version = max(taken, default=0) + 1
    delivery_id = f"{base}_v{version}" if version > 1 else base
    if published_on is None:
        updated = shaped.updated
        if re.fullmatch(r"20\d{2}-\d{2}-\d{2}", updated) and updated <= today.isoformat():
            published_on = date.fromisoformat(updated)
            shaped.notes.append(f"published on {updated}, as the file says")
        else:
            published_on = today
            one.problems.append(
                Problem(
                    "--published-on is not given",
                    file=one.delivered[0].path.name,
                    is_warning=True,
                    to_do=f"today, {today}, stands as the day of publication; its figures count from that day",
                )
            )
    if published_on > today:
        published_on = today
    if corrected and published_on < corrected.published_on:
        one.problems.append(
            Problem(
                f"published on {published_on}, before the delivery that it corrects, which would go on to count:",
                one.delivered[0].path.name,
                value=corrected.delivery_id,
                expected=f"{corrected.published_on} or later",
                to_do="give the day of the correction with --published-on; an older edition that came late needs a"
                " --publication of its own"
                if not contract.is_microdata
                else "give the day of the correction with --published-on",
            )
        )
    owner = next(row["owner"] for row in Catalogue().rows("sources") if row["source_code"] == contract.source_code)
    files = ", ".join(each.path.name for each in one.delivered)
    notes = [mark]
    if request.accept_change:
        notes.append(f"change accepted: {request.accept_change}")
    if request.accept_incomplete:
        notes.append(f"incomplete accepted: {request.accept_incomplete}")
    if request.doubled:
        notes.append(f"doubled accounts: {request.doubled}")
    notes += [f"set {constant}" for constant in request.set]
    if corrected:
        notes.append(f"corrects {corrected.delivery_id}")
    content = landing.landed_bytes(contract, shaped.title, shaped.columns, shaped.rows)
    received_data = "Personal data under the agreement with the owner; not to be passed on"
    return Delivery(
        delivery_id=delivery_id,
        source_code=contract.source_code,
        extract=contract.extract,
        file_name=f"{contract.extract}/{delivery_id}.csv",
        period=when,
        published_on=published_on,
        published_on_precision=precision,
        received_on=today,
        origin="received" if contract.is_microdata else "reported",
        sha256=hashlib.sha256(content).hexdigest(),
        publisher=_one_line(request.publisher or owner),
        publication=_one_line(request.publication or shaped.title or files),
        reference=_one_line(request.reference or files),
        licence=_one_line(request.licence or (received_data if contract.is_microdata else "As the publisher states")),
        note=_one_line("; ".join(notes)),
    )


def _corrected(contract: Contract, when: str, base: str, register: list[Delivery]) -> Delivery | None:
    """Return the newest delivery that this one corrects: of the same id, or real microdata of the same period.

    Microdata of a period count from one delivery, whatever it was called; printed figures stand beside each other.
    """
    same = [
        row
        for row in register
        if row.extract == contract.extract
        and (
            series_of(row.delivery_id)[0] == base
            or (contract.is_microdata and row.period == when and row.origin != "constructed")
        )
    ]
    return max(same, key=lambda row: (row.published_on, row.received_on, series_of(row.delivery_id)[1]), default=None)


def _one_line(text: str) -> str:
    """Return a text for the register: one line, and nothing that a spreadsheet would run."""
    return disarm(re.sub(r"\s+", " ", text).strip())
