"""The catalogue row by row: the review and the seed agree, labels can be read alone, decisions are kept."""

from __future__ import annotations

import csv
import re

import pytest

from .catalogue import INDICATORS, N_INDICATORS
from .conftest import ROOT, Round

CATALOGUE = ROOT / "seeds" / "catalogue"
REVIEW = ROOT / "docs" / "catalogue_review.csv"


def rows_of(path: str) -> list[dict[str, str]]:
    """Return the rows of a seed of the catalogue."""
    with (CATALOGUE / path).open(encoding="utf-8", newline="") as handle:
        found = list(csv.DictReader(handle))
    assert found
    return found


# What a reader can tell an answer from, without the label beside it.
BARE_ANSWERS = re.compile(
    r"^(kommuner( og bydeler)?|brukere|pasienter|respondenter) som svarer"
    r"( ja| stor eller svært stor grad| svært godt eller godt( tilbud)?| god eller svært god måte"
    r"| bedring eller stor bedring| stort eller svært stort utbytte)$"
    r"|^svar på "
)


def test_the_review_reads_as_the_catalogue() -> None:
    """Every field that was read holds what the review says it was left as; and every indicator was read."""
    with REVIEW.open(encoding="utf-8", newline="") as handle:
        review = list(csv.DictReader(handle))
    read = {int(row["indicator_no"]) for row in review}
    assert read == set(INDICATORS) == set(range(1, N_INDICATORS + 1))
    assert len({(row["indicator_no"], row["field"]) for row in review}) == len(review) == N_INDICATORS * 25
    assert {row["field"] for row in review} <= set(INDICATORS[1])
    parted = [
        (row["indicator_no"], row["field"])
        for row in review
        if INDICATORS[int(row["indicator_no"])][row["field"]] != row["new"]
    ]
    assert parted == []
    assert [row for row in review if not row["where_read"]] == []
    assert [row for row in review if row["old"] != row["new"] and not row["note"]] == []


@pytest.mark.parametrize("column", ["numerator_nb", "numerator_en"])
def test_a_numerator_names_its_object(column: str) -> None:
    told = {no: row[column] for no, row in INDICATORS.items()}
    assert [no for no, text in told.items() if not text.strip()] == []
    assert [(no, text) for no, text in told.items() if BARE_ANSWERS.search(text)] == []
    # two indicators that count the same would be one; all twins differ in what they count
    twins = {text for text in told.values() if list(told.values()).count(text) > 1}
    assert twins == set()


def test_a_bare_answer_would_be_noticed() -> None:
    bare = [
        "kommuner som svarer ja",
        "brukere som svarer stor eller svært stor grad",
        "svar på øverste trinn (4, helt enig)",
    ]
    assert [text for text in bare if not BARE_ANSWERS.search(text)] == []


def test_english_labels_say_what_was_asked() -> None:
    """Whose view it is, about what, and for whom: each word of the Norwegian label that changes the meaning."""
    wanted = {
        r"\b(mener|vurderer|svarer at de (gir|ivaretar))\b": r"\bconsider",
        r"psykisk helse": r"mental health",
        r"rusmiddelproblemer": r"substance use",
        r"\bbydel": r"city district",
        r"TSB|tverrfaglig spesialisert": r"TSB",
        r"rapporterer|opplever|oppgir": r"\b(report|find|influence)",
        r"^Antall årsverk innen kommunalt": r"municipal mental health and substance use work",
        r"har besvart IS-2494": r"that answered IS-2494",
        r"ungdomsstraff": r"youth sentence",
        r"ungdomsoppfølging": r"youth follow-up",
        r"personer med rusmiddelproblemer": r"people with substance use problems",
    }
    found = {pattern: 0 for pattern in wanted}
    lost = []
    for no, row in INDICATORS.items():
        for pattern, english in wanted.items():
            if re.search(pattern, row["label_nb"]):
                found[pattern] += 1
                if not re.search(english, row["label_en"]):
                    lost.append((no, pattern, row["label_en"]))
    assert [pattern for pattern, n in found.items() if not n] == []
    assert lost == []


def test_labels_tell_indicators_apart_in_both_languages() -> None:
    for column in ("label_nb", "label_en"):
        labels = [row[column] for row in INDICATORS.values()]
        assert sorted({label for label in labels if labels.count(label) > 1}) == []


@pytest.mark.parametrize("stem", ["unit", "numerator", "denominator"])
def test_what_is_told_in_norwegian_is_told_in_english(stem: str) -> None:
    pairs = {(row[f"{stem}_nb"], row[f"{stem}_en"]) for row in INDICATORS.values()}
    assert all(nb.strip() and en.strip() for nb, en in pairs)
    # one wording in one language is one wording in the other
    assert len({nb for nb, _ in pairs}) == len({en for _, en in pairs}) == len(pairs)
    assert [en for _, en in pairs if re.search(r"[æøåÆØÅ]", en)] == []


