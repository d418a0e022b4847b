"""Statistics as their makers publish them: JSON-stat of every version, PX, KOSTRA tables with several measures.

Each input is small, made here, and comes out as one code, or as values that the build reads.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from rusindikator.deliveries import in_force
from rusindikator.receive import RefusedError, Request, json_stat, landing, receive
from rusindikator.receive.catalogue import folded
from rusindikator.receive.json_stat import day_here, read_json_stat
from rusindikator.receive.reading import read_file
from rusindikator.receive.shape.account_tables import thousands_in

from .conftest import Round, copy_round
from .shapes import accounts as account_rows
from .shapes import json_stat as document
from .shapes import save, save_xlsx, text_of
from .test_receive import landed, take, without_judgement

Categories = dict[str, str]
CAUSES = {"NARK": "Narkotikautløste dødsfall", "ALKO": "Alkoholutløste dødsfall"}
YEARS = {"2020": "2020", "2021": "2021"}
REGIONS = {"EAK": "Landet", "EAKUO": "Landet uten Oslo", "3001": "Halden"}
MESSAGES = {"A": "Barnets eller foreldrenes rusmisbruk", "B": "Barnets rusmisbruk"}
HEALTH = "Brutto driftsutgifter, helsestasjons- og skolehelsetjeneste, konsern"
AMOUNT, SHARE, EACH = "Beløp (1000 kr)", "Andel av totale utgifter (prosent)", "Beløp per innbygger (kr)"


def deaths(causes: Categories = CAUSES, years: Categories = YEARS, values: object = (331, 241, 371, 401)) -> dict:
    """Return FHI's causes of death: the country has the code 0, and no dimension tells its role."""
    dimensions = {
        "AARSAK": ("Dødsårsak", causes),
        "GEO": ("Geografi", {"0": "Hele landet"}),
        "AAR": ("År", years),
    }
    return document("Dødsfall etter årsak og år", dimensions, list(values) if isinstance(values, tuple) else values)


def messages(updated: str = "2022-06-15T06:00:00Z") -> dict:
    """Return SSB's 10674, messages to child welfare, of one year."""
    dimensions = {
        "Innhold": ("innhold", MESSAGES),
        "Melder": ("melder", {"00": "I alt"}),
        "ContentsCode": ("statistikkvariabel", {"M": "Meldinger"}),
        "Tid": ("år", {"2021": "2021"}),
    }
    return document("10674: Meldinger til barnevernet, etter innhold og år", dimensions, [8275, 1066], updated=updated)


def accounts(measures: Categories, values: list, kinds: Categories | None = None, **more: object) -> dict:
    """Return SSB's 12362 for the country."""
    dimensions = {
        "KOKkommuneregion0000": ("region", {"EAK": "Landet"}),
        "KOKfunksjon0000": ("funksjon", {"232": "Helsestasjons- og skolehelsetjeneste"}),
        "KOKart0000": ("art", kinds or {"AGD10": "Brutto driftsutgifter på funksjon/tjenesteområde"}),
        "ContentsCode": ("statistikkvariabel", measures),
        "Tid": ("år", {"2021": "2021"}),
    }
    return document("12362: Utgifter til tjenesteområdene, kommunekonsern", dimensions, values, **more)


def scoped(function: str, kind: str, scopes: Categories) -> dict:
    """Return SSB's 12367: three regions, the scopes, two functions and two sums, as one number for each."""
    dimensions = {
        "KOKkommuneregion0000": ("region", REGIONS),
        "KOKregnskapsomfa0000": ("regnskapsomfang", scopes),
        "KOKfunksjon0000": ("funksjon", {"120": "Administrasjon", "232": function}),
        "KOKart0000": ("art", {"AGD10": kind, "AGD2": "Netto driftsutgifter på funksjon/tjenesteområde"}),
        "ContentsCode": ("statistikkvariabel", {"KOSbelop0000": AMOUNT}),
        "Tid": ("år", {"2021": "2021"}),
    }
    values = [
        amount * (10 - scope) * size
        for size in (100_000, 90_000, 600)
        for scope in range(len(scopes))
        for amount in (40, 35, 10, 9)
    ]
    return document("12367: Detaljerte regnskapstall, etter region, funksjon og år", dimensions, values)


