"""`make audit`: Great Expectations over a release file, and its pages."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from rusindikator.audit import contents
from rusindikator.audit.second_opinion import main
from rusindikator.audit.suite import suites

from .conftest import ROOT, Round


@pytest.fixture
def release(first_build: Round, tmp_path: Path) -> Path:
    """A copy of a release, to damage."""
    return Path(shutil.copy(first_build.published, tmp_path / "release.duckdb"))


class Outside(HTMLParser):
    """Collects what a page would load or lead to, and which tags are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, and what is opened."""
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "data", "srcset") and value]
        assert tag not in ("script", "iframe", "object", "embed", "link", "img")
        if tag not in ("meta", "br", "hr", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note what is closed."""
        if tag not in ("br", "hr"):
            assert self.open.pop() == tag


def test_great_expectations_agrees_and_its_pages_need_no_network(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "of_a_table_that_is_gone.html").touch()
    assert main([str(release), "--out", str(pages)]) == 0, capsys.readouterr().out
    files = sorted(pages.iterdir())
    assert {file.stem for file in files} == {"index", *suites()}
    for file in files:
        parser = Outside()
        text = file.read_text("utf-8")
        parser.feed(text)
        assert parser.open == [], file
        assert not [link for link in parser.links if not (pages / link).is_file()], file
        assert not re.search(r"https?:|url\(|@import", text), file
    index = (pages / "index.html").read_text("utf-8")
    assert re.search(r"All 1\d\d expectations hold", index)
    assert "broken" not in re.sub("<style>.*</style>", "", index, flags=re.DOTALL)
    assert "holds" in (pages / "fct_indicator_year.html").read_text("utf-8").partition("</style>")[2]


def test_the_second_opinion_knows_every_table() -> None:
    assert set(suites()) == set(contents.TABLES)


def test_great_expectations_finds_what_does_not_hold_and_says_so_on_its_pages(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(release)) as con:
        con.execute(
            "update fct_indicator_year set value = 101, value_high = 102 where indicator_no = 63 and year = 2017"
        )
        con.execute("update dim_delivery set sha256 = 'unknown' where delivery_id = 'bu_2017_fafo_2018_08'")
        con.execute("delete from dim_indicator where indicator_no = 94")
        con.execute("insert into qa_delivery from qa_delivery limit 1")
        con.execute("drop table rpt_attention")
    assert main([str(release), "--out", str(tmp_path / "pages")]) == 1
    told = capsys.readouterr().out
    for line in (
        "fct_indicator_year.value: column values to be between",
        "dim_delivery.sha256: column values to match regex",
        "dim_indicator: table row count to equal {'value': 94} does not hold (93 rows)",
        "qa_delivery.delivery_id: column values to be unique",
        "rpt_attention: is missing",
    ):
        assert line in told
    index = (tmp_path / "pages" / "index.html").read_text("utf-8")
    assert "expectations do not hold" in index
    assert "rpt_attention: is missing" in index
    assert ">broken<" in (tmp_path / "pages" / "dim_delivery.html").read_text("utf-8")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.duckdb")]) == 1
    assert capsys.readouterr().err.startswith("rusindikator: IO Error")


def test_only_make_audit_runs_it() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert makefile.count("second_opinion") == 1
    files = sorted((ROOT / "rusindikator").rglob("*.py"))
    assert len(files) > 50
    for file in files:
        if file.name != "second_opinion.py":
            assert "import second_opinion" not in file.read_text("utf-8"), file
