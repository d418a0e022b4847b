"""What the gate says of deliveries that were true, and whether what it lets in can be built."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rusindikator.deliveries import check_register, read_register
from rusindikator.receive import Request, landing, receive
from rusindikator.receive.compiled import compiled_project
from rusindikator.receive.findings import messages
from rusindikator.receive.judge import GATE_MODELS
from rusindikator.receive.scratch import Candidate, Scratch

from . import shapes
from .conftest import Round, copy_round
from .test_receive_corrupt import BATTERY, TOLD


def test_the_shipped_deliveries_in_their_order_of_publication_give_hardly_a_warning() -> None:
    """A false alarm is a fault: no refusal of 122 true deliveries, and at most ten warnings."""
    register = sorted(
        read_register(landing.SHIPPED), key=lambda row: (row.published_on, row.received_on, row.delivery_id)
    )
    assert len(register) >= 122
    compiled = compiled_project()
    refused, warned = [], Counter()
    for at, row in enumerate(register):
        content = (landing.SHIPPED / row.file_name).read_bytes()
        scratch = Scratch(compiled, landing.SHIPPED, register[:at], [Candidate(row, content)])
        found = {
            (one["code"] if "code" in one else one["problem"])
            for model in ("qa_rejected_values", *GATE_MODELS)
            for one in scratch.table(model)
            if one["delivery_id"] == row.delivery_id
        }
        scratch.close()
        refused += [(row.delivery_id, code) for code in found if not messages().get(code, {}).get("warning")]
        warned.update((row.delivery_id, code) for code in found if messages().get(code, {}).get("warning"))
    assert refused == []
    assert sum(warned.values()) <= 10, warned


def test_what_the_gate_lets_in_is_built(
    first_build: Round, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every case of the battery that is let in with a word, and one sound file of each shape, landed and built."""
    let_in = [one for one in BATTERY if one.happens == TOLD]
    assert len(let_in) >= 15
    files = [
        ("FHI_DAR", shapes.save(tmp_path / "dar.csv", shapes.deaths())),
        ("SSB", shapes.save(tmp_path / "10651.csv", shapes.sanctions_wide(), "iso-8859-1")),
        ("SSB", shapes.save(tmp_path / "10674.json", shapes.messages())),
        ("SAMDATA", shapes.save(tmp_path / "nki.csv", shapes.quality_indicators())),
        ("KDI", shapes.kdi_xlsx(tmp_path / "kdi.xlsx")),
        ("IS24_8", shapes.save(tmp_path / "is248.csv", shapes.text_of(shapes.is24_8()))),
    ]
    landed = 0
    for number, one in enumerate(let_in):
        place = tmp_path / str(number)
        place.mkdir()
        made = one.make(place)
        files += [(one.source, path) for path in (made if isinstance(made, list) else [made])]
    for source, path in files:
        # the same day for all: a later one corrects an earlier one of the same period
        request = Request(
            files=[path],
            source=source,
            period="2021",
            published_on="2022-06-30",
            quiet=True,
            accept_missing=True,
            accept_change="prøve",
        )
        received = receive(request, shapes.CATALOGUE)
        landed += sum(not one.refused and not one.already for one in received)
        assert not any(one.refused for one in received), [one.text() for each in received for one in each.findings]
    assert landed >= 15
    assert check_register(folder) == []
    build = copy_round(first_build, tmp_path / "round", shipped=True)
    result = build.dbt(
        *("build", "--exclude-resource-type", "unit_test", "--exclude", "path:models/publish"),
        env={"RUS_DELIVERIES_DIR": str(folder)},
    )
    assert result.ok, result.output
