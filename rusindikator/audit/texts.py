"""How a text is read before anything is looked for in it: what looks the same to a reader is made the same."""

from __future__ import annotations

import base64
import binascii
import contextlib
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

_DASHES = dict.fromkeys(map(ord, "−⁃➖"), "-")
_DOTS = dict.fromkeys(map(ord, "·•∙⋅․。｡٫"), ".")
# Letters that stand for digits, in tokens that are digits otherwise.
_LOOK_ALIKES = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1", "О": "0", "о": "0"})
_NUMBER_WORDS = {
    **{"null": "0", "en": "1", "ein": "1", "to": "2", "tre": "3", "fire": "4", "fem": "5", "seks": "6", "sju": "7"},
    **{"syv": "7", "åtte": "8", "ni": "9", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"},
    **{"six": "6", "seven": "7", "eight": "8", "nine": "9"},
}
_WORD = "(?:" + "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True)) + ")"
_SPELLED_OUT = re.compile(rf"\b{_WORD}(?:[\W_]{{1,2}}{_WORD}){{7,}}\b", re.IGNORECASE)
_NEARLY_DIGITS = re.compile(r"(?<![^\W\d_])[0-9OoQIl|Оо]{4,}(?![^\W\d_])")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{10,}={0,2}")


@cache
def normalise(text: str) -> str:
    """Return a text with one kind of digit, space, dash and dot, and without what cannot be seen.

    Entities and percent codes are written out, compatibility forms (full width, circled, superscript) and digits of
    other scripts become plain ones (NFKC), and marks that combine with nothing are left out.
    """
    if text.isascii() and text.isprintable() and "&" not in text and "%" not in text:
        return text
    for _ in range(2):
        if "&" in text or "%" in text:
            text = html.unescape(unquote(text))
    plain = "".join(map(plain_sign, unicodedata.normalize("NFKC", text)))
    return plain.translate(_DASHES).translate(_DOTS)


@cache
def plain_sign(sign: str) -> str:
    """Return what stands for one sign: nothing where it cannot be seen, a digit, a dash, a space, or itself."""
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    return "-" if kind == "Pd" else " " if kind[0] in "ZC" else sign


@cache
def readings(text: str) -> tuple[str, ...]:
    """Return a text as it is read: normalised, spelled otherwise, and what is encoded in it, twice over."""
    return tuple(dict.fromkeys(read(text, depth=2)))


def read(text: str, depth: int) -> Iterator[str]:
    """Yield the readings of a text, some of them twice; what is encoded is read `depth` times over."""
    plain = normalise(text)
    yield plain
    as_digits = _NEARLY_DIGITS.sub(lambda found: found[0].translate(_LOOK_ALIKES), plain)
    if as_digits != plain:
        yield as_digits
    if _SPELLED_OUT.search(plain):
        yield _SPELLED_OUT.sub(
            lambda found: "".join(_NUMBER_WORDS[word.lower()] for word in re.findall(_WORD, found[0], re.IGNORECASE)),
            plain,
        )
    for token in _ENCODED.findall(plain) if depth else ():
        for inner in decoded(token):
            yield from read(inner, depth - 1)


def decoded(token: str) -> Iterator[str]:
    """Yield the texts that a token is in base64 and hexadecimal, if it is one."""
    letters = token.rstrip("=")
    contents = []
    if not token.islower() or "=" in token:
        standard = letters.replace("-", "+").replace("_", "/")
        with contextlib.suppress(binascii.Error, ValueError):
            contents.append(base64.b64decode(standard + "=" * (-len(letters) % 4), validate=True))
    if re.fullmatch("(?:[0-9a-fA-F]{2}){6,}", token):
        contents.append(bytes.fromhex(token))
    for content in contents:
        with contextlib.suppress(ValueError):
            text = content.decode("utf-8")
            if normalise(text).isprintable() and "\0" not in text:
                yield text
