"""The answer scales of the catalogue, and how the constructed deliveries spell their answers.

Real files hold the same answer in several spellings. The constructed ones do as well: about one cell in
twelve departs from the first spelling listed here. seeds/catalogue/answer_aliases.csv has to know them all.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random

from rusindikator.demo.figures import read_csv
from rusindikator.demo.spread import pick

NOT_SUBSTANTIVE = ("vet_ikke", "ikke_relevant", "har_ikke", "ubesvart")
ODD_SPELLING = 1 / 12

_VERKEN = ("Verken/eller", "Verken eller", "Korkje/eller")
_GODT = {
    "svaert_godt": ("Svært godt", "svært godt", "Svært  godt", "SVÆRT GODT"),
    "godt": ("Godt", "godt", "Godt ", "GODT"),
    "verken_eller": _VERKEN,
    "darlig": ("Dårlig", "dårlig", "Dårleg"),
    "svaert_darlig": ("Svært dårlig", "svært dårlig", "Svært dårleg"),
    "vet_ikke": ("Vet ikke", "vet ikke", "Veit ikkje"),
    "ikke_relevant": ("Ikke relevant", "ikke relevant", "Ikkje relevant", "Ikke aktuelt"),
}
SPELLINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "ja_nei": {
        "ja": ("Ja", "ja", "JA", "ja ", "Ja."),
        "nei": ("Nei", "nei", "NEI", "Nei.", " nei"),
        "vet_ikke": ("Vet ikke", "vet ikke", "Veit ikkje"),
    },
    "grad5": {
        "svaert_stor_grad": (
            "I svært stor grad",
            "i svært stor grad",
            "I svært  stor grad",
            "Svært stor grad",
        ),
        "stor_grad": ("I stor grad", "i stor grad", "I STOR GRAD", "Stor grad"),
        "noen_grad": ("I noen grad", "i noen grad", "I nokon grad"),
        "liten_grad": ("I liten grad", "i liten grad", "Liten grad "),
        "svaert_liten_grad": ("I svært liten grad", "i svært liten grad", "Svært liten grad"),
        "vet_ikke": ("Vet ikke", "vet ikke", "Veit ikkje"),
        "ikke_relevant": ("Ikke relevant", "ikke relevant", "Ikkje relevant", "Ikke aktuelt"),
        "har_ikke": ("Har ikke", "har ikke", "Har ikkje"),
    },
    "tilbud5": _GODT,
    "fungerer5": _GODT,
    "god5": {
        "svaert_god": ("På en svært god måte", "på en svært god måte", "Svært god måte"),
        "god": ("På en god måte", "på en god måte", "På ein god måte"),
        "verken_eller": _VERKEN,
        "darlig": ("På en dårlig måte", "på en dårlig måte", "På ein dårleg måte"),
        "svaert_darlig": ("På en svært dårlig måte", "på en svært dårlig måte", "På ein svært dårleg måte"),
        "vet_ikke": ("Vet ikke", "vet ikke", "Veit ikkje"),
        "ikke_relevant": ("Ikke relevant", "ikke relevant", "Ikkje relevant"),
    },
    "endring5": {
        "stor_bedring": ("Stor bedring", "stor bedring", "Stor betring"),
        "bedring": ("Bedring", "bedring", "Betring", "BEDRING"),
        "uendret": ("Uendret", "uendret", "Uendra", "Ingen endring"),
        "forverring": ("Forverring", "forverring"),
        "stor_forverring": ("Stor forverring", "stor forverring"),
        "vet_ikke": ("Vet ikke", "vet ikke", "Veit ikkje"),
    },
    "farge4": {
        "gronn": ("grønn", "Grønn", "GRØNN", "grøn"),
        "gul": ("gul", "Gul", "gul "),
        "rod": ("rød", "Rød", "RØD", "raud"),
        "blalys": ("blålys", "Blålys", "blå lys"),
    },
    "enig4": {
        "helt_enig": ("4", "4 - helt enig", "4 "),
        "trinn_3": ("3", "3 "),
        "trinn_2": ("2", " 2"),
        "trinn_1": ("1", "1 "),
    },
}


def spell(scale_code: str, answer_code: str, random: Random) -> str:
    """Return a spelling of the answer as a delivery may hold it; a missing answer is a blank cell."""
    if answer_code == "ubesvart":
        return ""
    usual, *odd = SPELLINGS[scale_code][answer_code]
    return pick(odd, random) if odd and random.random() < ODD_SPELLING else usual


class Catalogue:
    """What seeds/catalogue says: scale of each variable, answers of each scale, columns of each composite."""

    def __init__(self, folder: Path) -> None:
        self._scale = {
            (row["source_code"], row["variable_code"]): row["scale_code"] for row in read_csv(folder / "variables.csv")
        }
        self._answers: dict[str, list[str]] = defaultdict(list)
        for row in sorted(read_csv(folder / "answer_scales.csv"), key=lambda row: int(row["answer_order"])):
            self._answers[row["scale_code"]].append(row["answer_code"])
        self._components: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in read_csv(folder / "composites.csv"):
            self._components[row["source_code"], row["variable_code"]].append(row["component_variable_code"])

    def scale(self, source_code: str, variable_code: str) -> str:
        """Return the scale of a variable; raises ValueError where the catalogue does not list it."""
        try:
            return self._scale[source_code, variable_code]
        except KeyError:
            raise ValueError(f"{source_code}: seeds/catalogue/variables.csv lacks '{variable_code}'") from None

    def is_listed(self, source_code: str, variable_code: str) -> bool:
        """Return whether the catalogue lists the variable as one with answers."""
        return (source_code, variable_code) in self._scale

    def answers(self, scale_code: str) -> list[str]:
        """Return the answers of a scale in their order."""
        return self._answers[scale_code]

    def components(self, source_code: str, variable_code: str) -> list[str]:
        """Return the columns that a composite is made of; none for a variable that is a column itself."""
        return self._components.get((source_code, variable_code), [])
