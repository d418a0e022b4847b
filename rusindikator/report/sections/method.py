"""The terms of the method, and the decisions that change a value or a verdict."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rusindikator.report.numbers import ranges
from rusindikator.report.words import Words

TERMS = ("verdict", "interval", "money", "vintage", "effect", "separable", "subjective")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it is printed; `is_foreign` where it is not in the language of the report."""

    id: str
    title: str
    resolution: str
    is_foreign: bool
    indicators: str


def method(words: Words) -> list[tuple[str, str]]:
    """Return the terms of the method and what they mean here."""
    catalogue = words.catalogue.values()
    mixed = sorted(row["indicator_no"] for row in catalogue if row["is_separable"] in ("no", "partly"))
    judged = sorted(row["indicator_no"] for row in catalogue if row["is_subjective"])
    total = len(words.data.status)
    values: dict[str, dict[str, object]] = {
        "vintage": {"year": words.year},
        "separable": {"n": len(mixed), "total": total, "list": ranges(mixed)},
        "subjective": {"n": len(judged), "total": total, "list": ranges(judged)},
    }
    return [(words.t(f"method.{term}_term"), words.t(f"method.{term}", **values.get(term, {}))) for term in TERMS]


def decisions(words: Words) -> list[Decision]:
    """Return the decisions of this set, in the language of the report where it has them."""
    rows = []
    for row in words.data.decisions:
        if row["severity"] == "H" and (row["indicator_nos"] or row["decision_id"][0] in "NR"):
            own = decision_texts().get(row["decision_id"]) if words.lang == "nb" else None
            rows.append(
                Decision(
                    id=row["decision_id"],
                    title=(own or row)["title"],
                    resolution=(own or row)["resolution"],
                    is_foreign=words.lang != "en" and not own,
                    indicators=ranges(split_numbers(row["indicator_nos"])) or words.t("decision.all"),
                )
            )
    return rows


@cache
def decision_texts() -> dict[str, dict[str, str]]:
    """Return the Norwegian wording of the decisions the report prints; the catalogue holds them in English."""
    text = resources.files("rusindikator.report").joinpath("decisions_nb.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def split_numbers(text: str) -> list[int]:
    """Split a list of indicator numbers such as `7;15` or `1-94` into single numbers."""
    found: list[int] = []
    for part in (text or "").split(";"):
        first, _, last = part.strip().partition("-")
        if first:
            found += range(int(first), int(last or first) + 1)
    return found
