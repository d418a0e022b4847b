"""Which rows of an account file are taken, and what is said of those that are not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from rusindikator.receive.catalogue import folded
from rusindikator.receive.findings import Finding, RefusedError, refuse
from rusindikator.receive.numbers import parse_number, value_symbol
from rusindikator.receive.shape.shaped import Asked
from rusindikator.receive.tables import Table

FUNCTION = "232"
_FUNCTION_NAME = "helsestasjons- og skolehelsetjeneste"
_RUNNING = {"1", "drift", "driftsregnskap", "driftsregnskapet"}
INCOME = (690, 710, 729)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_PART_OF_YEAR = re.compile(r"(?:19|20)\d{2}[KMTH]\d{1,2}")
_OTHER_FUNCTION = "of other functions"
_DISTRICT = "of bydeler, which repeat what the municipality's rows hold"
_OTHER_TYPE = "of types that do not count in gross running costs"
SYMBOL = "whose amount is a symbol"
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


def _is_sum(text: str) -> bool:
    """Return whether a type of account is the sum that is wanted, gross running costs."""
    return _kind(text) is None and bool(re.search(r"AGD10\b|brutto driftsutgifter", text, re.IGNORECASE))


def _why_left_out(cells: dict[str, str]) -> str | None:
    """Return why a row is not taken; None where it is."""
    if not cells["function"]:
        return "without a function"
    if not _is_function(cells["function"]):
        return _OTHER_FUNCTION
    if cells.get("district", "") not in ("", "0", "00", "000"):
        return _DISTRICT
    running = cells.get("class")
    if running is not None and folded(running) not in _RUNNING and not re.match(r"1\b", running):
        return f"of account class {running or '(blank)'}, which is not the running accounts (1)"
    kind = _kind(cells["type"])
    if kind is None and not _is_sum(cells["type"]):
        return "whose type is a sum or a text, not three digits"
    if kind is not None and not 10 <= kind <= 590 and kind not in INCOME:
        return _OTHER_TYPE
    return None


def _problem(cells: dict[str, str]) -> tuple[str, str] | None:
    """Return code and role of what is wrong with a row that is to be taken; None where nothing is."""
    if not cells["region"]:
        return "account_without_region", "region"
    return ("account_amount", "amount") if parse_number(cells["amount"]) is None else None


def taken_accounts(table: Table, places: dict[str, int], asked: Asked) -> tuple[list[Account], list[Account], LeftOut]:
    """Return the accounts of function 232, the sums of types that stand among them, and what is left out."""
    if "year" not in places and (not asked.period or asked.period[0] != asked.period[1]):
        raise refuse("year_not_told", file=table.file, sheet=table.sheet)
    accounts: list[Account] = []
    sums: list[Account] = []
    left_out = LeftOut()
    problems: list[Finding] = []
    other_years: set[int] = set()
    # municipality -> the first row of one of its bydeler
    divided: dict[str, int] = {}

    def problem(code: str, role: str) -> None:
        column, facts = table.header[places[role]], {"function": FUNCTION}
        problems.append(Finding(code, table.file, table.sheet, number, column, cells[role], facts=facts))

    for number, row in zip(table.numbers, table.rows, strict=True):
        cells = {role: row[at].strip() for role, at in places.items()}
        told = cells.get("year", str(asked.year))
        if not _YEAR.fullmatch(told):
            problem("period_is_no_year" if _PART_OF_YEAR.fullmatch(told) else "account_year", "year")
            continue
        year = int(told)
        if asked.period and not asked.period[0] <= year <= asked.period[1]:
            other_years.add(year)
            left_out.add("of other years", number)
        elif why := _why_left_out(cells):
            left_out.add(why, number)
            if why == _DISTRICT:
                divided.setdefault(cells["region"], number)
        elif cells["region"] and _is_sum(cells["type"]) and value_symbol(cells["amount"]) is not None:
            left_out.add(SYMBOL, number)
        elif wrong := _problem(cells):
            problem(*wrong)
        else:
            key = (cells["region"], str(year), cells["type"], cells.get("scope", ""))
            amount = parse_number(cells["amount"]) or 0.0
            one = Account(cells["region"], year, _kind(cells["type"]) or 10, amount, number, key)
            (sums if _is_sum(cells["type"]) else accounts).append(one)
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
    whole = {one.region for one in (*accounts, *sums)}
    if alone := [region for region in divided if region not in whole]:
        raise refuse(
            "accounts_of_bydeler_only",
            file=table.file,
            sheet=table.sheet,
            row=divided[alone[0]],
            column=table.header[places["district"]],
            value=", ".join(alone),
        )
    return accounts, sums, left_out
