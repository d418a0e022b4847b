"""Spreading a national figure over units: whole numbers, exact sums, and the same result on every machine.

Only `Random.random` is used of the standard generator: its sequence is fixed for a seed, which is not
promised for its other methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TypeVar

T = TypeVar("T")


def draw(*key: object) -> Random:
    """Return a generator that depends on nothing but the key, so that one item never disturbs another."""
    return Random("|".join(str(part) for part in key))


def shuffled(items: Sequence[T], random: Random) -> list[T]:
    """Return the items in random order (Fisher-Yates)."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = int(random.random() * (last + 1))
        result[last], result[other] = result[other], result[last]
    return result


def pick(items: Sequence[T], random: Random) -> T:
    """Return one of the items."""
    return items[int(random.random() * len(items))]


def jitter(random: Random) -> float:
    """Return a factor between 0.6 and 1.4."""
    return 0.6 + 0.8 * random.random()


def rounded(value: Decimal | int) -> int:
    """Round to a whole number, halves away from zero, as printed percentages are."""
    return int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent(part: int, whole: int) -> int:
    """Return the share in whole per cent as a report would print it."""
    return rounded(Decimal(100 * part) / Decimal(whole))


def count_for(share: Decimal, whole: int, *, exact: bool = True) -> int:
    """Return how many of `whole` make the printed share.

    Raises ValueError when no whole number of units rounds to it, unless the nearest will do.
    """
    part = rounded(share * whole / 100)
    if exact and percent(part, whole) != share:
        raise ValueError(f"no number of {whole} units rounds to {share} per cent")
    return part


def evenly(total: int, parts: int) -> list[int]:
    """Divide a whole number into parts that differ by one at most, the larger ones first."""
    share, rest = divmod(total, parts)
    return [share + (index < rest) for index in range(parts)]


def allocate(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Divide a whole number in proportion to weights (largest remainder), no part above its cap.

    Raises ValueError when the caps cannot hold the total.
    """
    limits = [total] * len(weights) if caps is None else list(caps)
    if sum(limits) < total:
        raise ValueError(f"{total} does not fit under caps that add to {sum(limits)}")
    parts = [0] * len(weights)
    left = total
    while left:
        room = [index for index, limit in enumerate(limits) if parts[index] < limit]
        weight = sum(weights[index] for index in room)
        quota = {index: left * weights[index] / weight if weight else left / len(room) for index in room}
        for index in room:
            part = min(int(quota[index]), limits[index] - parts[index])
            parts[index] += part
            left -= part
        for index in sorted(room, key=lambda unit: (int(quota[unit]) - quota[unit], unit)):
            if left and parts[index] < limits[index]:
                parts[index] += 1
                left -= 1
    return parts
