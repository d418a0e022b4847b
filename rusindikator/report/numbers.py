"""Numbers and dates as each language writes them: rounded half away from zero, never "-0", a true minus sign."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal, parse_decimal

LOCALES = {"nb": "nb_NO", "en": "en_GB"}
MINUS = "\u2212"
RANGE_DASH = "\u2013"
NBSP = "\u00a0"
# Thousands with plain spaces, as the seeds write them: 1 289 and 20 535, but not the year and count of "i 2016 428 av".
SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
SPACED_PERCENT = re.compile(r"(?<=\d) %")
GROUP_MARK = {"nb": NBSP, "en": ","}
PERCENT_SIGN = {"nb": f"{NBSP}%", "en": "%"}
# Decimals an interval may get on top of its figure's, to keep an end that is close to zero on its side of zero.
SPARE_DECIMALS = 3


def rounded(value: float, decimals: int) -> Decimal:
    """Round as a reader does (2.5 -> 3), from the shortest text of the number so that 0.285 is not 0.28499."""
    exact = Decimal(repr(value) if isinstance(value, float) else str(value))
    result = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def number(value: float, decimals: int, lang: str, *, sign: bool = False) -> str:
    """Write a number for a reader; `sign` puts a plus before what is above zero."""
    figure = rounded(value, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(figure), format=pattern, locale=LOCALES[lang])
    if figure < 0:
        return MINUS + text
    return f"+{text}" if sign and figure > 0 else text


def parsed(text: str, lang: str) -> Decimal:
    """Read back what `number` wrote."""
    bare = text.strip().removeprefix("+")
    negative = bare.startswith((MINUS, "-"))
    figure = parse_decimal(bare.removeprefix(MINUS).removeprefix("-"), locale=LOCALES[lang], strict=True)
    return -figure if negative else figure


def day(value: date, lang: str, *, precision: str = "day") -> str:
    """Write a date as precisely as it is known: 31. mars 2018 or 31 March 2018, a month (mars 2018), or a year."""
    pattern = {"day": "d. MMMM y" if lang == "nb" else "d MMMM y", "month": "MMMM y", "year": "y"}[precision]
    return format_date(value, format=pattern, locale=LOCALES[lang])


def known_decimals(decimals: int, precision: float | None) -> int:
    """Return the decimals a figure is known to, from half the width of its rounding: 0.5 or more is whole numbers."""
    return decimals if precision is None else min(decimals, max(0, -math.floor(math.log10(2 * precision))))


def interval_decimals(low: float, high: float, decimals: int) -> int:
    """Return the decimals that keep each end of an interval on its side of zero: -0.2 is not written as 0."""
    needed = decimals
    away = [end for end in (low, high) if abs(end) > 1e-9]
    while needed < decimals + SPARE_DECIMALS and any(rounded(end, needed) == 0 for end in away):
        needed += 1
    return needed


def localised(text: str, lang: str) -> str:
    """Write thousands and percent signs inside a text as the language does, so that no number breaks over two lines."""
    text = SPACED_THOUSANDS.sub(lambda found: found.group().replace(" ", GROUP_MARK[lang]), text)
    return SPACED_PERCENT.sub(PERCENT_SIGN[lang], text)


def ends(low: float, high: float, decimals: int, lang: str) -> tuple[str, str]:
    """Write an interval in two parts, between which a narrow column may break."""
    decimals = interval_decimals(low, high, decimals)
    return number(low, decimals, lang) + RANGE_DASH, number(high, decimals, lang)


def span(low: float, high: float, decimals: int, lang: str, *, sign: bool = False) -> str:
    """Write an interval; a dash between plain numbers, "to" between signed ones, where a dash would read as a minus."""
    decimals = interval_decimals(low, high, decimals)
    between = {"nb": " til ", "en": " to "}[lang] if sign or low < 0 else RANGE_DASH
    return f"{number(low, decimals, lang, sign=sign)}{between}{number(high, decimals, lang, sign=sign)}"


def ranges(values: Iterable[int]) -> str:
    """Write whole numbers as a reader does: 1–3, 7, 9–10."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][1] + 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return ", ".join(str(a) if a == b else f"{a}{RANGE_DASH}{b}" for a, b in runs)
