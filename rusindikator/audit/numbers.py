"""Numbers of persons in a text: digits in whatever groups, told by date, control digits and grouping.

A run is digits with at most three other signs between them; every stretch of whole groups in it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

PERSONAL = "a personal number (11 digits that begin with a date)"
_RUN = re.compile(r"[0-9]+(?:[\W_]{1,3}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
# Groups in which Norwegian numbers are written; what stands between them may be anything.
_PERSONAL_GROUPS = {(11,), (6, 5), (2, 2, 2, 5), (2, 2, 2, 3, 2), (6, 3, 2), (4, 2, 5)}
_WITH_CENTURY = {(2, 2, 4, 5), (4, 2, 2, 5), (8, 5), (13,)}
_AMOUNT = re.compile(r"[1-9][0-9]{0,2}(?:[ .,'][0-9]{3})+")


@dataclass(frozen=True)
class Stretch:
    """Groups of a run that stand beside each other: their digits, lengths, what is between, and what is before."""

    digits: str
    lengths: tuple[int, ...]
    between: tuple[str, ...]
    text: str
    is_fraction: bool

    @property
    def is_even(self) -> bool:
        """True where the same single sign stands between all groups, and they are no amount in thousands."""
        return len(set(self.between)) == 1 and len(self.between[0]) == 1 and not _AMOUNT.fullmatch(self.text)


def stretches(text: str, longest: int = 19) -> Iterator[Stretch]:
    """Yield every stretch of 8 to `longest` digits."""
    for run in _RUN.finditer(text):
        groups = list(_GROUP.finditer(run[0]))
        for first in range(len(groups)):
            n = 0
            before = run[0][groups[first - 1].end() : groups[first].start()] if first else ""
            for last in range(first, len(groups)):
                n += len(groups[last][0])
                if n > longest:
                    break
                if n < 8:
                    continue
                part = groups[first : last + 1]
                yield Stretch(
                    "".join(group[0] for group in part),
                    tuple(len(group[0]) for group in part),
                    tuple(run[0][a.end() : b.start()] for a, b in pairwise(part)),
                    run[0][part[0].start() : part[-1].end()],
                    before in (".", ","),
                )


def kinds(text: str) -> Iterator[str]:
    """Yield what the numbers of a normalised text look like."""
    for stretch in stretches(text):
        n = len(stretch.digits)
        if n == 11 and is_personal(stretch):
            yield PERSONAL
        elif n == 11 and is_account(stretch):
            yield "an account number"
        elif n == 11 and stretch.digits[0] in "89" and has_control_digits(stretch.digits) and not stretch.is_fraction:
            yield "a help number of a patient"
        elif n == 12 and is_duf(stretch):
            yield "a DUF number"
        elif n == 13 and stretch.lengths in _WITH_CENTURY and is_date_with_century(stretch.digits[:8]):
            yield PERSONAL
        elif n in (10, 12) and is_nordic(stretch):
            yield "a personal number of a neighbouring country"
        elif n == 9 and stretch.lengths == (3, 2, 4) and set(stretch.between) == {"-"}:
            yield "a social security number"
        elif 13 <= n <= 19 and is_card(stretch):
            yield "a card number"
    for run in re.findall("[0-9]{12,40}", text):
        if any(is_date_of_number(run[i : i + 6]) and has_control_digits(run[i : i + 11]) for i in range(len(run) - 10)):
            yield PERSONAL


def is_date_of_number(digits: str) -> bool:
    """Tell whether this is a day and month of birth, 40 or more added for D-numbers, hospitals and tests."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (1 <= day <= 31 or 41 <= day <= 71) and (
        1 <= month <= 12 or 41 <= month <= 52 or 66 <= month <= 77 or 81 <= month <= 92
    )


