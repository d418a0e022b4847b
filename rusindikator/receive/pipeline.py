"""Receives deliveries: reads, shapes, judges and lands them. What is refused changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import duckdb

from rusindikator.deliveries import Delivery, in_force, read_withdrawals
from rusindikator.files import FORMULA_SIGNS, disarm
from rusindikator.paths import SHIPPED, build_folder
from rusindikator.receive import landing
from rusindikator.receive.catalogue import Catalogue, Contract
from rusindikator.receive.compiled import compiled_project
from rusindikator.receive.delivered import Delivered
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.identifying import identifying_register
from rusindikator.receive.intake import asked_of, checksum, contracts_of, delivered_files
from rusindikator.receive.judge import judge
from rusindikator.receive.page import write_page
from rusindikator.receive.recognise import shaped_tables
from rusindikator.receive.register_line import leave_later, parse_period, period_of, published, register_line
from rusindikator.receive.request import Received, Request
from rusindikator.receive.scratch import Candidate, Scratch
from rusindikator.receive.shape.shaped import Shaped

Told = TypeVar("Told")


def docs_folder(request: Request) -> Path:
    """Return where the pages of the checks go: RUS_BUILD_DIR, which is private to the user."""
    return request.docs or build_folder() / "data_docs"


def receive(request: Request, catalogue: Catalogue | None = None) -> list[Received]:
    """Receive the files of a request and return what became of them; raises RefusedError where they cannot be read.

    All deliveries of one request land together or not at all.
    """
    catalogue = catalogue or Catalogue()
    contracts = contracts_of(request, catalogue)
    period = parse_period(request.period)
    published(request.published_on)
    delivered = delivered_files(request)
    folder = landing.deliveries_folder(contracts[0].is_microdata)
    asked = asked_of(request, contracts, period)
    tables = shaped_tables(delivered, contracts, catalogue, asked)
    if not request.dry_run:
        _may_be_written(folder)
    compiled_project(quiet=request.quiet)  # before the folder is held: it may take seconds

    try:
        if request.dry_run:
            return _judge(request, catalogue, tables, period, folder)
        if not folder.exists():
            # a refusal leaves nothing behind: the folder is made for what is landed
            found = _judge(request, catalogue, tables, period, folder)
            if not _to_land(found):
                return found
            if landing.make_folder(folder):
                found[0].shaped.notes.append(f"{folder} was made, private to you")
                with landing.held(folder):
                    landing.land(folder, _to_land(found), request.files, request.as_json())
                return found
            # another receipt has made it meanwhile: what that one lands is to be known here
        with landing.held(folder):
            notes = _in_order(folder, landing.recover)
            found = _judge(request, catalogue, tables, period, folder)
            found[0].shaped.notes += notes
            if _to_land(found):
                landing.land(folder, _to_land(found), request.files, request.as_json())
        return found
    except OSError as error:
        raise landing.cannot_be_used(folder, error) from error


def reshaped(request: Request, catalogue: Catalogue, folder: Path, known_as: set[str]) -> list[tuple[Contract, bytes]]:
    """Return what the files of a request would land as today, beside all other deliveries than `known_as`."""
    period = parse_period(request.period)
    contracts = contracts_of(request, catalogue)
    asked = asked_of(request, contracts, period)
    tables = shaped_tables(delivered_files(request), contracts, catalogue, asked)
    received = [Received(shaped, files, [checksum(one.path) for one in files]) for shaped, files in tables]
    others = [row for row in registered(folder) if row.delivery_id not in known_as]
    candidates = [_candidate(request, catalogue, one, number) for number, one in enumerate(received)]
    scratch = Scratch(compiled_project(quiet=True), folder, others, candidates)
    try:
        _settle(request, catalogue, received, others, scratch, period)
    finally:
        scratch.close()
    return [(one.shaped.contract, one.content) for one in received]


def registered(folder: Path) -> list[Delivery]:
    """Return the lines of the register that count beside a new delivery."""
    return [row for row, _ in in_force(folder, SHIPPED)]


def _in_order(folder: Path, read: Callable[[Path], Told]) -> Told:
    """Return what is read of the folder; refuse where its register or journal does not fit its files."""
    try:
        return read(folder)
    except ValueError as error:
        raise refuse("folder_not_in_order", file=str(folder), facts={"error": error}) from error


def _may_be_written(folder: Path) -> None:
    """Refuse a deliveries folder, or the place it is to be made in, that this user may not write to."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        # a file without a name: only this tells a disk that is read-only from a folder of somebody else
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise landing.cannot_be_used(folder, error) from error


