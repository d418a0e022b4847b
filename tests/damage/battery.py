"""`make mutants`, second half: 120 damages of deliveries and of the catalogue, and what becomes of each.

    stopped         the gate refuses the delivery, or the build or its audit fails
    held back       the build is right in itself, and publishing wants a reason for the figures that change
    warned          the gate lets the delivery in and says what to look at
    without effect  what lands, or what is published, is the same as without the damage
    silent          nothing says a word

Ninety are deliveries of the year to come, damaged in one of the ways of kinds.py and received in a dry run beside what
is shipped; thirty are slips in a seed, built and published over a release of the seeds as they are. Kind, source and
place are drawn by number: with the odd ones thresholds are set (seed gate_rules), with the even ones they are judged.

Usage: python -m tests.damage.battery [--deliveries] [--only NUMBER ...]. Exit code 1 when more than five in a
hundred are silent, or one is silent without a reason.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rusindikator.receive import RefusedError, Request, receive
from tests.damage.catalogue import SLIPS, drawn
from tests.damage.kinds import FIGURES, KINDS, PERSONS, UNITS, Kind
from tests.damage.sound import FIGURES as FIGURE_EXTRACTS
from tests.damage.sound import MICRODATA, YEAR, Table, microdata, sound
from tests.mutants.run import AUDIT, HELD_BACK, SURVIVED, Trial, copied_project, run
from tests.python import shapes

STOPPED, WARNED, NO_EFFECT, SILENT = "stopped", "warned", "without effect", "silent"
MOST_SILENT = 0.05
DELIVERIES, SEEDS = 90, 30
PUBLISHED_ON = f"{YEAR + 1}-06-30"


@dataclass(frozen=True)
class Case:
    """A damage drawn: its number, its kind and the extract that it befalls."""

    number: int
    kind: Kind
    extract: str


@dataclass(frozen=True)
class Result:
    """What became of a damage: one of the words above, and the codes or the line that say so."""

    number: int
    name: str
    became: str
    line: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Return it on one line."""
        told = (self.reason or "NO REASON GIVEN") if self.became == SILENT else self.line
        return f"{self.number:>3} {self.became:<14} {self.name}: {told}"


def of_extract(extract: str) -> str:
    """Return which damages befall an extract."""
    return {"is24_8": UNITS, "bu": PERSONS}.get(extract, FIGURES)


def damaged(case: Case, table: Table) -> Table | None:
    """Return the table with the damage, none where it has no place for it."""
    return case.kind.damage(table, random.Random(case.number))


def cases() -> list[Case]:
    """Return the damages of deliveries, in the order of their numbers: every kind in turn, its extract drawn."""
    tables = {extract: sound(extract) for extract in (*FIGURE_EXTRACTS, *MICRODATA)}
    found: list[Case] = []
    taken: set[tuple[str, str]] = set()
    pick = random.Random(2016)
    while len(found) < DELIVERIES:
        kinds = list(KINDS)
        pick.shuffle(kinds)
        for kind in kinds:
            extracts = [extract for extract in tables if of_extract(extract) in kind.of]
            pick.shuffle(extracts)
            for extract in extracts:
                case = Case(len(found) + 1, kind, extract)
                if (kind.name, extract) not in taken and damaged(case, tables[extract]) is not None:
                    found.append(case)
                    taken.add((kind.name, extract))
                    break
            if len(found) == DELIVERIES:
                break
    return found


def prepare(folder: Path) -> None:
    """Make a deliveries folder, in which the year before of persons and units lands; receiving goes there from now."""
    os.environ |= {"RUS_DELIVERIES_DIR": str(folder / "deliveries"), "RUS_BUILD_DIR": str(folder / "build")}
    for extract in MICRODATA:
        file = shapes.save(folder / f"{extract}.csv", microdata(extract, YEAR - 1).text())
        request = Request(files=[file], source=source_of(extract), period=str(YEAR - 1), quiet=True)
        assert not receive(request, shapes.CATALOGUE)[0].refused, extract


def source_of(extract: str) -> str:
    """Return the source of an extract."""
    return shapes.CATALOGUE.contract(extract).source_code


def listed(findings: set[tuple[str, str]]) -> str:
    """Return the codes of findings."""
    return ", ".join(sorted({code for code, _ in findings}))


