"""What makes builds quick, and what it must not change."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from rusindikator import dbt_speed
from rusindikator.dbt_speed import EventLevel

from .conftest import ROOT, LoaderProject, run_dbt


class Manager:
    """A manager of events with the parts that dbt_speed asks for."""

    def __init__(self, *levels: EventLevel, callbacks: tuple = ()) -> None:
        self.loggers = [SimpleNamespace(level=level) for level in levels]
        self.callbacks = list(callbacks)
        self.heard: list[str] = []

    def fire_event(self, event: SimpleNamespace, level: EventLevel | None = None) -> None:
        self.heard.append(event.name)


def event(name: str, level: EventLevel) -> SimpleNamespace:
    return SimpleNamespace(name=name, level_tag=lambda: level)


def heard_by(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(dbt_speed, "get_event_manager", lambda: manager)
    # several connections ask for it once each
    dbt_speed.drop_unheard_events()
    dbt_speed.drop_unheard_events()
    manager.fire_event(event("sql", EventLevel.DEBUG))
    manager.fire_event(event("said louder", EventLevel.DEBUG), EventLevel.WARN)
    manager.fire_event(event("progress", EventLevel.INFO))
    manager.fire_event(event("failure", EventLevel.ERROR))
    return manager.heard


def test_only_what_no_log_wants_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet, hears_all = SimpleNamespace(hears_debug=False), SimpleNamespace()
    loud = ["said louder", "progress", "failure"]
    assert heard_by(Manager(EventLevel.INFO, EventLevel.WARN), monkeypatch) == loud
    assert heard_by(Manager(EventLevel.INFO, callbacks=(quiet,)), monkeypatch) == loud
    assert heard_by(Manager(EventLevel.INFO, EventLevel.DEBUG), monkeypatch) == ["sql", *loud]
    assert heard_by(Manager(EventLevel.INFO, callbacks=(hears_all,)), monkeypatch) == ["sql", *loud]


def test_large_deliveries_get_all_threads_of_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "persons.csv").write_text("x" * 1000)
    assert dbt_speed.engine_threads(tmp_path) == 1
    monkeypatch.setattr(dbt_speed, "SMALL", 1000)
    assert dbt_speed.engine_threads(tmp_path) is None


def test_the_benchmark_builds_as_make_does() -> None:
    benchmark = (ROOT / "benchmarks" / "benchmark.py").read_text("utf-8")
    options = ast.literal_eval(re.search(r"^MAKE_BUILD = (.*)$", benchmark, re.MULTILINE)[1])
    assert f"-m rusindikator build {' '.join(options)}\n" in (ROOT / "Makefile").read_text("utf-8")


@pytest.fixture
def models(loader_project: LoaderProject) -> LoaderProject:
    """A project with models, a table and a view, that uses this project's materializations."""
    (loader_project.path / "models").mkdir()
    write(loader_project, "one", "select 1 as a, 'x' as b")
    write(loader_project, "two", "select a from {{ ref('one') }}", "view")
    (loader_project.path / "models" / "_models.yml").write_text(
        'models:\n  - name: one\n    description: "It\'s one; row"\n'
        "    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}}\n    columns:\n"
        "      - {name: a, data_type: integer, description: 'Number.'}\n      - {name: b, data_type: varchar}\n",
        encoding="utf-8",
    )
    loader_project.deliveries.mkdir()
    (loader_project.deliveries / "deliveries.csv").write_text(
        "delivery_id,file_name,sha256,extract\n", encoding="utf-8"
    )
    return loader_project


def write(project: LoaderProject, name: str, sql: str, kind: str = "table") -> None:
    text = f"{{{{ config(materialized='{kind}') }}}}\n{sql}\n-- the end\n"
    (project.path / "models" / f"{name}.sql").write_text(text, encoding="utf-8")


def run(project: LoaderProject) -> tuple[str, list[tuple]]:
    """Return what dbt said and what there is: name, kind, comment."""
    result = run_dbt("run", project=project.path, env={"RUS_DELIVERIES_DIR": str(project.deliveries)})
    with duckdb.connect(str(project.path / "build.duckdb"), read_only=True) as con:
        made = con.sql(
            "select table_name, 'table', comment from duckdb_tables() where table_name in ('one', 'two')"
            " union all select view_name, 'view', comment from duckdb_views() where view_name in ('one', 'two')"
            " order by 1"
        ).fetchall()
        return result.output, [*made, *con.sql("from one").fetchall()]


def test_a_model_takes_its_place_whatever_stood_there_and_nothing_where_it_fails(models: LoaderProject) -> None:
    said, first = run(models)
    assert first == [("one", "table", "It's one; row"), ("two", "view", None), (1, "x")], said
    write(models, "one", "select 2 as a, 'y' as b", "view")
    write(models, "two", "select a from {{ ref('one') }}")
    said, second = run(models)
    assert second == [("one", "view", "It's one; row"), ("two", "table", None), (2, "y")], said
    write(models, "one", "select 'z' as b, 3 as a")
    said, third = run(models)
    assert "one: the columns stand in another order than in its YAML, which says a, b" in said
    assert third == second
    write(models, "one", "select 3 as a, 4 as b")
    said, fourth = run(models)
    assert "enforced contract" in said and fourth == second