def _to_land(found: list[Received]) -> list[landing.Landing]:
    """Return what is to be landed: all that is new, or nothing where anything is refused."""
    if any(one.refused for one in found):
        return []
    return [
        landing.Landing(one.delivery, one.content, one.missing) for one in found if one.delivery and not one.already
    ]


def _judge(
    request: Request,
    catalogue: Catalogue,
    tables: list[tuple[Shaped, list[Delivered]]],
    period: tuple[int, int] | None,
    folder: Path,
) -> list[Received]:
    """Judge the tables of a request on one build in memory; what is registered already is told and not judged."""
    register = _in_order(folder, registered)
    withdrawn = read_withdrawals(folder)
    counting = [row for row in register if row.delivery_id not in withdrawn]
    received = [Received(shaped, files, [checksum(one.path) for one in files]) for shaped, files in tables]
    new = []
    for one in received:
        one.findings += [finding for each in one.delivered for finding in each.warnings]
        one.findings += one.shaped.warnings + one.shaped.problems
        known = next((row for row in counting if one.mark in row.note), None)
        if known:
            one.delivery, one.already, one.period = known, known.delivery_id, _years(known)
        else:
            new.append(one)
    if not new:
        return received
    candidates = [_candidate(request, catalogue, one, number) for number, one in enumerate(new)]
    try:
        scratch = Scratch(compiled_project(), folder, register, candidates)
    except duckdb.Error as error:
        raise refuse(
            "cannot_be_built", file=new[0].delivered[0].path.name, facts={"error": _first_line(error)}
        ) from error
    try:
        _settle(request, catalogue, new, register, scratch, period)
        judged = [one for one in new if not one.already]
        if judged:
            _ask(request, catalogue, judged, scratch, folder)
    finally:
        scratch.close()
    for one in judged:
        one.findings.sort(key=lambda finding: bool(finding.is_warning))
        _write_page(request, one)
    return received


def _years(row: Delivery) -> tuple[int, int]:
    return int(row.period[:4]), int(row.period[-4:])


def _first_line(error: Exception) -> str:
    """Return the first line of an error of DuckDB, and the file that it names."""
    lines = [line.strip() for line in str(error).strip().split("\n")]
    file = next((f", {line.removeprefix('file =').strip()}" for line in lines if line.startswith("file =")), "")
    return lines[0][:200] + file


def _candidate(request: Request, catalogue: Catalogue, one: Received, number: int) -> Candidate:
    """Return a candidate under a name and a period of no meaning, to be asked which years its figures are of."""
    one.content = landing.landed_bytes(one.shaped.contract, one.shaped.title, one.shaped.columns, one.shaped.rows)
    line = register_line(request, catalogue, one.shaped, one.delivered, (2000, date.today().year), [], one.mark)
    name = f"candidate_{number}"
    provisional = {"delivery_id": name, "file_name": f"{one.shaped.contract.extract}/{name}.csv"}
    delivery = Delivery(
        **{field: getattr(line.delivery, field) for field in Delivery.__dataclass_fields__} | provisional
    )
    return Candidate(
        delivery,
        one.content,
        [(column, text) for cells, _ in one.shaped.totals for column, text in cells.items() if text.strip()],
        bool(request.accept_change),
        bool(request.accept_incomplete),
        request.accept_missing,
        bool(request.period),
    )


