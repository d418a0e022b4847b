"""`dbt build` with its log in the log file: one line of progress while it runs, and at the end what came of it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from dbt.cli.main import dbtRunner

FAILED = ("error", "fail", "runtime error")
# What dbt is silent about on the screen still goes to its log.
SILENT = ("--log-level", "none", "--no-use-colors")


class Screen:
    """What a build shows: how far it is, and the lines that the project's own macros say."""

    # dbt_speed asks: an event that nobody hears need not be told
    hears_debug = False

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.errors: list[str] = []
        self.shown = 0

    def __call__(self, event: Any) -> None:
        """Take one event of dbt."""
        if event.info.name == "LogStartLine":
            self.progress(event.data.index, event.data.total, event.data.description)
        elif event.info.name == "JinjaLogInfo":
            self.say(event.info.msg)
        elif event.info.name == "MainEncounteredError":
            self.errors.append(event.data.exc)
        elif event.info.level == "error":
            self.errors.append(event.info.msg)

    def progress(self, index: int, total: int, description: str) -> None:
        """Show how far it is: on a terminal in one line that changes, elsewhere after every quarter."""
        if self.out.isatty():
            text = f"{index} of {total}: {description}"[: shutil.get_terminal_size().columns - 1]
            self.out.write(f"\r\033[K{text}")
            self.out.flush()
        elif (quarter := 4 * index // total) > self.shown:
            self.say(f"{25 * quarter} % of {total} steps")
            self.shown = quarter

    def say(self, text: str) -> None:
        """Print a line, in place of the progress."""
        self.out.write(("\r\033[K" if self.out.isatty() else "") + text + "\n")
        self.out.flush()


def build(arguments: Sequence[str], out: TextIO = sys.stdout) -> int:
    """Run `dbt build` in this folder and return its exit code: 0, 1 where something failed, 2 where nothing began.

    arguments: further options of `dbt build`.
    """
    os.environ.setdefault("DBT_PROFILES_DIR", "profiles")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    log = Path(os.environ.get("DBT_LOG_PATH", "logs")) / "dbt.log"
    screen = Screen(out)
    result = dbtRunner(callbacks=[screen]).invoke([*SILENT, "build", *arguments])
    if result.success:
        return 0
    results = getattr(result.result, "results", None) or []
    failed = [one for one in results if one.status in FAILED]
    if not failed:
        screen.say("NOT BUILT, and nothing was published:")
        told = screen.errors or [str(result.exception or "dbt says no more than its log")]
        screen.say(indented("\n".join(dict.fromkeys(told)), "  "))
    else:
        waited = sum(one.status == "skipped" for one in results)
        screen.say(f"NOT PUBLISHED: {len(failed)} of {len(results)} steps failed, {waited} waited for them in vain.")
        for one in failed:
            screen.say(f"  {one.node.resource_type} {one.node.name} ({one.node.original_file_path})")
            screen.say(indented(without_trace(one.message or ""), "    "))
    screen.say(f"The log of dbt is {log}; what was published before stays as it was.")
    return 1 if failed else 2


def without_trace(text: str) -> str:
    """Return what an error says without the places in the code, which dbt gives for a Python model."""
    return re.sub(r"Traceback \(most recent call last\):\n(?:[ \t]+.*\n)*(?:[\w.]+: )?", "", text)


def indented(text: str, space: str) -> str:
    """Return the lines of a text that say something, moved in."""
    return "\n".join(space + line.strip() for line in text.splitlines() if line.strip())
