"""The sub-command `receive`: what it was asked for, and the one screen that says what happened."""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace

from rusindikator.receive import landing
from rusindikator.receive.catalogue import Catalogue
from rusindikator.receive.findings import Finding, RefusedError, shown
from rusindikator.receive.judge import Revision
from rusindikator.receive.missing import MISSING_NAME
from rusindikator.receive.page import refusal_name, write_page
from rusindikator.receive.pipeline import docs_folder, receive
from rusindikator.receive.replay import replay
from rusindikator.receive.request import Received, Request

_MOST_WARNINGS = 12
_MOST_REVISED = 5
REASON_NB, REASON_EN = "BEGRUNNELSE", "REASON"


def run(arguments: SimpleNamespace) -> int:
    """Receive, print the screen, and return 0, or 1 where anything was refused."""
    if arguments.recover:
        return recover()
    if arguments.withdraw:
        return withdraw(arguments.withdraw, arguments.reason or "")
    if arguments.replay:
        lines = replay(landing.deliveries_folder(is_microdata=False))
        print("\n".join(lines) or "no receipt has its original")
        return int(any(not line.endswith(": the same") for line in lines))
    if not arguments.files or not arguments.source:
        print("receive: FILE and --source are needed; --help lists the sources", file=sys.stderr)
        return 2
    names = [name for name in Request.__dataclass_fields__ if hasattr(arguments, name)]
    request = Request(**{name: getattr(arguments, name) for name in names})
    try:
        received = receive(request)
    except RefusedError as error:
        print(screen_of_refusal(error.findings))
        with contextlib.suppress(OSError):
            name = refusal_name([path.name for path in request.files])
            print(f"page     {write_page(docs_folder(request), name, error.findings)}")
        return 1
    print(screen(received, arguments.dry_run))
    return int(any(one.refused for one in received))


def withdraw(delivery_id: str, reason: str) -> int:
    """Let a delivery no longer count, and say what follows from it."""
    folder = landing.deliveries_folder(is_microdata=False)
    try:
        landing.make_folder(folder)
        with landing.held(folder):
            row = landing.withdraw(folder, delivery_id, reason)
    except RefusedError as error:
        print(screen_of_refusal(error.findings))
        return 1
    print(f"withdrawn {row.delivery_id} ({row.source_code}, {row.period}): it stays where it is and no longer counts")
    print("         figures it gave become revisions: the next build asks for their reasons (docs/releases.md)")
    print("         a build as of a day before today still counts it")
    return 0


def recover() -> int:
    """Finish what an interrupted receive had decided, and say what was done."""
    folder = landing.deliveries_folder(is_microdata=False)
    if not folder.exists():
        print(f"nothing to recover: there is no folder {folder}")
        return 0
    try:
        with landing.held(folder):
            done = landing.recover(folder)
    except OSError as error:
        print(screen_of_refusal(landing.cannot_be_used(folder, error).findings, "NOT FINISHED, nothing is lost"))
        return 1
    except RefusedError as error:
        print(screen_of_refusal(error.findings, "NOT FINISHED, nothing is lost"))
        return 1
    print("\n".join(done) or f"nothing to recover in {folder}")
    return 0


def screen_of_refusal(findings: list[Finding], verdict: str = "REFUSED, nothing has changed") -> str:
    """Return what is said of a file that cannot be read, or a folder that cannot be written."""
    lines = [f"  {finding.text()}" for finding in findings[:20]]
    if len(findings) > 20:
        lines.append(f"  and {len(findings) - 20} more")
    return "\n".join([verdict, *lines])


