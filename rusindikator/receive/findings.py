"""What is found in a delivery, by code: where it stands, what stands there, what was expected and what to do.

The sentences stand in messages.toml, in Norwegian for the owners of the sources and in English for the screen, and
docs/receive_reference.md lists them. Code and facts are what tests and programmes compare.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LANGUAGES = ("nb", "en")
_WORDS = {
    "en": {"sheet": "sheet", "row": "row", "column": "column", "expected": "expected", "to_do": "To do"},
    "nb": {"sheet": "ark", "row": "rad", "column": "kolonne", "expected": "ventet", "to_do": "Gjør"},
}


# Facts that are words, for the owners of the sources.
_NORWEGIAN = {
    "addresses of mail": "e-postadresser",
    "personal numbers": "fødselsnumre",
    "telephone numbers": "telefonnumre",
    "columns that identify persons": "kolonner som identifiserer personer",
    "comments": "kommentarer",
    "the properties of the file": "filens egenskaper",
    "a pivot table": "en pivottabell",
    "other parts": "andre deler av filen",
    "the texts of the document": "tekstene i dokumentet",
    "the id of the delivery": "leveransens id",
    "the publisher": "utgiveren",
    "the title, or --publication": "tittelen, eller --publication",
    "the file name, or --reference": "filnavnet, eller --reference",
    "the licence": "lisensen",
    "the note of the register": "registerets merknad",
    "blank": "mellomrom",
    "tab": "tabulator",
}


@cache
def messages() -> dict[str, dict]:
    """Return code -> the message's texts by language, and `warning` where it lets the delivery in."""
    return tomllib.loads(Path(__file__).with_name("messages.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, by the code of its message; raises KeyError for a code that messages.toml does not know.

    `row` is the row as a spreadsheet or an editor numbers it, title lines included; 0 where it is not about a row.
    `facts` are what the message's texts name in braces. A warning is shown and lets the delivery in; anything else
    refuses it. `listed` is what `value` is too short for: the page shows all of it.
    """

    code: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    is_warning: bool | None = None
    listed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take the severity of the message where none is told."""
        told = messages()[self.code].get("warning", False)
        if self.is_warning is None:
            object.__setattr__(self, "is_warning", told)

    def part(self, name: str, language: str = "en") -> str:
        """Return `what`, `expected` or `to_do` of the finding in a language; '' where the message has none."""
        text = messages()[self.code][language].get(name, "")
        words = _NORWEGIAN if language == "nb" else {}
        facts = {key: words.get(str(fact), str(fact)) for key, fact in self.facts.items()}
        return text.format_map(defaultdict(str, {key: shown(fact, 300) for key, fact in facts.items()}))

    @property
    def what(self) -> str:
        """What was found, in English."""
        return self.part("what")

    def text(self, language: str = "en") -> str:
        """Return the finding on one line; a value is shown as data, shortened and without control characters."""
        words = _WORDS[language]
        parts = [self.file]
        if self.sheet:
            parts.append(f"{words['sheet']} {self.sheet}")
        if self.row:
            parts.append(f"{words['row']} {self.row}")
        if self.column:
            parts.append(f"{words['column']} {shown(self.column)}")
        where = ", ".join(part for part in parts if part)
        what, expected, to_do = (self.part(name, language) for name in ("what", "expected", "to_do"))
        said = f"{where}: {what}" if where else what
        if self.value:
            said += f" '{shown(self.value)}'"
        if expected:
            said += f"; {words['expected']} {expected}"
        if to_do:
            said += f". {words['to_do']}: {to_do}"
        return said


class RefusedError(ValueError):
    """The delivery is not let in; `findings` says why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(finding.text() for finding in self.findings))


def refuse(code: str, **where: object) -> RefusedError:
    """Return the refusal for a single finding, to be raised."""
    return RefusedError([Finding(code, **where)])  # type: ignore[arg-type]


def shown(text: str, width: int = 80) -> str:
    """Return `text` fit for a terminal: no control characters, not longer than `width`."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= width else plain[: width - 3] + "..."


def reference() -> str:
    """Return the table of all findings for docs/receive_reference.md, in English with the Norwegian beside it."""
    lines = ["| code | | what is found | hva som er funnet | what to do |", "|---|---|---|---|---|"]
    for code, message in sorted(messages().items()):
        kind = "warning" if message.get("warning") else "refused"
        cells = (message["en"]["what"], message["nb"]["what"], message["en"].get("to_do", ""))
        texts = [cell.rstrip(" :,").replace("|", "\\|") for cell in cells]
        lines.append(f"| `{code}` | {kind} | {' | '.join(texts)} |")
    return "\n".join(lines) + "\n"
