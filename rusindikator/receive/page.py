"""The page of a receipt: what was found, to be read on a screen and sent to the source's owner as it is.

Norwegian in index.html, English in index.en.html; no script, nothing loaded from elsewhere, every text of a file shown
as text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from rusindikator.receive.findings import LANGUAGES, Finding, shown
from rusindikator.receive.judge import Revision

_NAMES = {"nb": "index.html", "en": "index.en.html"}
_OTHER = {"nb": "In English", "en": "På norsk"}
_WORDS = {
    "nb": {
        "title": "Kontroll av leveransen",
        "refused": "Ikke tatt imot. Dette må rettes:",
        "let_in": "Tatt imot.",
        "warnings": "Se på dette",
        "nothing": "Ingenting å bemerke.",
        "where": "Hvor",
        "value": "Står",
        "expected": "Ventet",
        "to_do": "Gjør",
        "all": "Alle {n} stedene",
        "facts": "Leveransen",
        "revised": "Levert før med en annen verdi",
        "revised_head": ("Tall", "Var", "Er", "Levert av", "Indikatorer"),
        "row": "rad",
        "sheet": "ark",
        "column": "kolonne",
        "source": "Kilde",
        "extract": "Uttrekk",
        "period": "Periode",
        "files": "Filer",
        "checksum": "Sjekksum for originalen",
        "rows": "Rader",
        "columns": "Kolonner",
        "checked_on": "Kontrollert",
    },
    "en": {
        "title": "Check of the delivery",
        "refused": "Refused. This must be mended:",
        "let_in": "Let in.",
        "warnings": "Look at this",
        "nothing": "Nothing was found.",
        "where": "Where",
        "value": "Stands",
        "expected": "Expected",
        "to_do": "To do",
        "all": "All {n} places",
        "facts": "The delivery",
        "revised": "Delivered before with another value",
        "revised_head": ("Figure", "Was", "Is", "Delivered by", "Indicators"),
        "row": "row",
        "sheet": "sheet",
        "column": "column",
        "source": "Source",
        "extract": "Extract",
        "period": "Period",
        "files": "Files",
        "checksum": "Checksum of the original",
        "rows": "Rows",
        "columns": "Columns",
        "checked_on": "Checked on",
    },
}
_STYLE = """
body{font:17px/1.55 system-ui,sans-serif;margin:2rem auto;max-width:52rem;padding:0 1.2rem}
body{color:#1b1b1b;background:#fff}
h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.verdict{font-weight:600;padding:.6rem .9rem;border-left:.4rem solid;margin:1rem 0}
.refused{border-color:#9b1c1c}.passed{border-color:#14632b}
article{border:1px solid #ccc;border-left:.4rem solid #b7791f;padding:.7rem 1rem;margin:0 0 .9rem}
article.refused{border-left-color:#9b1c1c}article h3{font-size:1.05rem;margin:0 0 .4rem}
dl{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.15rem .8rem;margin:0}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}code{font:.95em ui-monospace,monospace}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{border-bottom:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}
details{margin-top:.4rem}footer{margin-top:2rem;color:#555}
@media (max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
"""


def write_page(
    folder: Path,
    name: str,
    findings: Sequence[Finding],
    facts: dict[str, str] | None = None,
    revised: Sequence[Revision] = (),
) -> Path:
    """Write the page of a delivery, or of files that could not be read, in both languages; return the Norwegian one.

    Raises OSError where the folder does not take it.
    """
    place = folder / name
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for language in LANGUAGES:
        target = place / _NAMES[language]
        target.write_text(page_text(name, findings, facts or {}, revised, language), encoding="utf-8")
        target.chmod(0o600)
    return place / _NAMES["nb"]


def refusal_name(files: Sequence[str]) -> str:
    """Return the folder's name for the page of files that could not be read."""
    return "refused_" + (re.sub(r"[^a-z0-9]+", "_", " ".join(files).lower()).strip("_")[:60] or "file")


def page_text(
    name: str, findings: Sequence[Finding], facts: dict[str, str], revised: Sequence[Revision], language: str
) -> str:
    """Return the page as HTML."""
    words = _WORDS[language]
    refused = [finding for finding in findings if not finding.is_warning]
    told = [finding for finding in findings if finding.is_warning]
    other = _NAMES[next(one for one in LANGUAGES if one != language)]
    parts = [
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(name)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{words['title']} {html.escape(name)}</h1>"
    ]
    if refused:
        parts.append(f'<p class="verdict refused">{words["refused"]}</p>')
        parts += [_card(finding, language) for finding in refused]
    else:
        parts.append(f'<p class="verdict passed">{words["let_in"]} {"" if told else words["nothing"]}</p>')
    if told:
        parts.append(f"<h2>{words['warnings']}</h2>")
        parts += [_card(finding, language) for finding in told]
    parts.append(_revised(revised, language))
    if facts:
        listed = "".join(f"<dt>{words[key]}</dt><dd>{html.escape(value)}</dd>" for key, value in facts.items())
        parts.append(f"<h2>{words['facts']}</h2><dl>{listed}</dl>")
    parts.append(f'<footer><a href="{other}">{_OTHER[language]}</a></footer></body></html>')
    return "\n".join(part for part in parts if part)


def _card(finding: Finding, language: str) -> str:
    words = _WORDS[language]
    where = [finding.file]
    where += [f"{words['sheet']} {finding.sheet}"] if finding.sheet else []
    where += [f"{words['row']} {finding.row}"] if finding.row else []
    where += [f"{words['column']} {shown(finding.column)}"] if finding.column else []
    lines = [
        (words["where"], ", ".join(part for part in where if part)),
        (words["value"], shown(finding.value, 300)),
        (words["expected"], finding.part("expected", language)),
        (words["to_do"], finding.part("to_do", language)),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in lines if text)
    more = ""
    if finding.listed:
        items = "".join(f"<li>{html.escape(shown(text, 200))}</li>" for text in finding.listed)
        more = f"<details><summary>{words['all'].format(n=len(finding.listed))}</summary><ul>{items}</ul></details>"
    kind = "" if finding.is_warning else ' class="refused"'
    what = finding.part("what", language).rstrip(":,")
    return f"<article{kind}><h3>{html.escape(what[:1].upper() + what[1:])}</h3><dl>{listed}</dl>{more}</article>"


def _revised(revised: Sequence[Revision], language: str) -> str:
    """Return the figures that were delivered before with another value, as a table."""
    if not revised:
        return ""
    words = _WORDS[language]
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{html.escape(cell)}</td>"
            for cell in (
                one.what,
                one.before,
                one.after,
                one.delivery_id,
                ", ".join(f"#{number}" for number in one.indicators),
            )
        )
        + "</tr>"
        for one in revised
    )
    head = "".join(f"<th>{name}</th>" for name in words["revised_head"])
    return f"<h2>{words['revised']}: {len(revised)}</h2><table><tr>{head}</tr>{rows}</table>"
