"""Marks that a source puts at figures and labels: raised digits of footnotes, no part of what they stand at."""

from __future__ import annotations

import re

from rusindikator.receive.findings import Finding

# Runs that a workbook raises or lowers are put between these signs of nobody's, so that one rule serves all formats.
_RAISED, _RAISED_END, _LOWERED, _LOWERED_END = "\ue000", "\ue001", "\ue002", "\ue003"
_DIGITS = "0123456789"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_UP = re.compile(f"(?:{_RAISED}[^{_RAISED_END}]*{_RAISED_END}|[{_SUPERSCRIPTS}⁺⁻⁼⁽⁾ᵃ-ᶻ])+")
_DOWN = re.compile(f"(?:{_LOWERED}[^{_LOWERED_END}]*{_LOWERED_END}|[{_SUBSCRIPTS}])+")
_UNIT = re.compile(r"(?:^|[\s/(])[kcdm]?m$")


def raised(text: str) -> str:
    """Return a run of a text marked as raised."""
    return f"{_RAISED}{text}{_RAISED_END}" if text.strip() else text


def lowered(text: str) -> str:
    """Return a run of a text marked as lowered."""
    return f"{_LOWERED}{text}{_LOWERED_END}" if text.strip() else text


def without_raised(text: str) -> tuple[str, str]:
    """Return a cell without its raised marks, and the cell as it looked where one was taken off, else ''.

    A mark before a text is a footnote's number; m² and 10³ kr keep theirs, and so does CO₂.
    Example: '1²' -> '1'; 'MO-sentre¹⁾' -> 'MO-sentre'; '¹ Foreløpig' -> '1) Foreløpig'; 'm²' -> 'm²'
    """
    if not (_UP.search(text) or _DOWN.search(text)):
        return text, ""
    shown = _DOWN.sub(lambda found: _small(found[0], _SUBSCRIPTS), _UP.sub(lambda m: _small(m[0], _SUPERSCRIPTS), text))
    taken = False

    def up(found: re.Match[str]) -> str:
        nonlocal taken
        before, after, mark = text[: found.start()], text[found.end() :], _normal(found[0])
        if not before.strip() and after.strip():
            return f"{mark.rstrip(').')}) "
        if (mark in ("2", "3") and _UNIT.search(before)) or (before[-1:].isdigit() and after.strip(" .,;:)")):
            return _small(found[0], _SUPERSCRIPTS)
        taken = True
        return ""

    def down(found: re.Match[str]) -> str:
        nonlocal taken
        if not re.search(r"[\d)*]\s*$", text[: found.start()]):
            return _normal(found[0])
        taken = True
        return ""

    plain = re.sub(r"^(.{1,3}\) )\s+", r"\1", _UP.sub(up, text))
    text = plain
    plain = _DOWN.sub(down, plain).strip(" ")
    return plain, shown if taken else ""


def take_marks(number: int, cells: list[str]) -> list[tuple[int, str, str]]:
    """Take the raised marks off the cells of a row; return row, what a cell looked like and what is read of it."""
    found = []
    for at, cell in enumerate(cells):
        if cell and not cell.isascii():
            plain, look = without_raised(cell)
            if plain != cell:
                cells[at] = plain
            if look:
                found.append((number, look, plain))
    return found


def raised_marks(file: str, sheet: str, looks: list[tuple[int, str, str]]) -> Finding:
    """Return what is told of raised marks that were taken off: the first of them, and how many."""
    number, look, plain = looks[0]
    return Finding("raised_marks", file, sheet, number, value=look, facts={"n": len(looks), "plain": plain})


def _bare(mark: str) -> str:
    return re.sub(f"[{_RAISED}-{_LOWERED_END}]", "", mark)


def _normal(mark: str) -> str:
    return _bare(mark).translate(str.maketrans(_SUPERSCRIPTS + _SUBSCRIPTS + "⁽⁾⁺⁻⁼", _DIGITS * 2 + "()+-="))


def _small(mark: str, signs: str) -> str:
    return _bare(mark).translate(str.maketrans(_DIGITS, signs))
