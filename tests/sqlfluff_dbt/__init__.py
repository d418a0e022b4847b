"""What dbt gives to Jinja and sqlfluff's own dbt words lack, so that style is checked without starting dbt.

The linter reads the shape of the SQL, not its meaning: relations keep their names, and a macro that stands for one
expression is read as a call of a function with its name, which is how the reader of a model sees it. Whether the SQL
compiles and runs is found out by `dbt build`.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from jinja2 import pass_context

ROOT = Path(__file__).resolve().parents[2]
PROJECT = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))

execute = False
project_name = PROJECT["name"]
run_started_at = datetime(2000, 1, 1, tzinfo=UTC)


def var(name: str, default: object = None) -> object:
    """Return a variable of dbt_project.yml."""
    return PROJECT["vars"].get(name, default)


def env_var(name: str, default: str = "") -> str:
    """Return an environment variable."""
    return os.environ.get(name, default)


def as_of_day() -> str:
    """Return the day a build looks from: none."""
    return ""


class Adapter:
    """The adapter of a DuckDB project, without a database behind it."""

    @staticmethod
    @pass_context
    def dispatch(context: Any, name: str, package: str | None = None) -> Any:
        """Return the macro that DuckDB would get: `duckdb__name`, else `default__name`."""
        return context.resolve(f"duckdb__{name}") or context.resolve(f"default__{name}")

    @staticmethod
    def quote(name: str) -> str:
        """Return a quoted identifier."""
        return f'"{name}"'


class Dbt:
    """The macros of dbt's own package that models use."""

    @staticmethod
    def type_string() -> str:
        """Return the name of the type of text."""
        return "varchar"

    @staticmethod
    def datediff(first: str, second: str, part: str) -> str:
        """Return the number of parts between two days."""
        return f"date_diff('{part}', {first}, {second})"


target = {"name": "build", "path": "build/rusindikator.duckdb", "schema": "main"}
adapter = Adapter()
dbt = Dbt()


# Arguments of macros that are plain words, not SQL.
WORDS = {"pattern", "replacement", "side", "language", "data_type", "separator"}


def call_of(macro: str, parameters: list[str]) -> Callable[..., str]:
    """Return what writes a call of the macro in place of the expression it stands for."""

    def write(*values: object, **named: object) -> str:
        arguments = {**dict(zip(parameters, values, strict=False)), **named}
        return f"{macro}({', '.join(repr(str(v)) if k in WORDS else str(v) for k, v in arguments.items())})"

    return write


def expressions() -> dict[str, Callable[..., str]]:
    """Return the macros of the files that .sqlfluff leaves out, each as a call of itself."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / ".sqlfluff", encoding="utf-8")
    paths = settings["sqlfluff:templater:jinja"]["exclude_macros_from_path"].split(",")
    files = [
        file for path in paths for file in ([ROOT / path] if path.endswith(".sql") else (ROOT / path).glob("*.sql"))
    ]
    found = {}
    for file in files:
        for name, parameters in re.findall(r"\{%-?\s*macro\s+(\w+)\((.*?)\)", file.read_text(encoding="utf-8")):
            found[name] = call_of(name, [word.split("=")[0].strip() for word in parameters.split(",")])
    return found


globals().update({name: call for name, call in expressions().items() if name not in globals()})
