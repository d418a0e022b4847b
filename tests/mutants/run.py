"""`make mutants`: does anything notice when the code is changed for the worse?

Each row of mutants.csv is one change: a file, a text that stands in it once, and what takes its place. The change is
made in a copy of the project, and the steps that the row names are taken until one stops it:

    build   dbt runs what the change reaches (models, unit tests, data tests), over a build of the code as it is, and
            publishes over the release of that build: the audit reads it, and a figure that changes is held back
    tests   pytest runs the tests that the row names; those that need a build find one ready made

A change that nothing stops is a survivor, and the row says why it may be one.

Usage: python -m tests.mutants.run [--only WORD ...] [--workers 2]. Exit code 1 when more than 5 percent survive or one
survives without a reason. It takes a minute or so a change; it is no part of `make test`.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.csv")
BIN = Path(sys.executable).parent
BUILD, TESTS = "build", "tests"
STEPS = (BUILD, TESTS)
HELD_BACK, AUDIT, SURVIVED = "held back", "audit", "survived"
FAULT_OF_AUDIT = "The release was not published: the audit of"
MOST_SURVIVORS = 0.05
# A guard against a change that makes something wait for ever.
SECONDS = 3600
# Letters of a line that says what failed.
LONGEST = 160
# What a build makes, and what dbt has parsed.
MADE = ("build", "published", "target")
# What tests ask dbt's last run about; the fixture `first_build` takes them from the folder in RUS_READY_BUILD.
OF_DBT = ("manifest.json", "graph.gpickle", "run_results.json", "compiled")

# A command: folder to run it in, its words, settings for its environment -> whether it went well, what it printed.
Command = Callable[[Path, list[str], dict[str, str]], tuple[bool, str]]


@dataclass(frozen=True)
class Mutant:
    """One change for the worse.

    find: text that stands in `file` exactly once.  steps: some of STEPS, by blank.  tests: what to give to pytest, by
    blank; what holds a blank stands in quotes.  reason: why nothing may notice, for a change that does no harm.
    """

    name: str
    area: str
    file: str
    find: str
    replace: str
    steps: str
    tests: str
    reason: str

    def text(self, root: Path) -> str:
        """Return the changed file. Raises ValueError when the text does not stand in it exactly once."""
        text = (root / self.file).read_text(encoding="utf-8")
        if text.count(self.find) != 1:
            raise ValueError(f"{self.name}: {self.find!r} stands {text.count(self.find)} times in {self.file}")
        return text.replace(self.find, self.replace)

    def named_tests(self) -> list[str]:
        """Return what to give to pytest."""
        return shlex.split(self.tests)


@dataclass(frozen=True)
class Outcome:
    """What stopped a mutant, or SURVIVED, and the line that says so."""

    mutant: Mutant
    stopped_by: str
    line: str = ""

    def __str__(self) -> str:
        """Return it on one line."""
        told = self.line
        if self.stopped_by == SURVIVED:
            told = self.mutant.reason or "NO REASON GIVEN"
        return f"{self.stopped_by:<10} {self.mutant.name}: {told}"


def mutants(file: Path = LIST) -> list[Mutant]:
    """Return the list; `\\n` in a cell is a line break."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [Mutant(**{key: cell.replace("\\n", "\n") for key, cell in row.items()}) for row in rows]


def copied_project(folder: Path) -> Path:
    """Return a copy of what git tracks or would track, with what dbt has parsed already."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, files.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    parsed = ROOT / "target" / "partial_parse.msgpack"
    if parsed.exists():
        (folder / "target").mkdir(exist_ok=True)
        shutil.copy2(parsed, folder / "target")
    return folder


def run(folder: Path, words: list[str], settings: dict[str, str]) -> tuple[bool, str]:
    """Run a command in a copy. Return whether it went well and everything it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUS_", "DBT_"))}
    environment = {**kept, "DO_NOT_TRACK": "1", "DBT_PROFILES_DIR": "profiles", **settings}
    try:
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False, f"rror: no answer in {SECONDS} seconds"
    return done.returncode == 0, done.stdout + done.stderr


def first_fault(output: str) -> str:
    """Return the line that says what failed, without the time that dbt puts before it."""
    lines = [re.sub("^[0-9:]{8} +", "", line.strip()) for line in output.splitlines()]
    telling = ("FAILED ", HELD_BACK, FAULT_OF_AUDIT, "[ERROR]: in", "Failure in", "Error in", "rror: ")
    told = [line for words in telling for line in lines if words in line]
    return (told or lines or [""])[0][:LONGEST]


