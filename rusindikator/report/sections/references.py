"""The numbered references: one per printed publication, in the order of the tables."""

from __future__ import annotations

from dataclasses import dataclass

from rusindikator.report import numbers
from rusindikator.report.words import Words


@dataclass(frozen=True, slots=True)
class Reference:
    """How a delivery is printed. Publisher, title and place stand as they were printed, which is in Norwegian."""

    publisher: str
    title: str
    published: str
    place: str
    origin: str


@dataclass(frozen=True, slots=True)
class References:
    """The references by their number, and the number of each delivery behind a figure shown."""

    by_number: dict[int, Reference]
    numbers: dict[str, int]

    def of(self, delivery_ids: list[str]) -> list[int]:
        """Return the numbers of some deliveries, each once."""
        return sorted({self.numbers[delivery] for delivery in delivery_ids})


def references(words: Words) -> References:
    """Give each delivery behind a figure shown a number, in the order of the tables; one per printed reference."""
    found: dict[str, int] = {}
    numbered: dict[Reference, int] = {}
    for status in words.data.status:
        for year in words.data.years_of([status]):
            fact = words.data.facts.get((status["indicator_no"], year))
            for delivery in split_ids(fact["delivery_id"] if fact else None):
                found[delivery] = numbered.setdefault(_reference(words, delivery), len(numbered) + 1)
    return References({number: reference for reference, number in numbered.items()}, found)


def _reference(words: Words, delivery_id: str) -> Reference:
    delivery = words.data.deliveries[delivery_id]
    published = numbers.day(delivery["published_on"], words.lang, precision=delivery["published_on_precision"])
    return Reference(
        publisher=delivery["publisher"],
        title=numbers.localised(delivery["publication"].rstrip("."), "nb"),
        published=words.t("reference.published", day=published),
        place=delivery["reference"],
        origin=delivery["data_origin"],
    )


def split_ids(ids: str | None) -> list[str]:
    """Split the `; `-separated delivery ids of a fact."""
    return [part for part in (ids or "").split("; ") if part]