def screen(received: list[Received], dry_run: bool) -> str:
    """Return what was detected, mapped, checked and landed, on one screen."""
    lines: list[str] = []
    for one in received:
        shaped, delivery = one.shaped, one.delivery
        assert delivery is not None
        for each in one.delivered:
            lines.append(f"read     {each.path.name}: {', '.join([each.format, each.encoding, *each.notes])}")
        size = f"{len(shaped.rows)} rows, {len(shaped.columns)} columns"
        lines.append(f"shape    {shaped.contract.extract}, period {delivery.period}: {size}")
        renamed = [f"{shown(name, 40)} -> {column}" for name, column, _ in shaped.mapped if name != column]
        same = len(shaped.mapped) - len(renamed)
        more = f" and {len(renamed) - 6} more" if len(renamed) > 6 else ""
        renames = f"; {'; '.join(renamed[:6])}{more}" if renamed else ""
        lines.append(f"mapped   {same} columns by name{renames}")
        lines += [f"         {note}" for note in shaped.notes]
        if one.already:
            lines.append(f"known    the same delivery is registered as {one.already}: nothing to do")
            continue
        refusals = [finding for finding in one.findings if not finding.is_warning]
        told = [finding for finding in one.findings if finding.is_warning]
        lines.append(f"checked  {len(refusals)} findings refuse it, {len(told)} warnings")
        lines += [f"  REFUSED {finding.text()}" for finding in refusals[:20]]
        if len(refusals) > 20:
            lines.append(f"  and {len(refusals) - 20} more on the page")
        lines += [f"  warning {finding.text()}" for finding in told[:_MOST_WARNINGS]]
        if len(told) > _MOST_WARNINGS:
            lines.append(f"  and {len(told) - _MOST_WARNINGS} more warnings on the page")
        if one.revised:
            lines.append(f"revised  {len(one.revised)} delivered before with another value; all of them on the page")
            lines += [f"         {shown(revision.text(), 110)}" for revision in one.revised[:_MOST_REVISED]]
        if one.page:
            lines.append(f"page     {one.page}")
    new = [one for one in received if not one.already]
    if any(one.refused for one in received):
        lines.append("REFUSED, nothing has changed")
    elif not new:
        pass
    elif dry_run:
        lines.append(f"dry run: would land {', '.join(one.delivery.file_name for one in new if one.delivery)}")
    else:
        for one in new:
            assert one.delivery is not None
            lines.append(f"landed   {one.delivery.file_name} and its line in {landing.REGISTER_NAME}")
            if one.missing:
                numbers = ", ".join(f"#{row['indicator_no']}" for row in one.missing)
                lines.append(f"         missing for {one.period[1]}, with the reason in {MISSING_NAME}: {numbers}")
        lines.append(f"         in {landing.deliveries_folder(is_microdata=False)}")
    if any(one.refused for one in received):
        return "\n".join(lines)
    return "\n".join([*lines, *_wanted_reasons(received)])


def _wanted_reasons(received: list[Received]) -> list[str]:
    """Return what the next release will ask for: a reason for each published figure that these deliveries change."""
    catalogue = Catalogue()
    wanted = reason_lines((revision for one in received for revision in one.revised), catalogue)
    if not wanted:
        return []
    lines = [
        f"reasons  {len(wanted)} figures of indicators may change. A release that changes a published one is held back",
        "         until revisions.csv says why (docs/releases.md). For those that were published, write the reason for",
        f"         {REASON_NB} and {REASON_EN} in:",
        ",".join(catalogue.revision_columns),
        *wanted[:_MOST_WARNINGS],
    ]
    page = next((one.page for one in received if one.page), None)
    if len(wanted) > _MOST_WARNINGS and page:
        listed = page.with_name("revisions_wanted.csv")
        listed.write_text("\n".join([",".join(catalogue.revision_columns), *wanted, ""]), encoding="utf-8")
        lines.append(f"         and {len(wanted) - _MOST_WARNINGS} more: {listed} has them all")
    return lines


def reason_lines(revisions: Iterable[Revision], catalogue: Catalogue) -> list[str]:
    """Return the lines for revisions.csv, the reason left to be written; blank cells in columns of no concern."""
    told = sorted({(number, revision.year) for revision in revisions for number in revision.indicators})
    lines = []
    for number, year in told:
        cells = {
            "indicator_no": str(number),
            "year": str(year),
            "revised_on": date.today().isoformat(),
            "reason_nb": REASON_NB,
            "reason_en": REASON_EN,
        }
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="").writerow([cells.get(name, "") for name in catalogue.revision_columns])
        lines.append(text.getvalue())
    return lines
