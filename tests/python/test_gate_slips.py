"""What a plausible slip of a sender looks like: each is stopped or told, with its threshold in seed gate_rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rusindikator.receive import Received, RefusedError, Request, pipeline, receive

from . import shapes
from .shapes import Rows, text_of
from .test_receive_corrupt import column, swapped

REFUSED, TOLD = "refused", "told"


@pytest.fixture(scope="module")
def last_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A deliveries folder with real answers and FTE of 2020."""
    path = tmp_path_factory.mktemp("slips")
    patch = pytest.MonkeyPatch()
    patch.setenv("RUS_DELIVERIES_DIR", str(path / "deliveries"))
    patch.setenv("RUS_BUILD_DIR", str(path / "build"))
    patch.setattr(pipeline, "_write_page", lambda *_: None)
    for source, rows in (("BU", shapes.bu(2020)), ("IS24_8", shapes.is24_8(2020))):
        file = shapes.save(path / f"{source}.csv", text_of(rows))
        assert not receive(Request(files=[file], source=source, period="2020", quiet=True))[0].refused
    yield path
    patch.undo()


def said(file: Path, source: str, **more: object) -> tuple[set[str], set[str], list[Received]]:
    """Return the codes that refuse and those that are told, of a file that would not land."""
    told = {"period": "2021", "published_on": "2022-06-30", "quiet": True, "dry_run": True} | more
    request = Request(files=[file], source=source, **told)  # type: ignore[arg-type]
    try:
        received = receive(request, shapes.CATALOGUE)
        findings = [finding for one in received for finding in one.findings]
    except RefusedError as error:
        received, findings = [], error.findings
    refused = {finding.code for finding in findings if not finding.is_warning}
    return refused, {finding.code for finding in findings if finding.is_warning}, received


def deaths(drugs: str, alcohol: str, region: str = "Hele landet") -> Rows:
    """Return the deaths of 2021, as FHI's table has them."""
    return [
        shapes.DEATHS[0],
        ["Narkotikautløste dødsfall (EMCDDA)", region, "2021", drugs, ""],
        ["Alkoholutløste dødsfall", region, "2021", alcohol, ""],
    ]


def twice(rows: Rows) -> Rows:
    """Return the rows of persons twice, the second time under numbers of their own."""
    return [*rows, *([str(10_000 + number), *row[1:]] for number, row in enumerate(rows[1:]))]


def half_blank(rows: Rows) -> Rows:
    """Return the rows with one question blank from the middle of the file on."""
    at = rows[0].index("tilgjengelighet")
    half = len(rows) // 2
    return [*rows[:half], *([*row[:at], "", *row[at + 1 :]] for row in rows[half:])]


def without_county(rows: Rows) -> Rows:
    """Return the rows without the municipalities of the county that the first row is of."""
    at = rows[0].index("kommunenr")
    county = str(rows[1][at])[:2]
    return [rows[0], *(row for row in rows[1:] if not str(row[at]).startswith(county))]


def reversed_scale(rows: Rows) -> Rows:
    """Return the rows with the answers of a question read from the other end of its scale."""
    scale = shapes.CATALOGUE.answers_of("bu", "tilgjengelighet")[:5]
    turned = dict(zip(scale, reversed(scale), strict=True))
    return column(rows, "tilgjengelighet", lambda cell: turned.get(cell, cell))


