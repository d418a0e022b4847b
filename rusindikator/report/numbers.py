"""Numbers and dates as each language writes them: rounded half away from zero, never "-0", a true minus sign."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal, parse_decimal

LOCALES = {"nb": "nb_NO", "en": "en_GB"}
MINUS = "\u2212"
RANGE_DASH = "\u2013"


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


def ends(low: float, high: float, decimals: int, lang: str) -> tuple[str, str]:
    """Write an interval in two parts, between which a narrow column may break."""
    return number(low, decimals, lang) + RANGE_DASH, number(high, decimals, lang)


def span(low: float, high: float, decimals: int, lang: str, *, sign: bool = False) -> str:
    """Write an interval; a dash between plain numbers, "to" between signed ones, where a dash would read as a minus."""
    between = {"nb": " til ", "en": " to "}[lang] if sign or low < 0 else RANGE_DASH
    return f"{number(low, decimals, lang, sign=sign)}{between}{number(high, decimals, lang, sign=sign)}"
