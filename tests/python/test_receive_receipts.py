"""What becomes of a receipt later: withdrawn, shaped again, and added to by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rusindikator.cli import main
from rusindikator.deliveries import plain_rows, read_withdrawals
from rusindikator.receive import RefusedError, landing, replay
from rusindikator.receive.compiled import compiled_project
from rusindikator.receive.pipeline import registered
from rusindikator.receive.scratch import Scratch
from rusindikator.receive.shape import account_rows

from . import shapes
from .conftest import Round, copy_round
from .test_receive import take, without_judgement


def test_a_withdrawn_delivery_stays_and_no_longer_counts(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")[0].refused

    def deaths_of_2021() -> list[dict[str, object]]:
        build = Scratch(compiled_project(), folder, registered(folder))
        build.make({"int_figures", "qa_delivery"})
        found = build.rows("select value from intermediate.int_figures where source_code = 'FHI_DAR' and year = 2021")
        assert build.failures([build.compiled.nodes["assert_every_delivery_is_staged"]]) == {}
        return found

    assert {row["value"] for row in deaths_of_2021()} == {241.0, 401.0}
    assert main(["receive", "--withdraw", "fhi_dodsarsak_2021_levert", "--reason", "Feil år i filen"]) == 0
    assert "no longer counts" in capsys.readouterr().out
    assert deaths_of_2021() == []
    assert read_withdrawals(folder)["fhi_dodsarsak_2021_levert"][1] == "Feil år i filen"
    assert (folder / "fhi_dodsarsak_2021_levert" / "fhi_dodsarsak" / "fhi_dodsarsak_2021_levert.csv").is_file()
    for words, code in (
        (["fhi_dodsarsak_2021_levert", "--reason", "igjen"], "withdrawn_before"),
        (["finnes_ikke", "--reason", "x"], "no_such_delivery"),
        (["bu_2019_fagradet"], "reason_needed"),
    ):
        with pytest.raises(RefusedError) as caught:
            landing.withdraw(folder, words[0], words[2] if len(words) > 2 else "")
        assert caught.value.findings[0].code == code
        assert main(["receive", "--withdraw", *words]) == 1


def test_a_file_that_was_withdrawn_is_received_again_as_a_new_delivery(folder: Path, tmp_path: Path) -> None:
    """Whoever received it with a wrong flag withdraws it and receives it as was meant."""
    file = shapes.save(tmp_path / "dar.csv", shapes.deaths())
    take(file, source="FHI_DAR", period="2021")
    assert take(file, source="FHI_DAR", period="2021")[0].already == "fhi_dodsarsak_2021_levert"
    landing.withdraw(folder, "fhi_dodsarsak_2021_levert", "Feil dag")
    again = take(file, source="FHI_DAR", period="2021")[0]
    assert not again.already
    assert not again.refused
    assert {row.delivery_id for row in registered(folder)} >= {again.delivery.delivery_id, "fhi_dodsarsak_2021_levert"}
    assert take(file, source="FHI_DAR", period="2021")[0].already == again.delivery.delivery_id


def test_of_two_receipts_that_make_the_folder_neither_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_judgement(monkeypatch)
    monkeypatch.setenv("RUS_DELIVERIES_DIR", str(tmp_path / "deliveries"))
    deaths = shapes.save(tmp_path / "dar.csv", shapes.deaths())
    youth = shapes.save(tmp_path / "youth.csv", shapes.youth())
    make_folder = landing.make_folder

    def overtaken(folder: Path) -> bool:
        """Make the folder after another receipt has made it and landed in it."""
        monkeypatch.setattr(landing, "make_folder", make_folder)
        take(deaths, source="FHI_DAR", period="2021")
        return make_folder(folder)

    monkeypatch.setattr(landing, "make_folder", overtaken)
    take(youth, source="KONFLIKTRADET", period="2021")
    landed = {row.delivery_id for row in registered(tmp_path / "deliveries")}
    assert {"fhi_dodsarsak_2021_levert", "konfliktradet_2021_levert"} <= landed


def test_a_small_table_that_a_norwegian_excel_saved_has_its_days(tmp_path: Path) -> None:
    file = tmp_path / "revisions.csv"
    file.write_bytes("indicator_no;revised_on;reason_nb\r\n9;30.11.2026;Rettet på 31.12.2025\r\n".encode("cp1252"))
    assert plain_rows(file) == [{"indicator_no": "9", "revised_on": "2026-11-30", "reason_nb": "Rettet på 31.12.2025"}]


def test_originals_are_shaped_again_and_differences_are_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_judgement(monkeypatch)
    take(shapes.save(tmp_path / "regnskap.csv", shapes.accounts()), source="SSB", period="2021")
    take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
    same = ["fhi_dodsarsak_2021_levert: the same", "ssb_kostra_2021_levert: the same"]
    assert replay.replay(folder) == same
    monkeypatch.setattr(account_rows, "INCOME", frozenset())
    lines = replay.replay(folder)
    assert lines[0] == same[0]
    assert lines[1].startswith("ssb_kostra_2021_levert: first in row 1, 2021: '272,8' landed, ")


def test_an_original_that_is_gone_or_changed_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_judgement(monkeypatch)
    take(shapes.save(tmp_path / "dar.csv", shapes.deaths()), source="FHI_DAR", period="2021")
    (original,) = (folder / "fhi_dodsarsak_2021_levert" / landing.ORIGINALS).iterdir()
    original.chmod(0o600)
    original.write_text(shapes.deaths().replace("241", "14"), "utf-8")
    (line,) = replay.replay(folder)
    assert "not the one that was received" in line
    original.unlink()
    assert replay.replay(folder) == ["fhi_dodsarsak_2021_levert: 1 of its original files are not there"]


def test_receipts_withdrawals_and_lists_saved_by_excel_are_built(
    first_build: Round, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build over receipts; one as of a day before a withdrawal counts what one of today does not."""
    without_judgement(monkeypatch)
    text = shapes.deaths().replace('"2021"', '"2020"').replace('"2022"', '"2020"')
    rows = [row for row in csv.reader(text.splitlines(), delimiter=";") if row[2] != "2020" or row[3] in ("324", "371")]
    path = shapes.save(tmp_path / "dar.csv", shapes.text_of(rows, quote=True))
    take(path, source="FHI_DAR", period="2020")
    header = "indicator_no;year;revised_on;reason_nb;reason_en;table_name\r\n"
    line = "9;2020;2026-11-27;Rettet av FHI – ny kjøring;Corrected by FHI;\r\n"
    (folder / "revisions.csv").write_bytes((header + line).encode("cp1252"))
    landing.withdraw(folder, "fhi_dodsarsak_2020_levert", "Feil fil")
    build = copy_round(first_build, tmp_path / "round", shipped=True)
    environment = {"RUS_DELIVERIES_DIR": str(folder), "RUS_BUILD_DIR": str(build.build_file.parent)}
    wanted = "+int_figures revisions"
    for as_of, counted in (("", set()), ("2026-11-01", {324.0, 371.0})):
        result = build.dbt(
            "build",
            "-s",
            *wanted.split(),
            "--indirect-selection",
            "cautious",
            "--vars",
            f"as_of: '{as_of}'",
            env=environment,
        )
        assert result.ok, result.output
        found = build.rows(
            "select value from intermediate.int_figures where delivery_id = 'fhi_dodsarsak_2020_levert'",
            build.build_file,
        )
        assert {value for (value,) in found} == counted
    assert build.rows("select reason_nb from raw.revisions where reason_en = 'Corrected by FHI'", build.build_file) == [
        ("Rettet av FHI – ny kjøring",)
    ]
