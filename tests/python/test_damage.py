"""The battery of damages (`make mutants`): what it is made of. What becomes of the damages is its own to say."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from rusindikator.receive import pipeline
from tests.damage import battery
from tests.damage.catalogue import SLIPS, Slip, drawn, rows_of
from tests.damage.kinds import KINDS
from tests.damage.sound import number_of, sound, written_as
from tests.mutants.run import ROOT


def test_ninety_damages_of_every_kind_are_drawn_and_are_the_same_every_time() -> None:
    drawn_now = battery.cases()
    assert drawn_now == battery.cases()
    assert [case.number for case in drawn_now] == list(range(1, battery.DELIVERIES + 1))
    assert {case.kind.name for case in drawn_now} == {kind.name for kind in KINDS}
    assert max(Counter((case.kind.name, case.extract) for case in drawn_now).values()) == 1


@pytest.mark.parametrize("case", battery.cases(), ids=lambda case: f"{case.number}-{case.kind.name}-{case.extract}")
def test_a_damage_changes_the_table_and_is_the_same_every_time(case: battery.Case) -> None:
    table = sound(case.extract)
    hurt = battery.damaged(case, table)
    assert hurt is not None
    assert (hurt.header, hurt.rows) != (table.header, table.rows)
    assert hurt == battery.damaged(case, table)
    assert isinstance(case.kind.hidden(table, hurt), bool)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_changes_one_line_of_a_seed(slip: Slip) -> None:
    mutant = drawn(slip, random.Random(1))
    before, after = (text.splitlines() for text in ((ROOT / slip.file).read_text("utf-8"), mutant.text(ROOT)))
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    assert [len(row) for row in rows_of(ROOT / slip.file)[1]]


@pytest.mark.parametrize(
    ("text", "factor", "written"),
    [("1 234", 10, "12340"), ("14 %", 0.1, "1 %"), ("2.03", 10, "20.30"), ("4662,8", 2, "9325,6"), ("-3", 2, "-6")],
)
def test_a_figure_keeps_its_decimals_and_signs(text: str, factor: float, written: str) -> None:
    number = number_of(text)
    assert number is not None
    assert written_as(number * factor, text) == written


def test_what_becomes_of_a_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of each: stopped, told, and silent with its reason."""
    monkeypatch.setattr(pipeline, "_write_page", lambda *_: None)
    monkeypatch.setenv("RUS_DELIVERIES_DIR", str(tmp_path / "deliveries"))
    monkeypatch.setenv("RUS_BUILD_DIR", str(tmp_path / "build"))
    found = {}
    for kind, extract in (("ten times", "kdi"), ("series gone", "ungdata"), ("last digit wrong", "ssb_barnevern")):
        case = battery.Case(1, next(one for one in KINDS if one.name == kind), extract)
        result = battery.judged(case, tmp_path)
        found[kind] = (result.became, bool(result.reason))
    assert found == {
        "ten times": (battery.STOPPED, False),
        "series gone": (battery.WARNED, False),
        "last digit wrong": (battery.SILENT, True),
    }


@pytest.mark.parametrize(
    ("silent", "reason", "code"), [(0, "", 0), (1, "why", 0), (1, "", 1), (6, "why", 1)], ids=lambda value: str(value)
)
def test_too_many_silent_or_one_without_a_reason_fails(
    silent: int, reason: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = [battery.Result(at, "name", battery.STOPPED, "code") for at in range(100 - silent)]
    results += [battery.Result(100 + at, "name", battery.SILENT, "", reason) for at in range(silent)]
    monkeypatch.setattr(battery, "deliveries", lambda only: iter(results))
    monkeypatch.setattr(battery, "seeds", lambda only: iter(()))
    assert battery.main([]) == code
    assert "100 damages: " in capsys.readouterr().out