def _settle(
    request: Request,
    catalogue: Catalogue,
    new: list[Received],
    register: list[Delivery],
    scratch: Scratch,
    period: tuple[int, int] | None,
) -> None:
    """Give each candidate its period and its line of the register; leave out what is later than the period."""
    figures = scratch.staged_figures() if not new[0].shaped.contract.is_microdata else []
    taken: list[Delivery] = []
    for one, candidate in zip(new, list(scratch.candidates), strict=True):
        mine = [row for row in figures if row["delivery_id"] == candidate.delivery.delivery_id]
        one.period = period or period_of(one.shaped, mine, catalogue)
        if leave_later(one.shaped, one.period[1], mine):
            one.content = landing.landed_bytes(
                one.shaped.contract, one.shaped.title, one.shaped.columns, one.shaped.rows
            )
        line = register_line(
            request, catalogue, one.shaped, one.delivered, one.period, [*register, *taken], one.mark, one.content
        )
        one.delivery = line.delivery
        one.findings += [*line.findings, *identifying_register(line.delivery, one.delivered[0].path.name)]
        known = next(
            (
                row
                for row in register
                if (row.sha256, row.extract) == (line.delivery.sha256, line.delivery.extract)
                and row.delivery_id not in scratch.withdrawn
            ),
            None,
        )
        if known:
            one.already = known.delivery_id
            scratch.drop(candidate)
            continue
        taken.append(line.delivery)
        scratch.replace(candidate, line.delivery, one.content)


def _ask(request: Request, catalogue: Catalogue, judged: list[Received], scratch: Scratch, folder: Path) -> None:
    """Ask the build in memory what is wrong, and what its data tests say."""
    try:
        answers = judge(scratch, {one.delivery.delivery_id: one.shaped for one in judged if one.delivery}, catalogue)
        for one in judged:
            assert one.delivery is not None
            answer = answers[one.delivery.delivery_id]
            one.findings += [*_unknown_columns(one.shaped), *answer.findings]
            one.revised = answer.revisions
            if request.accept_missing:
                one.missing = answer.reasons(one.shaped.contract.source_code)
        if not any(one.refused for one in judged):
            scratch.add_missing([row for one in judged for row in one.missing])
            judged[0].findings += scratch.broken_tests(judged[0].delivered[0].path.name)
        scratch.keep()
    except duckdb.Error as error:
        file = judged[0].delivered[0].path.name
        judged[0].findings.append(Finding("cannot_be_built", file, facts={"error": _first_line(error)}))


def _unknown_columns(shaped: Shaped) -> list[Finding]:
    """Return what is told of columns that nobody has described, and of texts that a spreadsheet would run."""
    file, sheet, _ = shaped.places[0]
    found = [Finding("unknown_column", file, sheet, column=name) for name in shaped.unmapped]
    texts = [name for name in shaped.columns if name not in shaped.periods()]
    for at, row in enumerate(shaped.rows):
        cells = dict(zip(shaped.columns, row, strict=True))
        name = next(
            (name for name in texts if cells[name].startswith(FORMULA_SIGNS) and disarm(cells[name]) != cells[name]), ""
        )
        if name and cells[name].strip(" -"):
            found.append(shaped.finding(at, name, "formula_text", value=cells[name]))
            break
    return found


def _write_page(request: Request, one: Received) -> None:
    assert one.delivery is not None
    facts = {
        "source": one.shaped.contract.source_code,
        "extract": one.shaped.contract.extract,
        "period": one.delivery.period,
        "files": ", ".join(each.path.name for each in one.delivered),
        "checksum": ", ".join(one.originals),
        "rows": str(len(one.shaped.rows)),
        "columns": str(len(one.shaped.columns)),
        "checked_on": date.today().isoformat(),
    }
    docs = docs_folder(request)
    try:
        one.page = write_page(docs, one.delivery.delivery_id, one.findings, facts, one.revised)
    except OSError as error:
        one.findings.append(Finding("page_not_written", str(docs), facts={"error": error.strerror or error}))
