"""KOSTRA accounts: rows of region, function and type, of which the gross running costs of function 232 are taken.

Gross running costs are the types 010-590 less 690, 710 and 729 (SSB's account hierarchy). Account files hold more than
that: other functions, the investment accounts, Oslo's bydeler once more, other years, and codes of sums (AGD10). What
is not taken is counted and said; only what would be taken is judged.
"""

from __future__ import annotations

import re

from rusindikator.receive.catalogue import Catalogue, Contract, folded
from rusindikator.receive.findings import Finding, RefusedError, refuse
from rusindikator.receive.numbers import number_cell
from rusindikator.receive.shape.account_rows import FUNCTION, INCOME, ORDINARY, SYMBOL, Account, taken_accounts
from rusindikator.receive.shape.account_tables import account_columns, of_one_measure
from rusindikator.receive.shape.names import CODE_AND_NAME
from rusindikator.receive.shape.shaped import Asked, Shaped
from rusindikator.receive.tables import Table

LABEL = "Brutto driftsutgifter, helsestasjons- og skolehelsetjeneste, konsern"
DOUBLED = ("add", "once")
# Scope A is the konsern, which SSB also calls 'Kommuner/fylkeskommuner'; B leaves firms and partnerships out.
_KONSERN = re.compile(r"a\b|.*konsern|kommuner/fylkeskommuner$")
_PART_OF_KONSERN = re.compile(r"^b\b|kasse|\bekskl|\beksl|\buten\b|\butan\b")


def shape_accounts(table: Table, contract: Contract, catalogue: Catalogue, asked: Asked) -> Shaped:
    """Return gross running costs of function 232 by municipality and year from account rows, in million kroner."""
    shaped = Shaped(
        contract, [], [], [], table.title, notes=list(table.notes), warnings=list(table.warnings), updated=table.updated
    )
    table, thousands = of_one_measure(table, shaped.notes)
    places = account_columns(table.header)
    assert places is not None
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
    if not accounts and SYMBOL in left_out.counts:
        raise refuse("no_figures", file=table.file, sheet=table.sheet, row=left_out.first[SYMBOL])
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
        cells = [number_cell(round(by_year[year] * thousands / 1000, 3)) if year in by_year else "" for year in years]
        shaped.rows.append([_region_name(region, catalogue, years[-1]), LABEL, "mill. kr", *cells])
        shaped.places.append((table.file, table.sheet, first[region]))
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    shaped.title = table.title or f"KOSTRA-regnskap {span}, funksjon {FUNCTION}, etter region"
    shaped.mapped = [(table.header[at], role, "account file") for role, at in places.items()]
    return shaped


def _one_scope(table: Table, accounts: list[Account], shaped: Shaped) -> list[Account]:
    """Return the accounts of the konsern where a file holds those of the kommunekasse as well.

    Raises RefusedError where the two cannot be told apart, and where the file is of the kommunekasse alone.
    """
    scopes = {account.key[-1] for account in accounts}
    group = [scope for scope in scopes if not _PART_OF_KONSERN.search(folded(scope))]
    if len(scopes) > 1:
        named = [scope for scope in group if _KONSERN.match(folded(scope))]
        group = named if len(named) == 1 else group
    title = folded(table.title)
    is_of_part = "kommunekasse" in title and "konsern" not in title and scopes == {""}
    if (scopes and not group) or is_of_part:
        raise refuse("accounts_of_kommunekasse", file=table.file, value=", ".join(sorted(scopes)) or table.title)
    if len(group) > 1:
        raise refuse("accounts_of_two_scopes", file=table.file, value=", ".join(sorted(scopes)))
    if len(scopes) > 1:
        shaped.notes.append(f"scope '{group[0]}' taken, not {', '.join(sorted(scopes - set(group)))}")
    return [account for account in accounts if account.key[-1] in group]


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
