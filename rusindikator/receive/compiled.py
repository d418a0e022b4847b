"""The build's own SQL, compiled once and kept in build/gate: what the gate judges a delivery with.

`dbt compile` takes seconds, so its result is kept under a key of everything it was made from. It is compiled with a
target path, a build folder and variables of its own: what `target/compiled` holds depends on the last command
(`--vars as_of: ...`, `--target`, `--select`) and is never read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from rusindikator.paths import PROJECT as ROOT
from rusindikator.paths import build_folder
from rusindikator.receive.findings import refuse

# Everything the compiled SQL is made from. Deliveries are data, no code.
SOURCES = ("dbt_project.yml", "profiles", "macros", "models", "seeds", "tests/sql", "tests/generic")
_KINDS = {".sql", ".py", ".yml", ".yaml", ".csv", ".md"}
# Never asked about a delivery: what publishes and what compares releases.
_LEFT_OUT_FOLDERS = ("models/publish/",)


@dataclass(frozen=True)
class Node:
    """A seed, a model or a data test: its name, where it stands, what it is made from, and its SQL (not of a seed)."""

    name: str
    kind: str
    schema: str
    needs: tuple[str, ...]
    sql: str
    folder: str
    settings: dict[str, object]


@dataclass(frozen=True)
class Compiled:
    """The project's seeds, models and data tests in an order in which each comes after what it needs."""

    key: str
    nodes: dict[str, Node]

    def of_kind(self, *kinds: str) -> list[Node]:
        """Return the nodes of these kinds, in order."""
        return [node for node in self.nodes.values() if node.kind in kinds]

    def needed_for(self, names: set[str]) -> list[Node]:
        """Return the named nodes and everything they rest on, in order."""
        wanted, waiting = set(), list(names)
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                waiting += self.nodes[name].needs
        return [node for node in self.nodes.values() if node.name in wanted]


def gate_folder() -> Path:
    """Return where compiled SQL and earlier counts lie: RUS_GATE_DIR, else `gate` in the folder of builds."""
    return Path(os.environ.get("RUS_GATE_DIR") or build_folder() / "gate").absolute()


def code_key(root: Path = ROOT) -> str:
    """Return the checksum of everything that the compiled SQL is made from."""
    found = hashlib.sha256()
    for source in SOURCES:
        start = root / source
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in _KINDS and not name.startswith("seeds/deliveries/"):
                found.update(f"{name}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()


def compiled_project(root: Path = ROOT, quiet: bool = False) -> Compiled:
    """Return the project's compiled SQL; compile it first, and say so, where the kept one is stale or absent."""
    key = code_key(root)
    return _read(root, key, quiet)


@cache
def _read(root: Path, key: str, quiet: bool) -> Compiled:
    path = gate_folder() / f"{key[:20]}.json"
    if not path.exists():
        if not quiet:
            print("receive: compiling the build's SQL, as models, macros or seeds have changed", file=sys.stderr)
        _compile(root, path)
    told = json.loads(path.read_text("utf-8"))
    nodes = {name: Node(**cells | {"needs": tuple(cells["needs"])}) for name, cells in told.items()}
    return Compiled(key, nodes)


def _compile(root: Path, path: Path) -> None:
    """Compile with dbt into a folder that is thrown away, and put the result in its place with one rename."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".compiling.", dir=path.parent) as place:
        manifest = _dbt_compile(root, Path(place))
        draft = Path(place) / "compiled.json"
        draft.write_text(json.dumps(_nodes(manifest), ensure_ascii=False), encoding="utf-8")
        draft.replace(path)
    for old in path.parent.glob("*.json"):
        if old != path and old.stat().st_mtime < path.stat().st_mtime - 86_400:
            with contextlib.suppress(OSError):
                old.unlink()


def _dbt_compile(root: Path, place: Path) -> dict:
    """Return dbt's manifest with compiled SQL. The environment of the caller's builds does not reach it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "RUS_"))}
    environment |= {"RUS_BUILD_DIR": str(place / "build"), "DO_NOT_TRACK": "1", "DBT_PROJECT_DIR": str(root)}
    dbt = Path(sys.executable).with_name("dbt")
    done = subprocess.run(
        [
            *([str(dbt)] if dbt.exists() else [sys.executable, "-m", "dbt.cli.main"]),
            *("--no-use-colors", "--quiet", "compile", "--vars", json.dumps({"gate": True, "as_of": ""})),
            *("--exclude", "qa_warnings", "path:models/publish"),
            *("--project-dir", str(root), "--profiles-dir", str(root / "profiles")),
            *("--target-path", str(place / "target"), "--log-path", str(place / "logs")),
        ],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise refuse("build_sql_fails", value=" ".join(said[-6:])[-600:])
    manifest = json.loads((place / "target" / "manifest.json").read_text("utf-8"))
    shutil.rmtree(place / "target")
    return manifest


def _nodes(manifest: dict) -> dict[str, dict]:
    """Return name -> cells of a Node, each after what it needs."""
    found: dict[str, dict] = {}
    for node in manifest["nodes"].values():
        kind, name, config = node["resource_type"], node["name"], node["config"]
        file = node["original_file_path"].replace("\\", "/")
        if kind not in ("seed", "model", "test") or node.get("language", "sql") != "sql":
            continue
        if kind != "seed" and (not node.get("compiled_code") or file.startswith(_LEFT_OUT_FOLDERS)):
            continue
        if kind == "test" and config.get("severity", "error").lower() != "error":
            continue
        told = ("extract", "register", "added_by_receive", "tells_added", "delimiter", "preamble_lines", "required")
        found[name] = {
            "name": name,
            "kind": "view" if kind == "model" and config["materialized"] == "view" else kind,
            "schema": node["schema"],
            "needs": [".".join(need.split(".")[2:]) for need in node["depends_on"].get("nodes", [])]
            if kind != "seed"
            else [],
            "sql": node.get("compiled_code") or "",
            "folder": file.rpartition("/")[0],
            "settings": {key: config[key] for key in told if config.get(key) is not None}
            | ({"path": file} if kind == "seed" else {}),
        }
    # What rests on something left out is left out too.
    while lacking := [
        name
        for name, cells in found.items()
        if any(need not in found and not need.startswith("gate.") for need in cells["needs"])
    ]:
        for name in lacking:
            del found[name]
    for cells in found.values():
        cells["needs"] = [need for need in cells["needs"] if need in found]
    order = TopologicalSorter({name: cells["needs"] for name, cells in found.items()}).static_order()
    return {name: found[name] for name in order}
