"""KOSTRA accounts: rows of region, function and type, of which the gross running costs of function 232 are taken.

Gross running costs are the types 010-590 less 690, 710 and 729 (SSB's account hierarchy). Account files hold more than
that: other functions, the investment accounts, Oslo's bydeler once more, other years, and codes of sums (AGD10). What
is not taken is counted and said; only what would be taken is judged.
"""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import Catalogue, Contract, folded
from rusindikator.receive.delivered import Cube
from rusindikator.receive.findings import Finding, RefusedError, refuse
from rusindikator.receive.numbers import number_cell
from rusindikator.receive.shape.account_rows import FUNCTION, INCOME, ORDINARY, Account, taken_accounts
from rusindikator.receive.shape.names import CODE_AND_NAME
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.tables import Table, year_in_name

NAMES = {
    "region": ("region", "kommune", "kommunenr", "regionnr", "kommuneregion"),
    "district": ("bydel", "bydelsnr", "bydelnr"),
    "class": ("kontoklasse",),
    "function": ("funksjon", "kontoklasse funksjon", "funksjonskode"),
    "type": ("art", "artskode"),
    "amount": ("belop", "beløp", "belop i 1000", "beløp (1000 kr)", "sum"),
    "year": ("årgang", "aargang", "år", "aar", "periode"),
    "scope": ("regnskapsomfang", "regnskap", "eierforhold"),
}
LABEL = "Brutto driftsutgifter, helsestasjons- og skolehelsetjeneste, konsern"
DOUBLED = ("add", "once")


def account_columns(header: list[str]) -> dict[str, int] | None:
    """Return the places of an account file's columns, or None where the table is no account file."""
    places = {}
    for role, names in NAMES.items():
        at = next((at for at, name in enumerate(header) if folded(name) in names), None)
        if at is not None:
            places[role] = at
    return places if {"region", "function", "type", "amount"} <= set(places) else None


def accounts_in(table: Table | Cube) -> Table | None:
    """Return a table of accounts with one amount a row, or None where a table or a cube holds no accounts.

    PxWeb gives its account tables (12367) the years as columns, named after the measure and the year, or as JSON-stat.
    """
    wanted = {folded(name) for role in ("region", "function", "type") for name in NAMES[role]}
    if isinstance(table, Cube):
        names = {folded(name): name for name in table.dimensions}
        if len(wanted & set(names)) < 3:
            return None
        stub = [name for name in table.dimensions if name not in (table.time, table.contents)]
        rows = [[*(labels[name] for name in stub), labels[table.time], text] for labels, text, _, _ in table.records]
        numbers = [number for *_, number, _ in table.records]
        return Table(table.file, table.sheet, table.title, [*stub, "år", "beløp"], 1, rows, numbers)
    if account_columns(table.header):
        return table
    years = {at: found["period"] for at, name in enumerate(table.header) if (found := year_in_name(name))}
    if not years or len(wanted & {folded(name) for name in table.header}) < 3:
        return None
    stub = [at for at in range(len(table.header)) if at not in years]
    wide = list(zip(table.rows, table.numbers, strict=True))
    rows = [[*(row[place] for place in stub), year, row[at]] for row, _ in wide for at, year in years.items()]
    numbers = [number for _, number in wide for _ in years]
    header = [*(table.header[at] for at in stub), "år", "beløp"]
    return Table(table.file, table.sheet, table.title, header, table.header_row, rows, numbers, notes=table.notes)