def write(path: Path, content: object, encoding: str = "utf-8") -> Path:
    """Write a document and return its path."""
    return save(path, json.dumps(content, ensure_ascii=False), encoding)


def changed(content: dict, change: Callable[[dict], object]) -> dict:
    """Return a copy of a document, changed."""
    new = copy.deepcopy(content)
    change(new)
    return new


# Read or refused, by the shape of the document -----------------------------------------------------------------------


def version_1(content: dict) -> dict:
    """Return a dataset as version 1 has it: in a wrapper, with id and size inside the dimensions."""
    inner = {name: content[name] for name in ("label", "updated", "value")}
    more = {"id": content["id"], "size": content["size"], "role": {"time": ["AAR"]}}
    return {"dataset": inner | {"dimension": content["dimension"] | more}}


def category(content: dict, change: Callable[[dict], dict]) -> dict:
    """Return a document with the categories of every dimension changed."""
    new = copy.deepcopy(content)
    for told in new["dimension"].values():
        told["category"] = change(told["category"])
    return new


def turned(content: dict) -> dict:
    """Return the deaths with the years first: the same values in another order."""
    return content | {"id": ["AAR", "GEO", "AARSAK"], "size": [2, 1, 2], "value": [331, 371, 241, 401]}


SAME = {
    "version 1": version_1,
    "version 1, bundle": lambda d: {"dodsfall": version_1(d)["dataset"]},
    "no version, no class": lambda d: {name: part for name, part in d.items() if name not in ("version", "class")},
    "collection": lambda d: {"version": "2.0", "class": "collection", "link": {"item": [d]}},
    "index as array": lambda d: category(d, lambda c: c | {"index": list(c["index"])}),
    "labels only": lambda d: category(d, lambda c: {"label": c["label"]}),
    "index out of order": lambda d: category(d, lambda c: c | {"index": dict(reversed(c["index"].items()))}),
    "values in an object": lambda d: d | {"value": {"0": 331, "1": 241, "2": 371, "3": 401}},
    "values as texts": lambda d: d | {"value": ["331", "241", "371", "401"]},
    "values as floats": lambda d: d | {"value": [331.0, 241.0, 371.0, 401.0]},
    "role of time told": lambda d: d | {"role": {"time": ["AAR"]}},
    "role of time as a text": lambda d: d | {"role": {"time": "AAR", "geo": None}},
    "time known by its periods": lambda d: changed(d, lambda n: n["dimension"]["AAR"].update(label="Registrert")),
}


@pytest.mark.parametrize("name", SAME)
def test_a_dataset_is_the_same_in_every_way_of_writing_it(name: str, tmp_path: Path) -> None:
    (cube,) = read_json_stat(Path("dar.json"), json.dumps(deaths()))
    (other,) = read_json_stat(Path("dar.json"), json.dumps(SAME[name](deaths())))
    values = {(labels["Dødsårsak"], labels[cube.time]): text for labels, text, *_ in cube.records}
    assert values["Narkotikautløste dødsfall", "2021"] == "241"
    assert {(labels["Dødsårsak"], labels[other.time]): text for labels, text, *_ in other.records} == values
    assert other.codes["Geografi"] == {"Hele landet": "0"}
    assert other.updated == "2022-06-15"


def test_the_order_of_dimensions_is_the_order_of_the_values() -> None:
    (cube,) = read_json_stat(Path("dar.json"), json.dumps(turned(deaths())))
    assert {(labels["Dødsårsak"], labels["År"]): text for labels, text, *_ in cube.records} == {
        ("Narkotikautløste dødsfall", "2020"): "331",
        ("Narkotikautløste dødsfall", "2021"): "241",
        ("Alkoholutløste dødsfall", "2020"): "371",
        ("Alkoholutløste dødsfall", "2021"): "401",
    }


@pytest.mark.parametrize(
    ("status", "marks"),
    [
        ({"1": ":"}, (":", {})),
        ([None, ":", None, None], (":", {})),
        (["", ":", "", "*"], (":", {4: "*"})),
        (":", (":", {1: ":", 3: ":", 4: ":"})),
        (["."], (".", {1: ".", 3: ".", 4: "."})),
        ({}, ("..", {})),
    ],
)
def test_a_status_stands_for_a_missing_value_and_beside_a_given_one(status: object, marks: tuple) -> None:
    (cube,) = read_json_stat(Path("dar.json"), json.dumps(deaths(values=[331, None, 371, 401]) | {"status": status}))
    assert (cube.records[1][1], cube.flags) == marks


