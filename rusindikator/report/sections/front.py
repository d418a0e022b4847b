"""The front page and the limits of each goal: what moved, what was measured, and what cannot be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rusindikator.report.numbers import ranges
from rusindikator.report.sections.tables import Indicator
from rusindikator.report.words import NO_COMPARISON, Words

# Lines of the front page for what is better or worse, so that it stays within one screen.
FRONT_PAGE_ITEMS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """Indicators with one verdict, each with the figure it is held against; `total` may be more than are listed."""

    code: str
    total: int
    rows: list[tuple[Indicator, str]]


@dataclass(frozen=True, slots=True)
class Moved:
    """What is better and what is worse on one basis."""

    basis: str
    title: str
    columns: list[Column]


@dataclass(frozen=True, slots=True)
class Front:
    """The front page: the plan in five lines, what moved, and what has no figure."""

    plan_lines: list[str]
    moved: list[Moved]
    not_measured: str

    @property
    def moved_is_cut(self) -> bool:
        """Whether the front page lists fewer indicators than have moved."""
        return any(len(column.rows) < column.total for part in self.moved for column in part.columns)


def front(words: Words, rows: list[Indicator], funding_target: str) -> Front:
    """Return the front page."""
    return Front(
        plan_lines=_plan_lines(words, rows, funding_target),
        moved=_moved(words, rows),
        not_measured=_not_measured(words, rows),
    )


def with_verdict(rows: Iterable[Indicator], *verdicts: str, basis: str = "latest") -> list[Indicator]:
    """Return the indicators with one of these verdicts on a basis."""
    return [row for row in rows if row.verdict_on(basis) in verdicts]


def _plan_lines(words: Words, rows: list[Indicator], funding_target: str) -> list[str]:
    """Tell the plan in five lines: what it is, its goals, how it is followed, what is measured and what is not."""
    measured = [row for row in rows if row.status["latest_year"] == words.year]
    compared = [row for row in measured if row.verdict_on("baseline") not in NO_COMPARISON]
    counts = {"measured": len(measured), "total": len(rows), "compared": len(compared)}
    return [
        words.t("front.line_what", target=funding_target),
        words.t("front.line_goals"),
        words.t("front.line_set", total=len(rows), sources=len(words.used_sources)),
        words.t("front.line_measured", year=words.year, **counts),
        words.t("front.line_limits"),
    ]


def _moved(words: Words, rows: list[Indicator]) -> list[Moved]:
    """List what is better and worse, against the baseline and against the previous measurement."""
    found = {
        basis: {code: with_verdict(rows, code, basis=basis) for code in ("improved", "worsened")}
        for basis in ("latest", "previous")
    }
    shown = fair_share([len(part) for parts in found.values() for part in parts.values()], FRONT_PAGE_ITEMS)
    return [
        Moved(
            basis=basis,
            title=words.t(f"front.moved_{basis}", year=words.year),
            columns=[
                Column(
                    code, len(part), [(row, row.baseline if basis == "latest" else row.earlier) for row in part[:shown]]
                )
                for code, part in parts.items()
            ],
        )
        for basis, parts in found.items()
    ]


def _not_measured(words: Words, rows: list[Indicator]) -> str:
    """Say how many have no figure for the report year, and why, and how many none after the baseline."""
    absent = with_verdict(rows, "no_new_measurement", basis="baseline")
    later = {row.no: row.status["baseline_year"] for row in absent if row.status["baseline_year"] > words.year}
    old = [
        row
        for row in rows
        if row.status["baseline_year"] < words.year and (row.status["latest_year"] or 0) <= row.status["baseline_year"]
    ]
    parts = []
    if absent:
        why = reasons(words, absent)
        parts.append(words.t("front.rest", n=len(absent), total=len(rows), year=words.year, reasons=why))
    if later:
        parts.append(words.t("front.rest_later", n=len(later), years=ranges(set(later.values()))))
    if old:
        parts.append(words.t("front.rest_old", n=len(old)))
    return " ".join(parts)


def reasons(words: Words, rows: list[Indicator]) -> str:
    """Count why indicators have no figure for the report year, the commonest reason first (D-75)."""
    found = Counter(row.status["missing_reason"] or "none" for row in rows)
    told = [words.t(f"front.why_{reason}", n=n) for reason, n in sorted(found.items(), key=lambda it: (-it[1], it[0]))]
    return told[0] if len(told) == 1 else words.t("list.and", first=", ".join(told[:-1]), last=told[-1])


def limits(words: Words, members: list[Indicator]) -> list[str]:
    """Say what the figures of a goal cannot tell: no figure after the baseline, not comparable, or constructed."""
    old = with_verdict(members, "no_new_measurement", "first_measurement")
    unclear = [row.no for row in with_verdict(members, "not_comparable", "unclear")]
    constructed = [row.no for row in members if row.is_constructed]
    counts = {"n": len(old), "total": len(members)}
    lines = []
    if old:
        absent = [row for row in old if row.status.get(f"value_{words.year}") is None]
        if absent:
            lines.append(words.t("short.not_again", **counts, year=words.year, reasons=reasons(words, absent)))
        else:
            lines.append(words.t("short.not_again_yet", **counts))
    if unclear:
        lines.append(words.t("short.not_comparable", n=len(unclear), list=ranges(unclear)))
    if constructed:
        lines.append(words.t("short.constructed", n=len(constructed), list=ranges(constructed)))
    return [*lines, words.t("front.line_limits")]


def fair_share(lengths: list[int], room: int) -> int:
    """Return how many rows of each list to show, so that all lists together fit in `room`; at least one of each."""
    longest = max([*lengths, 1])
    return next((n for n in range(longest, 1, -1) if sum(min(n, length) for length in lengths) <= room), 1)
