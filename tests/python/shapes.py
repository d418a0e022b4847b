"""Deliveries of 2021 in the shapes that their sources use. The figures are invented, and the same in every run."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat

from rusindikator.deliveries import read_register
from rusindikator.receive.catalogue import SEEDS, Catalogue, answer_key, read_seed
from rusindikator.receive.landing import SHIPPED

CATALOGUE = Catalogue()
Rows = list[list[object]]


@cache
def answers(extract: str, column: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the answers of a question as sources write them, and how often, as in what is shipped."""
    scale = next(
        row["scale_code"] for row in CATALOGUE.variables if (row["extract"], row["column_name"]) == (extract, column)
    )
    codes = CATALOGUE.aliases[scale]
    texts = [text for text in CATALOGUE.labels_of_scale[scale] if text.lower() in codes]
    coded = Counter(codes.get(answer_key(cell)) for cell in last_answers(extract).get(column, []))
    weights = [coded[codes[text.lower()]] for text in texts]
    return tuple(texts), tuple(weights) if any(weights) else tuple(1 for _ in texts)


@cache
def last_answers(extract: str) -> dict[str, list[str]]:
    """Return column -> cells of the newest shipped delivery of an extract that has the column."""
    found: dict[str, list[str]] = {}
    mine = [row for row in read_register(SHIPPED) if row.extract == extract]
    for delivery in sorted(mine, key=lambda row: (row.period[-4:], row.published_on)):
        with (SHIPPED / delivery.file_name).open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter=CATALOGUE.contract(extract).delimiter))
        # a question that was not asked stands blank
        found |= {name: cells for name in rows[0] if any(cells := [row[name] for row in rows])}
    return found


@cache
def municipalities(year: int) -> dict[str, str]:
    """Return code -> name of the municipalities of a year."""
    return {
        row["municipality_code"]: row["municipality_name"]
        for row in read_seed(SEEDS / "reference" / "municipalities.csv")
        if int(row["valid_from_year"]) <= year <= int(row["valid_to_year"])
    }


@cache
def districts(year: int) -> dict[str, str]:
    """Return code -> name of Oslo's bydeler of a year."""
    return {
        row["bydel_code"]: row["bydel_name"]
        for row in read_seed(SEEDS / "reference" / "oslo_bydeler.csv")
        if int(row["valid_from_year"]) <= year <= int(row["valid_to_year"])
    }


@cache
def population() -> dict[str, int]:
    """Return inhabitants by municipality code, each code in the newest year that has it."""
    names = ("pop_0_5", "pop_6_17", "pop_18_96", "pop_97_plus")
    rows = sorted(read_seed(SEEDS / "reference" / "population.csv"), key=lambda row: int(row["year"]))
    return {row["municipality_code"]: sum(int(row[name] or 0) for name in names) for row in rows}


