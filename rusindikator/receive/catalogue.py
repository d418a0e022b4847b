"""What the seeds say of each extract: its contract, its questions and amounts, and which indicators rest on them."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import yaml

from rusindikator.paths import PROJECT, SEEDS
from rusindikator.receive.numbers import TRIMMED

# The one written in C, where it is built: the descriptions are long.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Which extracts a source delivers. A figure that somebody else prints about a microdata source goes to `omtale`.
EXTRACTS = {
    "IS24_8": ("is24_8",),
    "BRUKERPLAN": ("brukerplan",),
    "BU": ("bu",),
    "PASOPP_TSB": ("pasopp_tsb",),
    "IS2494": ("is2494",),
    "KORFOR": ("korfor_utstyr",),
    "SSB": ("ssb_straffereaksjoner", "ssb_barnevern", "ssb_kostra", "ssb_speshelse"),
    "SAMDATA": ("samdata",),
    "NPR": ("npr_gylne_regel",),
    "KDI": ("kdi",),
    "FHI_DAR": ("fhi_dodsarsak",),
    "FHI_RUS": ("fhi_rusmidler",),
    "UNGDATA": ("ungdata",),
    "KONFLIKTRADET": ("konfliktradet",),
    "NIFU": ("nifu",),
    "KOMMUNEPROP": ("kommuneproposisjonen",),
    "STATSBUDSJETT": ("statsbudsjettet",),
    "FYLKESMANN": ("fylkesmannen",),
}

# One row per unit and year: the columns that name the unit, and the one that says which unit of the register answered.
UNIT_KEYS = {
    "is24_8": ("kommunenr", "bydelsnr"),
    "brukerplan": ("lopenr",),
    "bu": ("respondentnr",),
    "pasopp_tsb": ("pasientnr",),
    "is2494": ("kommunenr",),
    "korfor_utstyr": ("kommunenr",),
}
# Columns that make the label of a series (models/staging), the column of the period and the columns of values.
LABELS = {
    "ssb_straffereaksjoner": ("statistikkvariabel", "type reaksjon", "type hovedlovbrudd", "avgrensning"),
    "ssb_barnevern": ("innhold", "melder"),
    "ssb_kostra": ("nøkkeltall",),
    "ssb_speshelse": ("statistikkvariabel",),
    "samdata": ("Kategori",),
    "nifu": ("Måltall",),
    "npr_gylne_regel": ("Måltall",),
    "kdi": ("Måltall", "Grunnlag"),
    "konfliktradet": ("Reaksjon", "Grunnlag"),
    "fhi_dodsarsak": ("Dødsårsak",),
    "fhi_rusmidler": ("Måltall", "Alder"),
    "ungdata": ("Indikator", "Skoletrinn"),
    "kommuneproposisjonen": ("tiltak",),
    "statsbudsjettet": ("tiltak",),
    "fylkesmannen": ("måltall",),
}
PERIODS = {
    "npr_gylne_regel": "Periode",
    "kdi": "Periode",
    "konfliktradet": "Periode",
    "fhi_dodsarsak": "År",
    "fhi_rusmidler": "År",
    "ungdata": "År",
    "kommuneproposisjonen": "år",
    "statsbudsjettet": "år",
    "fylkesmannen": "år",
}
VALUES = {
    "npr_gylne_regel": ("Verdi",),
    "kdi": ("Verdi",),
    "konfliktradet": ("Saker",),
    "fhi_dodsarsak": ("Antall", "Endring i prosent"),
    "fhi_rusmidler": ("Verdi", "Nedre grense", "Øvre grense"),
    "ungdata": ("Andel",),
    "kommuneproposisjonen": ("beløp",),
    "statsbudsjettet": ("beløp",),
    "fylkesmannen": ("antall",),
}
PERIOD = re.compile(
    r"(?:19|20)\d{2}(?:[TH][1-3]|K[1-4]|M(?:0[1-9]|1[0-2])|-(?:19|20)\d{2}|-(?:0[1-9]|1[0-2])\.\.(?:19|20)\d{2}-(?:0[1-9]|1[0-2]))?"
)


# A mark at the end of a label that closes no bracket (macro clean_text).
_FOOTNOTE = re.compile(r"(?:[^()]|\([^()]*\))*[^\d]\d{1,2}\)")


def folded(text: str) -> str:
    """Return `text` as names are compared: lower case, white space folded, footnote marks and underscores gone.

    Example: ' Bydelsnr_ 1)' -> 'bydelsnr'
    """
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"<sup>[^<]*</sup>", "", text.strip())
    if _FOOTNOTE.fullmatch(text):
        text = re.sub(r" ?\d{1,2}\)$", "", text)
    return re.sub(r"[\s\u00a0\u2007\u2009\u202f_]+", " ", text).strip().lower()


@cache
def country_names() -> frozenset[str]:
    """Return what the whole country is called in deliveries, in lower case: the build's own list (dbt_project.yml)."""
    settings = yaml.load((PROJECT / "dbt_project.yml").read_text("utf-8"), _LOADER)
    return frozenset(settings["vars"]["country_names"])


def answer_key(text: str) -> str:
    """Return the key under which answer_aliases lists an answer (macro answer_text)."""
    return re.sub("[\t\n\f\r \u00a0\u2007\u2009\u202f]+", " ", text).strip(TRIMMED).lower()


