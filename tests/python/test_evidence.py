"""What is published as evidence rests on printed numbers, and is told no more exactly than it is known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from rusindikator.deliveries import ORIGINS, origin_of_print, read_rows

from .conftest import ROOT, Round, copy_round

Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def release(first_build: Round) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the shipped deliveries, with seed printed_counts beside it."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{first_build.published}' as file (read_only); use file")
        connection.execute(
            "create table memory.printed as select indicator_no::int as indicator_no, year::int as year,"
            " columns(['numerator', 'denominator', 'n_units', 'n_answers'])::double from read_csv("
            f"'{ROOT / 'seeds/catalogue/printed_counts.csv'}', header = true, all_varchar = true)"
        )
        yield connection


def found(release: duckdb.DuckDBPyConnection, question: str) -> Rows:
    """Return the rows of a question."""
    return release.execute(question).fetchall()


CONSTRUCTED = (
    " from fct_indicator_year as f inner join dim_indicator using (indicator_no)"
    " left join memory.printed as p using (indicator_no, year) where f.data_origin = 'constructed'"
)


def test_of_constructed_figures_only_printed_numbers_are_published(release: duckdb.DuckDBPyConnection) -> None:
    """N-11: no numerator, denominator, number of units or interval that rests on a number no source prints."""
    (n,) = found(
        release, f"select count(*), {CONSTRUCTED.removeprefix(' ')}".replace("count(*), from", "count(*) from")
    )[0]
    assert n == 71
    for count in ("numerator", "denominator", "n_units"):
        assert (
            found(
                release, f"select indicator_no, year, f.{count} {CONSTRUCTED} and f.{count} is distinct from p.{count}"
            )
            == []
        )
    assert (
        found(release, f"select indicator_no, year {CONSTRUCTED} and f.value_low is not null and p.n_answers is null")
        == []
    )
    with_interval = found(
        release,
        f"select distinct year, p.n_answers, f.n_effective {CONSTRUCTED} and f.value_low is not null order by 1",
    )
    assert with_interval == [(2017, 491, 491), (2019, 1336, 1336)]
    # decimals that no source prints are those of answers that were made up
    assert (
        found(release, f"select indicator_no, year, f.value {CONSTRUCTED} and f.value <> round(f.value, decimals)")
        == []
    )


def test_the_three_that_were_published_with_invented_answers(release: duckdb.DuckDBPyConnection) -> None:
    assert found(
        release,
        "select indicator_no, value, interval_method, value_low, value_high, numerator, denominator, n_units"
        " from fct_indicator_year where indicator_no in (28, 29, 75) and value is not null order by 1",
    ) == [
        (28, 43, "n_unknown", None, None, None, None, None),
        (29, 52, "n_unknown", None, None, None, None, None),
        (75, 28, "n_unknown", None, None, None, None, None),
    ]


def test_every_constructed_figure_is_listed_with_its_reference(release: duckdb.DuckDBPyConnection) -> None:
    listed = read_rows(ROOT / "seeds" / "catalogue" / "printed_counts.csv")
    assert len(listed) == 71
    constructed = found(release, f"select indicator_no, year {CONSTRUCTED} order by 1, 2")
    assert [(int(row["indicator_no"]), int(row["year"])) for row in listed] == constructed
    assert all(row["reference"] for row in listed)
    # an interval rests on the number of respondents: never on one that is not itself listed as printed
    assert all(row["n_answers"] in ("", row["n_units"]) for row in listed)


def test_no_interval_is_narrower_than_the_rounding(release: duckdb.DuckDBPyConnection) -> None:
    rounded = found(
        release,
        "select indicator_no, year, value, value_precision, value_low, value_high from fct_indicator_year"
        " where value_precision is not null order by 1, 2",
    )
    assert [(no, year) for no, year, *_ in rounded] == [(21, 2018), (21, 2019), (21, 2020), (63, 2019), (69, 2018)]
    held = [row for row in rounded if row[4] is not None]
    assert [(no, year) for no, year, *_ in held] == [(63, 2019)]
    assert all(low <= value - width and high >= value + width for _, _, value, width, low, high in held)
    changes = found(
        release,
        "select change, change_rounding, change_low, change_high from rpt_comparison"
        " where change_rounding > 0 and change_low is not null",
    )
    assert changes
    assert all(low <= change - width and high >= change + width for change, width, low, high in changes)


def test_sentences_say_about_where_a_figure_was_rounded(release: duckdb.DuckDBPyConnection) -> None:
    sentences = dict(
        found(
            release,
            "select indicator_no, reason_en || ' / ' || reason_nb from rpt_comparison"
            " where basis = 'latest' and report_year = 2020 and indicator_no in (21, 63, 69)",
        )
    )
    assert len(sentences) == 3
    assert "to about 5 percent (2020)" in sentences[21] and "til om lag 5 prosent (2020)" in sentences[21]
    assert "5.0" not in sentences[21] and "5,0" not in sentences[21]
    assert "to about 60 percent (2019)" in sentences[63] and "til om lag 60 prosent (2019)" in sentences[63]
    assert "to about 60 percent (2018)" in sentences[69]


def test_intervals_of_samples_say_what_they_leave_out(release: duckdb.DuckDBPyConnection) -> None:
    rows = found(
        release,
        "select indicator_no, design_effect, interval_note_nb, interval_note_en from fct_indicator_year"
        " where interval_method = 'wilson'",
    )
    assert len(rows) == 11
    assert all(effect == 1 and "kommuner" in nb and "municipalities" in en for _, effect, nb, en in rows)
    assert found(
        release,
        "select count(*) from fct_indicator_year where interval_method is distinct from 'wilson'"
        " and (design_effect is not null or n_effective is not null or interval_note_nb is not null)",
    ) == [(0,)]


def test_reported_means_printed_by_the_owner(release: duckdb.DuckDBPyConnection) -> None:
    sources = {row["source_code"]: row for row in read_rows(ROOT / "seeds" / "catalogue" / "sources.csv")}
    register = read_rows(ROOT / "seeds" / "deliveries" / "deliveries.csv")
    printed = [row for row in register if row["origin"] in ("reported", "quoted")]
    assert len(printed) == 108
    for row in printed:
        assert row["origin"] == origin_of_print(row["publisher"], sources[row["source_code"]]), row["delivery_id"]
    origins = found(
        release,
        "select data_origin, count(*) from fct_indicator_year where value is not null group by all order by 1",
    )
    assert origins == [("constructed", 71), ("quoted", 36), ("reported", 18)]
    deliveries = dict(found(release, "select delivery_id, data_origin from dim_delivery"))
    assert {row["delivery_id"]: row["origin"] for row in register} == deliveries
    unowned = found(
        release,
        "select distinct publisher from dim_delivery inner join dim_source using (source_code)"
        " where data_origin = 'reported' and not list_contains("
        "list_transform(string_split(owner || ';' || coalesce(owner_names, ''), ';'), name -> lower(name)),"
        " lower(publisher))",
    )
    assert unowned == []


def test_the_front_page_says_what_reconciliation_shows(release: duckdb.DuckDBPyConnection) -> None:
    """Whoever changes a baseline's delivery changes the sentence."""
    baselines = dict(
        found(
            release,
            "select f.data_origin, count(*) from fct_indicator_year as f inner join dim_indicator as i"
            " on f.indicator_no = i.indicator_no and f.year = i.baseline_year group by all",
        )
    )
    publishers = found(
        release,
        "select distinct d.publisher, d.data_origin from qa_reconciliation as r inner join fct_indicator_vintage as v"
        " using (indicator_no, year, vintage_date) inner join dim_delivery as d using (delivery_id)",
    )
    assert sorted(publishers) == [("Fafo", "constructed"), ("Fafo", "quoted")]
    read = sum(n for origin, n in baselines.items() if origin != "constructed")
    ((printed, independent),) = found(
        release, "select count(*), count(*) filter (is_independent) from qa_reconciliation"
    )
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"{read} of the {sum(baselines.values())} baselines are read from the report's own tables" in readme
    assert f"and {baselines['constructed']} are constructed from them" in readme
    assert f"{independent} of the {printed} printed figures is given by another publisher as well" in readme
    assert found(release, "select indicator_no, year from qa_reconciliation where is_independent") == [(17, 2013)]


