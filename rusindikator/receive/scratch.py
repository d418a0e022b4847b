"""A build in memory that holds the candidates and what was delivered before, made by the build's own compiled SQL.

The database bears the build file's name, so that compiled SQL runs in it unchanged. The catalogue is read from its
seeds as they are now. Of earlier deliveries only what the intermediate models make of them enters: figures, and of
microdata the counts of answers, never persons. These are kept in build/gate beside the SQL that made them; a delivery
registered since is staged and added. The build file is not needed: it may be older, in use, or not there yet (D-80).
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from rusindikator.deliveries import (
    COLUMNS,
    REGISTER_NAME,
    Delivery,
    in_force,
    read_withdrawals,
)
from rusindikator.paths import PROJECT as ROOT
from rusindikator.paths import SHIPPED
from rusindikator.receive.compiled import Compiled, Node, gate_folder
from rusindikator.receive.findings import Finding
from rusindikator.receive.seeds import SeedReader, private_folder, sql_text

DATABASE = "rusindikator"
# A data test says in its first lines what it wants.
_FIRST_LINES = re.compile(r"(?s)\A((?:--[^\n]*\n)*).*")
# Sums that a file gives itself, by column; the rows they stood in are no units and do not land.
Totals = list[tuple[str, str]]


@dataclass
class Candidate:
    """A delivery to be judged: its line of the register, the file that would land, and what was said about it."""

    delivery: Delivery
    content: bytes
    totals: Totals = field(default_factory=list)
    accepts_change: bool = False
    accepts_incomplete: bool = False
    accepts_missing: bool = False
    told_period: bool = False


class Scratch:
    """The build in memory. `missing` are reasons for missing years that the candidates bring with them."""

    def __init__(
        self,
        compiled: Compiled,
        folder: Path,
        register: Sequence[Delivery],
        candidates: Sequence[Candidate] = (),
        missing: Sequence[dict[str, str]] = (),
        root: Path = ROOT,
    ) -> None:
        self.compiled, self.root, self.folder = compiled, root, folder
        self.candidates = list(candidates)
        self.register = [
            row for row in register if row.delivery_id not in {one.delivery.delivery_id for one in candidates}
        ]
        self.missing = missing
        self.paths = {row.delivery_id: path for row, path in in_force(folder, SHIPPED)}
        self.withdrawn = read_withdrawals(folder)
        self.reader = SeedReader(compiled.nodes["gate_loader"].sql, folder, root)
        self.made: set[str] = set()
        self.kept_models = [node.name for node in compiled.of_kind("model") if self._is_of_deliveries(node)]
        # most of the time goes to planning, which one thread does; a second one costs more than it gives
        self.db = duckdb.connect(config={"threads": 1})
        self.db.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}; set preserve_insertion_order = true")
        for schema in sorted({node.schema for node in compiled.nodes.values()} | {"raw"}):
            self.db.execute(f'create schema if not exists "{schema}"')
        self.known = self._attach_kept()
        counting = [row for row in self.register if row.delivery_id not in self.withdrawn]
        self.new = [row for row in counting if (row.delivery_id, row.sha256) not in self.known]
        with private_folder() as place:
            self._load(place)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[dict[str, object]]:
        """Return the rows of a query as dictionaries."""
        result = self.db.execute(sql, list(values))
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def table(self, name: str) -> list[dict[str, object]]:
        """Return the rows of a model, which is made now where it is not there yet."""
        self.make({name})
        return self.rows(f"select * from {self._relation(name)}")

    def failures(self, tests: Iterable[Node]) -> dict[str, list[dict[str, object]]]:
        """Return test -> the rows it finds, for data tests that find any."""
        tests = list(tests)
        self.make({need for test in tests for need in test.needs})
        found = {test.name: self.rows(test.sql) for test in tests}
        return {name: rows for name, rows in found.items() if rows}

    def make(self, names: set[str]) -> None:
        """Make models and everything they rest on."""
        for node in self.compiled.needed_for(names):
            if node.kind not in ("model", "view") or node.name in self.made:
                continue
            kind = "view" if node.kind == "view" else "table"
            self.db.execute(f"create {kind} {self._relation(node.name)} as {node.sql}")
            self.made.add(node.name)
            if node.name in self.kept_models and self.known:
                self._add_kept(node.name)

    def staged_figures(self) -> list[dict[str, object]]:
        """Return the figures of the candidates as the build reads them, before anything else is made of them."""
        node = self.compiled.nodes["int_delivered_figures"]
        self.make(set(node.needs))
        return self.rows(
            "select delivery_id, period, year, value, series_code, period_kind, is_series_period"
            f" from ({node.sql}) where delivery_id in (select delivery_id from raw.gate_request)"
        )

    def replace(self, candidate: Candidate, delivery: Delivery, content: bytes) -> None:
        """Put a candidate's own line of the register, and what of its file stays, in the place of the first."""
        at = self.candidates.index(candidate)
        self.candidates[at] = replace(candidate, delivery=delivery, content=content)
        table, old = f'raw."{delivery.extract}"', candidate.delivery.delivery_id
        self._drop_rows(candidate)
        with private_folder() as place:
            path = place / "candidate.csv"
            path.write_bytes(content)
            node = self.compiled.nodes[delivery.extract]
            self.db.execute(f"insert into {table} by name {self.reader.delivery_rows(node, delivery, path)}")
        cells = [str(getattr(delivery, name)) for name in COLUMNS]
        names, marks = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
        self.db.execute(
            f"insert into raw.deliveries ({names}, withdrawn_on, withdrawn_reason) values ({marks}, '', '')", cells
        )
        for name in ("gate_request", "gate_totals"):
            self.db.execute(f"update raw.{name} set delivery_id = ? where delivery_id = ?", [delivery.delivery_id, old])

    def drop(self, candidate: Candidate) -> None:
        """Take a candidate out that is registered already."""
        self.candidates.remove(candidate)
        self._drop_rows(candidate)
        for name in ("gate_request", "gate_totals"):
            self.db.execute(f"delete from raw.{name} where delivery_id = ?", [candidate.delivery.delivery_id])

    def add_missing(self, rows: Sequence[dict[str, str]]) -> None:
        """Add the reasons for what is accepted as missing, which data tests ask for."""
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            self.db.execute(f"insert into raw.missing_reasons ({names}) values ({marks})", list(row.values()))

    def broken_tests(self, file: str) -> list[Finding]:
        """Return what the build's data tests find with the candidates and not without them."""
        tests = [
            node
            for node in self.compiled.of_kind("test")
            if node.name.startswith("assert_")
            and not any(need.folder == "models/report" for need in self.compiled.needed_for({node.name}))
        ]
        found = self.failures(tests)
        if not found:
            return []
        without = Scratch(self.compiled, self.folder, self.register, root=self.root)
        try:
            before = without.failures(self.compiled.nodes[name] for name in found)
        finally:
            without.close()
        findings = []
        for name, rows in found.items():
            known = {repr(row) for row in before.get(name, [])}
            texts = [_row_text(row) for row in rows if repr(row) not in known]
            if texts:
                facts = {"test": name, "expected": _wanted(self.compiled.nodes[name])}
                findings.append(
                    Finding("build_test_fails", file, value=texts[0], facts=facts, listed=tuple(texts[:200]))
                )
        return findings

    def keep(self) -> None:
        """Keep what the models made of registered deliveries, so that the next receive need not stage them."""
        if not self.new or not self.made.issuperset(self.kept_models):
            return
        path = self._kept_path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(OSError, duckdb.Error), private_folder() as place:
            draft = place / "kept.duckdb"
            self.db.execute(f"attach '{sql_text(draft)}' as keeping")
            self.db.execute("create table keeping.kept_deliveries (delivery_id varchar, sha256 varchar)")
            listed = [(row.delivery_id, row.sha256) for row in self.register]
            self.db.executemany("insert into keeping.kept_deliveries values (?, ?)", listed)
            for name in self.kept_models:
                self.db.execute(
                    f'create table keeping."{name}" as from {self._relation(name)}'
                    " where delivery_id in (select delivery_id from keeping.kept_deliveries)"
                )
            self.db.execute("detach keeping")
            draft.chmod(0o600)
            draft.replace(path)
            for old in path.parent.glob("kept-*.duckdb"):
                if old != path and old.stat().st_mtime < path.stat().st_mtime - 86_400:
                    old.unlink()

    def close(self) -> None:
        """Let go of the memory."""
        self.db.close()

    def _is_of_deliveries(self, node: Node) -> bool:
        """Return whether a model reads deliveries themselves, as rows or as staged: what is kept of them."""
        nodes = self.compiled.nodes
        if node.folder != "models/intermediate":
            return False
        views = [need for name in node.needs if nodes[name].kind == "view" for need in nodes[name].needs]
        return any(nodes[name].settings.get("extract") for name in [*node.needs, *views])

    def _relation(self, name: str) -> str:
        return f'"{self.compiled.nodes[name].schema}"."{name}"'

    def _kept_path(self) -> Path:
        return gate_folder() / f"kept-{self.compiled.key[:20]}.duckdb"

    def _attach_kept(self) -> set[tuple[str, str]]:
        """Attach what is kept of earlier deliveries and return which they are; nothing where it cannot be read."""
        path = self._kept_path()
        if not path.exists():
            return set()
        try:
            self.db.execute(f"attach '{sql_text(path)}' as kept (read_only)")
            known = self.db.execute("select delivery_id, sha256 from kept.kept_deliveries").fetchall()
        except duckdb.Error:
            return set()
        counting = [row for row in self.register if row.delivery_id not in self.withdrawn]
        return set(known) & {(row.delivery_id, row.sha256) for row in counting}

    def _add_kept(self, name: str) -> None:
        """Add what is kept of earlier deliveries to a model that was made of the new ones."""
        self.db.execute("create or replace temp table counted (delivery_id varchar)")
        self.db.executemany("insert into counted values (?)", [(delivery_id,) for delivery_id, _ in self.known])
        self.db.execute(
            f'insert into {self._relation(name)} by name from kept."{name}"'
            " where delivery_id in (select delivery_id from counted)"
        )

    def _load(self, place: Path) -> None:
        """Make the raw tables: the catalogue, the register, and the deliveries of which nothing is kept."""
        self._write_register(place / REGISTER_NAME)
        staged: dict[str, list[tuple[Delivery, Path]]] = {}
        for row in self.new:
            staged.setdefault(row.extract, []).append((row, self.paths[row.delivery_id]))
        for one in self.candidates:
            path = place / f"{one.delivery.delivery_id}.csv"
            path.write_bytes(one.content)
            staged.setdefault(one.delivery.extract, []).append((one.delivery, path))
        for node in self.compiled.of_kind("seed"):
            rows = self.reader.seed(node, place, staged.get(node.name, []), self.missing)
            self.db.execute(f"create table {self._relation(node.name)} as {rows}")
        self.db.execute(
            "create table raw.gate_request (delivery_id varchar, accepts_change boolean, accepts_incomplete boolean,"
            " accepts_missing boolean, told_period boolean)"
        )
        self.db.execute("create table raw.gate_totals (delivery_id varchar, column_name varchar, total_text varchar)")
        for one in self.candidates:
            flags = (one.accepts_change, one.accepts_incomplete, one.accepts_missing, one.told_period)
            self.db.execute("insert into raw.gate_request values (?, ?, ?, ?, ?)", [one.delivery.delivery_id, *flags])
            if one.totals:
                self.db.executemany(
                    "insert into raw.gate_totals values (?, ?, ?)",
                    [(one.delivery.delivery_id, column, text) for column, text in one.totals],
                )

    def _drop_rows(self, candidate: Candidate) -> None:
        old = candidate.delivery.delivery_id
        self.db.execute(f'delete from raw."{candidate.delivery.extract}" where _delivery_id = ?', [old])
        self.db.execute("delete from raw.deliveries where delivery_id = ?", [old])

    def _write_register(self, path: Path) -> None:
        """Write the register as the build's seed has it: with the day and the reason of a withdrawal."""
        rows = [*self.register, *(one.delivery for one in self.candidates)]
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow((*COLUMNS, "withdrawn_on", "withdrawn_reason"))
            writer.writerows(
                [*(getattr(row, name) for name in COLUMNS), *self.withdrawn.get(row.delivery_id, ("", ""))]
                for row in rows
            )


def _wanted(test: Node) -> str:
    """Return what a data test wants, as its first lines say."""
    lines = _FIRST_LINES.match(test.sql)
    return re.sub(r"\s+", " ", (lines[1] if lines else "").replace("--", "")).strip()[:400]


def _row_text(row: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
