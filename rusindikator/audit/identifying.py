"""What tells of a person in a text: numbers of persons, and ways to reach or find somebody.

Numbers are told in numbers.py; the rest is a list of patterns, looked for in the normalised text (texts.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .numbers import PERSONAL
from .numbers import kinds as kinds_of_numbers
from .texts import readings

MAIL = "an e-mail address"
TELEPHONE = "a telephone number"


class Pattern(NamedTuple):
    """What a text looks like, the expression that finds it, and a cheap one without which it is not looked for."""

    what: str
    expression: re.Pattern[str]
    hint: re.Pattern[str]


DIGITS = "[0-9]"
_HAS_DIGITS = re.compile(DIGITS)


def pattern(what: str, expression: str, flags: int = re.IGNORECASE, hint: str = DIGITS) -> Pattern:
    """Return a pattern, by default without regard to capitals and for texts with digits."""
    return Pattern(what, re.compile(expression, flags), re.compile(hint, re.IGNORECASE))


_SPOKEN_AT = "(?:krøllalfa|alfakrøll|snabel-?a)"
_AT = rf"(?:@|[^\w\s]\s?(?:at|a|alfa|{_SPOKEN_AT}|@)\s?[^\w\s]|\s{_SPOKEN_AT}\s|_at_)"
_DOT = r"(?:\s?\.\s?|\s?[^\w\s]\s?(?:dot|punktum|prikk|\.)\s?[^\w\s]\s?|\s(?:dot|punktum|prikk)\s)"
_ENDS = "no|com|org|net|se|dk|fi|eu|io|info|edu|gov|uk|de|biz|nu"
_NUMBER = r"(?:s|e)?[-_. ]?(?:nr|nummer|number|no|num|id|#)\b"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY2, _MONTH2 = r"(?:0[1-9]|[12][0-9]|3[01])", r"(?:0[1-9]|1[0-2])"
_MONTH_NAME = r"(?:jan|feb|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|des|dec)[a-zø]*"
# The figures are of years from 2012 on: a day before that is of a person's life.
_YEAR_OF_BIRTH = r"(?:1[89][0-9]{2}|200[0-9])"
_CAPITAL = "[A-ZÆØÅÁÄÖÉ]"
# A change in words: +2 021 2016-kroner. Its thousands and the year in its unit are no telephone number.
_CHANGE = (
    r"\+[1-9][0-9]{0,2}(?:[\s,][0-9]{3})*\s(?:2016[- ])?"
    r"(?:kr|nok|mill|tusen|thousand|årsverk|fte|prosent|percent|person|dag|day|plass|place)"
)

PATTERNS: list[Pattern] = [
    pattern(MAIL, rf"[\w.+%'-]+\s?{_AT}\s?[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,}}", hint=_AT),
    # spelled out or without the at sign's company, by the ends that are in use
    pattern(MAIL, rf"[\w+%-]+[.][\w.+%-]+\s+at\s+[\w-]+(?:{_DOT}[\w-]+)*{_DOT}(?:{_ENDS})\b", hint=r"\sat\s"),
    pattern(MAIL, rf"\w+\s+at\s+[\w-]+\s+(?:dot|punktum|prikk)\s+(?:{_ENDS})\b", hint=r"\sat\s"),
    pattern(MAIL, rf"\w@[\w-]+[\s,](?:{_ENDS})\b", hint="@"),
    pattern(MAIL, r"mailto:|\b(?:e-?post|e-?mail)(?:adresse)?\s*[:=]\s*\w", hint="mail|post"),
    pattern(
        TELEPHONE,
        r"(?:\b|(?<=[\d_]))(?:tlf|telefon|mobil|mob|phone|telephone|tel|sms|whatsapp|signal|ring|faks|fax)"
        r"(?:nr|nummer|number)?(?![^\W\d_])[^0-9]{0,14}(?:[0-9][\W_]{0,2}){5,}",
    ),
    pattern(
        TELEPHONE,
        rf"(?<![0-9])(?!{_CHANGE})(?:\+|\(\+|00)[1-9][0-9]{{0,2}}\)?(?:[\W_]{{0,2}}[0-9]){{6,12}}(?![0-9])",
    ),
    pattern("a number of a vehicle", r"(?<!\w)[A-ZÆØÅ]{2}[ -]?[0-9]{5}(?!\w)", re.NOFLAG),
    pattern("a number of a vehicle", r"\b(?:bil|reg|skilt)[-. ]?(?:nr|nummer)\b[^0-9]{0,6}[0-9]{4,}"),
    pattern(
        "a number of a passport",
        r"(?<!\w)(?!(?:NOK|EUR|USD|SEK|DKK|GBP|KR)\b)[A-Z]{1,3}[ ]?[0-9]{6,8}(?!\w)",
        re.NOFLAG,
    ),
    pattern("a number of a passport", rf"\bpass(?:port)?(?:{_NUMBER})?\W{{0,4}}[A-Z]{{0,3}}\s?[0-9]{{5,}}"),
    pattern("an account number", r"\bNO\s?[0-9]{2}(?:\s?[0-9]{4}){2}\s?[0-9]{3}\b"),
    pattern(
        "a number of a person",
        r"\b(?:f(?:ø|o|oe)dsels|person|personal|d|h|hjelpe|duf|hpr|konto|kunde|medlems|trygde|helse|fnr|ssn|cpr|npr"
        r"|pasient|bruker|klient|patient|client|user|respondent|informant|deltaker|journal|l(?:ø|o|oe)pe|record|case"
        rf"|member|account){_NUMBER}[^\w]{{0,4}}(?:er|is)?[^\w]{{0,2}}[A-Z]{{0,3}}[0-9]{{1,}}",
    ),
    pattern(
        PERSONAL,
        rf"(?<![0-9])(?:{_DAY2}|[4-7][0-9]){_MONTH2}[0-9]{{2}}\W{{0,2}}(?:x|p?nr|p|og|and|ending|-)\W{{0,2}}[0-9]{{5}}(?![0-9])",
    ),
    pattern("a number of a person", r"\b(?:fnr|dnr|hpr|duf|ssn|cpr|pnr|pid)\b[^\w]{0,4}[0-9][0-9 .-]{3,}"),
    pattern(
        "a number of a person",
        r"\b(?:pasient|klient|patient|client|respondent|informant|deltaker|bruker)\s*#?\s?(?!(?:19|20)[0-9]{2}\b)"
        r"[0-9]{1,7}\b(?!\s*(?:%|prosent|percent|av|of|kr|nok))",
    ),
    pattern("a personal number of a neighbouring country", r"(?<![0-9A-Z])[0-3][0-9][01][0-9]{3}[-+A][0-9]{3}[A-Y]\b"),
    pattern(
        "a personal number of a neighbouring country", r"\b[A-CEGHJ-PR-TW-Z]{2} ?(?:[0-9]{2} ?){3}[A-D]\b", re.NOFLAG
    ),
    pattern(
        "a date of birth",
        r"\b(?:f(?:ø|o|oe)dt|f|f(?:ø|o|oe)dsels?dato|f\.?dato|born|b|dob|date of birth|bursdag|birthday)[\W_]{1,3}"
        rf"(?:(?:den|i|in|on|dato)\s)?(?:{_DAY}[\W_]{{1,2}}{_MONTH}[\W_]{{1,2}}[0-9]{{2,4}}|[0-9]{{6}}\b|[0-9]{{8}}\b"
        rf"|(?:19|20)[0-9]{{2}}-{_MONTH}-{_DAY}|{_DAY}\.?\s{_MONTH_NAME})",
    ),
    pattern("a date of birth", rf"(?<![0-9.]){_DAY}\s?[./-]\s?{_MONTH}\s?[./-]\s?{_YEAR_OF_BIRTH}(?![0-9])"),
    pattern("a date of birth", rf"(?<![0-9.-]){_YEAR_OF_BIRTH}[./-]{_MONTH}[./-]{_DAY}(?![0-9])"),
    pattern("a date of birth", rf"(?<![0-9.]){_DAY2}[./-]{_MONTH2}[./-](?:0[0-9]|[3-9][0-9])(?![0-9]|[.,][0-9])"),
    pattern(
        "a date of birth",
        rf"(?<![0-9])(?<![0-9][.,])(?:{_DAY2}{_MONTH2}{_YEAR_OF_BIRTH}|{_YEAR_OF_BIRTH}{_MONTH2}{_DAY2})(?!\w)",
    ),
    pattern(
        "a name with a date of birth",
        rf"{_CAPITAL}[\w'-]+\s{_CAPITAL}[\w'-]+\s?,?\s?\(?{_DAY2}[. ]?{_MONTH2}[. ]?[0-9]{{2}}(?!\w)",
        re.NOFLAG,
    ),
    pattern("a date of birth", rf"(?<![0-9]){_DAY}\.?\s?{_MONTH_NAME}\s{_YEAR_OF_BIRTH}(?![0-9])"),
    pattern("a date of birth", rf"\b{_MONTH_NAME}\s{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR_OF_BIRTH}(?![0-9])"),
    pattern(
        "a name with a year of birth",
        rf"{_CAPITAL}[\w'-]+\s(?:{_CAPITAL}[\w.'-]*\s)?{_CAPITAL}[\w'-]+\s?,?\s?"
        r"(?:\(\s?)?(?:[Ff]\.|[Ff]ødt|[Bb]orn|[Bb]\.|\*)\s?(?:i\s|in\s)?(?:19|20)[0-9]{2}",
        re.NOFLAG,
    ),
    pattern(
        "an address",
        r"\b[^\W\d_]{2,}(?:veien|vegen|gata|gaten|alléen|alleen|bakken|svingen|stien|torget|kroken|tunet|haugen"
        r"|plassen|bryggen|terrassen|stredet|smauet|løkka)\s?[0-9]{1,3}\s?[a-h]?(?![\w%]|\s*(?:%|prosent|percent|kr))",
    ),
    pattern(
        "an address",
        rf"\b{_CAPITAL}[^\W\d_]+(?:vei|veg|gate|gt\.?|allé|torg|tun|terrasse|brygge)\s?[0-9]{{1,3}}\s?[A-Ha-h]?(?![\w%])",
        re.NOFLAG,
    ),
    pattern(
        "an address",
        rf"\b{_CAPITAL}[\w.]+s?\s(?:vei|veg|gate|gt\.?|plass|allé|torg|street|road|avenue)\s[0-9]{{1,3}}\s?[A-Ha-h]?"
        r"(?![\w%])",
        re.NOFLAG,
    ),
    pattern("an address", r"\b[0-9]{1,4}\s[A-Z][\w]+\s(?:Street|Road|Avenue|Lane|Drive)\b", re.NOFLAG),
    pattern(
        "an address",
        r"\b(?:postboks|p\.?\s?o\.?\s?box)\s*[0-9]+|\b\w*adresse\s*[:=]\s*\w|\baddress\s*[:=]\s*\w",
        hint="box|boks|adresse|address",
    ),
    pattern("an address", r"\b[1-9]?[0-9]\.[0-9]{4,}\s?°?\s?[NØOEW]?\s?[,; /]\s?-?[1-9]?[0-9]\.[0-9]{4,}"),
    pattern(
        "an address on the network",
        r"(?<![0-9.])(?<!pkt\. )(?<!pkt )(?<!punkt )(?<!kap\. )(?<!kap )(?<!kapittel )(?<!avsnitt )(?<!section )"
        r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![0-9.]*[0-9])",
    ),
    pattern("an address on the network", r"(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}(?![\w:])"),
    pattern(
        "an address on the network", r"(?<![\w:])(?:[0-9a-f]{0,4}:){1,6}:(?:[0-9a-f]{1,4})(?::[0-9a-f]{1,4})*(?![\w])"
    ),
    pattern("an address on the network", r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])"),
    pattern(
        "an address on the network",
        r"(?:facebook|instagram|linkedin|tiktok|snapchat|twitter|x)\.com/(?!\W)\w",
        hint=r"\.com/",
    ),
]
_LETTER_BY_LETTER = re.compile(r"(?<!\S)(?:\S +){6,}\S(?!\S)")
# What stands in the path of an address of the web is a number of a page.
_WEB = re.compile(r"\b(?:https?://|www\.)[^\s?#]+", re.IGNORECASE)
# What makes eight digits an amount or a day and no telephone number.
_UNIT_AFTER = r"(?!\s*(?:kr|kroner|nok|eur|usd|mill|mrd|tusen|prosent|percent|%|personer|persons|,-|,[0-9]|[.][0-9]))"
_UNIT_BEFORE = r"(?<!kr )(?<!kr\. )(?<!NOK )(?<!nok )(?<!kroner )(?<!£)(?<!€)(?<!\$)"
_YEAR = r"(?:19|20)[0-9]{2}"
_TELEPHONE = re.compile(
    rf"{_UNIT_BEFORE}(?<![0-9A-Za-z])(?<![0-9][ .,/_+-])(?<![./_+-])"
    r"(?:[49][0-9]{7}|\(?[2-79][0-9]\)?([ .\-/])[0-9]{2}\1[0-9]{2}\1[0-9]{2}|[2-79][0-9]{2}([ .\-/])[0-9]{2}\2[0-9]{3}"
    rf"|(?!{_YEAR})[2-79][0-9]{{3}}[ -](?!{_YEAR})[0-9]{{4}}|[2-79][0-9][ ][0-9]{{2}}[ ](?!{_YEAR})[0-9]{{4}}"
    r"|[2-79]([ .\-])(?:[0-9]\3){6}[0-9])"
    rf"(?![0-9A-Za-z_])(?![ .\-/][0-9]){_UNIT_AFTER}",
    re.IGNORECASE,
)
# Numbers stand in columns of their own: in text, eight digits that begin as a mobile's are one, decimals or not.
_MOBILE = re.compile(rf"{_UNIT_BEFORE}(?<![0-9A-Za-z.,/_+-])(?<![0-9] )[49][0-9]{{7}}\.[0-9]", re.IGNORECASE)
# Eight digits of an exchange, not a mobile: only where nothing tells that it is an amount, a date or a code.
_EXCHANGE = re.compile(
    rf"{_UNIT_BEFORE}(?<![\w])(?<![0-9][ .,/_+-])(?<![./_+-])(?!(?:19|20)[0-9]{{2}}[01][0-9][0-3][0-9])"
    rf"[235-7][0-9]{{7}}(?![\w])(?![ .,\-/][0-9]){_UNIT_AFTER}",
    re.IGNORECASE,
)
# Seen from outside, something that nobody can read: compressed, encrypted or encoded.
_OPAQUE = re.compile(
    r"(?<![A-Za-z0-9+/=])(?=[A-Za-z+/=]*[0-9])(?=[0-9+/=]*[A-Za-z])[A-Za-z0-9+/=]{40,}(?![A-Za-z0-9+/=])"
)

# The checksums of the files that a delivery came as: `receive` notes them, and nothing can be read back from them.
_CHECKSUMS = re.compile(r"\boriginal_sha256=[0-9a-f]{64}(?:\+[0-9a-f]{64})*(?![A-Za-z0-9+/=])")


def kinds_of(text: str) -> set[str]:
    """Return everything that a text looks like and a release must not hold; an empty set for most."""
    found: set[str] = set()
    for reading in readings(text):
        found.update(_kinds(reading))
    return found


def _kinds(reading: str) -> Iterator[str]:
    if any(sign.isdigit() for sign in reading):
        yield from kinds_of_numbers(reading)
        outside_the_web = _WEB.sub(" ", reading)
        if any(form.search(outside_the_web) for form in (_TELEPHONE, _MOBILE, _EXCHANGE)):
            yield TELEPHONE
        if _OPAQUE.search(_CHECKSUMS.sub(" ", outside_the_web)):
            yield "something that nobody can read"
    if _LETTER_BY_LETTER.search(reading):
        yield "something written letter by letter"
    has_digits = _HAS_DIGITS.search(reading) is not None
    for what, expression, hint in PATTERNS:
        if (has_digits if hint.pattern == DIGITS else hint.search(reading)) and expression.search(reading):
            yield what
