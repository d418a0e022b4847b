"""Numbers and symbols as Norwegian sources write them: the rules of macros/text/parsing.sql, in Python.

The gate reads a cell as the build will read it. tests/python/test_number_parsing.py holds the two against each other on
generated texts, so that a change of one is noticed in the other.
"""

from __future__ import annotations

import re

SYMBOLS = ("", ".", "..", "...", ":", "-", "–")

# White space of every kind, what nobody sees, and the spaces that group digits: as the macros list them.
TRIMMED = "".join(
    map(
        chr,
        [*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000],
    )
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_SPACES = re.compile("[ \u00a0\u2007\u2009\u202f]+")
_GROUPED = re.compile(r"[+-]?([1-9][0-9]{0,2}( [0-9]{3}){1,4}|0|[1-9][0-9]{0,14})(,[0-9]{1,15})?")
_DOTTED_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){1,4},[0-9]{1,15}")
_DOTTED = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,4}")
_POINT = re.compile(r"[+-]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")


def number_text(text: str) -> str:
    """Return `text` without outer white space, with plain spaces, a plain minus and no percent sign."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text).strip(TRIMMED))
    return re.sub(r" ?%\Z", "", re.sub("^[\u2212\u2013] ?", "-", text))


def parse_number(text: str) -> float | None:
    """Return the figure that `text` writes, or None where it is no well-formed number.

    Example: '13 936' -> 13936.0, '3,9 %' -> 3.9, '1.234,5' -> 1234.5; '1.959' may mean two thousand or two and is None.
    """
    text = number_text(text)
    if _GROUPED.fullmatch(text):
        return float(text.replace(" ", "").replace(",", "."))
    if _DOTTED_COMMA.fullmatch(text) or _DOTTED.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _POINT.fullmatch(text) and not _AMBIGUOUS.fullmatch(text):
        return float(text)
    return None


def value_symbol(text: str) -> str | None:
    """Return the symbol that stands where a figure is missing, '' for a blank cell, else None; '<50' gives '<'."""
    text = _INVISIBLE.sub("", text).strip(TRIMMED)
    if text in SYMBOLS:
        return text
    return text[0] if re.fullmatch("[<>] ?[0-9][0-9 .,]*%?", text) else None


def number_cell(value: float) -> str:
    """Return how a number of a spreadsheet, a sav file or a JSON-stat file is landed: decimal comma, no grouping.

    Example: 20.5 -> '20,5', 301.0 -> '301'
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(round(value, 10))
    if "e" in text:
        text = f"{value:.12f}".rstrip("0")
    return text.replace(".", ",")
