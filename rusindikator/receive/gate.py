"""Runs the suite of a source with Great Expectations and turns its results into findings and a page.

Great Expectations takes seconds to import, so it is imported here when a delivery is checked and nowhere else.
"""

from __future__ import annotations

import html
import logging
import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

from rusindikator.receive.expectations import Suite
from rusindikator.receive.problems import Problem, shown
from rusindikator.receive.revisions import Revision
from rusindikator.receive.shaping import Shaped

_MOST_SHOWN = 10
_MOST_NAMED = 5


def validate(suite: Suite, shaped: Shaped) -> tuple[list[Problem], object]:
    """Return the findings of a suite on its frame, and Great Expectations' own result for the page."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    warnings.filterwarnings("ignore", module="great_expectations")
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": suite.frame})
    gx_suite = gx.ExpectationSuite(name=suite.name, expectations=suite.expectations)
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    result = batch.validate(gx_suite, result_format={"result_format": "COMPLETE"})
    problems: list[Problem] = []
    for one in result.results:
        # The renderer knows Python's numbers and not those of numpy.
        observed = (one.result or {}).get("observed_value")
        if hasattr(observed, "item"):
            one.result["observed_value"] = round(observed.item(), 6)
        if not one.success:
            problems += _findings(one, suite, shaped)
    problems.sort(key=lambda problem: problem.is_warning)
    return problems, result


def _findings(one: object, suite: Suite, shaped: Shaped) -> list[Problem]:
    """Return the findings of one expectation that was not met: a few of its cells, or what it observed."""
    meta, details = one.expectation_config.meta or {}, one.result or {}  # type: ignore[attr-defined]
    is_warning = str(one.expectation_config.severity).lower().endswith("warning")  # type: ignore[attr-defined]
    what, said = (
        meta.get("what", one.expectation_config.type),
        {"expected": meta.get("expected", ""), "to_do": meta.get("to_do", "")},
    )  # type: ignore[attr-defined]
    raised = (one.exception_info or {}).get("exception_message")  # type: ignore[attr-defined]
    if raised:
        return [
            Problem(f"the check '{what}' could not be made: {raised}", to_do="see the page; tell who keeps the project")
        ]
    cells = details.get("unexpected_index_list") or []
    column = meta.get("shown", "")
    if not cells:
        observed = details.get("observed_value", "")
        listed = tuple(meta.get("listed", ()))
        if listed:
            text = f"{', '.join(listed[:_MOST_NAMED])}{' ...' if len(listed) > _MOST_NAMED else ''}"
        else:
            text = "" if observed is None else f"{observed:g}" if isinstance(observed, float) else str(observed)
        file, sheet, _ = shaped.places[0] if shaped.places else ("", "", 0)
        checked = str(one.expectation_config.kwargs.get("column", ""))  # type: ignore[attr-defined]
        if checked in ("known", "figures") or any(ending in checked for ending in (": share", ": all units")):  # type: ignore[attr-defined]
            text = ""
        delivered = next((name for name, target, _ in shaped.mapped if target == column), column)
        return [Problem(what, file, sheet, column=delivered, value=text, is_warning=is_warning, listed=listed, **said)]
    found = []
    values: dict[str, list[int]] = {}
    for at in cells:
        values.setdefault(_value_at(at, column, suite, shaped), []).append(at)
    for value, places in list(values.items())[:_MOST_SHOWN]:
        at = places[0]
        row = suite.row_of[at]
        target = suite.column_of[at] if suite.column_of else column
        more = f" (the first of {len(places)} rows)" if len(places) > 1 else ""
        found.append(shaped.problem(row, target, what + more, value=value, is_warning=is_warning, **said))
    if len(values) > _MOST_SHOWN:
        more = len(values) - _MOST_SHOWN
        found.append(
            Problem(
                f"and {more} more: {what}",
                shaped.places[0][0],
                column=column,
                to_do="see the page",
                is_warning=is_warning,
            )
        )
    return found


def _value_at(at: int, column: str, suite: Suite, shaped: Shaped) -> str:
    """Return the delivered text that row `at` of the frame was checked for."""
    target = suite.column_of[at] if suite.column_of else column
    if suite.column_of and column in ("period", "series", "region", "Nedre grense"):
        return str(suite.frame["period" if column == "period" else "series"].iloc[at])
    if target in shaped.columns:
        return shaped.rows[suite.row_of[at]][shaped.at(target)]
    return str(suite.frame[column].iloc[at]) if column in suite.frame else ""


def write_refusal(folder: Path, files: list[str], problems: list[Problem]) -> Path | None:
    """Write the page of a file that could not be read, to be sent to its owner; None where it cannot be written."""
    name = re.sub(r"[^a-z0-9]+", "_", " ".join(files).lower()).strip("_")[:60] or "file"
    target = folder / f"refused_{name}" / "index.html"
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(", ".join(files))}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(', '.join(files))}</h1>"
        f'<p class="refused"><strong>Refused</strong>: {len(problems)} findings must be mended.</p>'
        f"{_findings_table(problems)}</body></html>"
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_text(page, encoding="utf-8")
        target.chmod(0o600)
    except OSError:
        return None
    return target


def _findings_table(problems: list[Problem]) -> str:
    """Return the findings as a table of HTML; every text of a file is shown as text."""
    if not problems:
        return "<p>Nothing was found.</p>"
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{html.escape(str(cell))}</td>"
            for cell in (
                "warning" if problem.is_warning else "refused",
                problem.file,
                problem.sheet,
                problem.row or "",
                problem.column,
                "; ".join(problem.listed) or shown(problem.value),
                problem.what,
                problem.expected,
                problem.to_do,
            )
        )
        + "</tr>"
        for problem in problems
    )
    names = ("", "file", "sheet", "row", "column", "value", "what", "expected", "what to do")
    head = "".join(f"<th>{name}</th>" for name in names)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _revised_table(revised: Sequence[Revision]) -> str:
    """Return the figures that were delivered before with another value, as a table."""
    if not revised:
        return ""
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
    head = "".join(f"<th>{name}</th>" for name in ("figure", "was", "is", "delivered by", "indicators"))
    return f"<h2>Delivered before with another value: {len(revised)}</h2><table><tr>{head}</tr>{rows}</table>"


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f2f2}.refused{color:#9b1c1c}.passed{color:#14632b}
ul{padding-left:1.2rem}.badge{background:#eee;padding:0 .3rem;border-radius:.2rem}h1,h2{line-height:1.2}
.collapse{display:block}i.fas.fa-check-circle::before{content:"\\2713"}i.fas.fa-times::before{content:"\\2717"}
"""


