"""Before the swap: the audit of the finished file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from rusindikator.audit import audit_file, report
from rusindikator.audit.check import Check
from rusindikator.audit.identifying import MAIL, TELEPHONE, kinds_of
from rusindikator.audit.numbers import PERSONAL
from rusindikator.audit.privacy import audit_personal_data, identifies
from rusindikator.audit.promises import PRINTED
from rusindikator.audit.small_cells import small_cells
from rusindikator.audit.values import CHECKS, TABLES_OF_FIGURES

from .conftest import ROOT, Round

# The audit -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def release(first_build: Round, tmp_path: Path) -> Path:
    """A copy of a release, to damage."""
    return Path(shutil.copy(first_build.published, tmp_path / "release.duckdb"))


def test_a_release_passes_the_audit(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_file(release) == []
    assert report(release) == 0
    assert "everything holds" in capsys.readouterr().out


FACTS = "fct_indicator_year"
OF_63 = "where indicator_no = 63 and year = 2019"
DAMAGES = {
    "a numerator that names nothing": (
        "update dim_indicator set numerator_nb = 'kommuner som svarer stor eller svært stor grad'"
        " where indicator_no = 31",
        ("dim_indicator", "numerator_nb", "names no object"),
    ),
    "any-of called a share of answers": (
        "update dim_indicator set calculation = 'share_of_answers' where indicator_no = 55",
        ("dim_indicator", "calculation", "is any_of_answers where, and only where, one of several things is enough"),
    ),
    "a note on a baseline in one language": (
        "update dim_indicator set baseline_note_en = null where indicator_no = 17",
        ("dim_indicator", "baseline_note_en", "is told in one language only"),
    ),
    "an expected year that is empty without a reason": (
        "update fct_indicator_year set missing_reason = null where obs_status = 'M' and is_expected",
        (FACTS, "missing_reason", "an empty year that was expected must have its reason"),
    ),
    **{
        f"not measured said in {language} of what is not here": (
            f"update rpt_status set verdict_reason_{language} = '{words}' where indicator_no = 3",
            ("rpt_status", f"verdict_reason_{language}", "says of a figure that is not here that nobody measured it"),
        )
        for language, words in (("nb", "Ingen ny måling: den siste er fra 2016."), ("en", "Not measured up to 2016."))
    },
    **{
        f"a value of a target without its caveat, {language}": (
            f"update rpt_target_progress set caveat_{language} = null",
            ("rpt_target_progress", f"caveat_{language}", "must stand beside a value"),
        )
        for language in ("nb", "en")
    },
    **{
        f"an indicator that calls for attention without its caveat, {language}": (
            f"update rpt_attention set caveat_{language} = null",
            ("rpt_attention", f"caveat_{language}", "must stand beside an indicator"),
        )
        for language in ("nb", "en")
    },
    **{
        f"{table} says something of its own": (
            f"update {table} set latest_value = latest_value + 1 where row_order = 1",
            (table, "latest_value", "says something else than rpt_status"),
        )
        for table in PRINTED
    },
    "a sum that is said to be below the target": (
        "update rpt_funding_claim set is_below_target = true",
        ("rpt_funding_claim", "is_below_target", "does not follow from the total"),
    ),
    "a numerator that nobody printed": (
        f"update {FACTS} set numerator = 800 {OF_63}",
        (FACTS, "numerator", "no source prints the numerator of a constructed figure"),
    ),
    "a denominator that nobody printed": (
        f"update {FACTS} set denominator = 19896 where indicator_no = 77 and year = 2016",
        (FACTS, "denominator", "no source prints the denominator of a constructed figure"),
    ),
    **{
        f"a {column} that nobody printed, of a vintage": (
            f"update fct_indicator_vintage set {column} = 800 {OF_63}",
            ("fct_indicator_vintage", column, f"no source prints the {column} of a constructed figure"),
        )
        for column in ("numerator", "denominator")
    },
    "a number of patients that nobody printed": (
        f"update {FACTS} set n_units = 1000 where indicator_no = 37 and year = 2017",
        (FACTS, "n_units", "is no number that a source prints of a constructed figure"),
    ),
    "an interval on answers that were made up": (
        f"update {FACTS} set value_low = 36.5, value_high = 49.5 where indicator_no = 28 and year = 2017",
        (FACTS, "value_low", "no source prints the number of answers behind this interval"),
    ),
    "a share with the decimals of made-up answers": (
        f"update {FACTS} set value = 44.059405941 where indicator_no = 42 and year = 2017",
        (FACTS, "value", "has decimals that no source prints"),
    ),
    "six of ten, told as if counted": (
        f"update {FACTS} set value_low = 57.29, value_high = 62.71 {OF_63}",
        (FACTS, "value_precision", "an interval is not narrower than the rounding of its figure"),
    ),
    "a change told more exactly than its figures": (
        "update rpt_comparison set change_low = 2, change_high = 10 where indicator_no = 63 and basis = 'latest'"
        " and report_year = 2019",
        ("rpt_comparison", "change_rounding", "an interval is not narrower than the rounding of its figures"),
    ),
    "a newspaper called the owner": (
        "update dim_delivery set data_origin = 'reported' where publisher = 'Midtsiden'",
        ("dim_delivery", "publisher", "a figure is reported only where the owner of the source prints it"),
    ),
    "an indicator without a row": (
        "delete from fct_indicator_year where indicator_no = 9 and year = 2016",
        (FACTS, "", "2016 has 93 rows instead of 94"),
    ),
    "a row twice": (
        "insert into fct_indicator_year from fct_indicator_year where indicator_no = 9 and year = 2016",
        (FACTS, "indicator_no, year", "1 keys stand in more than one row, for instance 9, 2016"),
    ),
    "a share above 100": (
        "update fct_indicator_year set value = 101, value_low = null, value_high = null"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "value", "a share is at most 100; 1 rows do not hold, for instance 63, 2017"),
    ),
    "a negative value": (
        "update fct_indicator_year set value = -1, value_low = null, value_high = null"
        " where indicator_no = 9 and year = 2016",
        (FACTS, "value", "must be a number of at least 0"),
    ),
    "limits that do not enclose the value": (
        "update fct_indicator_year set value_low = value + 1 where indicator_no = 9 and year = 2016",
        (FACTS, "value_low", "is greater than the value"),
    ),
    "a value called missing": (
        "update fct_indicator_year set obs_status = 'M' where indicator_no = 9 and year = 2016",
        (FACTS, "value", "is called missing (M)"),
    ),
    "a figure without a caveat": (
        "update fct_indicator_year set caveat_nb = null where indicator_no = 9 and year = 2016",
        (FACTS, "caveat_nb", "must not be null; 1 rows do not hold, for instance 9, 2016"),
    ),
    "a figure from nowhere": (
        "update fct_indicator_year set delivery_id = null where indicator_no = 9 and year = 2016",
        (FACTS, "delivery_id", "a figure must come from a delivery"),
    ),
    "a column gone": ("alter table fct_indicator_year drop column value_low", (FACTS, "value_low", "is missing")),
    "a baseline gone": (
        "update dim_indicator set baseline_value = null where indicator_no = 9",
        ("dim_indicator", "baseline_value", "must not be null"),
    ),
    "an indicator too few": (
        "delete from dim_indicator where indicator_no = 94",
        ("dim_indicator", "", "has 93 rows instead of 94"),
    ),
    "a table gone": ("drop table qa_coverage", ("qa_coverage", "", "is missing")),
    "an empty table": ("delete from dim_source", ("dim_source", "", "is empty")),
    "a table nobody has described to the audit": (
        "create table answers as select 1 as x; comment on table answers is 'x'; comment on column answers.x is 'x'",
        ("answers", "", "is not known to the audit"),
    ),
    "a view": ("create view latest as from release_log", ("latest", "", "is a view")),
    "a second schema": (
        "create schema raw; create table raw.bu as select 1 as x; comment on table raw.bu is 'x';"
        " comment on column raw.bu.x is 'x'",
        ("", "", "schema raw holds tables"),
    ),
    "a table without a description": (
        "comment on table dim_goal is null",
        ("dim_goal", "", "has no description"),
    ),
    "a column without a description": (
        "comment on column dim_goal.label_nb is ' '",
        ("dim_goal", "label_nb", "has no description"),
    ),
    "a column of identifiers": (
        "alter table qa_delivery add column lopenr bigint; comment on column qa_delivery.lopenr is 'x'",
        ("qa_delivery", "lopenr", "identifies a person"),
    ),
    "a personal number in a note": (
        "update dim_delivery set note = 'ring 010190 12345 for innsyn' where delivery_id = (select min(delivery_id)"
        " from dim_delivery)",
        ("dim_delivery", "note", "1 cells look like a personal number"),
    ),
    "figures of a municipality": (
        "alter table qa_coverage add column region_code varchar; comment on column qa_coverage.region_code is 'x';"
        " update qa_coverage set region_code = case when source_code = 'BU' then '0301' else '0' end",
        ("qa_coverage", "region_code", "rows are about a part of the country"),
    ),
    "figures of a municipality among those of health regions": (
        "insert into fct_golden_rule from (select * replace ('0301' as region_code) from fct_golden_rule limit 1)",
        ("fct_golden_rule", "region_code", "1 rows are about a part of the country"),
    ),
    "a figure of no region": (
        "update fct_golden_rule set region_code = null where year = 2016",
        ("fct_golden_rule", "region_code", "1 rows are about a part of the country"),
    ),
    "a year without rows": (
        "delete from fct_indicator_year where year = 2014",
        (FACTS, "", "2014 has 0 rows instead of 94"),
    ),
    "the newest year without rows": (
        "delete from fct_indicator_year where year = (select max(year) from fct_indicator_year)",
        (FACTS, "", "2020 has 0 rows instead of 94"),
    ),
    "a report year without rows": (
        "delete from rpt_status where report_year = 2018",
        ("rpt_status", "", "2018 has 0 rows instead of 94"),
    ),
    "a baseline that facts and catalogue tell differently": (
        "update fct_indicator_year set baseline_value = 2 * baseline_value where indicator_no = 9 and year = 2016",
        (FACTS, "baseline_value", "says something else than dim_indicator; 1 rows"),
    ),
    "one of two persons": (
        f"update {FACTS} set numerator = 1, denominator = 2, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "numerator", "1 figures rest on < 5 persons, for instance #63 2017: 1 of 2"),
    ),
    "four of many": (
        f"update {FACTS} set numerator = 4, denominator = 491, data_origin = 'received' where indicator_no = 63"
        " and year = 2017",
        (FACTS, "numerator", "1 figures rest on < 5 persons"),
    ),
    "all but four": (
        f"update {FACTS} set numerator = 487, denominator = 491, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "denominator - numerator", "1 figures rest on < 5 persons"),
    ),
    "nobody of four": (
        f"update {FACTS} set numerator = 0, denominator = 4, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        (FACTS, "denominator", "1 figures rest on < 5 persons"),
    ),
    "an e-mail address": (
        "update dim_source set known_breaks_nb = 'spør kari.nordmann@kommune.no' where source_code = 'BU'",
        ("dim_source", "known_breaks_nb", "1 cells look like an e-mail address"),
    ),
    "a telephone number": (
        "update dim_source set known_breaks_nb = 'ring 22 12 34 56.' where source_code = 'BU'",
        ("dim_source", "known_breaks_nb", "1 cells look like a telephone number"),
    ),
    "a change nobody has explained": (
        "insert into release_changes by name select '20200101T000000Z' as release_id, 'changed' as change,"
        " 'fct_indicator_year' as table_name, '9, 2016' as row_key, 'value' as measure",
        ("release_changes", "reason_nb", "a change must have its reason"),
    ),
    "limits below the value": (
        "update fct_indicator_year set value_high = value - 1 where indicator_no = 9 and year = 2016",
        (FACTS, "value_high", "is lower than the value"),
    ),
    "a value that is no number": (
        "update fct_indicator_year set value = 'nan', value_low = null, value_high = null"
        " where indicator_no = 9 and year = 2016",
        (FACTS, "value", "must be a number of at least 0"),
    ),
    "a value gone": (
        "update fct_indicator_year set value = null where indicator_no = 9 and year = 2016",
        (FACTS, "value", "is missing, not called so"),
    ),
    "an indicator nobody knows": (
        f"update dim_indicator set indicator_no = 95 where indicator_no = 94;"
        f" update {FACTS} set indicator_no = 95 where indicator_no = 94",
        ("dim_indicator", "indicator_no", "must be 1 to 94"),
    ),
    "a fact of an indicator nobody knows": (
        f"update {FACTS} set indicator_no = null where indicator_no = 94 and year = 2013",
        (FACTS, "indicator_no", "must be 1 to 94"),
    ),
    "baselines that facts and catalogue tell differently": (
        "update fct_indicator_year set baseline_year = baseline_year - 1 where indicator_no = 9 and year = 2016",
        (FACTS, "baseline_year", "says something else than dim_indicator"),
    ),
    "a baseline that the report and the catalogue tell differently": (
        "update rpt_status set baseline_value = 2 * baseline_value where indicator_no = 9 and report_year = 2018",
        ("rpt_status", "baseline_value", "says something else than dim_indicator; 1 rows"),
    ),
    "a baseline of another year in the report": (
        "update rpt_status set baseline_year = null where indicator_no = 9 and report_year = 2018",
        ("rpt_status", "baseline_year", "says something else than dim_indicator; 1 rows"),
    ),
    "a change of an unknown kind": (
        "insert into release_changes by name select '20200101T000000Z' as release_id, 'moved' as change,"
        " 'fct_indicator_year' as table_name, '9, 2016' as row_key, 'value' as measure, 'x' as reason_nb",
        ("release_changes", "change", "must be added, removed, changed or withheld"),
    ),
    "a small count without an interval": (
        "update fct_indicator_year set value_low = null, value_high = null where indicator_no = 9 and year = 2016",
        (FACTS, "value_low", "a count below 400 must have an interval; 1 rows do not hold, for instance 9, 2016"),
    ),
    "a verdict that noise can win": (
        "update rpt_comparison set p_value = 0.2 where rule_code = 'better'",
        ("rpt_comparison", "p_value", "better or worse needs a change that is at least the smallest"),
    ),
    "a limit that is told rounded": (
        "update rpt_comparison set reason_nb = replace(reason_nb, '696,8', '697') where rule_code = 'better'",
        ("rpt_comparison", "reason_nb", "must tell the smallest change just as it was compared"),
    ),
    "a limit that is told rounded, in English": (
        "update rpt_comparison set reason_en = replace(reason_en, '696.8', '697') where rule_code = 'better'",
        ("rpt_comparison", "reason_en", "must tell the smallest change just as it was compared"),
    ),
    "a baseline that moved from itself": (
        "update rpt_target_progress set progress_pct = 0.23 where value_year = baseline_year",
        ("rpt_target_progress", "progress_pct", "the baseline cannot have moved from itself"),
    ),
    "the oldest year without rows": (
        "delete from fct_indicator_year where year = 2013",
        (FACTS, "", "2013 has 0 rows instead of 94"),
    ),
    "the first report year without rows": (
        "delete from rpt_status where report_year = 2016",
        ("rpt_status", "", "2016 has 0 rows instead of 94"),
    ),
    "a figure of no origin": (
        f"update {FACTS} set data_origin = null where indicator_no = 9 and year = 2016",
        (FACTS, "data_origin", "a figure must have an origin"),
    ),
    "a county's figure among those of the country": (
        "insert into fct_series_year from (select * replace ('03' as region_code, '2005H1' as period) from"
        " fct_series_year limit 1)",
        ("fct_series_year", "region_code", "1 rows are about a part of the country"),
    ),
    # of health regions the growth in spending is told, and no count of people
    "a health region's figure among those of the country": (
        "insert into fct_series_year from (select * replace ('H12' as region_code, '2005H1' as period) from"
        " fct_series_year limit 1)",
        ("fct_series_year", "region_code", "1 rows are about a part of the country"),
    ),
    "a series of no region": (
        "update fct_series_year set region_code = null where series_code = 'kdi.nd_dogn'",
        ("fct_series_year", "region_code", "must not be null"),
    ),
    "series that do not say of which region": (
        "alter table fct_series_year drop column region_code",
        ("fct_series_year", "region_code", "is missing"),
    ),
    **{
        f"an unknown origin in {table}": (
            f"update {table} set data_origin = 'unknown' where data_origin is not null",
            (table, "data_origin", "must be one of reported, quoted, received, rehearsal, constructed"),
        )
        for table in TABLES_OF_FIGURES
    },
    **{
        f"another origin in {table} than in its delivery": (
            f"update {table} set data_origin = 'rehearsal' where data_origin is not null",
            (table, "data_origin", "says something else than dim_delivery"),
        )
        for table in (
            "fct_indicator_year",
            "fct_indicator_vintage",
            "fct_series_year",
            "fct_golden_rule",
            "qa_delivery",
        )
    },
    **{
        f"{table}.{column} gone": (
            f"update {table} set {column} = null where {rows}",
            (table, column, "must not be null"),
        )
        for (table, rows), columns in {
            ("dim_indicator", "indicator_no = 9"): (
                *("caveat_nb", "caveat_en", "unit", "unit_en"),
                *("numerator_nb", "numerator_en", "denominator_nb", "denominator_en"),
            ),
            ("rpt_comparison", "indicator_no = 9"): ("caveat_nb", "caveat_en"),
            ("rpt_funding_pace", "year = 2016"): ("caveat_nb", "caveat_en"),
            ("rpt_funding_priority", "is_allocated"): ("caveat_nb", "caveat_en"),
            (FACTS, "indicator_no = 9"): ("caveat_en", "unit", "obs_status"),
            ("fct_indicator_vintage", "indicator_no = 9"): ("value", "delivery_id", "data_origin"),
            ("dim_delivery", "source_code = 'KDI'"): ("data_origin",),
            ("fct_series_year", "series_code = 'kdi.nd_dogn'"): ("data_origin",),
        }.items()
        for column in columns
    },
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.table}.{check.column}: {check.words}"[:80])
def test_every_check_of_values_has_a_damage_that_it_finds(check: Check) -> None:
    assert [
        name
        for name, (_, (table, column, problem)) in DAMAGES.items()
        if (table, column) == (check.table, check.column) and (problem in check.words or check.words in problem)
    ]


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_audit_finds(damage: str, release: Path) -> None:
    sql, (table, column, problem) = DAMAGES[damage]
    with duckdb.connect(str(release)) as con:
        con.execute(sql)
    findings = audit_file(release)
    assert [item for item in findings if (item.table, item.column) == (table, column) and problem in item.problem], (
        findings
    )
    # it finds the damage, not a dozen other things
    assert len(findings) <= 7, findings


@pytest.mark.parametrize(
    "sql",
    [
        # nobody is in the cell, and nobody outside it
        f"update {FACTS} set numerator = 0, denominator = 491, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        f"update {FACTS} set numerator = 491, denominator = 491, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        # five are enough
        f"update {FACTS} set numerator = 5, denominator = 10, data_origin = 'received'"
        " where indicator_no = 63 and year = 2017",
        # municipalities, who answer in their own name
        f"update {FACTS} set numerator = 2 where indicator_no = 40 and year = 2017",
        # printed by the source, who hides what is to be hidden
        f"update {FACTS} set numerator = 1, denominator = 2, data_origin = 'reported' where indicator_no = 63",
    ],
)
def test_what_is_no_small_cell(sql: str, release: Path) -> None:
    with duckdb.connect(str(release)) as con:
        con.execute(sql)
        assert list(small_cells(con, FACTS)) == []


def test_the_key_of_a_vintage_and_the_checksum_of_a_file_are_nobodys(release: Path) -> None:
    """A change is told with the day of its vintage, on which people may have been born, and with checksums."""
    with duckdb.connect(str(release)) as con:
        (day, n), *_ = con.execute(
            "select published_on, count(*) from dim_delivery where published_on < '2010-01-01' group by all"
        ).fetchall()
        assert n > 0
        row = "insert into release_changes by name select any_value(release_id) as release_id, "
        con.execute(
            f"{row} 'fct_series_year' as table_name, 'x, 2005, {day}, y' as row_key, 'data_origin' as measure,"
            " 'added' as change from release_log"
        )
        for measure in ("sha256", "note"):
            con.execute(
                f"{row} 'dim_delivery' as table_name, 'x' as row_key, '{measure}' as measure, 'changed' as change,"
                f" '{'0a' * 32}' as text_before, 'R' as reason_nb, 'R' as reason_en from release_log"
            )
        found = [str(item) for item in audit_personal_data(con, "release_changes")]
    assert found == ["release_changes.text_before: 1 cells look like something that nobody can read"]


@pytest.mark.parametrize(
    "column",
    [
        *("epost", "e_post", "email", "e_mail", "epostadresse", "telefon", "telefonnr", "tlf", "mobil", "mobilnummer"),
        *("adresse", "postadresse", "address", "kontakt_telefon", "lopenr", "fnr", "pasient_id"),
    ],
)
def test_names_of_columns_that_identify(column: str) -> None:
    assert identifies(column)
    assert identifies(column.upper())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("kari.nordmann@kommune.no", "an e-mail address"),
        ("<ola+rus@post.helsedir.no>", "an e-mail address"),
        # what cannot be seen parts no word
        ("tl\u200bf. 22123", "a telephone number"),
        ("@SkrivTil", None),
        ("a@b", None),
        ("+47 22 12 34 56", "a telephone number"),
        ("004722123456", "a telephone number"),
        ("22 12 34 56", "a telephone number"),
        ("tlf. 912 34 567", "a telephone number"),
        ("91234567", "a telephone number"),
        ("(41 23 45 67)", "a telephone number"),
        ("20161123", None),  # a date
        ("20161123T065859Z", None),
        ("983658725", None),  # an organisation
        ("1 234 567", None),
        ("41 234 567 kroner", None),
        ("91234567.5", "a telephone number"),  # numbers are columns of their own type
        ("https://example.no/91234567", None),
        ("10 20 30 40 50", None),
        ("2016 2017 2018 2019", None),
    ],
)
def test_what_looks_like_a_way_to_reach_somebody(text: str, what: str | None) -> None:
    found = [name for name in (MAIL, TELEPHONE) if name in kinds_of(text)]
    assert found == ([what] if what else [])


def test_the_audit_finds_a_file_that_older_readers_cannot_open(release: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{release}' as old (read_only)")
        con.execute(f"attach '{newer}' as new (storage_version 'v1.2.0')")
        con.execute("copy from database old to new")
    assert "DuckDB 1.1 cannot open the file" in " ".join(map(str, audit_file(newer)))


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        ("01019012345", True),
        ("010190 12345", True),
        ("nr. 31129912345.", True),
        ("41019012345", True),  # D-number
        ("01419012345", True),  # made up by a hospital
        ("01819012345", True),  # made up for tests
        ("01669012345", True),
        ("99999912345", False),  # no such day
        ("32019012345", False),
        ("01139012345", False),  # no such month
        ("010190123456", False),
        ("a01019012345", True),  # glued to a word
        ("13.01019012345", False),  # decimals of a number
        ("2016-2020", False),
    ],
)
def test_what_looks_like_a_personal_number(text: str, is_personal: bool) -> None:
    assert (PERSONAL in kinds_of(text)) is is_personal


def test_the_audit_shares_no_code_with_the_maker() -> None:
    files = sorted((ROOT / "rusindikator" / "audit").glob("*.py"))
    assert len(files) > 5
    for file in files:
        imported = re.findall(r"^\s*(?:from|import) +(rusindikator\S*|\.\S*)", file.read_text("utf-8"), re.MULTILINE)
        assert not [name for name in imported if not re.fullmatch(r"\.[a-z_]+", name)], file


def test_the_audit_of_every_build_loads_neither_great_expectations_nor_pandas(release: Path) -> None:
    code = (
        "import sys; from rusindikator.audit import audit_file; from pathlib import Path;"
        " assert audit_file(Path(sys.argv[1])) == [];"
        " print(sorted({'great_expectations', 'pandas', 'dbt', 'rusindikator.publish'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code, release], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_the_checksum_that_receive_notes_is_no_secret_and_anything_like_it_is() -> None:
    checksum = "9ae2e121103b8d902112cc7f2dcb3f287128d004aff8ce97ab35876e4c1cc2aa"
    for text in (f"original_sha256={checksum}", f"Rettet. original_sha256={checksum}+{checksum}"):
        assert kinds_of(text) == set()
    hidden = b"Ola Nordmann 01019012345 og mer.".hex()
    assert len(hidden) == len(checksum)
    for text in (checksum, f"sha256={checksum}", f"original_sha256={checksum}{checksum}", f"original_sha256={hidden}"):
        assert kinds_of(text) != set(), text
