"""The plan of one constructed delivery, and the table that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from rusindikator.demo.figures import DeliveryFigures
from rusindikator.demo.scales import Catalogue
from rusindikator.demo.spread import draw
from rusindikator.demo.units import Units


@dataclass(frozen=True, slots=True)
class Table:
    """A file to be written: its header and its rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @classmethod
    def from_columns(cls, columns: dict[str, Sequence[str]], order: Sequence[str]) -> Table:
        """Put columns side by side in the order of the contract; raises ValueError for one it lacks."""
        strange = sorted(set(columns) - set(order))
        if strange:
            raise ValueError(f"the contract in seeds/extracts lacks {', '.join(strange)}")
        names = [name for name in order if name in columns]
        return cls(names, list(zip(*(columns[name] for name in names), strict=True)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What one delivery is made from; `register` is its register line as text, without the checksum."""

    register: dict[str, str]
    figures: DeliveryFigures
    contract: Sequence[str]
    catalogue: Catalogue
    units: Units
    seed: int
    scale: int = 1

    @property
    def source_code(self) -> str:
        """Code of the source."""
        return self.register["source_code"]

    @property
    def year(self) -> int:
        """Year measured."""
        return int(self.register["period"])

    def random(self, *key: object) -> Random:
        """Return a generator for one purpose inside this delivery."""
        return draw(self.seed, self.register["delivery_id"], *key)

    def items(self) -> list[str]:
        """Return the variables with printed shares or counts, in the order of the file of figures."""
        return list(
            dict.fromkeys(
                figure.item_code
                for figure in self.figures.all
                if figure.measure in ("share", "count") and self.catalogue.is_listed(self.source_code, figure.item_code)
            )
        )


Builder = Callable[[Plan], Table]
