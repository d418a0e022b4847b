"""The Data Docs of Great Expectations as pages that need no network: an index and a page per table.

Its renderer makes the pages; what they would load from elsewhere (scripts, fonts, styles, logos) is taken out, and a
few rules of style stand in its place.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from .finding import Finding

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1c2733; background: #fff;
       max-width: 70rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2, h3, h4, h5 { margin: 1.6rem 0 .4rem; font-size: 1.1rem; }
a { color: #0b5394; } p.lead { margin: .2rem 0 1rem; color: #4a5763; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.2rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d9dee3; }
th { font-weight: 600; background: #f3f5f7; } td.n, th.n { text-align: right; }
.holds { color: #1b6e3c; font-weight: 600; } .broken { color: #a61c1c; font-weight: 600; }
.badge { display: inline-block; padding: 0 .4rem; border: 1px solid #b8c1ca; border-radius: .3rem; font-size: .85em; }
code, .text-monospace { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
ul { margin: 0; padding-left: 1.1rem; }
"""


def write_pages(
    folder: Path,
    file_name: str,
    release_id: str,
    results: Mapping[str, ExpectationSuiteValidationResult],
    findings: Iterable[Finding],
    at: datetime,
) -> Path:
    """Write the pages of one run, in place of those of the run before, and return the path of the index."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    for table, result in results.items():
        (folder / f"{table}.html").write_text(table_page(table, release_id, result), encoding="utf-8")
    index = folder / "index.html"
    index.write_text(index_page(file_name, release_id, results, list(findings), at), encoding="utf-8")
    return index


def index_page(
    file_name: str,
    release_id: str,
    results: Mapping[str, ExpectationSuiteValidationResult],
    findings: list[Finding],
    at: datetime,
) -> str:
    """Return the front page: what was looked at, what does not hold, and a line per table."""
    n = sum(len(result.results) for result in results.values())
    verdict = (
        f'<p class="broken">{len(findings)} of {n} expectations do not hold.</p>'
        if findings
        else f'<p class="holds">All {n} expectations hold.</p>'
    )
    broken = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in findings)
    lines = "".join(
        f'<tr><td><a href="{table}.html">{table}</a></td><td class="n">{len(result.results)}</td>'
        f'<td class="n {"holds" if result.success else "broken"}">'
        f"{sum(bool(one.success) for one in result.results)}</td></tr>"
        for table, result in results.items()
    )
    return page(
        f"Release {release_id}",
        f"<h1>Release {html.escape(release_id)}: a second opinion</h1>"
        f'<p class="lead">{html.escape(file_name)}, looked at {at:%Y-%m-%d %H:%M} with Great Expectations. The audit of'
        " every build is another program with rules of its own; this one is asked before a release.</p>"
        f"{verdict}<ul>{broken}</ul>"
        f'<table><tr><th>Table</th><th class="n">Expectations</th><th class="n">Hold</th></tr>{lines}</table>',
    )


def table_page(table: str, release_id: str, result: ExpectationSuiteValidationResult) -> str:
    """Return the page that Great Expectations' renderer makes of one table, without what it would load."""
    result.meta.setdefault("run_id", {})
    rendered = DefaultJinjaPageView().render(
        ValidationResultsPageRenderer(run_info_at_end=True).render(result), show_how_to_buttons=False
    )
    body = re.search(r"<body[^>]*>(.*)</body>", rendered, re.DOTALL | re.IGNORECASE)[1]
    for element in ("script", "style", "footer", "nav", "button", "form", "svg"):
        body = re.sub(rf"<{element}\b.*?</{element}\s*>", "", body, flags=re.DOTALL | re.IGNORECASE)
    # the sections without the column of controls beside them, which need scripts
    body = body[body.index('<div id="section-1"') :]
    for _ in range(body.count("</div>") - body.count("<div")):
        body = "".join(body.rpartition("</div>")[::2])
    body = re.sub(r"<i [^>]*text-success[^>]*></i>(?=\s*</span>)", '<span class="holds">holds</span>', body)
    body = re.sub(
        r"<i [^>]*text-(?:danger|warning)[^>]*></i>(?=\s*</span>)", '<span class="broken">broken</span>', body
    )
    body = re.sub(r"<(?:link|img|meta|input)\b[^>]*>", "", body, flags=re.IGNORECASE)
    body = re.sub(r'<a\b[^>]*href="[^"#]+"[^>]*>(.*?)</a>', r"\1", body, flags=re.DOTALL | re.IGNORECASE)
    body = re.sub(r"""\s(?:on\w+|style)=("[^"]*"|'[^']*')""", "", body)
    return page(
        table,
        f'<p><a href="index.html">Release {html.escape(release_id)}</a></p><h1>{html.escape(table)}</h1>{body}',
    )


def page(title: str, body: str) -> str:
    """Return a page that loads nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