def shape_accounts(table: Table, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return gross running costs of function 232 by municipality and year from account rows, in million kroner."""
    places = account_columns(table.header)
    assert places is not None
    shaped = Shaped(contract, [], [], [], table.title, notes=list(table.notes))
    accounts, sums, left_out = taken_accounts(table, places, asked)
    for why, count in left_out.counts.items():
        if why in ORDINARY:
            shaped.notes.append(f"{count} rows left out: {why}")
            continue
        shaped.warnings.append(
            Finding(
                "accounts_left_out",
                file=table.file,
                sheet=table.sheet,
                row=left_out.first[why],
                facts={"count": count, "why": why},
            )
        )
    if not accounts and sums:
        accounts = sums
        shaped.notes.append(f"no single types of account: the file's own sum is taken, '{sums[0].key[2]}'")
    else:
        shaped.notes.append(f"taken: function {FUNCTION}, running accounts, types 010-590 less 690, 710 and 729")
    if accounts is not sums and sums:
        shaped.notes.append(f"{len(sums)} sums the file gives itself (brutto driftsutgifter) left out")
    accounts = _one_scope(table, accounts, shaped)
    accounts = _told_apart(table, accounts, asked, shaped)
    if not accounts:
        raise refuse("accounts_without_function", file=table.file, facts={"function": FUNCTION})
    totals: dict[str, dict[int, float]] = {}
    first: dict[str, int] = {}
    for year in sorted({account.year for account in accounts}):
        here = [account for account in accounts if account.year == year]
        sign = _sign_of_income(here)
        if any(account.kind in INCOME for account in here):
            shaped.notes.append(f"income is {'negative' if sign < 0 else 'positive'} in {year}")
        for account in here:
            part = account.amount if account.kind not in INCOME else -sign * account.amount
            by_year = totals.setdefault(account.region, {})
            by_year[year] = by_year.get(year, 0.0) + part
            first.setdefault(account.region, account.row)
    years = sorted({year for by_year in totals.values() for year in by_year})
    shaped.columns = ["region", "nøkkeltall", "måleenhet", *map(str, years)]
    for region, by_year in totals.items():
        cells = [number_cell(round(by_year[year] / 1000, 3)) if year in by_year else "" for year in years]
        shaped.rows.append([_region_name(region, catalogue, years[-1]), LABEL, "mill. kr", *cells])
        shaped.places.append((table.file, table.sheet, first[region]))
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    shaped.title = table.title or f"KOSTRA-regnskap {span}, funksjon {FUNCTION}, etter region"
    shaped.mapped = [(table.header[at], role, "account file") for role, at in places.items()]
    return shaped


def _one_scope(table: Table, accounts: list[Account], shaped: Shaped) -> list[Account]:
    """Return the accounts of the konsern where a file holds those of the kommunekasse as well."""
    scopes = {account.key[-1] for account in accounts}
    if len(scopes) < 2:
        return accounts
    group = next((scope for scope in sorted(scopes) if re.match(r"a\b|.*konsern", folded(scope))), None)
    if group is None:
        raise refuse("accounts_of_two_scopes", file=table.file, value=", ".join(sorted(scopes)))
    shaped.notes.append(f"scope '{group}' taken, not {', '.join(sorted(scopes - {group}))}")
    return [account for account in accounts if account.key[-1] == group]


def _told_apart(table: Table, accounts: list[Account], asked: Asked, shaped: Shaped) -> list[Account]:
    """Refuse an account that stands twice, unless the user says whether its rows add up or repeat each other."""
    by_key: dict[tuple[str, ...], list[Account]] = {}
    for account in accounts:
        by_key.setdefault(account.key, []).append(account)
    doubled = [same for same in by_key.values() if len(same) > 1]
    if not doubled or asked.doubled == "add":
        if doubled:
            shaped.notes.append(f"{len(doubled)} accounts stand more than once: added, as --doubled says")
        return accounts
    unlike = [same for same in doubled if len({account.amount for account in same}) > 1]
    if asked.doubled == "once" and not unlike:
        shaped.notes.append(f"{len(doubled)} accounts stand more than once: counted once, as --doubled says")
        return [same[0] for same in by_key.values()]
    raise RefusedError(
        [
            Finding(
                "account_twice",
                file=table.file,
                sheet=table.sheet,
                row=same[1].row,
                value=" ".join(part for part in same[1].key if part),
                facts={"row": same[0].row},
            )
            for same in (unlike if asked.doubled else doubled)[:20]
        ]
    )


def _sign_of_income(accounts: list[Account]) -> float:
    """Return -1 where most income of a year is written with a minus, as in 2015, else 1, as in 2016."""
    income = [account.amount for account in accounts if account.kind in INCOME and account.amount]
    return -1.0 if income and sum(amount < 0 for amount in income) > len(income) / 2 else 1.0


def _region_name(region: str, catalogue: Catalogue, year: int) -> str:
    """Return code and name as SSB writes them: '301' -> '0301 Oslo'."""
    code = CODE_AND_NAME.fullmatch(region.zfill(4) if region.isdigit() else region)
    if not code:
        return region
    return f"{code[1]} {code[2] or catalogue.valid_municipalities(year).get(code[1], '')}".strip()
