"""Receiving: shapes that are one source's own, and what is taken of a file that holds more than was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from rusindikator.receive import RefusedError

from . import shapes
from .shapes import text_of
from .test_receive import landed, refusals, take, warnings

ACCOUNTS = ["aar", "kommune", "bydel", "regnskap", "kontoklasse", "funksjon", "art", "belop"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deliveries folder outside the repository that is not there yet."""
    path = tmp_path / "deliveries"
    monkeypatch.setenv("RUS_DELIVERIES_DIR", str(path))
    monkeypatch.setenv("RUS_BUILD_DIR", str(tmp_path / "build"))
    return path


# KOSTRA accounts -----------------------------------------------------------------------------------------------------


def accounts(path: Path, *rows: list[object], year: object = 2015, income: int = -1) -> Path:
    """Write an account file: three municipalities with function 232, and the rows given."""
    plain = (("010", 70_000), ("590", 100), ("690", income * 300), ("710", income * 2_000), ("729", income * 50))
    usual = [
        [year, region, "00", "A", "1", "232", kind, amount]
        for region in ("0301", "1101", "2111")
        for kind, amount in plain
    ]
    return shapes.save(path / "regnskap.csv", text_of([ACCOUNTS, *usual, *rows]))


def test_the_account_file_of_2015_lands(folder: Path, tmp_path: Path) -> None:
    """It has doubled keys in functions nobody uses, a row of nothing, bydeler, Longyearbyen and negative income."""
    other = [[2015, "0301", "00", "A", "1", "241", "010", number // 2] for number in range(1_986)]
    nothing = [2015, "", "00", "A", "1", "", "010", 12]
    district = [2015, "0301", "01", "A", "1", "232", "010", 5_000]
    (one,) = take(accounts(tmp_path, *other, nothing, district), source="SSB", period="2015")
    assert {row["region"][:4]: row["2015"] for row in landed(folder, one)} == {
        "0301": "67,75",
        "1101": "67,75",
        "2111": "67,75",
    }
    assert "1986 rows left out: of other functions" in one.shaped.notes
    assert any("1 rows left out: without a function" in text for text in warnings([one]))


def test_investments_and_codes_of_sums_are_not_added_to_running_costs(folder: Path, tmp_path: Path) -> None:
    more = [
        [2015, "0301", "00", "A", "0", "232", "230", 900_000],
        [2015, "0301", "00", "A", "1", "232", "AGD10 Brutto", 70_000],
        [2015, "0301", "00", "A", "1", "232", "AG10", 70_000],
        [2015, "0301", "00", "A", "1", "232", "800", 70_000],
    ]
    (one,) = take(accounts(tmp_path, *more), source="SSB", period="2015")
    assert landed(folder, one)[0]["2015"] == "67,75"
    said = "\n".join(warnings([one]))
    assert "1 rows left out: of account class 0, which is not the running accounts" in said
    assert "row 19: 1 rows left out: whose type is a sum" in said
    assert "1 sums the file gives itself (brutto driftsutgifter) left out" in one.shaped.notes


def test_accounts_keep_the_year_they_are_of(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"accounts of other years '2019'; expected 2021"):
        take(accounts(tmp_path, year=2019), source="SSB", period="2021")
    mixed = accounts(tmp_path, *[[2016, "0301", "00", "A", "1", "232", kind, 1_000] for kind in ("010", "690")])
    (one,) = take(mixed, source="SSB", period="2016")
    assert [(row["region"], row["2016"]) for row in landed(folder, one)] == [("0301 Oslo", "0")]
    (both,) = take(mixed, source="SSB", dry_run=True)
    # Income is negative in the first year and positive in the second.
    assert both.shaped.columns[-2:] == ["2015", "2016"]
    assert both.shaped.rows[0][-2:] == ["67,75", "0"]
    assert both.shaped.rows[1][-2:] == ["67,75", ""]
    assert both.delivery is not None
    assert both.delivery.period == "2015-2016"


def test_doubled_accounts_land_when_somebody_says_what_they_mean(folder: Path, tmp_path: Path) -> None:
    same = [2015, "0301", "00", "A", "1", "232", "010", 70_000]
    path = accounts(tmp_path, same)
    with pytest.raises(RefusedError, match=r"row 17.*stands twice.*--doubled add.*--doubled once"):
        take(path, source="SSB", period="2015")
    (once,) = take(path, source="SSB", period="2015", doubled="once", dry_run=True)
    (added,) = take(path, source="SSB", period="2015", doubled="add")
    assert once.shaped.rows[0][-1] == "67,75"
    assert landed(folder, added)[0]["2015"] == "137,75"
    assert added.delivery is not None
    assert "doubled accounts: add" in added.delivery.note
    unlike = accounts(tmp_path, [*same[:-1], 12])
    with pytest.raises(RefusedError, match="stands twice"):
        take(unlike, source="SSB", period="2015", doubled="once")


@pytest.mark.parametrize("kind", ["wide csv", "json-stat"])
def test_the_account_table_of_pxweb_says_which_sum_it_takes(kind: str, folder: Path, tmp_path: Path) -> None:
    title = "12367: Detaljerte regnskapstall driftsregnskapet, etter region, regnskapsomfang, funksjon, art og år"
    regions = {"EAK": "Landet", "EAKUO": "Landet uten Oslo", "3001": "Halden"}
    scopes = {"A": "Kommunekonsern", "B": "Kommunekasse"}
    kinds = {"AGD10": "Brutto driftsutgifter", "AGD2": "Netto driftsutgifter"}
    if kind == "wide csv":
        rows = [["region", "regnskapsomfang", "funksjon", "art", "Beløp (1000 kr) 2021"]]
        rows += [
            [f"{code} {name}", scope, "232 Helsestasjons- og skolehelsetjeneste", f"{sum_} {words}", amount]
            for code, name in regions.items()
            for scope, size in (("Kommunekonsern", 50), ("Kommunekasse", 40))
            for (sum_, words), amount in zip(kinds.items(), (size * 100_000, size * 90_000), strict=True)
        ]
        path = shapes.save(tmp_path / "12367.csv", f'"{title}"\r\n\r\n' + text_of(rows, quote=True), "latin-1")
    else:
        path = shapes.save_json_stat(
            tmp_path / "12367.json",
            title,
            {
                "KOKkommuneregion0000": ("region", regions),
                "KOKregnskapsomfa0000": ("regnskapsomfang", scopes),
                "KOKfunksjon0000": ("funksjon", {"FGK12": "232 Helsestasjons- og skolehelsetjeneste"}),
                "KOKart0000": ("art", kinds),
                "ContentsCode": ("statistikkvariabel", {"KOSbelop0000": "Beløp (1000 kr)"}),
                "Tid": ("år", {"2021": "2021"}),
            },
            [5_000_000, 4_500_000, 4_000_000, 3_600_000] * 3,
        )
    (one,) = take(path, source="SSB", period="2021")
    assert {row["region"]: row["2021"] for row in landed(folder, one)} == {
        "EAK Landet": "5000",
        "EAKUO Landet uten Oslo": "5000",
        "3001 Halden": "5000",
    }
    assert any("the file's own sum is taken" in note and "Brutto driftsutgifter" in note for note in one.shaped.notes)
    assert "scope 'Kommunekonsern' taken, not Kommunekasse" in one.shaped.notes
    assert not refusals([one])