def is_date_with_century(digits: str) -> bool:
    """Tell whether this is DDMMYYYY or YYYYMMDD of somebody who may live."""
    for day, month, year in (
        (digits[:2], digits[2:4], digits[4:]),
        (digits[6:], digits[4:6], digits[:4]),
    ):
        if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and 1900 <= int(year) <= 2099:
            return True
    return False


def has_control_digits(digits: str) -> bool:
    """Tell whether both control digits agree. From 2032 they no longer have to: they are one sign among others."""
    values = [int(digit) for digit in digits]
    return all(
        sum(weight * value for weight, value in zip(weights, values, strict=False)) % 11 == 0
        for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
    )


def is_personal(stretch: Stretch) -> bool:
    """Tell whether eleven digits begin with a date and are written as such numbers are, or have control digits."""
    if not is_date_of_number(stretch.digits):
        return False
    if has_control_digits(stretch.digits):
        return True
    if stretch.is_fraction and len(stretch.lengths) == 1:
        return False
    if stretch.lengths in _PERSONAL_GROUPS or set(stretch.lengths) == {1} or has_date_apart(stretch):
        return True
    if not stretch.is_even:
        return False
    begins_with_a_year = stretch.lengths[0] == 4 and stretch.digits[:2] in ("19", "20")
    return len(stretch.lengths) > 2 or not begins_with_a_year


def has_date_apart(stretch: Stretch) -> bool:
    """Tell whether single signs divide the digits of a date, and it from five digits that stand together or nearly."""
    for i in range(1, len(stretch.lengths)):
        if sum(stretch.lengths[:i]) == 6:
            within = (*stretch.between[: i - 1], *stretch.between[i:])
            return stretch.lengths[i:] in {(5,), (3, 2), (2, 3)} and all(len(sign) == 1 for sign in within)
    return False


def is_account(stretch: Stretch) -> bool:
    """Tell whether these are eleven digits grouped as bank accounts are, or with their control digit."""
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    agrees = sum(weight * int(digit) for weight, digit in zip(weights, stretch.digits, strict=True)) % 11 == 0
    if stretch.lengths == (4, 2, 5) and set(stretch.between) in ({"."}, {" "}, {"-"}):
        return agrees or stretch.digits[:2] not in ("19", "20")
    return agrees and stretch.lengths == (11,) and not stretch.is_fraction


def is_duf(stretch: Stretch) -> bool:
    """Tell whether these are twelve digits that begin with the year of an application and are no point in time."""
    if not re.match("(?:19[89]|20[0-3])[0-9]", stretch.digits):
        return False
    if stretch.lengths in {(4, 6, 2), (4, 8), (10, 2)}:
        return True
    month, day, hour, minute = (int(stretch.digits[i : i + 2]) for i in (4, 6, 8, 10))
    is_time = 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60
    return stretch.lengths == (12,) and not is_time


def is_nordic(stretch: Stretch) -> bool:
    """Tell whether this is how Swedes and Danes write a date of birth and four digits."""
    if stretch.lengths not in {(6, 4), (8, 4)} or stretch.between[0] not in ("-", "+"):
        return False
    date = stretch.digits[:-4]
    if len(date) == 8:
        return is_date_with_century(date)
    return any(1 <= int(day) <= 31 and 1 <= int(date[2:4]) <= 12 for day in (date[:2], date[4:]))


def is_card(stretch: Stretch) -> bool:
    """Tell whether these are the groups of a payment card and its control digit agrees."""
    if stretch.lengths not in {(len(stretch.digits),), (4, 4, 4, 4), (4, 6, 5)} or stretch.digits[0] not in "23456":
        return False
    if len(stretch.lengths) > 1 and all(part in ("19", "20") for part in years_in(stretch)):
        return False
    doubled = [int(digit) * (2 if i % 2 else 1) for i, digit in enumerate(reversed(stretch.digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def years_in(stretch: Stretch) -> Sequence[str]:
    """Return the first two digits of each group of four."""
    return [stretch.digits[i : i + 2] for i in range(0, len(stretch.digits), 4)]
