"""The language of a table: series are known by their Norwegian labels, and an English edition holds none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rusindikator.receive.findings import refuse


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    "of the by and or to with from in total year years number contents whole country both sexes sex age ages deaths all"
    " males females cause value unit per percent cost costs offence offences sanctions type reports child waiting days"
    " share flag statistical period"
)
_NORWEGIAN = _words(
    "av og eller til med fra for etter alt år antall hele landet kjønn alder dødsfall alle årsak verdi enhet måleenhet"
    " prosent kostnad kostnader måltall type innhold melder kategori andel dager i på som ikke statistikkvariabel"
)
_LEAST = 3
_TEXTS = 400


def refuse_english(file: str, sheet: str, texts: Iterable[str]) -> None:
    """Refuse a table of figures whose texts are English; raises RefusedError.

    Names of places and proper nouns are Norwegian in both editions: English words must clearly outnumber the others.
    """
    seen = [text for text, _ in zip((text for text in texts if text), range(_TEXTS), strict=False)]
    words = [word for text in dict.fromkeys(seen) for word in re.findall(r"[a-zæøå]+", text.lower())]
    english = [word for word in words if word in _ENGLISH and word not in _NORWEGIAN]
    norwegian = sum(word in _NORWEGIAN and word not in _ENGLISH for word in words)
    if len(english) >= _LEAST and len(english) > 3 * norwegian:
        found = next(text for text in seen if english[0] in re.findall(r"[a-zæøå]+", text.lower()))
        raise refuse("english_edition", file=file, sheet=sheet, value=found)
