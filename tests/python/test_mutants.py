"""The changes of `make mutants`: each can still be made, and the runner tells what is noticed from what is not."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants import run as runner
from tests.mutants.run import AUDIT, BUILD, HELD_BACK, STEPS, SURVIVED, TESTS, Mutant, Outcome, Trial

from .conftest import ROOT

MUTANTS = runner.mutants()
AREAS = {"models", "macros", "publishing", "audit"}
# The changes that nothing noticed in 0.1.0 (issue 8, section 4).
OF_THE_TRIAL = {
    "persons_without_drug_use_counted",
    "correction_of_the_same_day_not_newer",
    "golden_rule_with_a_later_cost",
    "numbers_of_persons_in_texts_only",
    "copy_of_the_published_release_deleted",
    "years_from_2014",
    "baseline_of_rpt_status_not_held",
    "draft_not_flushed",
}
# One that the tests of a single file, which need no build, can tell.
PLANTED = Mutant(
    "planted",
    "audit",
    "rusindikator/audit/numbers.py",
    "    day, month = int(digits[:2]), int(digits[2:4])\n",
    "    day, month = int(digits[2:4]), int(digits[:2])\n",
    TESTS,
    "tests/python/test_audit.py::test_what_looks_like_a_personal_number",
    "",
)
HARMLESS = replace(PLANTED, replace="    day, month = (int(digits[:2]), int(digits[2:4]))\n")


def test_there_are_enough_changes_in_every_area() -> None:
    areas = Counter(mutant.area for mutant in MUTANTS)
    assert sum(areas[area] for area in AREAS) >= 40
    assert min(areas[area] for area in AREAS) >= 5
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names)
    assert set(names) >= OF_THE_TRIAL


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_change_can_be_made_and_names_what_should_notice(mutant: Mutant) -> None:
    assert mutant.text(ROOT) != (ROOT / mutant.file).read_text("utf-8")
    steps = mutant.steps.split()
    assert steps
    assert set(steps) <= set(STEPS)
    assert (TESTS in steps) == bool(mutant.tests)
    for test in mutant.named_tests():
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text("utf-8") if name else (ROOT / file).exists()
    # what dbt runs is asked by dbt; the gate's models are run by `receive`
    assert (BUILD in steps) == (mutant.file.startswith(("models/", "macros/")) and mutant.area != "gate")


def test_a_text_that_stands_twice_or_no_longer_is_told() -> None:
    for find in ("digits", "no such line"):
        with pytest.raises(ValueError, match=r"planted: .* times in"):
            replace(PLANTED, find=find).text(ROOT)


def test_a_planted_change_is_stopped_and_a_harmless_one_survives(tmp_path: Path) -> None:
    trial = Trial(tmp_path)
    stopped = trial.outcome(PLANTED)
    assert stopped.stopped_by == TESTS
    assert "test_what_looks_like_a_personal_number" in stopped.line
    assert trial.outcome(HARMLESS) == Outcome(HARMLESS, SURVIVED)
    assert runner.summary([stopped, trial.outcome(HARMLESS)]) == ("2 changes: 1 tests, 1 survived; 50.0% survived", 1)


def dbt(told: dict[str, tuple[bool, str]]) -> runner.Command:
    """Stand in for dbt and pytest: what is told of a command by a word of it, in a copy that holds the change."""

    def command(folder: Path, words: list[str], settings: dict[str, str]) -> tuple[bool, str]:
        assert PLANTED.replace in (folder / PLANTED.file).read_text("utf-8")
        return next(answer for word, answer in told.items() if word in words)

    return command


@pytest.mark.parametrize(
    ("told", "stopped_by", "line"),
    [
        (
            {"build": (False, "01:33:28  1 of 9 OK\n01:33:28  [ERROR]: in unit_test sums (models/x.yml)")},
            BUILD,
            "[ERROR]: in unit_test sums (models/x.yml)",
        ),
        (
            {"build": (False, "01:33:28  Release 1 is held back: 3 figures change")},
            HELD_BACK,
            "Release 1 is held back: 3 figures change",
        ),
        (
            {"build": (True, ""), "pytest": (False, "E  AssertionError: no\nFAILED tests/python/test_x.py::test_y")},
            TESTS,
            "test_x.py::test_y",
        ),
        (
            {"build": (False, "  The release was not published: the audit of x found 1 faults.\n[ERROR]: in model p")},
            AUDIT,
            "the audit of x found 1 faults.",
        ),
        ({"build": (True, ""), "pytest": (True, "")}, SURVIVED, ""),
        # dbt finds nothing that the change reaches: everything is built
        ({"--select": (True, "Nothing to do."), "build": (False, "Failure in test x")}, BUILD, "Failure in test x"),
    ],
)
def test_the_first_step_that_stops_a_change_is_told(
    told: dict[str, tuple[bool, str]], stopped_by: str, line: str, tmp_path: Path
) -> None:
    mutant = replace(PLANTED, steps=f"{BUILD} {TESTS}")
    outcome = Trial(tmp_path, dbt(told)).outcome(mutant)
    assert outcome.stopped_by == stopped_by
    assert outcome.line.endswith(line)


def test_a_survivor_is_let_be_with_a_reason_and_among_many() -> None:
    stopped = [Outcome(PLANTED, BUILD)] * 19
    reasoned = Outcome(replace(HARMLESS, reason="It says the same."), SURVIVED)
    assert runner.summary([*stopped, reasoned]) == ("20 changes: 19 build, 1 survived; 5.0% survived", 0)
    assert runner.summary([*stopped[1:], reasoned])[1] == 1
    assert runner.summary([*stopped, Outcome(HARMLESS, SURVIVED)])[1] == 1
    assert str(reasoned).endswith("planted: It says the same.")


def test_tests_that_are_not_there_stop_the_run(tmp_path: Path) -> None:
    lost = replace(PLANTED, tests="'tests/python/test_audit.py::test_what_looks_like_a_personal_number[no such text]'")
    with pytest.raises(SystemExit, match="planted names tests that are not there"):
        Trial(tmp_path).outcome(lost)


def test_without_a_build_of_the_code_as_it_is_nothing_is_tried(tmp_path: Path) -> None:
    def broken(folder: Path, words: list[str], settings: dict[str, str]) -> tuple[bool, str]:
        return False, "Compilation Error: no such model"

    with pytest.raises(SystemExit, match="does not build: Compilation Error"):
        Trial(tmp_path, broken).prepare()


def test_a_command_says_whether_it_went_well_and_what_it_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUS_PUBLISH_DIR", "/nowhere")
    code = "import os, sys; print(os.environ.get('RUS_PUBLISH_DIR'), os.environ['SAID']); sys.exit(3)"
    assert runner.run(tmp_path, [sys.executable, "-c", code], {"SAID": "yes"}) == (False, "None yes\n")
