"""The attention list: what somebody should look at, by reason."""

from __future__ import annotations

from dataclasses import dataclass

from rusindikator.report.data import ordered
from rusindikator.report.words import Words


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """An indicator or, with the number 0, a source."""

    no: int
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """One reason; subjects with the same text stand together."""

    label: str
    texts: dict[str, list[Subject]]

    @property
    def count(self) -> int:
        """Number of subjects."""
        return sum(map(len, self.texts.values()))


def attention(words: Words) -> list[Group]:
    """Return the reasons for attention with their subjects, in the order of the catalogue."""
    groups = []
    for reason in sorted(words.data.reasons, key=lambda reason: int(reason["reason_order"])):
        rows = [row for row in words.data.table("rpt_attention") if row["reason_code"] == reason["reason_code"]]
        texts: dict[str, list[Subject]] = {}
        for row in ordered(rows, "rank"):
            subject = Subject(row["indicator_no"] or 0, words.text(row, "label"))
            texts.setdefault(words.text(row, "text"), []).append(subject)
        if texts:
            groups.append(Group(words.text(reason, "label"), {key: sorted(found) for key, found in texts.items()}))
    return groups
