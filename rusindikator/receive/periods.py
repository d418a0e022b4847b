"""Periods as sources write them, brought to the one way in which the contracts write them.

A quarter stays a quarter and a month a month: what counts for a year is decided by the build (period_kind).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = r"((?:19|20)\d{2})"
_MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
_MONTH = (
    r"(jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|des)"
    r"(?:uar|ruar|s|il|i|ust|t|tember|ober|ember)?\.?"
)
_PART = r"([1-4])\. ?(kvartal|kv\.?|tertial|halvår)"
_LETTERS = {"k": "K", "q": "K", "t": "T", "h": "H"}
# What stands at a year whose figures will be revised; 1) and the like are footnotes.
_PRELIMINARY = r"\*{1,2}|\(?(?:foreløpige?|førebelse?|førebels|prelim\w*)(?: tall| tal)?\)?|\([pf]\)|[pf](?![\wæøå])"
_FOOTNOTES = r"(?:\s*\d\))+"


def _of_letter(letter: str, number: str, year: str) -> str:
    return f"{year}{_LETTERS[letter.lower()]}{number}"


_RULES: tuple[tuple[re.Pattern[str], object], ...] = (
    (re.compile(rf"(?<!\w){_PART}(?:\s+|-)(?:i )?{_YEAR}(?!\d)", re.I), lambda m: _of_letter(m[2][0], m[1], m[3])),
    (re.compile(rf"(?<!\d){_YEAR},? +{_PART}(?!\w)", re.I), lambda m: _of_letter(m[3][0], m[2], m[1])),
    (re.compile(rf"(?<!\w)([KQTH])([1-4])[ -]+{_YEAR}(?!\d)", re.I), lambda m: _of_letter(m[1], m[2], m[3])),
    (re.compile(rf"(?<!\d){_YEAR}[ -]?([KQTH])([1-4])(?!\w)", re.I), lambda m: _of_letter(m[2], m[3], m[1])),
    (re.compile(rf"(?<!\d){_YEAR}[ -]?M(\d)(?!\w)", re.I), lambda m: f"{m[1]}M0{m[2]}"),
    (re.compile(rf"(?<!\d){_YEAR}[ -]?M(\d\d)(?!\w)", re.I), lambda m: f"{m[1]}M{m[2]}"),
    (re.compile(rf"(?<!\w){_MONTH} {_YEAR}(?!\d)", re.I), lambda m: f"{m[2]}M{_month(m[1])}"),
    (re.compile(rf"^{_YEAR} {_MONTH}$", re.I), lambda m: f"{m[1]}M{_month(m[2])}"),
)
_FLOAT = re.compile(rf"{_YEAR}[.,]0+")
# a year that was formatted as a number: 2 021
_GROUPED = re.compile(r"(1(?=[ \u00a0\u202f]9)|2(?=[ \u00a0\u202f]0))[ \u00a0\u202f](\d{3})")
_MARKED = re.compile(rf"(?<!\d){_YEAR}((?:[KTHM]\d{{1,2}})?)\s*(?:({_PRELIMINARY})|{_FOOTNOTES})\s*$", re.I)


def _month(name: str) -> str:
    return f"{_MONTHS.index(name.lower()) + 1:02d}"


def period_written(text: str) -> tuple[str, str]:
    """Return a name or cell with its period as the contracts write it, and the mark of a preliminary figure, else ''.

    Example: '2021*' -> '2021', '*'; '4. kvartal 2021' -> '2021K4', ''; '2021,0' -> '2021', ''; 'Antall Q4 2021' ->
    'Antall 2021K4', ''; whatever else is as it was.
    """
    if not re.search(r"(?:1[ \u00a0]?9|2[ \u00a0]?0)\d{2}", text) or len(text) > 300:
        return text, ""
    told = text.strip()
    if found := _FLOAT.fullmatch(told):
        return found[1], ""
    if found := _GROUPED.fullmatch(told):
        return found[1] + found[2], ""
    mark = ""
    if found := _MARKED.search(told):
        mark = found[3] or ""
        told = told[: found.start()] + found[1] + found[2]
    for pattern, as_written in _RULES:
        if pattern.search(told):
            told = pattern.sub(as_written, told)  # type: ignore[arg-type]
            break
    return (told, mark) if told != text.strip() else (text, "")


def all_are_periods(cells: Sequence[str], period: re.Pattern[str]) -> bool:
    """Return whether the cells that are not blank are periods, and there are any."""
    told = [cell.strip() for cell in cells if cell.strip()]
    return bool(told) and all(period.fullmatch(cell) for cell in told)
