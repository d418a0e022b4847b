"""The line of the register that a delivery gets: its period, its id, the day it was published, what it corrects."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rusindikator.deliveries import Delivery, origin_of_print
from rusindikator.files import disarm
from rusindikator.receive.catalogue import PERIODS, Catalogue, Contract
from rusindikator.receive.delivered import Delivered
from rusindikator.receive.findings import Finding, refuse
from rusindikator.receive.request import Request
from rusindikator.receive.shape.shaped import Shaped


@dataclass(frozen=True)
class Line:
    """A delivery's line of the register, and what is told about how it came to be."""

    delivery: Delivery
    findings: list[Finding] = field(default_factory=list)


def parse_period(text: str | None) -> tuple[int, int] | None:
    """Return first and last year of '2021' or '2017-2020'; raises RefusedError for anything else."""
    if not text:
        return None
    found = re.fullmatch(r"((?:19|20)\d{2})(?:-((?:19|20)\d{2}))?", text.strip())
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise refuse("period_not_read", value=text)
    period = int(found[1]), int(found[2] or found[1])
    if period[1] > date.today().year:
        raise refuse("period_ahead", value=text, facts={"year": date.today().year})
    return period


def published(told: str | None) -> tuple[date | None, str]:
    """Return the last day that a date, month or year means, and its precision; raises RefusedError for one ahead."""
    if not told:
        return None, "day"
    try:
        if re.fullmatch(r"\d{4}", told):
            first, day, precision = date(int(told), 1, 1), date(int(told), 12, 31), "year"
        elif re.fullmatch(r"\d{4}-\d{2}", told):
            first, precision = date(int(told[:4]), int(told[5:]), 1), "month"
            day = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        else:
            first = day = date.fromisoformat(told)
            precision = "day"
    except ValueError as error:
        raise refuse("published_not_read", value=told) from error
    if first > date.today():
        raise refuse("published_ahead", value=told)
    return min(day, date.today()), precision


def slug(text: str) -> str:
    """Return text as part of an id: a-z, 0-9 and _. Example: 'KoRus Midt-Norge 2022' -> 'korus_midt_norge_2022'."""
    text = text.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:60].strip("_")


def period_of(shaped: Shaped, figures: Sequence[dict], catalogue: Catalogue) -> tuple[int, int]:
    """Return the years a delivery is registered for: those of the figures that are used.

    An export may hold years in which only other measures have figures; a delivery is not of those. `figures` are the
    build's own reading of the delivery.
    """
    contract = shaped.contract
    if contract.is_microdata:
        years = [int(found[0]) for text in shaped.periods() for found in re.finditer(r"(?:19|20)\d{2}", text)]
    else:
        read = [row for row in figures if row["value"] is not None and row["year"] is not None]
        known = [row for row in read if row["series_code"]]
        used = [row for row in known if row["series_code"] in catalogue.items_used(contract.source_code, row["year"])]
        # A first tertial alone does not make a year, also where the series is one of first tertials.
        whole = [row for row in known if row["is_series_period"] and row["period_kind"] == "year"]
        years = [
            int(year) for row in used or whole or known or read for year in re.findall(r"(?:19|20)\d{2}", row["period"])
        ]
    if not years:
        file, sheet, _ = shaped.places[0]
        raise refuse("year_not_told", file=file, sheet=sheet)
    return min(years), max(years)


def leave_later(shaped: Shaped, last: int, figures: Sequence[dict]) -> bool:
    """Leave out figures of years after the period, for a delivery of their own; a year to come stays and is refused.

    Return whether anything was left out.
    """
    contract = shaped.contract
    year_of = {row["period"]: row["year"] for row in figures}
    later = [
        when
        for when in shaped.periods()
        if year_of.get(when.strip()) is not None and last < year_of[when.strip()] <= date.today().year
    ]
    if contract.is_microdata or not later or len(later) == len(shaped.periods()):
        return False
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
    return True