def text_of(rows: Sequence[Sequence[object]], delimiter: str = ";", quote: bool = False, end: str = "\r\n") -> str:
    """Return rows as delimited text, as an export writes it."""
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def save(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def save_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


@cache
def units(year: int) -> tuple[tuple[str, str, str, str], ...]:
    """Return kommunenr, kommune, bydelsnr and bydel of all who are to answer in a year."""
    bydeler = districts(year).items()
    return (
        *(("0301", "Oslo", code, name) for code, name in bydeler),
        *((code, name, "", "") for code, name in municipalities(year).items() if code != "0301"),
    )


def comma(value: float) -> str:
    """Return a number with one decimal after a comma."""
    return f"{value:.1f}".replace(".", ",")


def is24_8(year: int = 2021, factor: float = 1.0, without: Sequence[str] = ()) -> Rows:
    """Return IS-24/8 with header, all questions of the contract, all units of the year."""
    pick = random.Random(248 + year)
    columns = [name for name in CATALOGUE.contract("is24_8").columns if name not in without]
    rows: Rows = [columns]
    # In 2020 there were 66 that did not answer and got the figures of the year before.
    carried = {unit[0] for unit in units(year)[40:106]} if year == 2020 else set()
    for municipality, name, district_code, district in units(year):
        people = 45_000 if district_code else population().get(municipality, 5_000)
        cells: dict[str, str] = {
            "kommunenr": municipality,
            "kommune": name,
            "bydelsnr": district_code,
            "bydel": district,
            "aar": str(year),
        }
        for group, share in (("voksne", 0.0021), ("barn", 0.0006)):
            total = people * share * pick.uniform(0.8, 1.2) * factor + 1
            cells[f"arsverk_{group}_totalt"] = comma(total)
            for pathway, part in ((1, 0.1), (2, 0.25), (3, 0.5)):
                cells[f"arsverk_{group}_forlop{pathway}"] = comma(total * part)
        kroner = f"{people * 12:,}".replace(",", " ")
        for column in columns:
            if column in cells:
                continue
            if column == "belop_brukermedvirkning":
                cells[column] = kroner
            elif column == "arsverk_fra_aaret_for":
                cells[column] = "ja" if municipality in carried else ""
            else:
                texts, weights = answers("is24_8", column)
                cells[column] = pick.choices(texts, weights)[0]
        rows.append([cells[column] for column in columns])
    return rows


def bu(year: int = 2021, people: int = 240, without: Sequence[str] = (), towns: int = 20) -> Rows:
    """Return the user survey: one row a respondent, in as many municipalities as told."""
    pick = random.Random(year)
    columns = [name for name in CATALOGUE.contract("bu").columns if name not in without]
    places = [unit for unit in units(year) if not unit[2]]
    places = places[:: len(places) // towns][:towns]
    rows: Rows = [columns]
    for number in range(1, people + 1):
        code, name, *_ = places[number % len(places)]
        fixed = {
            "respondentnr": str(number),
            "kommunenr": code,
            "kommune": name,
            "korus_region": "Midt",
            "aar": str(year),
            "kjonn": "mann",
        }
        said = {name: pick.choices(*answers("bu", name))[0] for name in columns if name not in fixed}
        rows.append([(fixed | said)[column] for column in columns])
    return rows


def brukerplan_sav(path: Path, year: int = 2021, people: int = 200) -> Path:
    """Write BrukerPlan as SPSS does: numbers in the cells, what they mean in value labels."""
    pick = random.Random(7)
    colours = {1.0: "Grønn", 2.0: "Gul", 3.0: "Rød", 9.0: "Ubesvart"}
    yes = {0.0: "Nei", 1.0: "Ja", 9.0: "Ubesvart"}
    columns = {
        row["column_name"]: row["scale_code"]
        for row in CATALOGUE.variables
        if row["extract"] == "brukerplan" and row["column_name"] and row["scale_code"] in ("farge4", "ja_nei")
    }
    places = [unit[0] for unit in units(year) if not unit[2]][:40]
    data: dict[str, list[object]] = {
        "lopenr": [float(number) for number in range(1, people + 1)],
        "kommunenr": [float(places[number % 40]) for number in range(people)],
        "aar": [float(year)] * people,
        "gruppe": [float(1 + number % 3) for number in range(people)],
        "alder": [float(18 + number % 60) for number in range(people)],
    }
    labels: dict[str, dict[float, str]] = {"gruppe": {1.0: "Rus", 2.0: "ROP", 3.0: "Psykisk"}}
    for column, scale in columns.items():
        labels[column] = colours if scale == "farge4" else yes
        data[column] = [pick.choice([code for code in labels[column] if code != 9.0]) for _ in range(people)]
    pyreadstat.write_sav(pd.DataFrame(data), str(path), variable_value_labels=labels)
    return path


DEATHS = [
    ["Dødsårsak", "Region", "År", "Antall", "FLAGG"],
    ["Narkotikautløste dødsfall (EMCDDA)", "Hele landet", "2020", "324", ""],
    ["Narkotikautløste dødsfall (EMCDDA)", "Hele landet", "2021", "241", ""],
    ["Narkotikautløste dødsfall (EMCDDA)", "Hele landet", "2022", "", ".."],
    ["Alkoholutløste dødsfall", "Hele landet", "2020", "371", ""],
    ["Alkoholutløste dødsfall", "Hele landet", "2021", "401", ""],
    ["Alkoholutløste dødsfall", "Hele landet", "2022", "", ".."],
]


def deaths() -> str:
    """Return drug- and alcohol-induced deaths as FHI writes csv2: all quoted, periods to come flagged."""
    return text_of(DEATHS, quote=True)


OFFENCES = {
    "Narkotikaovertredelser, legemiddelloven": (5210, 4630, 4105),
    "Narkotikaovertredelser, straffeloven": (7020, 6511, 6150),
    "Ruspåvirket kjøring og andre rusmiddellovbrudd": (6630, 6422, 6017),
}
YEARS = ("2019", "2020", "2021")
SANCTIONS_TITLE = "10651: Straffereaksjoner, etter reaksjonstype, hovedlovbruddsgruppe, statistikkvariabel og år"


def sanctions_wide() -> str:
    """Return SSB's table of sanctions as PxWeb downloads it wide: title, blank line, a column per measure and year."""
    rows: Rows = [["reaksjonstype", "hovedlovbruddsgruppe", *(f"Straffereaksjoner {year}" for year in YEARS)]]
    rows += [["Alle reaksjonstyper", offence, *map(str, counts)] for offence, counts in OFFENCES.items()]
    return f'"{SANCTIONS_TITLE}"\r\n\r\n' + text_of(rows, quote=True)


def sanctions_long() -> str:
    """Return the same table pivot-friendly: one value a row, its column named after the title."""
    rows: Rows = [["reaksjonstype", "hovedlovbruddsgruppe", "statistikkvariabel", "år", SANCTIONS_TITLE]]
    for offence, counts in OFFENCES.items():
        rows += [
            ["Alle reaksjonstyper", offence, "Straffereaksjoner", year, n]
            for year, n in zip(YEARS, counts, strict=True)
        ]
    return text_of(rows, quote=True)


def sanctions_xlsx(path: Path) -> Path:
    """Write the same table as PxWeb writes a sheet: title, labels not repeated, footnotes below."""
    rows: Rows = [[SANCTIONS_TITLE], [], [None, None, "Straffereaksjoner", None, None], [None, None, *YEARS]]
    for place, (offence, counts) in enumerate(OFFENCES.items()):
        rows.append(["Alle reaksjonstyper" if place == 0 else None, offence, *counts])
    rows += [
        [],
        ["Tall kan være rettet."],
        ["Sist endret:"],
        ["20220630 08:00"],
        ["Kilde:"],
        ["Statistisk sentralbyrå"],
    ]
    rows += [["Måleenhet:"], ["straffereaksjoner"], ["Database:"], ["Ekstern PRODUKSJON"]]
    return save_xlsx(path, {"Straffereaksjoner": rows})


def messages_json() -> dict:
    """Return child-welfare messages as JSON-stat2: row-major values, a symbol where there is none, nynorsk labels."""
    contents = {
        "A": "Barnets eller foreldrenes rusmisbruk",
        "B": "Rusmisbruken til barnet",
        "C": "Foreldra sitt rusmisbruk",
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "10674: Meldinger til barnevernet, etter innhold, melder, statistikkvariabel og år",
        "source": "Statistisk sentralbyrå",
        "updated": "2022-07-05T06:00:00Z",
        "id": ["Innhold", "Melder", "ContentsCode", "Tid"],
        "size": [3, 1, 1, 2],
        "dimension": {
            "Innhold": {"label": "innhold", "category": {"index": {"A": 0, "B": 1, "C": 2}, "label": contents}},
            "Melder": {"label": "melder", "category": {"index": ["00"], "label": {"00": "I alt"}}},
            "ContentsCode": {
                "label": "statistikkvariabel",
                "category": {
                    "index": {"Meldinger": 0},
                    "label": {"Meldinger": "Meldinger"},
                    "unit": {"Meldinger": {"base": "meldinger", "decimals": 0}},
                },
            },
            "Tid": {
                "label": "år",
                "category": {"index": {"2020": 0, "2021": 1}, "label": {"2020": "2020", "2021": "2021"}},
            },
        },
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "value": [9120, 9341, 1104, 1066, None, 8275],
        "status": {"4": ".."},
    }


def messages() -> str:
    """Return the JSON-stat2 document as text."""
    return json.dumps(messages_json(), ensure_ascii=False)


def kostra_key_figure() -> str:
    """Return the KOSTRA key figure of #39 as PxWeb's wide CSV with code and name in one cell."""
    name = "Brutto driftsutgifter per innbygger 0-5 år, helsestasjons- og skolehelsetjeneste (kr)"
    plain = name.removesuffix(" (kr)")
    rows: Rows = [["region", "statistikkvariabel", "måleenhet", "2021"], ["EAK Landet", plain, "kr", "11 840"]]
    rows.append(["3001 Halden", plain, "kr", "10 412"])
    title = "12362: Helsestasjons- og skolehelsetjeneste, etter region, statistikkvariabel og år"
    return f'"{title}"\r\n\r\n' + text_of(rows, quote=True)


def accounts(negative_income: bool = False) -> str:
    """Return KOSTRA account rows: Oslo's bydeler repeat row 00, income negative in some years, positive in others."""
    income = -1 if negative_income else 1
    rows: Rows = [["region", "bydel", "funksjon", "art", "belop"]]
    for region, size in (("0301", 400), ("3001", 30), ("5001", 120)):
        rows += [[region, "00", "232", "010", size * 700], [region, "00", "232", "590", size * 10]]
        rows += [[region, "00", "232", "690", income * size * 5], [region, "00", "232", "710", income * size * 20]]
        rows += [[region, "00", "232", "729", income * size * 3], [region, "00", "241", "010", size * 999]]
    rows += [["0301", f"{district:02}", "232", "010", 400 * 700 // 15] for district in range(1, 16)]
    return text_of(rows)


def quality_indicators() -> str:
    """Return Helsedirektoratet's export: commas inside and between cells, years and tertials, units in the cells."""
    header = [
        "Tidsperiode",
        "Kvalitetsindikator",
        "Måltall",
        "Lokasjon",
        "Verdi",
        "Sektor",
        "Nivå",
        "QualityIndicatorID",
        "LocationId",
    ]
    region, hospital = "Fylke/Regionalt helseforetak", "Kommune/Helseforetak/Legevakt/Helsefellesskap"
    wait, started = "Gjennomsnittlig ventetid, TSB alle omsorgsnivåer", "Totalt antall påbegynt helsehjelp i TSB"
    rows: Rows = [header]
    for place, (days, n) in {
        "Hele landet": ("30,17", "9120"),
        "Helse Vest RHF": ("27,12", "2210"),
        "Helse Nord RHF": ("35,4", "901"),
    }.items():
        for period in ("2021", "2021T3"):
            rows.append([period, "Ventetid TSB", wait, place, days, "Spesialist", region, "375", "983658725"])
            rows.append([period, "Ventetid TSB", started, place, n, "Spesialist", region, "375", "983658725"])
    rows.append(
        [
            "2021",
            "Epikrisetid",
            "Epikriser sendt i TSB innen én dag",
            "Helse Vest RHF",
            "44,0%",
            "Spesialist",
            region,
            "9",
            "983658725",
        ]
    )
    rows.append(
        [
            "2021",
            "Overlevelse",
            "30 dagers overlevelse",
            "Helse Vest RHF",
            "101,6%",
            "Spesialist",
            region,
            "3",
            "983658725",
        ]
    )
    rows.append(["2021", "Ventetid TSB", wait, "Privat leverandør", "12", "Spesialist", hospital, "375", "999999991"])
    return text_of(rows, delimiter=",", end="\n")


KDI = [
    ["Måltall", "Grunnlag", "Enhet", "2020", "2021"],
    ["Plasser i rusmestringsenheter og Stifinner-enheter", "årsrapport og ND-rapportering", "plasser", 133, 140],
    ["Personer på soning etter straffegjennomføringsloven § 12", "årsrapport og ND-rapportering", "personer", 470, 455],
    ["Dømte i ND, poliklinisk behandling", "årsrapport og ND-rapportering", "personer", 260, 251],
    ["Dømte i ND, døgnbehandling", "årsrapport og ND-rapportering", "personer", 70, 66],
    ["Iverksatte dommer til ND", "iverksatt i året, hele landet", "dommer", 170, 181],
]


def kdi_xlsx(path: Path) -> Path:
    """Write a table of the correctional service as a sheet with years as columns, a title and a footnote."""
    rows: Rows = [
        ["Tabell 14. Narkotikaprogram med domstolskontroll og rusmestring"],
        [],
        *KDI,
        [],
        ["1) Kilde: KOMPIS"],
    ]
    return save_xlsx(path, {"Tabell 14": rows, "Om tallene": [["Tallene er hentet ut i februar."]]})


YOUTH = [
    ["Type sak", "Tellemåte", "År", "Antall saker"],
    ["Ungdomsstraff", "mottatte saker", "2021", "61"],
    ["Ungdomsoppfølging", "mottatte saker", "2021", "344"],
    ["Ungdomsstraff", "grunnlag ikke oppgitt", "2021", "33"],
    ["Ungdomsoppfølging", "grunnlag ikke oppgitt", "2021", "301"],
]


def youth() -> str:
    """Return the table of the mediation service."""
    return "Ungdomssaker i konfliktrådene\r\n" + text_of(YOUTH)


def json_stat(title: str, dimensions: dict[str, tuple[str, dict[str, str]]], values: object, **more: object) -> dict:
    """Return a JSON-stat2 dataset that tells no roles; `dimensions` has id -> label and the categories by code."""
    described = {
        identity: {"label": label, "category": {"index": {code: at for at, code in enumerate(codes)}, "label": codes}}
        for identity, (label, codes) in dimensions.items()
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": title,
        "updated": "2022-06-15T06:00:00Z",
        "id": list(dimensions),
        "size": [len(codes) for _, codes in dimensions.values()],
        "dimension": described,
        "value": values,
    } | more


def save_json_stat(path: Path, title: str, dimensions: dict[str, tuple[str, dict[str, str]]], values: list) -> Path:
    """Write a JSON-stat2 dataset with the roles that PxWeb tells."""
    role = {"time": ["Tid"], "metric": ["ContentsCode"], "geo": [next(iter(dimensions))]}
    return save(path, json.dumps(json_stat(title, dimensions, values, role=role), ensure_ascii=False))
