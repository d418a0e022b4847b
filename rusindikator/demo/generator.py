"""Construct the demonstration deliveries and put them into the register."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from rusindikator.deliveries import Delivery, delivery_from_row, replace_deliveries, sha256_of
from rusindikator.demo import brukerplan, is24_8, surveys
from rusindikator.demo.figures import HERE, DeliveryFigures, read_csv, read_figures
from rusindikator.demo.plan import Builder, Plan, Table
from rusindikator.demo.scales import Catalogue
from rusindikator.demo.units import Units
from rusindikator.paths import PROJECT, SEEDS

DEFAULT_SEED = 2016
NOT_WRITTEN_YET = "0" * 64

BUILDERS: dict[str, Builder] = {
    "is24_8": is24_8.build,
    "brukerplan": brukerplan.build,
    "bu": surveys.build_bu,
    "pasopp_tsb": surveys.build_pasopp,
    "is2494": surveys.build_is2494,
    "korfor_utstyr": surveys.build_korfor,
}


def planned_deliveries() -> list[Delivery]:
    """Return the register lines of the constructed deliveries, with a checksum of zeros."""
    return [delivery_from_row({**row, "sha256": NOT_WRITTEN_YET}) for row in read_csv(HERE / "planned_deliveries.csv")]


def construct(seed: int = DEFAULT_SEED, scale: int = 1) -> list[tuple[Delivery, bytes]]:
    """Return every constructed delivery with the bytes of its file, the same for the same seed and scale.

    Reads national_figures.csv, the reference seeds, the answer catalogue and the contracts, and nothing else.
    Raises ValueError when a printed figure cannot be reproduced.
    """
    if scale < 1:
        raise ValueError(f"--scale {scale}: the persons can be multiplied by 1 or more")
    figures = read_figures()
    catalogue = Catalogue(SEEDS / "catalogue")
    units = Units(SEEDS / "reference")
    result = []
    for row, delivery in zip(read_csv(HERE / "planned_deliveries.csv"), planned_deliveries(), strict=True):
        contract = (SEEDS / "extracts" / f"{delivery.extract}.csv").read_text(encoding="utf-8").strip().split(",")
        plan = Plan(row, DeliveryFigures(delivery.delivery_id, figures), contract, catalogue, units, seed, scale)
        result.append((delivery, encode(BUILDERS[delivery.extract](plan))))
    return result


def encode(table: Table) -> bytes:
    """Return a table as the sources' semicolon separated UTF-8 text with line feeds."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue().encode("utf-8")


def write_deliveries(out: Path, seed: int = DEFAULT_SEED, scale: int = 1) -> list[Delivery]:
    """Write the constructed deliveries into `out` and return their register lines.

    Lines of other origin stay as they are; a constructed file that is no longer planned is removed with its
    line. Raises ValueError when a scaled set would go into the project itself.
    """
    if scale != 1 and out.resolve().is_relative_to(PROJECT):
        raise ValueError("a scaled set is for measuring speed: write it to a folder outside the project with --out")
    written = []
    for delivery, content in construct(seed, scale):
        path = out / delivery.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(replace(delivery, sha256=sha256_of(path)))
    kept = {delivery.file_name for delivery in written}
    for dropped in replace_deliveries(out, lambda row: row.origin == "constructed", written):
        if dropped.file_name not in kept:
            (out / dropped.file_name).unlink(missing_ok=True)
    return written
