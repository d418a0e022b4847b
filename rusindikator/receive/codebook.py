"""Tells a codebook from data: a sheet or file that says what the codes of columns mean."""

from __future__ import annotations

from rusindikator.receive.catalogue import folded
from rusindikator.receive.delivered import Codebook, Grid
from rusindikator.receive.findings import refuse

_WITHIN = 40
_CODEBOOK_NAMES = (
    {"variabel", "variabelnavn", "variable", "kolonne", "felt"},
    {"verdi", "kode", "value", "code", "svarkode"},
    {"etikett", "verdietikett", "label", "tekst", "svar", "svaralternativ", "betydning"},
)
_QUESTION_NAMES = {"spørsmål", "variabeletikett", "spørsmålstekst", "beskrivelse", "question"}


def codebook_in(grid: Grid) -> Codebook | None:
    """Return the codebook a grid holds, or None where it is data."""
    for at, row in enumerate(grid.rows[:_WITHIN]):
        names = [folded(cell) for cell in row]
        places = [next((names.index(name) for name in names if name in wanted), None) for wanted in _CODEBOOK_NAMES]
        if None in places:
            continue
        variable, code, label = places
        question = next((names.index(name) for name in names if name in _QUESTION_NAMES), None)
        book = Codebook()
        current = ""
        for line in grid.rows[at + 1 :]:
            cells = [*line, *[""] * (len(names) - len(line))]
            current = cells[variable].strip() or current
            if not current:
                continue
            if cells[code].strip() and cells[label].strip():
                known = book.values.setdefault(current, {})
                if known.get(cells[code], cells[label]) != cells[label]:
                    raise refuse(
                        "codebook_contradicts",
                        file=grid.file,
                        sheet=grid.sheet,
                        value=f"{known[cells[code]]} / {cells[label]}",
                        facts={"code": cells[code], "current": current},
                    )
                known[str(cells[code])] = cells[label]
            if question is not None and cells[question].strip():
                book.questions[current] = cells[question]
        return book
    return None
