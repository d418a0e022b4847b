"""How the models read: what they read stands at the top, and each step is named for what it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import ROOT

MODELS = sorted((ROOT / "models").rglob("*.sql"))
HEAD = re.compile(r"^(?:with (?:recursive )?)?(\w+(?:\{\{ \w+ \}\})?) as (?:materialized )?\($")
READS = re.compile(r"\b(?:ref|source)\(")


def steps_of(text: str) -> list[tuple[str, str]]:
    """Return the CTEs of a model and what comes after them, each with its SQL, comments left out."""
    code = re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)
    steps: list[tuple[str, str]] = []
    name, lines, rest = "", [], []
    for line in code.splitlines():
        if found := HEAD.match(line):
            name, lines, rest = found[1], [], []
        elif name and line in (")", "),"):
            steps.append((name, "\n".join(lines)))
            name = ""
        else:
            (lines if name else rest).append(line)
    return [*steps, ("", "\n".join(rest))]


def late_reads(text: str) -> list[str]:
    """Return the steps that read a model, seed or source below one that reads steps only."""
    reads = [bool(READS.search(sql)) for _, sql in steps_of(text)]
    first = reads.index(False) if False in reads else len(reads)
    return [name or "(the end)" for (name, _), late in list(zip(steps_of(text), reads, strict=True))[first:] if late]


def test_a_read_below_a_join_is_seen() -> None:
    top = "with a as (\n    select 1 from {{ ref('x') }}\n),\n\nb as (\n    select 1 from a\n)\n\nselect * from b\n"
    assert late_reads(top) == []
    assert late_reads(top.replace("from b", "from b join {{ ref('y') }}")) == ["(the end)"]
    assert late_reads(top.replace("from a\n)", "from a\n),\n\nc as (\n    select 1 from {{ ref('y') }}\n)")) == ["c"]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_what_a_model_reads_stands_at_its_top(path: Path) -> None:
    steps = steps_of(path.read_text("utf-8"))
    if len(steps) > 1:
        assert late_reads(path.read_text("utf-8")) == []


def test_the_steps_of_the_models_are_found() -> None:
    assert sum(len(steps_of(path.read_text("utf-8"))) > 1 for path in MODELS) > 40
    assert sum(len(steps_of(path.read_text("utf-8"))) for path in MODELS) > 250


# Words that say what was done to rows, or where they stand, and not what they are.
NO_NOUN = (
    *(
        "beside",
        "by",
        "earlier",
        "every",
        "final",
        "found",
        "for",
        "from",
        "gone",
        "here",
        "independent",
        "known",
        "last",
    ),
    *("later", "latest", "left", "newest", "of", "on", "over", "partly", "present", "shown", "since", "standing"),
    *("together", "told", "waiting", "wanted", "with", "without"),
)
PREPOSITIONS = {"by", "for", "from", "of", "with", "without"}


def names_something(name: str) -> bool:
    """Whether a step is named for what it holds: with a noun, and no preposition before it."""
    words = name.split("_")
    return words[0] not in PREPOSITIONS and not all(word.endswith("ed") or word in NO_NOUN for word in words)


def test_steps_are_named_for_what_they_hold() -> None:
    assert not any(map(names_something, ("compared", "with_content", "carried_over", "latest")))
    assert all(map(names_something, ("answers", "cells_summed", "last_figures")))
    steps = [(path.stem, name) for path in MODELS for name, _ in steps_of(path.read_text("utf-8")) if name]
    assert [step for step in steps if not names_something(step[1])] == []