def read_seed(path: Path) -> list[dict[str, str]]:
    """Return the rows of a seed as text."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Contract:
    """The shape of one extract: its columns in order, and how its file is written."""

    extract: str
    source_code: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    delimiter: str
    preamble_lines: int

    @property
    def is_microdata(self) -> bool:
        """True where a row is a unit that answers, false where it is a finished figure."""
        return self.extract in UNIT_KEYS

    @property
    def is_wide(self) -> bool:
        """True where each period is a column of its own."""
        return not self.is_microdata and self.extract not in PERIODS

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that are no period and no value."""
        if self.is_wide:
            return tuple(name for name in self.columns if not PERIOD.fullmatch(name))
        taken = {PERIODS.get(self.extract, ""), *VALUES.get(self.extract, ()), "FLAGG"}
        return tuple(name for name in self.columns if name not in taken)


@dataclass(frozen=True)
class Mapping:
    """A row of column_mappings or label_mappings, for the years it holds for."""

    extract: str
    year_from: int
    year_to: int
    column_name: str
    delivered: str

    def holds(self, extract: str, year: int) -> bool:
        """Return whether the row speaks of this extract in this year."""
        return self.extract == extract and self.year_from <= year <= self.year_to


@dataclass
class Catalogue:
    """The seeds, read when they are needed."""

    seeds: Path = SEEDS
    _contracts: dict[str, Contract] = field(default_factory=dict)
    _rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    @cached_property
    def _described(self) -> dict[str, dict]:
        found = {}
        for path in sorted((self.seeds / "extracts").glob("_*.yml")):
            for seed in yaml.load(path.read_text("utf-8"), _LOADER).get("seeds", []):
                found[seed["name"]] = seed.get("config", {})
        return found

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a catalogue seed."""
        if name not in self._rows:
            self._rows[name] = read_seed(self.seeds / "catalogue" / f"{name}.csv")
        return self._rows[name]

    def contract(self, extract: str) -> Contract:
        """Return the contract of an extract."""
        if extract not in self._contracts:
            config = self._described[extract]
            with (self.seeds / "extracts" / f"{extract}.csv").open(encoding="utf-8", newline="") as handle:
                columns = tuple(next(csv.reader(handle)))
            source = next(code for code, extracts in EXTRACTS.items() if extract in extracts)
            self._contracts[extract] = Contract(
                extract,
                source,
                columns,
                tuple(config.get("required", ())),
                config.get("delimiter", ","),
                int(config.get("preamble_lines", 0)),
            )
        return self._contracts[extract]

    @cached_property
    def revision_columns(self) -> list[str]:
        """Columns of revisions.csv, in order."""
        with (self.seeds / "catalogue" / "revisions.csv").open(encoding="utf-8", newline="") as handle:
            return next(csv.reader(handle))

    @cached_property
    def variables(self) -> list[dict[str, str]]:
        """Questions: column, variable and scale."""
        return self.rows("variables")

    @cached_property
    def amounts(self) -> list[dict[str, str]]:
        """Numeric columns of microdata."""
        return self.rows("amounts")

    @cached_property
    def series(self) -> dict[tuple[str, str], dict[str, str]]:
        """Series by source and label."""
        return {(row["source_code"], row["series_label"]): row for row in self.rows("series")}

    @cached_property
    def aliases(self) -> dict[str, dict[str, str]]:
        """Scale -> answer text -> answer code."""
        found: dict[str, dict[str, str]] = {}
        for row in self.rows("answer_aliases"):
            found.setdefault(row["scale_code"], {})[row["answer_text"]] = row["answer_code"]
        return found

    @cached_property
    def labels_of_scale(self) -> dict[str, list[str]]:
        """Scale -> its answers as printed, in order."""
        found: dict[str, list[str]] = {}
        for row in self.rows("answer_scales"):
            if row["is_missing"] != "true":
                found.setdefault(row["scale_code"], []).append(row["label_nb"])
        return found

    def answers_of(self, extract: str, column: str) -> list[str]:
        """Return the answers of a question as printed, in order; none where the column is no question."""
        scale = next(
            (row["scale_code"] for row in self.variables if (row["extract"], row["column_name"]) == (extract, column)),
            "",
        )
        return self.labels_of_scale.get(scale, [])

    def valid_municipalities(self, year: int) -> dict[str, str]:
        """Return code -> name of the municipalities of a year."""
        return {
            row["municipality_code"]: row["municipality_name"]
            for row in read_seed(self.seeds / "reference" / "municipalities.csv")
            if int(row["valid_from_year"]) <= year <= int(row["valid_to_year"])
        }

    def mappings(self, name: str) -> list[Mapping]:
        """Return the rows of column_mappings or label_mappings."""
        delivered = "delivered_name" if name == "column_mappings" else "delivered_label"
        found = []
        for row in self.rows(name):
            column = row["column_name"] if name == "column_mappings" else f"{row['column_name']}\t{row['label']}"
            found.append(
                Mapping(row["extract"], int(row["year_from"] or 0), int(row["year_to"] or 9999), column, row[delivered])
            )
        return found

    @cached_property
    def column_mappings(self) -> list[Mapping]:
        """What a column is called in deliveries."""
        return self.mappings("column_mappings")

    @cached_property
    def label_mappings(self) -> list[Mapping]:
        """What a row label is called in deliveries."""
        return self.mappings("label_mappings")

    def items_used(self, source_code: str, year: int) -> set[str]:
        """Return the items of a source that some indicator rests on in a year."""
        return {
            row["item_code"]
            for row in self.rows("definitions")
            if row["source_code"] == source_code and int(row["year_from"] or 0) <= year <= int(row["year_to"] or 9999)
        }
