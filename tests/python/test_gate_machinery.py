"""The gate's machinery: the build's SQL compiled apart from all builds, run on a candidate and what came before it."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from rusindikator.deliveries import Delivery, read_register
from rusindikator.receive import landing
from rusindikator.receive.catalogue import Catalogue
from rusindikator.receive.compiled import code_key, compiled_project
from rusindikator.receive.scratch import Candidate, Scratch

from . import shapes
from .conftest import copy_project, run_dbt

REGISTER = read_register(landing.SHIPPED)
HEADER = ["Dødsårsak", "Region", "År", "Antall", "Endring i prosent", "FLAGG"]


def candidate(extract: str, source: str, rows: shapes.Rows, period: str = "2021", **more: object) -> Candidate:
    """Return a delivery as it would land, with its line of the register."""
    contract = Catalogue().contract(extract)
    content = landing.landed_bytes(contract, "", [str(name) for name in rows[0]], rows[1:])  # type: ignore[arg-type]
    name = f"{extract}_{period}_prove"
    delivery = Delivery(
        name,
        source,
        extract,
        f"{extract}/{name}.csv",
        period,
        date(2022, 6, 30),
        "day",
        date(2022, 6, 30),
        "reported" if not contract.is_microdata else "received",
        hashlib.sha256(content).hexdigest(),
        *("x", "x", "x", "x", "x"),
    )
    return Candidate(delivery, content, **more)  # type: ignore[arg-type]


def deaths(region: str, count: str = "241") -> Candidate:
    """Return a candidate with the drug deaths of 2021 in a region."""
    row = ["Narkotikautløste dødsfall (EMCDDA)", region, "2021", count, "", ""]
    return candidate("fhi_dodsarsak", "FHI_DAR", [HEADER, row])


def refused(scratch: Scratch) -> set[tuple[object, object]]:
    """Return problem and value of what the build would refuse."""
    return {(row["problem"], row["value_text"]) for row in scratch.table("qa_rejected_values")}


def test_the_build_in_memory_judges_with_the_builds_own_rules() -> None:
    compiled = compiled_project()
    one = Scratch(compiled, landing.SHIPPED, REGISTER, [deaths("Noreg"), candidate("bu", "BU", shapes.bu())])
    assert refused(one) == set()
    bad = shapes.bu()
    bad[3][bad[0].index("kommunenr")] = "9999"
    two = Scratch(compiled, landing.SHIPPED, REGISTER, [deaths("Svalbard", "2 41"), candidate("bu", "BU", bad)])
    assert refused(two) == {("malformed_number", "2 41"), ("unknown_municipality", "9999")}


def test_what_is_kept_of_earlier_deliveries_says_the_same_as_the_deliveries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compiled_project()
    monkeypatch.setenv("RUS_GATE_DIR", str(tmp_path))
    fresh = Scratch(compiled, landing.SHIPPED, REGISTER)
    models = ["qa_delivery", "int_indicator_values", "int_answer_counts", "int_figures", "qa_coverage"]
    wanted = {name: sorted(map(repr, fresh.table(name))) for name in models}
    assert fresh.new == REGISTER
    fresh.make(set(fresh.kept_models))
    fresh.keep()
    again = Scratch(compiled, landing.SHIPPED, REGISTER)
    assert again.new == []
    assert {name: sorted(map(repr, again.table(name))) for name in models} == wanted
    # persons of earlier deliveries are in no table: only what the intermediate models counted
    assert again.rows("select * from raw.brukerplan") == []
    assert again.rows("select count(*) as n from intermediate.int_answer_texts")[0]["n"] > 10_000
    # a delivery registered since is staged and added
    before = [row for row in REGISTER if row.delivery_id != "bu_2019_fagradet"]
    shutil.rmtree(tmp_path)
    part = Scratch(compiled, landing.SHIPPED, before)
    part.make(set(part.kept_models))
    part.keep()
    whole = Scratch(compiled, landing.SHIPPED, REGISTER)
    assert [row.delivery_id for row in whole.new] == ["bu_2019_fagradet"]
    assert {name: sorted(map(repr, whole.table(name))) for name in models} == wanted


def test_a_changed_macro_another_target_and_an_as_of_build_do_not_lead_the_gate_astray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = copy_project(tmp_path / "project")
    monkeypatch.setenv("RUS_GATE_DIR", str(tmp_path / "gate"))
    kingdom = deaths("Kongeriket")
    macro = project / "macros" / "figures" / "staged_figures.sql"
    text = macro.read_text("utf-8")
    assert "in ('0', " in text
    before = code_key(project)
    macro.write_text(text.replace("in ('0', ", "in ('0', 'kongeriket', ", 1), encoding="utf-8")
    assert code_key(project) != before
    # what dbt leaves in target/ is that of an old day and another file
    result = run_dbt("compile", "--vars", "as_of: '2019-01-01'", "-s", "stg_deliveries__register", project=project)
    assert result.ok, result.output
    monkeypatch.setenv("DBT_TARGET", "other")
    monkeypatch.setenv("RUS_BUILD_DIR", str(tmp_path / "elsewhere"))
    changed = compiled_project(project)
    assert "compiling the build's SQL" in capsys.readouterr().err
    stale = project / "target/compiled/rusindikator/models/staging/deliveries/stg_deliveries__register.sql"
    assert "2019-01-01" in stale.read_text("utf-8")
    judged = Scratch(changed, landing.SHIPPED, REGISTER, [kingdom], root=project)
    assert refused(judged) == set()
    (line,) = judged.rows(
        "select is_known from staging.stg_deliveries__register where delivery_id = ?", [kingdom.delivery.delivery_id]
    )
    assert line["is_known"]
    assert refused(Scratch(compiled_project(), landing.SHIPPED, REGISTER, [kingdom])) == {
        ("unknown_region", "Kongeriket")
    }
    compiled_project(project)
    assert capsys.readouterr().err.count("compiling") <= 1  # that of the project itself, never of the copy again


def test_a_folder_whose_name_holds_signs_of_a_pattern_is_read_as_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "leveranser [ny] * 2021?"
    shutil.copytree(landing.SHIPPED, folder)
    monkeypatch.setattr(Scratch, "_attach_kept", lambda _: set())
    gate = Scratch(compiled_project(), folder, REGISTER, [deaths("Norge")])
    assert gate.new == REGISTER
    assert refused(gate) == set()
    result = run_dbt(
        "seed",
        *("-s", "deliveries", "bu", "missing_reasons", "--target-path", str(tmp_path / "target")),
        env={
            "RUS_DELIVERIES_DIR": str(folder),
            "RUS_BUILD_DIR": str(tmp_path / "build"),
            "DBT_LOG_PATH": str(tmp_path),
        },
    )
    assert result.ok, result.output


def test_models_of_deliveries_are_kept_by_delivery() -> None:
    compiled = compiled_project()
    gate = Scratch(compiled, landing.SHIPPED, REGISTER)
    assert {"int_answer_texts", "int_delivered_figures", "int_rows_delivered"} <= set(gate.kept_models)
    gate.make(set(gate.kept_models))
    for name in gate.kept_models:
        columns = {row["column_name"] for row in gate.rows(f"describe intermediate.{name}")}
        assert "delivery_id" in columns, name
