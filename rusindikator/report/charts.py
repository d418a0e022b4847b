"""Charts as plain SVG, drawn inline so that the report needs no script, no font file and no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from rusindikator.report.numbers import RANGE_DASH, number


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement of an indicator; `low` and `high` are its interval where it has one."""

    year: int
    value: float
    low: float | None = None
    high: float | None = None
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class PaceYear:
    """What a year added to the funding of the plan, in one price basis, and the sum so far. Amounts in million NOK.

    `with_housing` is the lowest and highest sum with the housing grants the government counted, where they are known.
    """

    year: int
    block_grant: float | None
    other: float | None
    cumulative: float
    with_housing: tuple[float, float] | None
    is_lower_bound: bool


@dataclass(frozen=True, slots=True)
class PaceTexts:
    """The texts of the funding chart, in the language of the report; its legend stands beside it as text."""

    title: str
    description: str
    target: str


def sparkline(points: Sequence[Point], years: tuple[int, int], baseline: Point, title: str) -> Markup:
    """Draw one indicator over `years`: its line, the baseline as an open ring with a dashed level, intervals, breaks.

    All sparklines of a report share their years, so that the same place means the same year; each has its own height.
    """
    width, height, pad_x, pad_y = 132.0, 38.0, 7.0, 6.0
    first, last = years
    step = (width - 2 * pad_x) / max(last - first, 1)
    shown = [point for point in points if first <= point.year <= last]
    base = baseline if first <= baseline.year <= last else None
    ends = [end for point in shown for end in (point.value, point.low, point.high) if end is not None]
    ends += [base.value] if base else []
    low, high = (min(ends), max(ends)) if ends else (0.0, 0.0)
    # Rounding must not look like a change: the height stands for at least a twelfth of the largest figure.
    spare = max(max(abs(low), abs(high)) / 12 - (high - low), 0.0) / 2
    low, high = low - spare, high + spare
    floor = height - pad_y - 3

    def x(year: int) -> float:
        return pad_x + (year - first) * step

    def y(value: float) -> float:
        return (pad_y + floor) / 2 if high == low else floor - (value - low) / (high - low) * (floor - pad_y)

    parts: list[str] = [
        f'<line class="s-axis" x1="{pad_x:.1f}" x2="{width - pad_x:.1f}" y1="{height - 3:.1f}" y2="{height - 3:.1f}"/>'
    ]
    parts += [
        f'<line class="s-axis" x1="{x(year):.1f}" x2="{x(year):.1f}" y1="{height - 5:.1f}" y2="{height - 1:.1f}"/>'
        for year in range(first, last + 1)
    ]
    if base:
        level = y(base.value)
        parts.append(
            f'<line class="s-base" x1="{pad_x:.1f}" x2="{width - pad_x:.1f}" y1="{level:.1f}" y2="{level:.1f}"/>'
        )
    for point in shown:
        if point.low is not None and point.high is not None:
            top, bottom = y(point.high), y(point.low)
            parts.append(
                f'<rect class="s-band" x="{x(point.year) - 4:.1f}" y="{top:.1f}" width="8"'
                f' height="{bottom - top:.1f}"/>'
            )
    for before, after in pairwise(shown):
        if None not in (before.low, before.high, after.low, after.high) and not after.is_break:
            corners = [
                (x(before.year), y(before.high)),  # type: ignore[arg-type]
                (x(after.year), y(after.high)),  # type: ignore[arg-type]
                (x(after.year), y(after.low)),  # type: ignore[arg-type]
                (x(before.year), y(before.low)),  # type: ignore[arg-type]
            ]
            parts.append(f'<polygon class="s-band" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in corners)}"/>')
        kind = "s-line s-broken" if after.is_break else "s-line"
        parts.append(
            f'<line class="{kind}" x1="{x(before.year):.1f}" y1="{y(before.value):.1f}"'
            f' x2="{x(after.year):.1f}" y2="{y(after.value):.1f}"/>'
        )
    for point in shown:
        parts.append(f'<circle class="s-dot" cx="{x(point.year):.1f}" cy="{y(point.value):.1f}" r="2.6"/>')
    if base:
        parts.append(f'<circle class="s-ring" cx="{x(base.year):.1f}" cy="{y(base.value):.1f}" r="3.6"/>')
    return Markup(
        f'<svg class="spark" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def swatch(kind: str) -> Markup:
    """Draw the mark of one entry of the legend of the funding chart."""
    line = '<line class="f-pace" x1="0" x2="16" y1="6" y2="6"/>'
    mark = line if kind == "f-pace" else f'<rect class="{kind}" x="1" y="1" width="12" height="9"/>'
    return Markup(f'<svg viewBox="0 0 16 11" aria-hidden="true" focusable="false">{mark}</svg>')


def funding_pace(years: Sequence[PaceYear], plan_years: int, target: float, texts: PaceTexts, lang: str) -> Markup:
    """Draw the sum so far per year against the target and an even pace towards it. Years to come are left open.

    Each sum stands under its year and the housing grants inside their box, below the pace where it crosses the box: no
    number lies on a line. The picture is narrow, so that it can be read on a phone without being made larger.
    """
    width, height, left, right, top, bottom = 440.0, 236.0, 42.0, 4.0, 20.0, 40.0
    tops = [end for year in years for end in (year.cumulative, *(year.with_housing or ()))]
    highest = max([target, *tops]) * 1.04
    slot = (width - left - right) / plan_years
    bar = min(slot * 0.74, 64.0)

    def y(amount: float) -> float:
        return height - bottom - amount / highest * (height - top - bottom)

    def block(kind: str, x: float, base: float, amount: float) -> str:
        tall = y(base) - y(base + amount)
        return f'<rect class="{kind}" x="{x:.1f}" y="{y(base + amount):.1f}" width="{bar:.1f}" height="{tall:.1f}"/>'

    def label(kind: str, x: float, base: float, anchor: str, text: str) -> str:
        return f'<text class="{kind}" x="{x:.1f}" y="{base:.1f}" text-anchor="{anchor}">{escape(text)}</text>'

    parts: list[str] = []
    for tick in range(0, int(highest) + 1, 500):
        parts.append(
            f'<line class="f-grid" x1="{left:.0f}" x2="{width - right:.0f}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        )
        parts.append(label("f-tick", left - 6, y(tick) + 4, "end", number(tick, 0, lang)))
    first = years[0].year
    pace = [(left + slot * (index + 0.5), y(target * (index + 1) / plan_years)) for index in range(plan_years)]
    parts.append(
        f'<line class="f-target" x1="{left:.0f}" x2="{width - right:.0f}" y1="{y(target):.1f}" y2="{y(target):.1f}"/>'
    )
    labels = [label("f-value", left + 4, y(target) - 6, "start", texts.target)]
    for index in range(plan_years):
        centre = left + slot * (index + 0.5)
        labels.append(label("f-tick", centre, height - bottom + 16, "middle", str(first + index)))
        if index >= len(years):
            continue
        year, x = years[index], centre - bar / 2
        block_grant, other = year.block_grant or 0.0, year.other or 0.0
        floor = year.cumulative - block_grant - other
        parts += [
            block(kind, x, base, amount)
            for kind, base, amount in (
                ("f-earlier", 0.0, floor),
                ("f-block", floor, block_grant),
                ("f-other", floor + block_grant, other),
            )
            if amount > 0
        ]
        if year.with_housing:
            low, high = (end - year.cumulative for end in year.with_housing)
            parts.append(block("f-housing", x, year.cumulative, high))
            text = f"+{number(low, 0, lang)}{RANGE_DASH}{number(high, 0, lang)}"
            labels.append(label("f-inside", centre, y(year.cumulative) - 6, "middle", text))
        text = number(year.cumulative, 0, lang) + ("+" if year.is_lower_bound else "")
        labels.append(label("f-value", centre, height - bottom + 33, "middle", text))
    parts.append(f'<polyline class="f-pace" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in pace)}"/>')
    parts += labels
    return Markup(
        f'<svg class="pace" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(texts.title)}">'
        f"<title>{escape(texts.title)}</title><desc>{escape(texts.description)}</desc>{''.join(parts)}</svg>"
    )
