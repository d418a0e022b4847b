"""What a build shows: how far it is, what failed, and the five lines it ends with."""

from __future__ import annotations

import io
from types import SimpleNamespace as Made

import pytest

from rusindikator import build as building
from rusindikator.build import Screen, without_trace
from rusindikator.cli import main

from .publishing import REVISE, Publisher


class Terminal(io.StringIO):
    """A screen that a person looks at."""

    def isatty(self) -> bool:
        return True


def event(name: str, msg: str = "", level: str = "info", **data: object) -> Made:
    return Made(info=Made(name=name, msg=msg, level=level), data=Made(**data))


def run(monkeypatch: pytest.MonkeyPatch, events: list[Made], **result: object) -> tuple[int, str]:
    """Return exit code and screen of a build in which dbt tells these events and comes to this result."""

    def invoke(callbacks: list[Screen]) -> Made:
        def told(arguments: list[str]) -> Made:
            assert arguments[-2:] == ["build", "--fail-fast"]
            for one in events:
                callbacks[0](one)
            return Made(**{"success": False, "result": None, "exception": None, **result})

        return Made(invoke=told)

    monkeypatch.setattr(building, "dbtRunner", invoke)
    monkeypatch.setenv("DBT_LOG_PATH", "/var/log/rus")
    out = io.StringIO()
    return building.build(["--fail-fast"], out), out.getvalue()


def test_progress_is_four_lines_in_a_log_and_one_on_a_terminal() -> None:
    log, terminal = io.StringIO(), Terminal()
    for out in (log, terminal):
        screen = Screen(out)
        for index in range(1, 163):
            screen(event("LogStartLine", index=index, total=162, description=f"sql table model marts.m{index}"))
        screen(event("JinjaLogInfo", "file      x"))
    assert log.getvalue().splitlines() == [*(f"{n} % of 162 steps" for n in (25, 50, 75, 100)), "file      x"]
    assert "\n" not in terminal.getvalue().removesuffix("file      x\n")
    assert "\r\033[K162 of 162: sql table model marts.m162" in terminal.getvalue()


def test_a_build_that_fails_names_what_failed_with_its_message_and_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    node = Made(resource_type="test", name="assert_sums", original_file_path="tests/sql/assert_sums.sql")
    results = [
        Made(status="success", node=None, message=""),
        Made(status="fail", node=node, message="Got 2 results, configured to fail if != 0"),
        Made(status="skipped", node=None, message=""),
    ]
    said = [event("JinjaLogInfo", "FAIL assert_sums (2 rows)"), event("RunResultFailure", "told twice", "error")]
    code, screen = run(monkeypatch, said, result=Made(results=results))
    assert code == 1
    assert screen.splitlines() == [
        "FAIL assert_sums (2 rows)",
        "NOT PUBLISHED: 1 of 3 steps failed, 1 waited for them in vain.",
        "  test assert_sums (tests/sql/assert_sums.sql)",
        "    Got 2 results, configured to fail if != 0",
        "The log of dbt is /var/log/rus/dbt.log; what was published before stays as it was.",
    ]


def test_a_build_that_does_not_begin_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    error = event("MainEncounteredError", "[ERROR]: Encountered", "error", exc="Database Error\n  build is in use\n")
    code, screen = run(monkeypatch, [error])
    assert code == 2
    assert screen.splitlines()[:3] == [
        "NOT BUILT, and nothing was published:",
        "  Database Error",
        "  build is in use",
    ]
    code, screen = run(monkeypatch, [], exception=ValueError("No such option '--x'."))
    assert (code, screen.splitlines()[1]) == (2, "  No such option '--x'.")


def test_the_command_hands_its_options_to_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(building, "build", lambda options: told.append(options) or 0)
    assert main(["build", "--vars", "as_of: 2018-04-30", "--fail-fast"]) == 0
    assert told == [("--vars", "as_of: 2018-04-30", "--fail-fast")]


def test_a_release_is_told_in_five_lines(publisher: Publisher) -> None:
    warnings = publisher.round.rows("select count(*) from qa_warnings")[0][0]
    figures = publisher.round.rows("select count(*) from fct_indicator_year where value is not null")[0][0]
    publisher.published.unlink()
    first = publisher.publish(1)
    size = f"{publisher.published.stat().st_size / 1e6:.1f} MB"
    assert publisher.closing[0] == f"file      {publisher.published}, {size}"
    assert publisher.closing[1] == f"release   {first}"
    assert publisher.closing[2].startswith(f"figures   {figures} figures, and no release before them")
    assert publisher.closing[3].startswith(f"warnings  {warnings} to look at, in table qa_warnings: ")
    assert publisher.closing[4:] == ["next      make report"]

    publisher.edit(REVISE)
    publisher.explain("9", "2016")
    second = publisher.publish(2)
    list_of_all = publisher.published.with_name(f"changes_{second}.md")
    assert (
        publisher.closing[2]
        == f"figures   0 new, 1 changed, 0 removed since release {first}; all of it in {list_of_all}"
    )

    publisher.edit("delete from marts.qa_warnings")
    publisher.publish(3, touch=False)
    assert publisher.closing[3] == "warnings  none"
    publisher.publish(4, touch=False)
    assert publisher.closing[2] == "figures   none new, none changed"


def test_an_error_is_told_without_the_places_in_the_code() -> None:
    raised = (
        "Runtime Error in model publish_release\n  Python model failed:\n"
        'Traceback (most recent call last):\n  File "/tmp/x.py", line 50, in <module>\n    model()\n'
        "rusindikator.publish.errors.PublishError: held back: 5 rows\n  9, 2016: 284 -> 290"
    )
    assert without_trace(raised) == (
        "Runtime Error in model publish_release\n  Python model failed:\nheld back: 5 rows\n  9, 2016: 284 -> 290"
    )
