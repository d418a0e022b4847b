"""The constructed deliveries: reproducible to the byte, exact sums, and the shares that were printed.

The shares are computed here from the files alone, with the aliases, rules and composites of the catalogue, and without
the code that made the files.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from rusindikator import deliveries, demo
from rusindikator.cli import main
from rusindikator.demo import sizes, spread
from rusindikator.demo.figures import HERE, markdown_table, read_figures

from .conftest import ROOT

SEEDS = ROOT / "seeds"
SHIPPED = SEEDS / "deliveries"


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=delimiter))


FIGURES = read_figures()
PLANNED = {row["delivery_id"]: row for row in table(HERE / "planned_deliveries.csv")}
VARIABLES = {
    (row["source_code"], row["variable_code"]): row["scale_code"] for row in table(SEEDS / "catalogue/variables.csv")
}
ALIASES = {
    (row["scale_code"], row["answer_text"]): row["answer_code"] for row in table(SEEDS / "catalogue/answer_aliases.csv")
}
SCALES: dict[str, list[str]] = defaultdict(list)
for scale_row in table(SEEDS / "catalogue/answer_scales.csv"):
    SCALES[scale_row["scale_code"]].append(scale_row["answer_code"])
RULES: dict[tuple[str, str], dict[str, tuple[bool, bool]]] = defaultdict(dict)
for rule_row in table(SEEDS / "catalogue/answer_rules.csv"):
    RULES[rule_row["scale_code"], rule_row["rule_code"]][rule_row["answer_code"]] = (
        rule_row["is_success"] == "true",
        rule_row["is_in_denominator"] == "true",
    )
COMPONENTS: dict[tuple[str, str], list[str]] = defaultdict(list)
for composite_row in table(SEEDS / "catalogue/composites.csv"):
    key = composite_row["source_code"], composite_row["variable_code"]
    COMPONENTS[key].append(composite_row["component_variable_code"])
AMOUNTS = {row["column_name"] for row in table(SEEDS / "catalogue/amounts.csv")}


def rows_of(delivery_id: str, folder: Path = SHIPPED) -> list[dict[str, str]]:
    return table(folder / PLANNED[delivery_id]["file_name"], ";")


def coded(source_code: str, variable_code: str, row: dict[str, str]) -> str:
    """The answer of one row, any-of for a composite."""
    scale = VARIABLES[source_code, variable_code]
    parts = COMPONENTS.get((source_code, variable_code))
    if parts:
        answers = {coded(source_code, part, row) for part in parts}
        return "ja" if "ja" in answers else "nei" if "nei" in answers else "ubesvart"
    return ALIASES[scale, " ".join(row[variable_code].lower().split())]


def number(text: str) -> Decimal:
    return Decimal(re.sub(r"[ \u00a0]", "", text).replace(",", "."))


def printed(share: Decimal) -> int:
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def counted(rows: list[dict[str, str]], units_counted: str) -> list[dict[str, str]]:
    """The rows that a figure of these units is about; printed persons are those with a drug problem."""
    if units_counted == "person":
        return [row for row in rows if row["gruppe"] != "psykisk"]
    if units_counted == "kommune":
        return [row for row in rows if not row.get("bydelsnr")]
    if units_counted in ("respondent_sor_ost", "respondent_resten"):
        regions = {
            row["municipality_code"]: row["health_region"]
            for row in table(SEEDS / "reference/municipalities.csv")
            if int(row["valid_from_year"]) <= int(rows[0]["aar"]) <= int(row["valid_to_year"])
        }
        inside = units_counted == "respondent_sor_ost"
        return [row for row in rows if (regions[row["kommunenr"]] == "Helse Sør-Øst") == inside]
    return rows


def test_the_shipped_files_are_what_the_generator_makes() -> None:
    made = demo.construct()
    registered = {row.delivery_id: row for row in deliveries.read_register(SHIPPED) if row.origin == "constructed"}
    assert sorted(registered) == sorted(delivery.delivery_id for delivery, _ in made)
    for delivery, content in made:
        shipped = (SHIPPED / delivery.file_name).read_bytes()
        assert shipped == content, f"{delivery.file_name} is not what `python -m rusindikator demo-deliveries` writes"
        line = registered[delivery.delivery_id]
        assert line.sha256 == hashlib.sha256(shipped).hexdigest(), delivery.file_name
        assert {name: getattr(line, name) for name in deliveries.COLUMNS if name != "sha256"} == {
            name: getattr(delivery, name) for name in deliveries.COLUMNS if name != "sha256"
        }


def test_neither_hash_order_nor_time_zone_changes_a_byte(tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run(
        [sys.executable, "-m", "rusindikator", "demo-deliveries", "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "12345", "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONUTF8": "0"},
        check=True,
        capture_output=True,
    )
    for row in PLANNED.values():
        assert (out / row["file_name"]).read_bytes() == (SHIPPED / row["file_name"]).read_bytes(), row["file_name"]
    assert deliveries.check_register(out) == []


def test_another_seed_spreads_the_same_figures_differently() -> None:
    usual = {delivery.delivery_id: content for delivery, content in demo.construct()}
    spread = list(demo.construct(seed=1))
    assert {delivery.delivery_id for delivery, _ in spread} == set(usual)
    for delivery, content in spread:
        assert content != usual[delivery.delivery_id], delivery.delivery_id


@pytest.mark.parametrize(
    "figure", [f for f in FIGURES if f.measure == "total"], ids=lambda f: f"{f.delivery_id}-{f.item_code}"
)
def test_amounts_add_up_to_the_printed_total(figure) -> None:
    cells = [row[figure.item_code] for row in rows_of(figure.delivery_id)]
    factor = 1000 if figure.unit == "thousand_nok" else 1
    assert sum(number(cell) for cell in cells if cell) == figure.value * factor


@pytest.mark.parametrize(
    "figure",
    [f for f in FIGURES if f.measure == "share"],
    ids=lambda f: f"{f.delivery_id}-{f.item_code}-{'+'.join(f.answer_codes)}-{f.units_counted}",
)
def test_shares_round_to_the_printed_figure(figure) -> None:
    source = PLANNED[figure.delivery_id]["source_code"]
    rows = counted(rows_of(figure.delivery_id), figure.units_counted)
    if figure.item_code == "kjonn":
        answers = Counter(row["kjonn"] for row in rows)
        inside = set(answers)
    else:
        scale = VARIABLES[source, figure.item_code]
        rules = [answers for (of, _), answers in RULES.items() if of == scale]
        inside = {code for code, (_, in_denominator) in rules[0].items() if in_denominator}
        answers = Counter(coded(source, figure.item_code, row) for row in rows)
    part = sum(answers[code] for code in figure.answer_codes)
    whole = sum(answers[code] for code in inside)
    assert printed(Decimal(100 * part) / whole) == figure.value, f"{part} of {whole}"


def test_the_rules_of_the_catalogue_choose_the_printed_answers() -> None:
    """Each share that an indicator rests on counts exactly the successes of one rule of its scale."""
    shares = [figure for figure in FIGURES if figure.measure == "share" and figure.indicator_no]
    assert len(shares) > 50
    for figure in shares:
        scale = VARIABLES[PLANNED[figure.delivery_id]["source_code"], figure.item_code]
        successes = [
            {code for code, (success, _) in answers.items() if success}
            for (of, _), answers in RULES.items()
            if of == scale
        ]
        assert set(figure.answer_codes) in successes, figure


@pytest.mark.parametrize("figure", [f for f in FIGURES if f.measure == "count"], ids=lambda f: f.item_code)
def test_counts_are_the_printed_ones(figure) -> None:
    rows = counted(rows_of(figure.delivery_id), figure.units_counted)
    source = PLANNED[figure.delivery_id]["source_code"]
    saying = [row for row in rows if coded(source, figure.item_code, row) in figure.answer_codes]
    assert len(saying) == figure.value
    small = {
        unit for (year, unit), (inhabitants, _) in sizes.read_sizes().items() if year == 2019 and inhabitants <= 5000
    }
    assert sum(row["kommunenr"] in small for row in saying) > 0.75 * len(saying)


def valid_municipalities(year: int) -> set[str]:
    return {
        row["municipality_code"]
        for row in table(SEEDS / "reference/municipalities.csv")
        if int(row["valid_from_year"]) <= year <= int(row["valid_to_year"])
    }


@pytest.mark.parametrize("delivery_id", [i for i in PLANNED if i.startswith("is24_8")])
def test_is24_8_covers_all_units_once(delivery_id: str) -> None:
    rows = rows_of(delivery_id)
    year = int(PLANNED[delivery_id]["period"])
    bydeler = sorted(row["bydelsnr"] for row in rows if row["bydelsnr"])
    assert bydeler == [f"0301{number:02d}" for number in range(1, 16)]
    assert {row["kommunenr"] for row in rows if row["bydelsnr"]} == {"0301"}
    reporting = [row["kommunenr"] for row in rows if not row["bydelsnr"]]
    silent = valid_municipalities(year) - {"0301"} - set(reporting)
    assert len(reporting) == len(set(reporting)) and set(reporting) <= valid_municipalities(year) - {"0301"}
    assert len(silent) == (1 if year == 2016 else 0)
    assert {row["aar"] for row in rows} == {str(year)}


@pytest.mark.parametrize("group", ["voksne", "barn"])
def test_the_pathways_of_a_unit_stay_within_its_total(group: str) -> None:
    units = list(rows_of("is24_8_2016_fafo_2018_08"))
    assert len(units) > 400
    for row in units:
        parts = sum(number(row[f"arsverk_{group}_forlop{pathway}"]) for pathway in (1, 2, 3))
        assert parts <= number(row[f"arsverk_{group}_totalt"]), row["kommune"]


def test_the_units_that_carry_last_years_fte_do_so() -> None:
    """66 municipalities of 2020 have the FTE of 2019, those of the merged municipalities added."""
    before = {row["kommunenr"]: row for row in rows_of("is24_8_2019_hdir_2021") if not row["bydelsnr"]}
    became = defaultdict(list)
    for row in table(SEEDS / "reference/municipality_changes.csv"):
        if row["change_date"] == "2020-01-01":
            became[row["new_code"]].append(row["old_code"])
    carrying = [row for row in rows_of("is24_8_2020_hdir_2021") if row["arsverk_fra_aaret_for"] == "ja"]
    assert len(carrying) == 66
    assert any(len(became[row["kommunenr"]]) > 1 for row in carrying)
    for row in carrying:
        for column in ("arsverk_voksne_totalt", "arsverk_barn_totalt"):
            old = [number(before[code][column]) for code in became[row["kommunenr"]] or [row["kommunenr"]]]
            assert number(row[column]) == sum(old), row["kommune"]


def test_brukerplan_takes_part_as_printed() -> None:
    first, second = (rows_of(i) for i in ("brukerplan_2016_fafo_2018_08", "brukerplan_2017_fhi_narkotika_i_norge"))
    assert len(counted(first, "person")) == 20535
    assert len({row["kommunenr"] for row in first}) == 264
    assert len({row["kommunenr"] for row in second}) == 267
    assert {row["kommunenr"] for row in first} <= valid_municipalities(2016)
    assert {row["kommunenr"] for row in second} <= valid_municipalities(2017)
    bydeler = [{row["bydel"] for row in rows if row["kommunenr"] == "0301"} for rows in (first, second)]
    assert 0 < len(bydeler[0]) < 15 and bydeler[0] < bydeler[1] and len(bydeler[1]) == 15
    # The share of the population aged 18-96 in the participating municipalities, on the borders of 2019.
    population = {
        row["municipality_code"]: int(row["pop_18_96"])
        for row in table(SEEDS / "reference/population.csv")
        if row["year"] == "2016"
    }
    change = {
        row["old_code"]: row["new_code"]
        for row in table(SEEDS / "reference/municipality_changes.csv")
        if "2017" <= row["change_date"] < "2019-02" and row["old_code"] != row["new_code"]
    }
    covered = set()
    for code in {row["kommunenr"] for row in first}:
        while code not in population:
            code = change[code]
        covered.add(code)
    assert printed(Decimal(100 * sum(population[code] for code in covered)) / population["0000"]) == 80


def test_the_samples_have_the_printed_sizes() -> None:
    first, second = rows_of("bu_2017_fafo_2018_08"), rows_of("bu_2019_fagradet")
    assert (len(first), len(second), len({row["kommunenr"] for row in second})) == (491, 1336, 45)
    inhabitants = {unit: size for (year, unit), (size, _) in sizes.read_sizes().items() if year == 2019}
    bands = Counter(
        "small" if inhabitants[code] < 5000 else "medium" if inhabitants[code] < 20000 else "large"
        for code in {row["kommunenr"] for row in first}
    )
    assert bands == {"small": 7, "medium": 4, "large": 9}
    assert len(rows_of("korfor_utstyr_2016_fafo_2018_08")) == 253
    assert len({row["kommunenr"] for row in rows_of("korfor_utstyr_2016_fafo_2018_08")}) == 253
    assert len({row["kommunenr"] for row in rows_of("is2494_2016_fafo_2018_08")}) == 49


@pytest.mark.parametrize("delivery_id", PLANNED)
def test_a_file_holds_nothing_but_printed_variables(delivery_id: str) -> None:
    """Every column is a key, a printed item or a part of one; every answer is known to the catalogue."""
    plan = PLANNED[delivery_id]
    keys = {
        *("kommunenr", "kommune", "bydelsnr", "bydel", "aar", "lopenr", "gruppe"),
        *("respondentnr", "korus_region", "pasientnr", "rhf"),
    }
    items = {f.item_code for f in FIGURES if f.delivery_id == delivery_id and f.measure != "n"}
    parts = {part for item in items for part in COMPONENTS.get((plan["source_code"], item), [])}
    flag = {"arsverk_fra_aaret_for"} if delivery_id == "is24_8_2020_hdir_2021" else set()
    rows = rows_of(delivery_id)
    columns = list(rows[0])
    assert set(columns) <= keys | items | parts | flag
    assert items <= set(columns) | {item for item in items if (plan["source_code"], item) in COMPONENTS}
    contract = (SEEDS / "extracts" / f"{plan['extract']}.csv").read_text(encoding="utf-8").strip().split(",")
    assert columns == [name for name in contract if name in columns]
    for column in set(columns) & (items | parts) - AMOUNTS - {"kjonn"}:
        scale = VARIABLES[plan["source_code"], column]
        for text in {row[column] for row in rows}:
            assert (scale, " ".join(text.lower().split())) in ALIASES, (column, text)


def test_questions_have_blanks_and_odd_spellings() -> None:
    """The shipped files hold what real files hold, so that the coding has something to do."""
    texts = Counter(row["innhentet_brukererfaring"] for row in rows_of("is24_8_2016_fafo_2018_08"))
    assert texts[""] > 0 and len([text for text in texts if text.strip().lower().startswith("ja")]) > 1
    amounts = [row["belop_brukermedvirkning"] for row in rows_of("is24_8_2016_fafo_2018_08")]
    assert any("\u00a0" in cell for cell in amounts) and any(" " in cell for cell in amounts) and "" in amounts


@pytest.mark.parametrize(
    ("seed", "key"),
    [
        ("variables", ("source_code", "variable_code")),
        ("answer_scales", ("scale_code", "answer_code")),
        ("answer_scales", ("scale_code", "answer_order")),
        ("answer_aliases", ("scale_code", "answer_text")),
        ("answer_rules", ("scale_code", "rule_code", "answer_code")),
        ("composites", ("source_code", "variable_code", "component_variable_code")),
        ("amounts", ("series_code",)),
    ],
)
def test_no_key_of_the_catalogue_occurs_twice(seed: str, key: tuple[str, ...]) -> None:
    keys = Counter(tuple(row[name] for name in key) for row in table(SEEDS / f"catalogue/{seed}.csv"))
    assert [found for found, times in keys.items() if times > 1] == []


def test_the_catalogue_is_whole() -> None:
    for scale, answers in SCALES.items():
        assert answers.count("ubesvart") == 1
        assert ALIASES[scale, ""] == "ubesvart"
        for (of, rule), ruled in RULES.items():
            if of == scale:
                assert sorted(ruled) == sorted(answers), (scale, rule)
                assert all(in_denominator for success, in_denominator in ruled.values() if success), (scale, rule)
        # the group a person is mapped in decides who is counted, not what counts as success
        assert scale == "gruppe" or any(of == scale for of, _ in RULES), scale
    for (scale, text), code in ALIASES.items():
        assert code in SCALES[scale] and text == " ".join(text.lower().split()), (scale, text)
    assert {code for (scale, _), code in ALIASES.items() if scale == "ja_nei"} == set(SCALES["ja_nei"])
    listed = table(SEEDS / "catalogue/variables.csv")
    for row in listed:
        contract = (SEEDS / "extracts" / f"{row['extract']}.csv").read_text(encoding="utf-8").strip().split(",")
        if row["column_name"]:
            assert row["column_name"] == row["variable_code"] and row["column_name"] in contract
        else:
            assert (row["source_code"], row["variable_code"]) in COMPONENTS
        assert row["scale_code"] in SCALES
    for (source, composite), parts in COMPONENTS.items():
        assert (source, composite) in VARIABLES and all((source, part) in VARIABLES for part in parts)
    is24_8 = (SEEDS / "extracts/is24_8.csv").read_text(encoding="utf-8").strip().split(",")
    assert set(is24_8) >= AMOUNTS


def test_the_size_table_follows_from_the_reference(tmp_path: Path) -> None:
    rebuilt = tmp_path / "unit_sizes.csv"
    sizes.write_size_table(SEEDS / "reference", rebuilt)
    assert rebuilt.read_bytes() == sizes.SIZE_TABLE.read_bytes()


def test_scale_multiplies_the_persons_and_stays_out_of_the_project(tmp_path: Path, capsys) -> None:
    assert main(["demo-deliveries", "--out", str(tmp_path), "--scale", "3"]) == 0
    persons = counted(rows_of("brukerplan_2016_fafo_2018_08", tmp_path), "person")
    assert len(persons) == 3 * 20535
    green = Counter(coded("BRUKERPLAN", "bolig", row) for row in persons)
    assert printed(Decimal(100 * green["gronn"]) / (green.total() - green["ubesvart"])) == 71
    assert len(rows_of("is24_8_2016_fafo_2018_08", tmp_path)) == 441
    assert deliveries.check_register(tmp_path) == []
    before = (SHIPPED / "deliveries.csv").read_bytes()
    assert main(["demo-deliveries", "--scale", "3"]) == 1
    assert "outside the project" in capsys.readouterr().err
    assert main(["demo-deliveries", "--out", str(tmp_path), "--scale", "0"]) == 1
    assert (SHIPPED / "deliveries.csv").read_bytes() == before


def test_lines_of_other_origin_survive(tmp_path: Path) -> None:
    """Only constructed lines are rewritten; a constructed file that is no longer planned goes with its line."""
    demo.write_deliveries(tmp_path)
    (tmp_path / "kdi").mkdir()
    (tmp_path / "kdi/aar.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "bu/old.csv").write_text("a\n1\n", encoding="utf-8")
    some = deliveries.read_register(tmp_path)[0]
    fields = {name: getattr(some, name) for name in deliveries.COLUMNS}
    kdi = deliveries.Delivery(
        **fields
        | {
            "delivery_id": "kdi_2016_aar",
            "extract": "kdi",
            "file_name": "kdi/aar.csv",
            "origin": "reported",
            "sha256": deliveries.sha256_of(tmp_path / "kdi/aar.csv"),
            "note": 'a "quoted", note',
        }
    )
    old = deliveries.Delivery(**fields | {"delivery_id": "bu_2015_old", "extract": "bu", "file_name": "bu/old.csv"})
    deliveries.write_register(tmp_path, [*deliveries.read_register(tmp_path), kdi, old])
    demo.write_deliveries(tmp_path)
    ids = [row.delivery_id for row in deliveries.read_register(tmp_path)]
    assert kdi in deliveries.read_register(tmp_path)
    assert "bu_2015_old" not in ids and not (tmp_path / "bu/old.csv").exists()
    assert ids == sorted(ids) and len(ids) == len(PLANNED) + 1
    assert deliveries.check_register(tmp_path) == []


def test_the_register_names_what_is_wrong(tmp_path: Path) -> None:
    demo.write_deliveries(tmp_path)
    (tmp_path / "bu/bu_2019_fagradet.csv").write_text("changed\n", encoding="utf-8")
    (tmp_path / "is2494/is2494_2016_fafo_2018_08.csv").unlink()
    (tmp_path / "bu/extra.csv").write_text("a\n", encoding="utf-8")
    problems = deliveries.check_register(tmp_path)
    assert [problem.split(" ")[0] for problem in problems] == [
        "bu/bu_2019_fagradet.csv",
        "is2494/is2494_2016_fafo_2018_08.csv",
        "bu/extra.csv",
    ]
    row = {name: str(getattr(deliveries.read_register(tmp_path)[0], name)) for name in deliveries.COLUMNS}
    for broken in (
        {"origin": "guessed"},
        {"period": "20 16"},
        {"published_on": "2018-02-30"},
        {"sha256": "abc"},
        {"file_name": "elsewhere/file.csv"},
        {"received_on": "2001-01-01"},
    ):
        with pytest.raises(ValueError, match=row["delivery_id"]):
            deliveries.delivery_from_row(row | broken)
    twice = [deliveries.delivery_from_row(row)] * 2
    with pytest.raises(ValueError, match="twice"):
        deliveries.write_register(tmp_path, twice)
    (tmp_path / "deliveries.csv").write_text("id,name\n", encoding="utf-8")
    with pytest.raises(ValueError, match="should have the columns"):
        deliveries.read_register(tmp_path)


def test_allocate_keeps_sums_and_caps() -> None:
    assert spread.allocate(10, [1, 1, 1]) == [4, 3, 3]
    assert spread.allocate(7, [1, 0, 6]) == [1, 0, 6]
    assert spread.allocate(9, [100, 1, 1], caps=[3, 10, 10]) == [3, 3, 3]
    assert spread.allocate(3, [0, 0, 0]) == [1, 1, 1]
    with pytest.raises(ValueError, match="does not fit"):
        spread.allocate(9, [1, 1], caps=[4, 4])
    assert [spread.rounded(Decimal(text)) for text in ("0.5", "1.5", "2.4999")] == [1, 2, 2]
    with pytest.raises(ValueError, match="no number of 15 units rounds to 43"):
        spread.count_for(Decimal(43), 15)
    assert spread.count_for(Decimal(43), 15, exact=False) == 6


def test_a_figure_that_cannot_be_reproduced_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares that together pass 100 per cent stop the construction and name the question."""
    wrong = [
        replace(f, value=Decimal(60)) if (f.item_code, f.answer_codes) == ("bolig", ("rod",)) else f for f in FIGURES
    ]
    monkeypatch.setattr(sys.modules["rusindikator.demo.generator"], "read_figures", lambda: wrong)
    with pytest.raises(ValueError, match="bolig: the printed shares do not fit"):
        demo.construct()