def test_a_note_on_a_baseline_is_told_in_both_languages() -> None:
    assert [no for no, row in INDICATORS.items() if bool(row["baseline_note"]) != bool(row["baseline_note_en"])] == []
    assert [no for no, row in INDICATORS.items() if (row["baseline_year"] != "2016") and not row["baseline_note"]] == []


def test_one_instrument_has_one_flag() -> None:
    """The questions of one instrument about what people do are alike: subjective or not."""
    for group in (
        (17, 19, 20, 21, 22, 23),
        (15, 16),
        (28, 29),
        (37, 38, 64, 65),
        range(77, 84),
        (45, 46, 58, 59, 60, 61),
    ):
        assert len({INDICATORS[no]["is_subjective"] for no in group}) == 1, list(group)


# Decisions -----------------------------------------------------------------------------------------------------------


def things_that_can_keep_a_decision() -> set[str]:
    """Return the names of the seeds, models, macros, data tests and tests of the project."""
    names = {
        path.stem for folder in ("seeds", "models", "tests/sql") for path in (ROOT / folder).rglob("*.[cs][sq][vl]")
    }
    names |= {path.stem for path in (ROOT / "models").rglob("*.py")}
    for path in (ROOT / "models").rglob("_unit_tests*.yml"):
        names |= set(re.findall(r"^  - name: (\w+)", path.read_text("utf-8"), re.MULTILINE))
    for path in (ROOT / "macros").rglob("*.sql"):
        names |= set(re.findall(r"\{%-?\s*macro\s+(\w+)", path.read_text("utf-8")))
    for path in (ROOT / "tests" / "python").glob("test_*.py"):
        names |= set(re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE))
    return names


def test_each_decision_names_what_keeps_it() -> None:
    decisions = rows_of("decisions.csv")
    keepers = things_that_can_keep_a_decision()
    assert len(keepers) > 300
    assert [row["decision_id"] for row in decisions if not row["kept_by"].strip()] == []
    absent = {
        row["decision_id"]: name
        for row in decisions
        for name in row["kept_by"].split(";")
        if name.strip() not in keepers
    }
    assert absent == {}
    # only where nothing is done does the list itself keep a decision
    noted = {row["decision_id"]: row["resolution"] for row in decisions if row["kept_by"] == "decisions"}
    assert noted
    assert set(noted.values()) == {"Ignored."}


def test_decisions_of_an_indicator_stand_on_both_sides() -> None:
    """A decision that is about single indicators is named by each of them."""
    named = {no: set(row["decision_ids"].split(";")) for no, row in INDICATORS.items()}
    about = {
        row["decision_id"]: {int(no) for no in row["indicator_nos"].split(";")}
        for row in rows_of("decisions.csv")
        if row["indicator_nos"]
    }
    assert len(about) > 50
    one_sided = {
        decision: sorted({no for no, ids in named.items() if decision in ids} ^ numbers)
        for decision, numbers in about.items()
    }
    assert {decision: numbers for decision, numbers in one_sided.items() if numbers} == {}


# Against the figures -------------------------------------------------------------------------------------------------


def test_the_printed_cost_per_child_fits_2015_and_not_2016(first_build: Round) -> None:
    """#39 (D-70): gross expenditure over children aged 0-5 at the end of the year, from what SSB prints."""
    computed = dict(
        first_build.rows(
            "select series.year, 1000000 * series.value / people.children"
            " from marts.fct_series_year as series"
            " join (select cast(year as integer) as year, cast(pop_0_5 as bigint) as children from raw.population"
            "  where municipality_code = '0000') as people on people.year = series.year + 1"
            " where series.series_code in ('ssb.helsestasjon_utgifter', 'ssb.helsestasjon_utgifter_utledet')"
            " and series.year in (2015, 2016)",
            first_build.build_file,
        )
    )
    printed = float(INDICATORS[39]["baseline_value"])
    assert printed == 8540
    assert round(computed[2016]) == 9612
    assert round(computed[2015]) == 8558
    assert abs(computed[2015] - printed) / printed < 0.005 < 0.1 < abs(computed[2016] - printed) / printed
    for text in (INDICATORS[39]["caveat_nb"], INDICATORS[39]["caveat_en"]):
        assert re.search(r"9[ ,]612", text)
        assert re.search(r"8[ ,]558", text)


@pytest.mark.parametrize(("factor", "sign"), [(10.0, ">"), (0.1, "<")])
def test_a_decimal_slip_is_caught(first_build: Round, factor: float, sign: str) -> None:
    """Ten times and a tenth of the newest figure fall outside the limits, or are a step that is listed."""
    step = "known.max_step_factor" if factor > 1 else "1 / known.max_step_factor"
    slips = first_build.rows(
        "select years.indicator_no,"
        f" {factor} * years.value not between known.valid_min and known.valid_max as is_refused,"
        f" coalesce({factor} * years.value {sign} years.value * {step}, false) as is_listed"
        " from fct_indicator_year as years join dim_indicator as known using (indicator_no)"
        " where years.value is not null"
        " qualify row_number() over (partition by indicator_no order by year desc) = 1"
    )
    assert len(slips) == N_INDICATORS
    silent = {no for no, is_refused, is_listed in slips if not (is_refused or is_listed)}
    assert silent == ({20} if factor > 1 else {6, 20})
    refused = {no for no, is_refused, _ in slips if is_refused}
    assert refused >= ({1, 2, 6, 8, 52, 92} if factor > 1 else {8, 92})