def register_line(
    request: Request,
    catalogue: Catalogue,
    shaped: Shaped,
    delivered: Sequence[Delivered],
    period: tuple[int, int],
    register: Sequence[Delivery],
    mark: str,
    content: bytes = b"",
) -> Line:
    """Return the delivery's line of the register; a correction gets the id of what it corrects with its number."""
    contract, today = shaped.contract, date.today()
    file = delivered[0].path.name
    findings = []
    when = str(period[0]) if period[0] == period[1] else f"{period[0]}-{period[1]}"
    name = slug(request.publication or request.publisher or "") or "levert"
    base = f"{contract.extract}_{when.replace('-', '_')}_{name}"
    corrected = _corrected(contract, when, base, register)
    if corrected:
        base = series_of(corrected.delivery_id)[0]
    taken = [series_of(row.delivery_id)[1] for row in register if series_of(row.delivery_id)[0] == base]
    version = max(taken, default=0) + 1
    delivery_id = f"{base}_v{version}" if version > 1 else base
    published_on, precision = published(request.published_on)
    if published_on is None:
        updated = shaped.updated
        if re.fullmatch(r"20\d{2}-\d{2}-\d{2}", updated) and updated <= today.isoformat():
            published_on = date.fromisoformat(updated)
            note = f"published on {updated}, as the file says"
            shaped.notes += [note] if note not in shaped.notes else []
        else:
            published_on = today
            findings.append(Finding("published_not_told", file, facts={"today": today}))
    source = next(row for row in catalogue.rows("sources") if row["source_code"] == contract.source_code)
    # a budget is decided before its year
    if published_on < date(period[1], 12, 31) and source["earliest_publication"] != "year_before":
        findings.append(
            Finding("published_before_period_ends", file, value=str(published_on), facts={"year": period[1]})
        )
    if corrected and published_on < corrected.published_on:
        facts = {"published_on": published_on, "first": corrected.published_on}
        findings.append(Finding("published_before_corrected", file, value=corrected.delivery_id, facts=facts))
    publisher = _one_line(request.publisher or source["owner"])
    files = ", ".join(each.path.name for each in delivered)
    notes = [mark]
    if request.accept_change:
        notes.append(f"change accepted: {request.accept_change}")
    if request.accept_incomplete:
        notes.append(f"incomplete accepted: {request.accept_incomplete}")
    if request.doubled:
        notes.append(f"doubled accounts: {request.doubled}")
    if request.hidden:
        notes.append(f"hidden rows and columns: {request.hidden}")
    notes += [f"set {constant}" for constant in request.set]
    if corrected:
        notes.append(f"corrects {corrected.delivery_id}")
    received_data = "Personal data under the agreement with the owner; not to be passed on"
    delivery = Delivery(
        delivery_id=delivery_id,
        source_code=contract.source_code,
        extract=contract.extract,
        file_name=f"{contract.extract}/{delivery_id}.csv",
        period=when,
        published_on=published_on,
        published_on_precision=precision,
        received_on=today,
        origin="received" if contract.is_microdata else origin_of_print(publisher, source),
        sha256=hashlib.sha256(content).hexdigest(),
        publisher=publisher,
        publication=_one_line(request.publication or shaped.title or files),
        reference=_one_line(request.reference or files),
        licence=_one_line(request.licence or (received_data if contract.is_microdata else "As the publisher states")),
        note=_one_line("; ".join(notes)),
    )
    return Line(delivery, findings)


def series_of(delivery_id: str) -> tuple[str, int]:
    """Return the id that a delivery and its corrections share, and which of them it is: 'bu_2021_levert_v2' -> 2."""
    found = re.fullmatch(r"(.+)_v(\d+)", delivery_id)
    return (found[1], int(found[2])) if found else (delivery_id, 1)


def _corrected(contract: Contract, when: str, base: str, register: Sequence[Delivery]) -> Delivery | None:
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
    """Return a text for the register: one line of composed letters, and nothing that a spreadsheet would run."""
    return disarm(re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip())
