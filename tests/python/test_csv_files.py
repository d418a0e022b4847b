"""Every CSV file of the project says what it seems to say: no cell lost to a comma, no name twice, one encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rusindikator.deliveries import csv_faults, read_rows
from rusindikator.demo.figures import HERE, read_csv

from .conftest import ROOT

FOLDERS = ("seeds", "rusindikator", "docs", "tests", "benchmarks", "analyses")
CONTRACTS = {
    seed["name"]: seed["config"]
    for file in sorted((ROOT / "seeds" / "extracts").glob("*.yml"))
    for seed in yaml.safe_load(file.read_text("utf-8"))["seeds"]
}
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.csv"))]


def shape(path: Path) -> tuple[str, int]:
    """Return the delimiter and the number of title lines a file of the project has by its place."""
    contract = CONTRACTS.get(path.parent.name, {}) if path.parent.parent.name == "deliveries" else {}
    return contract.get("delimiter", ","), contract.get("preamble_lines", 0)


def test_every_csv_of_the_project_is_whole() -> None:
    assert len(FILES) > 150
    assert {path.parent.name for path in FILES} >= {"demo", "catalogue", "reference", "published", "extracts", "bu"}
    assert [fault for path in FILES for fault in csv_faults(path, *shape(path))] == []


FAULTS = {
    "a comma that is not quoted": (b"a,b\n1,for #28, and #29\n", "line 2: 3 cells under 2 names"),
    "a cell too few": (b"a,b\n1,2\n3\n", "line 3: 1 cells under 2 names"),
    "a quote that never ends": (b'a,b\n1,"2\n3,4\n', "quote"),
    "a quote in the middle of a cell": (b'a,b\n1,two "feet" high\n', "line 2: a quote in a cell that is not quoted"),
    "text after a quoted cell": (b'a,b\n1,"two" feet\n', "quote"),
    "a byte order mark": (b"\xef\xbb\xbfa,b\n1,2\n", "byte order mark"),
    "Latin-1": ("a,b\n1,Tromsø\n".encode("latin-1"), "not UTF-8"),
    "UTF-8 read as Latin-1": (b"a,b\n1,Troms\xc3\x83\xc2\xb8\n", "line 2: mistaken encoding"),
    "a blank line": (b"a,b\n1,2\n\n3,4\n", "line 3: blank"),
    "a line of commas": (b"a,b\n1,2\n,\n", "line 3: blank"),
    "a name twice": (b"a,b,A\n1,2,3\n", "'A' stands twice"),
    "a name that is blank": (b"a,,c\n1,2,3\n", "column 2 has no name"),
    "a space before a name": (b"a, b\n1,2\n", "' b'"),
    "no line feed at the end": (b"a,b\n1,2", "line feed"),
    "line ends of Windows": (b"a,b\r\n1,2\r\n", "carriage return"),
    "a zero byte": (b"a,b\n1,\x00\n", "control character"),
    "nothing at all": (b"", "empty"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_sees(fault: str, tmp_path: Path) -> None:
    content, told = FAULTS[fault]
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    assert [line for line in csv_faults(path) if told in line], csv_faults(path)


def test_what_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(b'a,b\n1,"for #28, and ""29"""\n2,"two\nlines"\n3,\n')
    assert csv_faults(path) == []
    assert read_rows(path)[0] == {"a": "1", "b": 'for #28, and "29"'}


@pytest.mark.parametrize("content", ["a,b\n1,2,3\n", "a,b\n1\n"])
def test_readers_refuse_what_a_dictionary_would_swallow(content: str, tmp_path: Path) -> None:
    """csv.DictReader puts a cell too many under None and says nothing: that is how three intervals were invented."""
    path = tmp_path / "some.csv"
    path.write_text(content, encoding="utf-8")
    for reader in (read_rows, lambda file: list(read_csv(file))):
        with pytest.raises(ValueError, match=r"some\.csv line 2: . cells under 2 names"):
            reader(path)


def test_notes_of_planned_deliveries_carry_no_marks() -> None:
    """A mark inside a note is lost with a comma: which numbers are printed stands in seed printed_counts."""
    planned = list(read_csv(HERE / "planned_deliveries.csv"))
    assert len(planned) == 14
    assert [row["delivery_id"] for row in planned if "n_is_" in row["note"] or "=" in row["note"]] == []
    assert all(row["note"].startswith("constructed from the printed national figures; ") for row in planned)