def test_the_document_lists_every_printed_figure() -> None:
    text = (ROOT / "docs/constructed_deliveries.md").read_text(encoding="utf-8")
    years = {delivery_id: row["period"] for delivery_id, row in PLANNED.items()}
    assert markdown_table(FIGURES, years) in text, "replace the table with rusindikator.demo.figures.markdown_table"


def test_whoever_counts_those_without_a_drug_problem_gets_other_figures() -> None:
    """BrukerPlan maps persons with a mental health problem only as well: with them no figure is that of print."""
    differing = []
    for delivery_id in ("brukerplan_2016_fafo_2018_08", "brukerplan_2017_fhi_narkotika_i_norge"):
        rows = rows_of(delivery_id)
        others = [row for row in rows if row["gruppe"] == "psykisk"]
        assert {row["gruppe"] for row in rows} == {"rus", "psykisk"}
        assert {row["kommunenr"] for row in others} <= {row["kommunenr"] for row in rows if row["gruppe"] == "rus"}
        assert 0.05 < len(others) / len(rows) < 0.15
        for figure in FIGURES:
            if figure.delivery_id == delivery_id and figure.measure == "share" and figure.indicator_no:
                answers = Counter(coded("BRUKERPLAN", figure.item_code, row) for row in rows)
                part = sum(answers[code] for code in figure.answer_codes)
                if printed(Decimal(100 * part) / (answers.total() - answers["ubesvart"])) != figure.value:
                    differing.append(int(figure.indicator_no))
    # the other indicators have a printed share near to that of answers drawn evenly
    assert differing == [15, 16, 77, 78, 79, 80, 82, 30, 84, 77]
