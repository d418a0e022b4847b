"""The locks hold what the code imports, and no more than each command needs."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from .conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-audit.lock", "requirements-dev.lock")
# Who may import what `make build` does not install.
OF_THE_AUDIT = {"audit/second_opinion.py", "audit/suite.py", "audit/data_docs.py"}
# They come with what is declared, as parts of it.
PARTS = {"dbt": {"dbt-core"}}


def name_of(requirement: str) -> str:
    """The name of a requirement, as package indexes write it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement)[0]).lower()


def locked(lock: str) -> dict[str, set[str]]:
    """Versions of each package in a lock; there can be one per version of Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ \\\n]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE):
        found.setdefault(name_of(name), set()).add(version)
    return found


def declared(*groups: str) -> set[str]:
    """Names of the packages that pyproject.toml declares, with those of the groups."""
    found = list(PROJECT["project"]["dependencies"])
    for group in groups:
        found += [item for item in PROJECT["dependency-groups"][group] if isinstance(item, str)]
    return {name_of(item) for item in found}


@cache
def distributions() -> dict[str, list[str]]:
    """Which distributions each module that is installed comes from."""
    return dict(packages_distributions())


def imported(file: Path) -> set[str]:
    """Distributions that a file imports from; the module where none is installed."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.split(".")[0])
    modules = found - set(sys.stdlib_module_names) - {"rusindikator", "tests"}
    return {name_of(min(PARTS.get(module, distributions().get(module, [module])))) for module in modules}


CODE = [*sorted((ROOT / "rusindikator").rglob("*.py")), *sorted((ROOT / "models").rglob("*.py"))]


def test_there_is_code_that_imports_something() -> None:
    assert len(CODE) > 50
    assert len(set().union(*map(imported, CODE))) > 8


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_what_the_code_imports_is_declared(file: Path) -> None:
    of_the_audit = file.is_relative_to(ROOT / "rusindikator") and (
        file.relative_to(ROOT / "rusindikator").as_posix() in OF_THE_AUDIT
    )
    assert imported(file) <= declared(*(["audit"] if of_the_audit else []))


def test_what_the_tests_import_is_declared() -> None:
    files = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
    assert len(files) > 15
    assert set().union(*map(imported, files)) <= declared("audit", "dev")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert len(locked(lock)) > 40
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    without = [block for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert not without
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|^ *-[if] |@ ", text, re.MULTILINE)


def test_locks_agree_and_hold_what_is_declared() -> None:
    runtime, audit, dev = map(locked, LOCKS)
    assert runtime.items() <= audit.items() <= dev.items()
    assert declared() <= set(runtime)
    assert declared("audit") <= set(audit)
    assert declared("audit", "dev") <= set(dev)


def test_a_build_installs_neither_linters_nor_test_tools_nor_what_only_the_second_opinion_needs() -> None:
    runtime = locked("requirements.lock")
    assert not {"great-expectations", "pandas", "scipy", "altair", "pytest", "ruff", "sqlfluff", "hypothesis"} & set(
        runtime
    )
