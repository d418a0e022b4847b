"""Fixtures: small dbt projects that borrow this project's macros, and builds shared by the tests that read them."""

from __future__ import annotations

import ast
import csv
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from rusindikator.deliveries import Delivery, read_register, sha256_of, write_register

from .report_pages import database, mart, out  # noqa: F401  (fixtures of the report, made once for all its files)

ROOT = Path(__file__).resolve().parents[2]

# What the gate compiles and counts belongs to the code, not to a test's folders: made once for all of them.
os.environ.setdefault("RUS_GATE_DIR", str(ROOT / "build" / "gate"))

REGISTER_COLUMNS = [
    "delivery_id",
    "source_code",
    "extract",
    "file_name",
    "period",
    "published_on",
    "published_on_precision",
    "received_on",
    "origin",
    "sha256",
    "publisher",
    "publication",
    "reference",
    "licence",
    "note",
]


# A test that asks for one of these starts dbt, or waits for a build.
STARTS_DBT = {"first_build", "new_round", "second_build", "loader_project", "project", "publisher"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that start dbt most often first: the long one that comes last leaves the other worker idle."""
    starts = Counter(item.path for item in items if STARTS_DBT.intersection(getattr(item, "fixturenames", ())))
    items.sort(key=lambda item: -starts[item.path])


@dataclass
class DbtResult:
    """Exit code and everything a dbt command printed."""

    code: int
    output: str

    @property
    def ok(self) -> bool:
        """True where dbt exited with 0."""
        return self.code == 0


def run_dbt(*args: str, project: Path = ROOT, env: dict[str, str] | None = None) -> DbtResult:
    """Run the dbt of this environment as a user would, in `project`, and return what it printed."""
    dbt = Path(sys.executable).with_name("dbt")
    process = subprocess.run(
        [str(dbt), "--no-use-colors", *args, "--profiles-dir", str(project / "profiles")],
        cwd=project,
        env={**os.environ, "DO_NOT_TRACK": "1", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    return DbtResult(process.returncode, process.stdout + process.stderr)


@dataclass
class LoaderProject:
    """A dbt project that holds contract seeds and deliveries only and uses the real macros."""

    path: Path
    register: list[dict[str, str]] = field(default_factory=list)

    @property
    def deliveries(self) -> Path:
        """Folder of the deliveries."""
        return self.path / "deliveries"

    def contract(self, name: str, header: str, **config: object) -> None:
        """Add a contract seed; `config` goes to the seed's own configuration."""
        (self.path / "seeds" / f"{name}.csv").write_text(header + "\n", encoding="utf-8")
        settings = "".join(f"        {key}: {value!r}\n" for key, value in config.items())
        (self.path / "seeds" / f"_{name}.yml").write_text(
            f"seeds:\n  - name: {name}\n    config:\n{settings}" if settings else f"seeds:\n  - name: {name}\n",
            encoding="utf-8",
        )

    def deliver(self, extract: str, file: str, content: bytes, **changes: str) -> None:
        """Put one file into the folder and its line into the register."""
        path = self.deliveries / extract / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        row = dict.fromkeys(REGISTER_COLUMNS, "")
        row |= {
            "delivery_id": Path(file).stem,
            "source_code": "TEST",
            "extract": extract,
            "file_name": f"{extract}/{file}",
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        self.register.append(row | changes)

    def seed(self, *args: str) -> DbtResult:
        """Write the register and run `dbt seed`."""
        self.deliveries.mkdir(exist_ok=True)
        with (self.deliveries / "deliveries.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, REGISTER_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.register)
        return run_dbt("seed", *args, project=self.path, env={"RUS_DELIVERIES_DIR": str(self.deliveries)})


@pytest.fixture
def loader_project(tmp_path: Path) -> LoaderProject:
    """An empty loader project."""
    path = tmp_path / "project"
    (path / "seeds").mkdir(parents=True)
    (path / "profiles").mkdir()
    told = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]
    (path / "dbt_project.yml").write_text(
        "name: rusindikator\nversion: 1.0.0\nprofile: loader\nseed-paths: [seeds]\n"
        f"vars: {json.dumps(told, ensure_ascii=False)}\n"
        f"macro-paths: [{str(ROOT / 'macros')!r}]\n"
        "on-run-start: ['{{ check_deliveries() }}']\n"
        "flags: {send_anonymous_usage_stats: false}\n",
        encoding="utf-8",
    )
    (path / "profiles" / "profiles.yml").write_text(
        "loader:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: build.duckdb\n",
        encoding="utf-8",
    )
    return LoaderProject(path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deliveries folder outside the repository that is not there yet."""
    path = tmp_path / "deliveries"
    monkeypatch.setenv("RUS_DELIVERIES_DIR", str(path))
    monkeypatch.setenv("RUS_BUILD_DIR", str(tmp_path / "build"))
    return path


# Made by builds and tools at the top of the project; the tests make their own.
NOT_COPIED = {".git", ".venv", "build", "published", "target", "logs"}


def copy_project(path: Path) -> Path:
    """Copy this project, without what builds and tools make, to `path`."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        made = NOT_COPIED if Path(folder) == ROOT else set()
        return {name for name in names if name in made or name == "__pycache__" or name.endswith("_cache")}

    shutil.copytree(ROOT, path, ignore=left_out)
    return path


@dataclass
class Round:
    """One round of deliveries: a project, and a build file, published file and deliveries of its own.

    All rounds of a project share its `target` folder, and its folder `build` is a link that points to the round whose
    turn it is: where the environment names another build folder, dbt reads the whole project anew (4 s).
    """

    project: Path
    path: Path
    shipped: bool = False
    target: str = "target"

    def __post_init__(self) -> None:
        """Make the folders; a round whose deliveries are not the shipped ones gets a copy of them to change."""
        self.build_file.parent.mkdir(parents=True)
        if not self.shipped:
            shutil.copytree(ROOT / "seeds" / "deliveries", self.deliveries)

    @property
    def deliveries(self) -> Path:
        """Folder of this round's deliveries."""
        return ROOT / "seeds" / "deliveries" if self.shipped else self.path / "deliveries"

    @property
    def build_file(self) -> Path:
        """The build file."""
        return self.path / "build" / "rusindikator.duckdb"

    @property
    def published(self) -> Path:
        """The published file."""
        return self.path / "published" / "rusindikator.duckdb"

    def dbt(self, *args: str, env: dict[str, str] | None = None) -> DbtResult:
        """Run dbt on this round; `env` goes before the folders of the round."""
        link = self.project / "build"
        link.unlink(missing_ok=True)
        link.symlink_to(self.build_file.parent)
        environment = {"RUS_DELIVERIES_DIR": str(self.deliveries), "RUS_PUBLISH_DIR": str(self.published.parent)}
        return run_dbt(*args, "--target-path", self.target, project=self.project, env=environment | (env or {}))

    def statuses(self) -> dict[str, str]:
        """Status of each node in the last run with this round's target: name -> success, pass, fail, skipped ..."""
        results = json.loads((self.project / self.target / "run_results.json").read_text("utf-8"))["results"]
        return {result["unique_id"].split(".")[2]: result["status"] for result in results}

    def rows(self, sql: str, file: Path | None = None) -> list[tuple]:
        """Rows of a query on the published file, or on another one."""
        with duckdb.connect(str(file or self.published), read_only=True) as con:
            return con.sql(sql).fetchall()

    def edit(self, file_name: str, change: Callable[[str], str]) -> Delivery:
        """Change the text of a delivery, register its new checksum and return its line of the register."""
        path = self.deliveries / file_name
        before = path.read_bytes().decode("utf-8")
        after = change(before)
        assert after != before, f"{file_name} does not hold what the test wants to change"
        path.write_bytes(after.encode("utf-8"))
        (row,) = (row for row in read_register(self.deliveries) if row.file_name == file_name)
        return self.register(replace(row, sha256=sha256_of(path)))

    def add(self, like: str, content: str, **changes: object) -> Delivery:
        """Put a new file into the folder and into the register; its line is that of `like` but for `changes`."""
        (row,) = (row for row in read_register(self.deliveries) if row.delivery_id == like)
        row = replace(row, **changes)
        path = self.deliveries / row.file_name
        path.write_bytes(content.encode("utf-8"))
        return self.register(replace(row, sha256=sha256_of(path)))

    def register(self, row: Delivery) -> Delivery:
        """Put a line into the register, in the place of the one with the same id."""
        others = [other for other in read_register(self.deliveries) if other.delivery_id != row.delivery_id]
        write_register(self.deliveries, [*others, row])
        return row

    def drop(self, delivery_id: str) -> None:
        """Take a delivery out of the folder and out of the register."""
        rows = read_register(self.deliveries)
        (gone,) = (row for row in rows if row.delivery_id == delivery_id)
        (self.deliveries / gone.file_name).unlink()
        write_register(self.deliveries, [row for row in rows if row.delivery_id != delivery_id])


class OpenReader:
    """Another process that opens a DuckDB file and keeps it open, as a BI tool does."""

    CODE = (
        "import sys, duckdb\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print('open', flush=True)\n"
        "for sql in sys.stdin:\n"
        "    print(repr(con.sql(sql).fetchall()), flush=True)\n"
    )

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.CODE, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == "open\n"

    def rows(self, sql: str) -> list[tuple]:
        """Rows of a query, as the reader sees them now."""
        print(sql, file=self.process.stdin, flush=True)
        return ast.literal_eval(self.process.stdout.readline())

    def close(self) -> None:
        """End the reader."""
        self.process.stdin.close()
        self.process.wait()


RELEASES = "select release_id from release_log order by 1"


@dataclass
class SecondBuild:
    """A build over the first one, and what readers of the published file saw meanwhile."""

    round: Round
    result: DbtResult
    sha256_before: str
    # what a new reader saw, again and again while dbt ran
    seen_during: list[list[tuple]]
    # what the reader that had opened the file before the build saw: before it and after it
    seen_before: list[tuple]
    seen_after: list[tuple]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project that the rounds share; nothing of it is edited."""
    return copy_project(tmp_path_factory.mktemp("system") / "project")


OF_DBT = ("manifest.json", "graph.gpickle", "run_results.json")


@pytest.fixture(scope="session")
def first_build(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """The shipped deliveries built into an empty folder, and what dbt wrote about it. Read it, do not change it."""
    first = Round(project, tmp_path_factory.mktemp("round") / "first", shipped=True)
    if ready := os.environ.get("RUS_READY_BUILD"):
        # `make mutants` has built already, and changes code that this build does not rest on
        for name in ("build", "published", "compiled"):
            shutil.copytree(Path(ready) / name, first.path / name, dirs_exist_ok=True)
        for name in OF_DBT:
            shutil.copy(Path(ready) / name, first.path)
        return first
    worker = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if worker else base) / "first_build"
    # the worker that comes first builds; the others wait for it and take copies
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if shared.exists():
            shutil.copytree(shared / "first", first.path, dirs_exist_ok=True)
            # but not what dbt has read, which names the folder of the other project
            shutil.copytree(shared / "target", project / first.target, ignore=shutil.ignore_patterns("*.msgpack"))
            return first
        result = first.dbt("build")
        assert result.ok, result.output
        for name in OF_DBT:
            shutil.copy(project / first.target / name, first.path)
        shutil.copytree(project / first.target / "compiled", first.path / "compiled")
        if worker:
            draft = shared.with_suffix(".draft")
            shutil.copytree(first.path, draft / "first")
            shutil.copytree(project / first.target, draft / "target")
            draft.rename(shared)
    return first


def copy_round(first: Round, path: Path, **settings: object) -> Round:
    """Return a new round that finds what `first` built and published."""
    copy = Round(first.project, path, **settings)
    shutil.copytree(first.published.parent, copy.published.parent)
    shutil.copy(first.build_file, copy.build_file)
    return copy


@pytest.fixture
def new_round(first_build: Round, tmp_path: Path) -> Round:
    """A round with deliveries to change, after the build of the shipped ones."""
    return copy_round(first_build, tmp_path / "round")


@pytest.fixture
def publisher(first_build: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A publisher over the first build, without the audit."""
    from .publishing import NoAudit, Publisher

    round_ = copy_round(first_build, tmp_path / "round", shipped=True)
    monkeypatch.setenv("RUS_PUBLISH_DIR", str(round_.published.parent))
    monkeypatch.setattr("rusindikator.publish.auditor.Auditor", NoAudit)
    return Publisher(round_)


@pytest.fixture(scope="session")
def second_build(first_build: Round, tmp_path_factory: pytest.TempPathFactory) -> SecondBuild:
    """The shipped deliveries built again, with readers at work and the leavings of a killed build in the way.

    The note on one delivery is another one: what is identical makes no release.
    """
    second = copy_round(first_build, tmp_path_factory.mktemp("round") / "second")
    row = read_register(second.deliveries)[0]
    second.register(replace(row, note="Merknaden er rettet."))
    (second.deliveries / "revisions.csv").write_text(
        "indicator_no,year,revised_on,reason_nb,reason_en,table_name\n"
        f",,{datetime.now(UTC):%Y-%m-%d},Merknaden er rettet.,The note is mended.,dim_delivery.note\n",
        encoding="utf-8",
    )
    before = sha256_of(second.published)
    # as 0.1.0 left them, and as they are left now
    second.published.with_name(".rusindikator.duckdb.draft").write_bytes(b"half a file")
    second.published.with_name(".rusindikator.duckdb.draft.wal").write_bytes(b"half a log")
    staging = second.published.with_name(".unpublished")
    staging.mkdir(mode=0o700)
    (staging / "0.rusindikator.duckdb").write_bytes(b"half a file")
    reader = OpenReader(second.published)
    try:
        seen_before = reader.rows(RELEASES)
        seen_during = []
        with ThreadPoolExecutor(1) as pool:
            build = pool.submit(second.dbt, "build")
            while not build.done():
                seen_during.append(second.rows(RELEASES))
                time.sleep(0.1)  # leaves the processor to the build; nothing depends on how long it is
        seen_after = reader.rows(RELEASES)
    finally:
        reader.close()
    assert build.result().ok, build.result().output
    return SecondBuild(second, build.result(), before, seen_during, seen_before, seen_after)
