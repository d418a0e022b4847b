"""Numbers and symbols as Norwegian sources write them: the rules of macros/text/parsing.sql, in Python.

The gate reads a cell as the build will read it. tests/python/test_number_parsing.py holds the two against each other on
generated texts, so that a change of one is noticed in the other.
"""

from __future__ import annotations

import re

SYMBOLS = ("", ".", "..", "...", ":", "-", "–")

# The white space of the macros: what RE2 and re call \s in ASCII, and the spaces that typists and exports use.
_SPACES = re.compile("[\t\n\f\r \u00a0\u2007\u2009\u202f]+")
# What DuckDB's trim takes off: every space of Unicode, and no tab or line break.
TRIMMED = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_GROUPED = re.compile(r"[+-]?([0-9]{1,3}( [0-9]{3})+|[0-9]+)(,[0-9]+)?")
_DOTTED_COMMA = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+")
_DOTTED = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}")
_POINT = re.compile(r"[+-]?[0-9]+\.[0-9]+")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")


def number_text(text: str) -> str:
    """Return `text` with plain spaces, a plain minus and no percent sign."""
    text = _SPACES.sub(" ", text)
    text = re.sub("^ ?[\u2212\u2013] ?", "-", text)
    return re.sub(r" ?%\Z", "", text).strip(TRIMMED)


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
    text = text.strip(TRIMMED)
    if text in SYMBOLS:
        return text
    return text[0] if re.match("[<>] ?[0-9]", text) else None


def is_figure(text: str) -> bool:
    """Return whether a cell of figures can be used as it stands: a number, or a symbol."""
    return parse_number(text) is not None or value_symbol(text) is not None


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