class Trial:
    """The code as it is, built and published once, and what becomes of each change of it."""

    def __init__(self, ready: Path, command: Command = run) -> None:
        """ready: a copy of the project, where the build is made.  command: what runs commands."""
        self.ready, self.command = ready, command

    def prepare(self) -> None:
        """Build the code as it is. Raises SystemExit where that fails: nothing could be told apart then."""
        well, output = self.command(self.ready, [str(BIN / "dbt"), "--no-use-colors", "build"], {})
        if not well:
            raise SystemExit(f"The code as it is does not build: {first_fault(output)}")
        for name in OF_DBT:
            made = self.ready / "target" / name
            if made.is_dir():
                shutil.copytree(made, self.ready / name)
            elif made.exists():
                shutil.copy2(made, self.ready / name)

    def outcome(self, mutant: Mutant) -> Outcome:
        """Make the change in a copy and see what stops it."""
        with tempfile.TemporaryDirectory(prefix="mutant-") as name:
            folder = copied_project(Path(name))
            (folder / mutant.file).write_text(mutant.text(folder), encoding="utf-8")
            if BUILD in mutant.steps.split():
                well, output = self.build(folder)
                if not well:
                    kinds = {f" {HELD_BACK}": HELD_BACK, FAULT_OF_AUDIT: AUDIT}
                    stopped_by = next((kind for words, kind in kinds.items() if words in output), BUILD)
                    return Outcome(mutant, stopped_by, first_fault(output))
            if TESTS in mutant.steps.split():
                ready = folder if BUILD in mutant.steps.split() else self.ready
                words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.named_tests()]
                well, output = self.command(folder, words, {"RUS_READY_BUILD": str(ready)})
                if "no tests ran" in output:
                    raise SystemExit(f"{mutant.name} names tests that are not there: {mutant.tests}")
                if not well:
                    return Outcome(mutant, TESTS, first_fault(output))
        return Outcome(mutant, SURVIVED)

    def build(self, folder: Path) -> tuple[bool, str]:
        """Build in a copy what its change reaches, over the build and the release of the code as it is."""
        for made in MADE:
            if (self.ready / made).exists():
                shutil.copytree(self.ready / made, folder / made, dirs_exist_ok=True)
        for made in OF_DBT:
            if (self.ready / made).is_dir():
                shutil.copytree(self.ready / made, folder / made)
            elif (self.ready / made).exists():
                shutil.copy2(self.ready / made, folder / made)
        words = [str(BIN / "dbt"), "--no-use-colors", "build"]
        reached = ["--select", "state:modified+", "--state", str(self.ready)]
        well, output = self.command(folder, [*words, *reached], {})
        if well and "Nothing to do" in output:
            # dbt does not see who uses a macro that is found by its name only
            return self.command(folder, words, {})
        return well, output


def outcomes(chosen: list[Mutant], workers: int, ready: Path | None = None) -> Iterator[Outcome]:
    """Yield what became of each, as soon as it is known.

    ready: folder of the build of the code as it is, for a run in pieces; it is made there unless it is there.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        trial = Trial(ready or Path(name))
        if not (trial.ready / OF_DBT[0]).exists():
            copied_project(trial.ready)
            trial.prepare()
        with ThreadPoolExecutor(workers) as pool:
            for done in as_completed([pool.submit(trial.outcome, mutant) for mutant in chosen]):
                yield done.result()


def summary(results: list[Outcome]) -> tuple[str, int]:
    """Return the counts in words, and the exit code: 1 where too many survive or one does without a reason."""
    counts = Counter(result.stopped_by for result in results)
    survivors = [result for result in results if result.stopped_by == SURVIVED]
    told = ", ".join(f"{n} {what}" for what, n in counts.most_common())
    share = len(survivors) / max(1, len(results))
    failed = share > MOST_SURVIVORS or any(not result.mutant.reason for result in survivors)
    return f"{len(results)} changes: {told}; {share:.1%} survived", int(failed)


def main(argv: list[str] | None = None) -> int:
    """Print one line a mutant and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="changes whose name or file holds a word")
    parser.add_argument("--area", nargs="+", default=[], help="changes of these areas")
    parser.add_argument("--steps", default="", help="changes that take just these steps")
    parser.add_argument("--ready", type=Path, help="folder that keeps the build of the code as it is for the next run")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args(argv)
    chosen = [
        one
        for one in mutants()
        if (not arguments.only or any(word in f"{one.name} {one.file}" for word in arguments.only))
        and (not arguments.area or one.area in arguments.area)
        and (not arguments.steps or one.steps == arguments.steps)
    ]
    for one in chosen:
        one.text(ROOT)
    results = []
    for result in outcomes(chosen, arguments.workers, arguments.ready):
        print(result, flush=True)
        results.append(result)
    told, code = summary(results)
    print(told)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