def test_the_two_lists_of_origins_are_one() -> None:
    macro = (ROOT / "macros" / "rules" / "origins.sql").read_text("utf-8")
    assert f"{{{{ return({list(ORIGINS)!r}) }}}}" in macro


def test_who_owns_a_source() -> None:
    source = {"owner": "Folkehelseinstituttet", "owner_names": "FHI;SIRUS"}
    assert [origin_of_print(name, source) for name in ("folkehelseinstituttet ", "SIRUS", "fhi")] == ["reported"] * 3
    assert [origin_of_print(name, source) for name in ("VG", "", "FHI;SIRUS", "Fafo")] == ["quoted"] * 4
    assert origin_of_print("", {"owner": "X", "owner_names": ""}) == "quoted"


def test_a_register_of_0_1_0_is_read_as_it_is(first_build: Round, tmp_path: Path) -> None:
    """It calls every printed figure reported; nothing of it has to be rewritten."""
    old = copy_round(first_build, tmp_path / "old")
    register = old.deliveries / "deliveries.csv"
    rows = read_rows(register)
    for row in rows:
        row["origin"] = "reported" if row["origin"] == "quoted" else row["origin"]
    with register.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    result = old.dbt("build")
    assert result.ok, result.output
    same = "select data_origin, count(*), sum(n_units) from fct_indicator_year group by all order by all"
    assert old.rows(same) == first_build.rows(same)
    assert old.rows("select count(*) from release_changes where change <> 'added'") == [(0,)]