def test_the_shipped_figures_take_no_long_step(first_build: Round) -> None:
    assert first_build.rows("select subject, detail from qa_warnings where finding = 'step_is_long'") == []


def test_the_counts_of_the_readme_are_those_of_the_file(first_build: Round) -> None:
    """D-75: of the years without a figure each is counted by its own reason, and most were measured all the same."""
    found = dict(
        first_build.rows(
            "select missing_reason, count(*) from fct_indicator_year where year = 2020 and value is null group by 1"
        )
    )
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    told = re.search(
        r"of the (\d+) without a figure for 2020, (\d+) are not public, (\d+) not collected here,"
        r" (\d+) known on another basis only, and (\d+) were not measured",
        text,
    )
    assert told
    reasons = ("not_public", "not_collected", "not_comparable", "not_measured")
    assert [int(n) for n in told.groups()] == [sum(found.values()), *(found[reason] for reason in reasons)]
    assert set(found) == set(reasons)


def test_the_baseline_rule_gives_the_printed_year(first_build: Round) -> None:
    """C-42: by what was known to the first report, and two of the 94 fall outside the stated rule."""
    chosen = first_build.rows(
        "select rule_code, is_flagged, is_as_printed, list(indicator_no order by indicator_no)"
        " from intermediate.int_baseline_choice group by all",
        first_build.build_file,
    )
    assert {(code, flagged, same): len(numbers) for code, flagged, same, numbers in chosen} == {
        ("plan_year", False, True): 60,
        ("nearest", False, True): 32,
        ("before_plan", True, True): 2,
    }
    assert [numbers for code, _, _, numbers in chosen if code == "before_plan"] == [[17, 18]]


def test_every_reading_of_the_sum_stays_below_the_target(first_build: Round) -> None:
    """D-76: each printed statement about the 2.4 billion, carried on with what is known here, and the figures here."""
    rows = {
        row[0]: row[1:]
        for row in first_build.rows(
            "select claim_code, known_to, sum_low, sum_high, sum_here, total_low, total_high, total_with_housing_low,"
            " total_with_housing_high, is_below_target, target from rpt_funding_claim"
        )
    }
    assert rows["settet"] == (2020, 1536, 1536, 1536, 1536, 1536, 2036, 2136, True, 2400)
    assert rows["fafo_behov_2020"] == (2019, 1700, 1800, 1386, 1850, 1950, 2350, 2550, True, 2400)
    assert rows["regjeringen_2018"] == (2018, 1289, 1289, 1186, 1639, 1639, 2139, 2239, True, 2400)
    assert rows["regjeringen_naadd"] == (2020, 2400, None, 1536, 2400, None, None, None, False, 2400)
    sums = {code for code, row in rows.items() if row[8]}
    assert sums == set(rows) - {"regjeringen_naadd"}
    # the table and the pace say the same
    differing = first_build.rows(
        "select claim_code from rpt_funding_claim as claim"
        " join rpt_funding_pace as pace on pace.year = claim.known_to"
        " where claim.sum_here is distinct from pace.cumulative"
    )
    assert differing == []


FIGURES = ("value", "amount", "change", "later_value", "cumulative", "size")


def test_a_caveat_stands_beside_every_figure_of_the_report_tables(first_build: Round) -> None:
    """Every rpt_ table that shows a figure of an indicator or an amount has its caveat in both languages."""
    tables = {
        table: set(columns)
        for table, columns in first_build.rows(
            "select table_name, list(column_name) from duckdb_columns() where table_name like 'rpt_%' group by 1"
        )
    }
    shows = {table: columns & set(FIGURES) for table, columns in tables.items()}
    assert {table for table, columns in shows.items() if columns} >= {
        "rpt_comparison",
        "rpt_attention",
        "rpt_target_progress",
        "rpt_funding_pace",
        "rpt_funding_priority",
    }
    without = [table for table, columns in shows.items() if columns and not {"caveat_nb", "caveat_en"} <= tables[table]]
    assert without == []
    for table, figure in (
        ("rpt_comparison", "later_value"),
        ("rpt_target_progress", "value"),
        ("rpt_funding_pace", "total"),
    ):
        assert first_build.rows(f"select count(*) from {table} where {figure} is not null")[0][0] > 0
        assert (
            first_build.rows(
                f"select * from {table} where {figure} is not null"
                " and (trim(coalesce(caveat_nb, '')) = '' or trim(coalesce(caveat_en, '')) = '')"
            )
            == []
        )