def said(folder: Path, table: Table) -> tuple[set[tuple[str, str]], set[tuple[str, str]], list[bytes]]:
    """Return what refuses a table and what is told of it, each a code and its text, and what would land."""
    file = shapes.save(folder / f"{table.contract.extract}_{YEAR}.csv", table.text())
    request = Request(
        files=[file],
        source=table.contract.source_code,
        extract=table.contract.extract,
        period=str(YEAR),
        published_on=PUBLISHED_ON,
        accept_missing=True,
        dry_run=True,
        quiet=True,
    )
    try:
        received = receive(request, shapes.CATALOGUE)
        findings, contents = [one for each in received for one in each.findings], [one.content for one in received]
    except RefusedError as error:
        findings, contents = error.findings, []
    refused = {(finding.code, finding.text()) for finding in findings if not finding.is_warning}
    return refused, {(finding.code, finding.text()) for finding in findings if finding.is_warning}, contents


@cache
def of_sound(folder: Path, extract: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]], list[bytes]]:
    """Return what is said of a sound delivery."""
    return said(folder, sound(extract))


def judged(case: Case, folder: Path) -> Result:
    """Return what becomes of a damaged delivery. Raises SystemExit where the sound one is not let in without a word."""
    refused, warned, sound_contents = of_sound(folder, case.extract)
    if refused:
        raise SystemExit(f"the sound delivery of {case.extract} is refused: {listed(refused)}")
    name = f"{case.kind.name}, {case.extract}"
    hurt = damaged(case, sound(case.extract))
    assert hurt is not None
    refused, told, contents = said(folder, hurt)
    if refused:
        return Result(case.number, name, STOPPED, listed(refused))
    if told - warned:
        return Result(case.number, name, WARNED, listed(told - warned))
    if contents == sound_contents:
        return Result(case.number, name, NO_EFFECT)
    hidden = case.kind.hidden(sound(case.extract), hurt)
    return Result(case.number, name, SILENT, reason=case.kind.reason if hidden else "")


def deliveries(only: set[int]) -> Iterator[Result]:
    """Yield what becomes of each damaged delivery."""
    with tempfile.TemporaryDirectory(prefix="damages-") as name:
        folder = Path(name)
        prepare(folder)
        for case in cases():
            if not only or case.number in only:
                yield judged(case, folder)


def seeds(only: set[int]) -> Iterator[Result]:
    """Yield what becomes of each slip in the catalogue."""
    numbered = [(DELIVERIES + 1 + at, SLIPS[at % len(SLIPS)]) for at in range(SEEDS)]
    with tempfile.TemporaryDirectory(prefix="damages-") as name:
        ready = copied_project(Path(name))
        Trial(ready).prepare()
        for number, slip in numbered:
            if only and number not in only:
                continue
            mutant, printed = drawn(slip, random.Random(number)), []

            def remember(
                folder: Path, words: list[str], settings: dict[str, str], printed: list[str] = printed
            ) -> tuple[bool, str]:
                well, output = run(folder, words, settings)
                printed.append(output)
                return well, output

            outcome = Trial(ready, remember).outcome(mutant)
            if outcome.stopped_by == HELD_BACK:
                became = HELD_BACK
            elif outcome.stopped_by != SURVIVED:
                became = STOPPED
            else:
                became = NO_EFFECT if "Nothing changed: " in printed[-1] else SILENT
            line = outcome.line if outcome.stopped_by != AUDIT else f"audit: {outcome.line}"
            yield Result(number, mutant.name, became, line)


def counted(results: list[Result]) -> str:
    """Return the counts in words."""
    counts = Counter(result.became for result in results)
    return ", ".join(f"{n} {what}" for what, n in counts.most_common())


def main(argv: list[str] | None = None) -> int:
    """Print a line a damage and the counts, of all and of the even numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", action="store_true", help="damages of deliveries only")
    parser.add_argument("--only", nargs="+", type=int, default=[], metavar="NUMBER")
    told = parser.parse_args(argv)
    results = []
    for part in (deliveries,) if told.deliveries else (deliveries, seeds):
        for result in part(set(told.only)):
            print(result, flush=True)
            results.append(result)
    even = [result for result in results if result.number % 2 == 0]
    print(f"{len(results)} damages: {counted(results)}; of the {len(even)} with even numbers {counted(even)}")
    silent = [result for result in results if result.became == SILENT]
    too_many = len(silent) > MOST_SILENT * len(results)
    return int(too_many or any(not result.reason for result in silent))


if __name__ == "__main__":
    sys.exit(main())