def test_a_number_in_quotes_that_reads_in_two_ways_stays_a_text() -> None:
    (cube,) = read_json_stat(Path("dar.json"), json.dumps(deaths(values=["1.959", "2.5", "1 959", "0301"])))
    assert [text for _, text, *_ in cube.records] == ["1.959", "2,5", "1 959", "0301"]


def test_two_regions_of_one_name_are_told_apart_by_their_codes() -> None:
    """There are two Våler, two Herøy and two Nes."""
    names = {"3018": "Våler", "3419": "Våler", "3001": "Halden"}
    dimensions = {"Region": ("region", names), "Tid": ("år", {"2021": "2021"})}
    (cube,) = read_json_stat(Path("x.json"), json.dumps(document("x", dimensions, [1, 2, 3])))
    assert [labels["region"] for labels, *_ in cube.records] == ["3018 Våler", "3419 Våler", "Halden"]
    assert cube.codes["region"] == {"3018 Våler": "3018", "3419 Våler": "3419", "Halden": "3001"}


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2022-06-14T22:00:00Z", "2022-06-15"),  # summer time is two hours ahead
        ("2022-06-14T21:59:59Z", "2022-06-14"),
        ("2022-12-14T23:00:00Z", "2022-12-15"),  # winter time one
        ("2022-12-14T22:30:00Z", "2022-12-14"),
        ("2022-06-15T00:00:00+02:00", "2022-06-15"),
        ("2022-06-15T06:00:00.000Z", "2022-06-15"),
        ("2022-06-14T23:30:00", "2022-06-14"),
        ("2022-06-15", "2022-06-15"),
        ("2022-06-15 kl. 08", "2022-06-15"),
        ("0001-01-01T00:00:00+14:00", ""),
        ("i fjor", ""),
        ("", ""),
    ],
)
def test_a_time_stamp_is_of_the_norwegian_day(stamp: str, day: str) -> None:
    assert day_here(stamp) == day