def write_page(
    folder: Path,
    delivery_id: str,
    shaped: Shaped,
    problems: list[Problem],
    result: object,
    facts: dict[str, str],
    revised: Sequence[Revision] = (),
) -> Path:
    """Write Great Expectations' Data Docs of the check as one page that needs no network, and return its path.

    Great Expectations' renderer makes the page; what it would load from elsewhere (scripts, fonts, logos) is taken
    out, and what the screen said stands on top, so that the page can be sent to the source's owner as it is.
    """
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    result.meta.setdefault("run_id", {})  # type: ignore[attr-defined]
    document = ValidationResultsPageRenderer(run_info_at_end=True).render(result)
    page = DefaultJinjaPageView().render(document, show_how_to_buttons=False)
    page = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL | re.IGNORECASE)
    page = re.sub(r"<(?:link|img)\b[^>]*>", "", page, flags=re.IGNORECASE)
    page = re.sub(r"<footer\b.*?</footer>|<nav\b.*?</nav>", "", page, flags=re.DOTALL | re.IGNORECASE)
    page = re.sub(r"<style\b.*?</style>", "", page, count=0, flags=re.DOTALL | re.IGNORECASE)
    page = re.sub(r'<a\b[^>]*href="https?://[^"]*"[^>]*>(.*?)</a>', r"\1", page, flags=re.DOTALL | re.IGNORECASE)
    page = re.sub(r"""\son\w+=("[^"]*"|'[^']*')""", "", page)
    refused = [problem for problem in problems if not problem.is_warning]
    listed = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in facts.items()
    )
    verdict = (
        f'<p class="refused"><strong>Refused</strong>: {len(refused)} findings must be mended.</p>'
        if refused
        else '<p class="passed"><strong>Let in</strong>.</p>'
    )
    table = _findings_table(problems)
    top = (
        f"<style>{_STYLE}</style><h1>Delivery {html.escape(delivery_id)}</h1>{verdict}<table>{listed}</table>"
        f"<h2>Findings</h2>{table}{_revised_table(revised)}<h2>All checks</h2>"
    )
    page = re.sub(r"(<body[^>]*>)", lambda found: found[1] + top, page, count=1)
    page = re.sub(r"<title>[^<]*</title>\s*", "", page)
    page = page.replace("<head>", f"<head><title>{html.escape(delivery_id)}</title>", 1)
    target = folder / delivery_id / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.write_text(page, encoding="utf-8")
    target.chmod(0o600)
    return target
