"""How the build in memory reads the project's seeds and the deliveries: with the build's own SQL for a file."""

from __future__ import annotations

import contextlib
import csv
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rusindikator.deliveries import REGISTER_NAME, Delivery, register_folders, write_plain
from rusindikator.paths import SHIPPED
from rusindikator.receive.compiled import Node, gate_folder


class SeedReader:
    """Writes the selects that read seeds and deliveries, as the project's seed materialization reads them."""

    def __init__(self, loader: str, folder: Path, root: Path) -> None:
        """loader: the build's own compiled SQL for a file.  folder: where deliveries lie.  root: the project's."""
        self.loader, self.folder, self.root = loader, folder, root

    def seed(
        self, node: Node, place: Path, deliveries: list[tuple[Delivery, Path]], missing: Sequence[dict[str, str]] = ()
    ) -> str:
        """Return the select of a seed's rows; `place` holds the register, and takes plain copies of what is added."""
        settings = node.settings
        path = self.root / str(settings["path"])
        if settings.get("register"):
            return self.read(place / REGISTER_NAME)
        if settings.get("extract"):
            parts = [f"{self.read(path)} where false"]
            parts += [self.delivery_rows(node, row, file) for row, file in deliveries]
            parts.append(
                "select cast(null as varchar) as _file_name, cast(null as varchar) as _delivery_id,"
                " cast(null as integer) as _row_no where false"
            )
            return " union all by name ".join(parts)
        marks = [f", {word} as is_added" if settings.get("tells_added") else "" for word in ("false", "true")]
        rows = f"select *{marks[0]} from ({self.read(path)})"
        if settings.get("added_by_receive"):
            for number, folder in enumerate(dict.fromkeys([self.folder, *register_folders(self.folder)])):
                added = folder / f"{node.name}.csv"
                if added.exists() and folder != SHIPPED:
                    write_plain(added, place / f"added_{number}_{node.name}.csv")
                    plain = self.read(place / f"added_{number}_{node.name}.csv")
                    rows += f" union all by name select *{marks[1]} from ({plain})"
        if node.name == "missing_reasons" and missing:
            more = place / "missing_reasons.csv"
            with more.open("w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, list(missing[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(missing)
            rows += f" union all by name {self.read(more)}"
        return rows

    def delivery_rows(self, node: Node, row: Delivery, file: Path) -> str:
        """Return the select of a delivery's rows with its id and the number of each row."""
        delimiter, skip = str(node.settings.get("delimiter", ",")), int(str(node.settings.get("preamble_lines", 0)))
        return (
            f"select *, '{row.file_name}' as _file_name, '{row.delivery_id}' as _delivery_id,"
            f" cast(row_number() over () as integer) as _row_no from ({self.read(file, delimiter, skip)})"
        )

    def read(self, path: Path, delimiter: str = ",", skip: int = 0) -> str:
        """Return the select that reads a file: the build's own, for this file's columns."""
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for _ in range(skip):
                handle.readline()
            header = next(csv.reader(handle, delimiter=delimiter), [])
        columns = ", ".join(f"'{sql_text(name)}': 'varchar'" for name in header)
        said = self.loader.replace("'@COLUMN@': 'varchar'", columns).replace("@DELIMITER@", delimiter)
        return said.replace("@SKIP@", str(skip)).replace("@PATH@", sql_text(without_patterns(path)))


def sql_text(value: object) -> str:
    """Return a text for use between the quotes of an SQL literal."""
    return str(value).replace("'", "''")


def without_patterns(path: Path) -> str:
    """Return a path in which DuckDB reads no pattern: `deliveries [new]` is a folder, no set of letters."""
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in path.as_posix())


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Hold a folder beside the builds that only its owner can read, and remove it with all that lies in it."""
    gate_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".judging.", dir=gate_folder()) as place:
        yield Path(place)