def test_a_machine_without_time_zones_does_not_guess_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_known(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(json_stat, "ZoneInfo", none_known)
    assert day_here("2022-06-14T22:00:00Z") == ""
    assert day_here("2022-06-14") == "2022-06-14"


def test_the_day_of_publication_is_the_norwegian_one(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "10674.json", messages("2022-06-14T22:00:00Z"))
    (one,) = receive(Request(files=[path], source="SSB", period="2021", quiet=True))
    assert one.delivery is not None
    assert one.delivery.published_on.isoformat() == "2022-06-15"
    (more,) = receive(
        Request(files=[write(tmp_path / "12362.json", accounts({"K": AMOUNT}, [5_104_000]))], source="SSB", quiet=True)
    )
    assert more.delivery is not None
    assert more.delivery.published_on.isoformat() == "2022-06-15"


LINK = {"class": "dataset", "href": "https://data.ssb.no/api/v0/dataset/1108.json", "label": "10674"}
CODES_ONLY = {
    "columns": [{"code": "Tid", "text": "år", "type": "t"}, {"code": "M", "text": "Meldinger", "type": "c"}],
    "comments": [],
    "data": [{"key": ["2021"], "values": ["8275"]}],
}
DESCRIPTION = {"title": "10674: Meldinger", "variables": [{"code": "Tid", "text": "år", "values": ["2021"]}]}
QUERY = {"queryObj": {}, "query": [{"code": "Tid"}], "response": {"format": "json-stat2"}}
QUARTERS = {"2021K3": "2021K3", "2021K4": "2021K4"}
REFUSED: dict[str, tuple[str, object]] = {
    "links only": ("json_links", {"class": "collection", "link": {"item": [LINK]}}),
    "a link beside a dataset": ("json_links", {"class": "collection", "link": {"item": [messages(), LINK]}}),
    "an empty collection": ("json_links", {"class": "collection", "link": {"item": []}}),
    "PxWeb's own JSON": ("codes_without_texts", CODES_ONLY),
    "the description of a table": ("json_describes", DESCRIPTION),
    "a saved query": ("json_describes", QUERY),
    "an error": ("json_is_no_dataset", {"error": "Parameter error"}),
    "a list": ("json_is_no_dataset", [{"år": 2021, "antall": 5}]),
    "a dimension": ("json_is_no_dataset", {"class": "dimension", "category": {}}),
    "an id twice": ("json_stat_doubled", messages() | {"id": ["Tid", "Tid", "Innhold", "Melder"]}),
    "a code twice": (
        "json_stat_doubled",
        changed(messages(), lambda d: d["dimension"]["Innhold"]["category"].update(index=["A", "A"])),
    ),
    "places with a gap": (
        "json_stat_places",
        changed(messages(), lambda d: d["dimension"]["Innhold"]["category"].update(index={"A": 0, "B": 5})),
    ),
    "a value too many": ("cube_values_missing", messages() | {"value": [1, 2, 3]}),
    "a status too few": ("cube_values_missing", deaths() | {"status": ["", ":"]}),
    "a value outside": ("cube_value_without_place", messages() | {"value": {"0": 1, "2": 5}}),
    "a status outside": ("cube_value_without_place", messages() | {"status": {"7": ":"}}),
    "a size that differs": ("json_stat_sizes_differ", messages() | {"size": [3, 1, 1, 1]}),
    "no periods": (
        "no_years",
        changed(messages(), lambda d: d["dimension"]["Tid"]["category"].update(index=["a"], label={"a": "i år"})),
    ),
    "NaN": ("json_constant", messages() | {"value": [float("nan"), 1]}),
    "several measures": (
        "several_measures",
        changed(
            messages() | {"size": [2, 1, 2, 1], "value": [1, 2, 3, 4]},
            lambda d: d["dimension"]["ContentsCode"]["category"].update(
                index=["M", "P"], label={"M": "Meldinger", "P": "Prosent"}
            ),
        ),
    ),
    "no labels": (
        "codes_without_texts",
        changed(messages(), lambda d: [part["category"].pop("label") for part in d["dimension"].values()]),
    ),
    "accounts of a quarter": (
        "period_is_no_year",
        changed(
            accounts({"K": AMOUNT}, [5]),
            lambda d: d["dimension"]["Tid"]["category"].update(index=["2021K4"], label={"2021K4": "2021K4"}),
        ),
    ),
    "amounts that are not there": ("no_figures", accounts({"K": AMOUNT}, [None], status={"0": ":"})),
    "no amount": ("no_amount", accounts({"A": SHARE, "B": EACH}, [1.4, 948])),
    "two amounts": ("several_measures", accounts({"A": AMOUNT, "B": "Korrigert beløp (1000 kr)"}, [5, 6])),
    "kommunekasse alone": (
        "accounts_of_kommunekasse",
        scoped("Helsestasjons- og skolehelsetjeneste", "Brutto driftsutgifter", {"B": "Kommunekasse"}),
    ),
    "the kommunekasse's table": (
        "accounts_of_kommunekasse",
        accounts({"K": AMOUNT}, [5]) | {"label": "12163: Utgifter til tjenesteområdene, kommunekasse"},
    ),
    "English": (
        "english_edition",
        document(
            "10674: Reports to the child welfare services, by contents, type of reporter and year",
            {
                "Innhold": (
                    "contents",
                    {"A": "Drug abuse of the child or the parents", "B": "Drug abuse of the child"},
                ),
                "Melder": ("type of reporter", {"00": "Total"}),
                "ContentsCode": ("contents", {"M": "Reports"}),
                "Tid": ("year", {"2021": "2021"}),
            },
            [8275, 1066],
        ),
    ),
}


def refused_code(path: Path, source: str = "SSB") -> str:
    """Return the code of the refusal of a file that cannot be read or shaped."""
    with pytest.raises(RefusedError) as refused:
        take(path, source=source, period="2021", dry_run=True)
    return refused.value.findings[0].code


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_is_no_delivery_is_named_for_what_it_is(name: str, folder: Path, tmp_path: Path) -> None:
    code, content = REFUSED[name]
    assert refused_code(write(tmp_path / "10674.json", content)) == code
    assert not folder.exists()


def test_a_key_that_stands_twice_and_a_text_that_is_cut_are_refused(folder: Path, tmp_path: Path) -> None:
    text = json.dumps(messages())
    twice = text.replace('"value": [8275, 1066]', '"value": [8275, 1066], "value": [1, 2]')
    assert refused_code(save(tmp_path / "a.json", twice)) == "json_key_twice"
    assert refused_code(save(tmp_path / "b.json", text[:-40])) == "json_unreadable"


@pytest.mark.parametrize("source", ["BU", "BRUKERPLAN", "PASOPP_TSB"])
def test_figures_under_a_source_of_answers_are_refused(source: str, folder: Path, tmp_path: Path) -> None:
    assert refused_code(write(tmp_path / "10674.json", messages()), source) == "another_source"
    unknown = document("x", {"Ting": ("ting", {"a": "Sykler"}), "Tid": ("år", YEARS)}, [1, 2])
    assert refused_code(write(tmp_path / "x.json", unknown), source) == "figures_for_microdata"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_of_byte_order_are_no_part_of_the_json(encoding: str, tmp_path: Path) -> None:
    delivered = read_file(write(tmp_path / "10674.json", messages(), encoding))
    assert delivered.format == "json-stat"
    assert [text for _, text, *_ in delivered.cubes[0].records] == ["8275", "1066"]


PX = (
    'CHARSET="ANSI";\r\nAXIS-VERSION="2010";\r\nCODEPAGE="iso-8859-1";\r\nLANGUAGE="no";\r\nMATRIX="10674";\r\n'
    'TITLE="10674: Meldinger til barnevernet, etter innhold og år";\r\nSTUB="innhold";\r\nHEADING="år";\r\n'
    'VALUES("innhold")="Barnets rusmisbruk";\r\nVALUES("år")="2020","2021";\r\n{keys}DATA=\r\n{row} 1104 1066;\r\n'
)


@pytest.mark.parametrize("name", ["10674.px", "10674.txt", "10674.csv", "10674.json"])
@pytest.mark.parametrize("start", ["", "LANGUAGES"])
@pytest.mark.parametrize("keys", ["", 'KEYS("innhold")=VALUES;\r\n'])
def test_a_px_file_is_refused_as_one_whatever_its_name(name: str, start: str, keys: str, tmp_path: Path) -> None:
    text = PX.format(keys=keys, row='"Barnets rusmisbruk",' if keys else "")
    if start:
        text = 'LANGUAGES="no","en";\r\nTITLE[en]="Reports";\r\n' + text.split("\r\n", 5)[5]
    for encoding, end in (("cp1252", "\r\n"), ("utf-8-sig", "\n"), ("utf-16", "\r\n"), ("mac_roman", "\r")):
        with pytest.raises(RefusedError) as refused:
            read_file(save(tmp_path / name, text.replace("\r\n", end), encoding))
        assert refused.value.findings[0].code == "format_not_read"
        assert refused.value.findings[0].facts["kind"] == "PC-Axis (.px)"


# Values that land -----------------------------------------------------------------------------------------------------


@pytest.fixture
def unjudged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the deliveries folder; what is read lands without being judged."""
    without_judgement(monkeypatch)
    return folder


@pytest.mark.parametrize("doubled", [None, "add", "once"])
@pytest.mark.parametrize(
    "layout",
    [
        "json-stat",
        "measures in the header",
        "measures in a column",
        "measures in a column, values under the title",
        "units in a column",
        "a sheet with measures above the years",
        "a sheet with measures among the labels",
    ],
)
def test_only_the_amount_is_taken_of_several_measures(
    layout: str, doubled: str | None, unjudged: Path, tmp_path: Path
) -> None:
    start = ["EAK Landet", "232 Helsestasjons- og skolehelsetjeneste", "AGD10 Brutto driftsutgifter"]
    header = ["region", "funksjon", "art"]
    figures = {SHARE: "1,4", EACH: "948", AMOUNT: "5104000"}
    if layout == "json-stat":
        content = accounts({"A": SHARE, "B": EACH, "C": AMOUNT}, [1.4, 948, 5_104_000])
        path = write(tmp_path / "12362.json", content)
    elif layout.startswith("a sheet"):
        # as PxWeb writes it: the names of the labels stand in the title, and labels are not repeated
        title = ["12362: Utgifter, etter region, funksjon, art, statistikkvariabel og år"]
        numbers = [float(figure.replace(",", ".")) for figure in figures.values()]
        if "above" in layout:
            rows = [["", "", "", *figures], ["", "", "", *["2021"] * 3], [*start, *numbers]]
        else:
            labels = [start, ["", "", ""], ["", "", ""]]
            rows = [["", "", "", "", "2021"]]
            rows += [[*label, name, number] for label, name, number in zip(labels, figures, numbers, strict=True)]
        path = save_xlsx(
            tmp_path / "12362.xlsx", {"12362": [title, [], *rows, [], ["Sist endret:"], ["20220615 08:00"]]}
        )
    else:
        if layout == "measures in the header":
            rows = [[*header, *(f"{name} 2021" for name in figures)], [*start, *figures.values()]]
        elif layout.startswith("measures in a column"):
            title = "12362: Utgifter til tjenesteområdene, etter region, funksjon, art, statistikkvariabel og år"
            rows = [[*header, "statistikkvariabel", "år", title if "title" in layout else "beløp"]]
            rows += [[*start, name, "2021", figure] for name, figure in figures.items()]
        else:
            rows = [[*header, "vist som", "år", "beløp"]]
            rows += [
                [*start, unit, "2021", figure]
                for unit, figure in zip(("prosent", "kr per innbygger", "1000 kr"), figures.values(), strict=True)
            ]
        path = save(tmp_path / "12362.csv", text_of(rows, quote=True))
    (one,) = take(path, source="SSB", period="2021", doubled=doubled)
    assert [(row["nøkkeltall"], row["2021"]) for row in landed(unjudged, one)] == [(HEALTH, "5104")]
    assert any("taken, not" in note for note in one.shaped.notes)


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([EACH, SHARE], "no_amount"),
        (["12362: Utgifter til tjenesteområdene, etter region, funksjon, art og år"], "no_amount"),
        (["Beløp (mill. kr)", "Korrigert beløp (mill. kr)"], "several_measures"),
    ],
)
def test_columns_of_which_none_or_several_are_amounts_are_refused(
    names: list[str], code: str, folder: Path, tmp_path: Path
) -> None:
    rows = [["region", "funksjon", "art", "år", *names], ["EAK Landet", "232", "AGD10", "2021", *["5104"] * len(names)]]
    assert refused_code(save(tmp_path / "12362.csv", text_of(rows))) == code


@pytest.mark.parametrize(
    "name", ["Beløp (mill. kr)", "12367: Detaljerte regnskapstall, etter region, funksjon, art og år"]
)
def test_the_column_of_amounts_tells_its_unit_by_its_name(name: str, unjudged: Path, tmp_path: Path) -> None:
    rows = [["region", "funksjon", "art", "år", name], ["EAK Landet", "232", "AGD10", "2021", "5104"]]
    (one,) = take(save(tmp_path / "12362.csv", text_of(rows)), source="SSB", period="2021")
    assert landed(unjudged, one)[0]["2021"] == ("5104" if "mill" in name else "5,104")


@pytest.mark.parametrize(
    ("measure", "thousands"),
    [
        ("Beløp (1000 kr)", 1.0),
        ("Beløp i 1\u00a0000 kr", 1.0),
        ("Beløp (tusen kr)", 1.0),
        ("Beløp (mill. kr)", 1000.0),
        ("Beløp (mrd. kr)", 1_000_000.0),
        ("Beløp (kr)", 0.001),
        ("beløp", 1.0),
        ("Beløp per innbygger (kr)", None),
        ("Beløp pr. innbygger (1000 kr)", None),
        ("Andel av totale utgifter (prosent)", None),
        ("Endring i beløp (1000 kr)", None),
        ("Avtalte årsverk", None),
    ],
)
def test_an_amount_is_told_from_shares_and_amounts_per_inhabitant(measure: str, thousands: float | None) -> None:
    assert thousands_in(measure) == thousands


def test_amounts_in_million_kroner_are_not_taken_for_thousands(unjudged: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "12362.json", accounts({"K": "Beløp (mill. kr)"}, [5104]))
    (one,) = take(path, source="SSB", period="2021")
    assert landed(unjudged, one)[0]["2021"] == "5104"


SERVICE = "Helsestasjons- og skolehelsetjeneste"
KONSERN, KASSE = "Kommuner/fylkeskommuner", "Kommuner/fylkeskommuner eksl. foretak, IKS, og samarbeid."


@pytest.mark.parametrize("function", [SERVICE, f"232 {SERVICE}"])
@pytest.mark.parametrize("scopes", [{"A": KONSERN, "B": KASSE}, {"B": KASSE, "A": KONSERN}, {"A": "Kommunekonsern"}])
def test_the_konsern_is_taken_of_labels_without_codes(
    function: str, scopes: Categories, unjudged: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "12367.json", scoped(function, "Brutto driftsutgifter på funksjon/tjenesteområde", scopes))
    (one,) = take(path, source="SSB", period="2021")
    of_konsern = 10 - list(scopes).index("A")
    assert {row["region"]: (row["nøkkeltall"], row["2021"]) for row in landed(unjudged, one)} == {
        "EAK Landet": (HEALTH, str(1000 * of_konsern)),
        "EAKUO Landet uten Oslo": (HEALTH, str(900 * of_konsern)),
        "3001 Halden": (HEALTH, str(6 * of_konsern)),
    }


def test_a_table_without_any_codes_says_which_function_and_scope_it_takes(unjudged: Path, tmp_path: Path) -> None:
    rows = [["region", "regnskapsomfang", "funksjon", "art", "Beløp (1000 kr) 2021"]]
    for function in ("Administrasjon", "Helsestasjons- og skolehelsetjeneste"):
        for scope, amount in ((KASSE, "4593600"), (KONSERN, "5104000")):
            rows.append(["Landet", scope, function, "Brutto driftsutgifter på funksjon/tjenesteområde", amount])
    (one,) = take(save(tmp_path / "12367.csv", text_of(rows, quote=True)), source="SSB", period="2021")
    assert [(row["region"], row["2021"]) for row in landed(unjudged, one)] == [("Landet", "5104")]


def test_preliminary_years_land_under_the_year_and_are_told(unjudged: Path, tmp_path: Path) -> None:
    years = {"2020": "2020", "2021": "2021*"}
    (one,) = take(write(tmp_path / "dar.json", deaths(years=years)), source="FHI_DAR", period="2021")
    assert {row["År"] for row in landed(unjudged, one)} == {"2020", "2021"}
    assert "preliminary_period" in {finding.code for finding in one.findings}


def test_marks_of_figures_go_to_the_column_of_flags_or_are_told(unjudged: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "dar.json", deaths() | {"status": {"1": "*"}})
    (one,) = take(path, source="FHI_DAR", period="2021")
    assert [(row["Antall"], row["FLAGG"]) for row in landed(unjudged, one)][:2] == [("331", ""), ("241", "*")]
    (other,) = take(write(tmp_path / "m.json", messages() | {"status": ["*", ""]}), source="SSB", period="2021")
    assert [finding.facts for finding in other.findings if finding.code == "figures_marked"] == [
        {"n": 1, "marks": "'*' (1)"}
    ]


def test_the_measure_that_the_contract_holds_is_taken_of_several(unjudged: Path, tmp_path: Path) -> None:
    dimensions = {
        "AARSAK": ("Dødsårsak", CAUSES),
        "MEASURE_TYPE": ("Måltall", {"RATE": "Rate per 100 000", "ANTALL": "Antall"}),
        "AAR": ("År", {"2021": "2021"}),
    }
    content = document("Dødsfall", dimensions, [4.5, 241, 7.4, 401], role={"metric": ["MEASURE_TYPE"]})
    (one,) = take(write(tmp_path / "dar.json", content), source="FHI_DAR", period="2021")
    assert [row["Antall"] for row in landed(unjudged, one)] == ["241", "401"]


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Kommuner med helsestasjon (ja=1, nei=0)", "kommuner med helsestasjon (ja=1, nei=0)"),
        ("Alder (15-16) 1)", "alder (15-16)"),
        ("Stifinner 12)", "stifinner"),
        ("Bydelsnr_ 1)", "bydelsnr"),
        ("Del (av 2)", "del (av 2)"),
    ],
)
def test_a_bracket_that_closes_another_is_no_footnote(label: str, key: str) -> None:
    assert folded(label) == key


def test_labels_that_end_in_a_number_and_a_bracket_stay_whole(unjudged: Path, tmp_path: Path) -> None:
    labels = {"A": "Kommuner med tilbud (ja=1, nei=0)", "B": "Kommuner med tilbud (ja=1, nei=9)"}
    dimensions = {
        "ContentsCode": ("statistikkvariabel", labels),
        "KOKkommuneregion0000": ("", {"EAK": "Landet"}),  # the name is taken from the id
        "Tid": ("år", {"2021": "2021"}),
    }
    path = write(tmp_path / "12191.json", document("12191: Kommunehelse", dimensions, [301, 302]))
    (one,) = take(path, source="SSB", period="2021", extract="ssb_kostra")
    assert {row["nøkkeltall"]: row["2021"] for row in landed(unjudged, one)} == dict(
        zip(labels.values(), ("301", "302"), strict=True)
    )


# The gate and the build -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [QUARTERS, {"2021M11": "november 2021", "2021M12": "2021M12"}])
def test_quarters_and_months_are_no_years(years: Categories, folder: Path, tmp_path: Path) -> None:
    (one,) = take(write(tmp_path / "dar.json", deaths(years=years)), source="FHI_DAR", period="2021")
    assert "period_is_no_year" in {finding.code for finding in one.findings if not finding.is_warning}


def test_what_statistics_offices_publish_lands_and_is_built(
    first_build: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regions by code and by name, in a folder whose name a pattern could be read in."""
    folder = tmp_path / "leveranser [ny] * 2022?"
    monkeypatch.setenv("RUS_DELIVERIES_DIR", str(folder))
    monkeypatch.setenv("RUS_BUILD_DIR", str(tmp_path / "gate"))
    per_child = "Brutto driftsutgifter per innbygger 0-5 år, helsestasjons- og skolehelsetjeneste (kr)"
    dimensions = {
        "ContentsCode": ("statistikkvariabel", {"KOS1": per_child}),
        "KOKkommuneregion0000": ("region", REGIONS),
        "Tid": ("år", {"2021": "2021"}),
    }
    key_figure = document("12191: Kommunehelse, etter region og år", dimensions, [11840, 11500, 10412])
    account = scoped(
        "Helsestasjons- og skolehelsetjeneste", "Brutto driftsutgifter på funksjon", {"A": KONSERN, "B": KASSE}
    )
    account["value"] = [round(value * 0.5104) for value in account["value"]]
    for name, content, source in (
        ("dar.json", deaths(), "FHI_DAR"),
        ("12191.json", key_figure, "SSB"),
        ("12367.json", account, "SSB"),
        ("10674.json", messages(), "SSB"),
    ):
        (one,) = take(write(tmp_path / name, content), source=source, period="2021", publication=name)
        assert not one.refused, [finding.text() for finding in one.findings]
    assert len(in_force(folder, landing.SHIPPED)) > 4
    build = copy_round(first_build, tmp_path / "round", shipped=True)
    environment = {"RUS_DELIVERIES_DIR": str(folder), "RUS_BUILD_DIR": str(build.build_file.parent)}
    wanted = ["+int_figures", "qa_rejected_values", "assert_no_rejected_values"]
    result = build.dbt("build", "-s", *wanted, "--indirect-selection", "cautious", env=environment)
    assert result.ok, result.output
    found = build.rows(
        "select series_code, region_code, value from intermediate.int_figures"
        " where year = 2021 and delivery_id like '%_json%' order by all",
        build.build_file,
    )
    assert {row[:2]: row[2] for row in found} == {
        ("fhi.narkotikautloste_dodsfall", "0"): 241.0,
        ("fhi.alkoholutloste_dodsfall", "0"): 401.0,
        ("ssb.helsestasjon_per_innb_0_5", "0"): 11840.0,
        ("ssb.helsestasjon_per_innb_0_5", "3001"): 10412.0,
        ("ssb.helsestasjon_per_innb_0_5", "EAKUO"): 11500.0,
        ("ssb.helsestasjon_utgifter", "0"): 5104.0,
        ("ssb.helsestasjon_utgifter", "3001"): 30.624,
        ("ssb.helsestasjon_utgifter", "EAKUO"): 4593.6,
        ("ssb.meldinger_barn", "0"): 1066.0,
        ("ssb.meldinger_barn_eller_foreldre", "0"): 8275.0,
    }


def test_a_city_that_stands_by_bydel_only_is_no_city_without_accounts(tmp_path: Path) -> None:
    rows = [line for line in account_rows().splitlines(keepends=True) if not line.startswith("0301;00;")]
    file = save(tmp_path / "regnskap.csv", "".join(rows))
    with pytest.raises(RefusedError) as caught:
        take(file, source="SSB", period="2021")
    assert [finding.code for finding in caught.value.findings] == ["accounts_of_bydeler_only"]
