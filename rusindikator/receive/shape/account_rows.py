"""Which rows of an account file are taken, and what is said of those that are not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from rusindikator.receive.catalogue import folded
from rusindikator.receive.findings import Finding, RefusedError, refuse
from rusindikator.receive.numbers import parse_number
from rusindikator.receive.shape.shaped import Asked
from rusindikator.receive.tables import Table

FUNCTION = "232"
_FUNCTION_NAME = "helsestasjons- og skolehelsetjeneste"
_RUNNING = {"1", "drift", "driftsregnskap", "driftsregnskapet"}
INCOME = (690, 710, 729)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_OTHER_FUNCTION = "of other functions"
_DISTRICT = "of bydeler, which repeat what the municipality's rows hold"
_OTHER_TYPE = "of types that do not count in gross running costs"
ORDINARY = {_OTHER_FUNCTION, _DISTRICT, _OTHER_TYPE}


@dataclass
class Account:
    """One amount that is taken, with the row it stood on."""

    region: str
    year: int
    kind: int
    amount: float
    row: int
    key: tuple[str, ...]


@dataclass
class LeftOut:
    """What is not taken, counted by reason, with the first row of each."""

    counts: Counter = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, why: str, row: int) -> None:
        """Count a row."""
        self.counts[why] += 1
        self.first.setdefault(why, row)


def _is_function(text: str) -> bool:
    """Return whether a cell names function 232 and no other: '232', '0232', '232 Helsestasjons- ...', or its name."""
    if folded(text) == _FUNCTION_NAME:
        return True
    return re.findall(r"(?<!\d)0?(\d{3})(?!\d)", text) == [FUNCTION]


def _kind(text: str) -> int | None:
    """Return the type of an account, three digits; None for a sum of types such as 'AGD10 Brutto'."""
    found = re.match(r"(\d{3})\b", text)
    # A spreadsheet makes 10 of 010.
    return int(found[1]) if found else int(text) if re.fullmatch(r"\d{2}", text) else None


def taken_accounts(table: Table, places: dict[str, int], asked: Asked) -> tuple[list[Account], list[Account], LeftOut]:
    """Return the accounts of function 232, the sums of types that stand among them, and what is left out."""
    if "year" not in places and (not asked.period or asked.period[0] != asked.period[1]):
        raise refuse("year_not_told", file=table.file, sheet=table.sheet)
    accounts: list[Account] = []
    sums: list[Account] = []
    left_out = LeftOut()
    problems: list[Finding] = []
    other_years: Counter = Counter()
    for number, row in zip(table.numbers, table.rows, strict=True):
        cells = {role: row[at].strip() for role, at in places.items()}
        where = {"file": table.file, "sheet": table.sheet, "row": number}
        if "year" in cells:
            if not _YEAR.fullmatch(cells["year"]):
                problems.append(
                    Finding("account_year", column=table.header[places["year"]], value=cells["year"], **where)
                )
                continue
            year = int(cells["year"])
            if asked.period and not asked.period[0] <= year <= asked.period[1]:
                other_years[year] += 1
                left_out.add("of other years", number)
                continue
        else:
            year = asked.year or 0
        if not cells["function"]:
            left_out.add("without a function", number)
            continue
        if not _is_function(cells["function"]):
            left_out.add(_OTHER_FUNCTION, number)
            continue
        if cells.get("district", "") not in ("", "0", "00", "000"):
            left_out.add(_DISTRICT, number)
            continue
        running = cells.get("class")
        if running is not None and folded(running) not in _RUNNING and not re.match(r"1\b", running):
            left_out.add(f"of account class {running or '(blank)'}, which is not the running accounts (1)", number)
            continue
        kind = _kind(cells["type"])
        is_sum = kind is None and re.search(r"AGD10\b|brutto driftsutgifter", cells["type"], re.IGNORECASE)
        if kind is None and not is_sum:
            left_out.add("whose type is a sum or a text, not three digits", number)
            continue
        if kind is not None and not 10 <= kind <= 590 and kind not in INCOME:
            left_out.add(_OTHER_TYPE, number)
            continue
        if not cells["region"]:
            problems.append(Finding("account_without_region", **where, facts={"function": FUNCTION}))
            continue
        amount = parse_number(cells["amount"])
        if amount is None:
            if is_sum and cells["amount"] in ("", ".", "..", "...", ":", "-"):
                left_out.add("whose amount is a symbol", number)
                continue
            problems.append(
                Finding("account_amount", column=table.header[places["amount"]], value=cells["amount"], **where)
            )
            continue
        key = (cells["region"], str(year), cells["type"], cells.get("scope", ""))
        (sums if is_sum else accounts).append(Account(cells["region"], year, kind or 10, amount, number, key))
    if problems:
        raise RefusedError(problems[:20])
    if not accounts and not sums and other_years and asked.period:
        raise refuse(
            "accounts_of_other_years",
            file=table.file,
            sheet=table.sheet,
            column=table.header[places["year"]],
            value=", ".join(map(str, sorted(other_years))),
            facts={"period": "-".join(map(str, sorted(set(asked.period))))},
        )
    return accounts, sums, left_out