SLIPS: list[tuple[str, str, Callable[[], Rows], str, str]] = [
    ("drug and alcohol deaths exchanged", "FHI_DAR", lambda: deaths("401", "241"), "labels_exchanged", TOLD),
    ("tenfold, in nynorsk", "FHI_DAR", lambda: deaths("2410", "401", "Noreg"), "figure_change_impossible", REFUSED),
    ("thousandth", "FHI_DAR", lambda: deaths("0,241", "401"), "count_with_decimals", REFUSED),
    (
        "a half-year of what is counted in years",
        "FHI_DAR",
        lambda: [*deaths("241", "401"), ["Narkotikautløste dødsfall (EMCDDA)", "Hele landet", "2021H1", "120", ""]],
        "part_of_year",
        TOLD,
    ),
    ("every person twice", "BU", lambda: twice(shapes.bu()), "rows_doubled", REFUSED),
    ("half a column blank", "BU", lambda: half_blank(shapes.bu()), "answers_blank", TOLD),
    ("registered as another survey", "BRUKERPLAN", shapes.bu, "another_source", REFUSED),
    ("scale reversed", "BU", lambda: reversed_scale(shapes.bu()), "scale_reversed", TOLD),
    ("county missing", "BU", lambda: without_county(shapes.bu()), "county_missing", TOLD),
    (
        "answers of the year before",
        "BU",
        lambda: column(shapes.bu(2020), "aar", lambda _: "2021"),
        "answers_of_another_year",
        REFUSED,
    ),
    (
        "total and pathway exchanged",
        "IS24_8",
        lambda: swapped(shapes.is24_8(), "arsverk_barn_totalt", "arsverk_barn_forlop3"),
        "parts_over_total",
        REFUSED,
    ),
    ("FTE tenfold", "IS24_8", lambda: shapes.is24_8(factor=10), "amount_change_national", REFUSED),
]


@pytest.mark.parametrize(("name", "source", "make", "code", "happens"), SLIPS, ids=[slip[0] for slip in SLIPS])
@pytest.mark.usefixtures("last_year")
def test_a_plausible_slip_is_stopped_or_told(
    name: str, source: str, make: Callable[[], Rows], code: str, happens: str, tmp_path: Path
) -> None:
    refused, told, _ = said(shapes.save(tmp_path / "fil.csv", text_of(make())), source)
    if happens == REFUSED:
        assert code in refused, (name, refused, told)
    else:
        assert code in told, (name, refused, told)


@pytest.mark.usefixtures("last_year")
def test_figures_that_repeat_the_year_before_are_told(tmp_path: Path) -> None:
    offences = {"legemiddelloven": "5154", "straffeloven": "5472"}  # as shipped for 2019
    rows: Rows = [["reaksjonstype", "hovedlovbruddsgruppe", "Straffereaksjoner 2020"]]
    rows += [["Alle reaksjonstyper", f"Narkotikaovertredelser, {law}", count] for law, count in offences.items()]
    text = f'"{shapes.SANCTIONS_TITLE}"\r\n\r\n' + text_of(rows, quote=True)
    _, told, _ = said(shapes.save(tmp_path / "10651.csv", text), "SSB", period="2020")
    assert "figures_of_last_year" in told
    other = text.replace("5472", "5312")
    _, told, _ = said(shapes.save(tmp_path / "10651b.csv", other), "SSB", period="2020")
    assert "figures_of_last_year" not in told


@pytest.mark.usefixtures("last_year")
def test_the_sound_file_gets_none_of_these(tmp_path: Path) -> None:
    for number, (source, rows) in enumerate(
        (("BU", shapes.bu()), ("IS24_8", shapes.is24_8()), ("FHI_DAR", deaths("241", "401")))
    ):
        refused, told, _ = said(shapes.save(tmp_path / f"{number}.csv", text_of(rows)), source)
        assert refused == set()
        assert told & {code for *_, code, _ in SLIPS} == set()


@pytest.mark.usefixtures("last_year")
def test_a_trial_with_twenty_municipalities_is_one_line_of_a_kind_and_can_be_accepted(tmp_path: Path) -> None:
    rows = shapes.is24_8()
    file = shapes.save(tmp_path / "trial.csv", text_of([rows[0], *rows[30:50]]))
    refused, _, received = said(file, "IS24_8")
    assert "census_cut" in refused
    assert max(len(one.findings) for one in received) < 12
    refused, told, _ = said(file, "IS24_8", accept_incomplete="prøve", accept_change="prøve")
    assert refused <= {"build_test_fails"}, refused
    assert "census_cut" in told
