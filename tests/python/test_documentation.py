"""Descriptions and promises in the YAML against the build file: none is missing, none speaks of what is not there."""

from __future__ import annotations

import csv
import json
import re

import pytest

from .conftest import ROOT, Round

# What a column or a model may promise in config.meta; a rule under any other name would check nothing.
COLUMN_RULES = {"required", "codes", "references"}


@pytest.fixture(scope="module")
def manifest(first_build: Round) -> dict:
    return json.loads((first_build.path / "manifest.json").read_text("utf-8"))


def relations(manifest: dict) -> list[dict]:
    """Return the project's models and seeds."""
    found = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    assert len(found) > 80
    return found


def rules(column: dict) -> dict:
    """Return what the YAML promises of a column."""
    return column["config"].get("meta", {}) or column.get("meta", {})


def test_every_column_is_described_and_every_described_column_exists(manifest: dict, first_build: Round) -> None:
    in_file: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in first_build.rows(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal", first_build.build_file
    ):
        in_file.setdefault((schema, table), set()).add(column.lower())
    described = {
        (node["schema"], node["name"]): {
            name.lower() for name, column in node["columns"].items() if column["description"]
        }
        for node in relations(manifest)
    }
    assert set(in_file) == set(described)
    undescribed = {table: in_file[table] - described[table] for table in in_file if in_file[table] - described[table]}
    absent = {table: described[table] - in_file[table] for table in in_file if described[table] - in_file[table]}
    assert (undescribed, absent) == ({}, {})


def test_every_model_and_seed_is_described(manifest: dict) -> None:
    assert [node["name"] for node in relations(manifest) if not node["description"].strip()] == []


def test_descriptions_reach_the_build_file(first_build: Round) -> None:
    """BI tools read the comments of tables and columns, not the YAML."""
    for objects, name in (
        ("tables", "table_name"),
        ("views", "view_name"),
        ("columns", "table_name || '.' || column_name"),
    ):
        assert (
            first_build.rows(
                f"select {name} from duckdb_{objects}() where not internal and coalesce(comment, '') = ''",
                first_build.build_file,
            )
            == []
        )


def test_every_promise_is_checked(manifest: dict) -> None:
    """A relation with a grain or a column rule is listed in one of the tests that compare it with its YAML."""
    texts = [path.read_text("utf-8") for path in (ROOT / "tests" / "sql").glob("assert_*_as_described.sql")]
    listed = [
        name
        for text in texts
        for block in re.findall(r"described_problems\(\[(.*?)\]\)", text, re.DOTALL)
        for name in re.findall(r"\w+", block)
    ]
    assert len(texts) >= 4
    assert sorted({name for name in listed if listed.count(name) > 1}) == []
    promising = {
        node["name"]
        for node in relations(manifest)
        if node["config"]["meta"].get("grain") or any(rules(column) for column in node["columns"].values())
    }
    assert sorted(promising - set(listed)) == []
    assert sorted(set(listed) - promising) == []


def test_every_promise_is_one_the_tests_know(manifest: dict) -> None:
    nodes = list(relations(manifest))
    assert len(nodes) > 50
    for node in nodes:
        columns = node["columns"]
        unknown = {name: set(rules(column)) - COLUMN_RULES for name, column in columns.items()}
        assert {name: keys for name, keys in unknown.items() if keys} == {}, node["name"]
        assert set(node["config"]["meta"].get("grain", [])) <= set(columns), node["name"]


def test_every_mart_has_a_grain(manifest: dict) -> None:
    without = {
        node["name"]
        for node in relations(manifest)
        if node["name"].split("_")[0] in ("dim", "fct", "rpt") and not node["config"]["meta"].get("grain")
    }
    assert without == set()


def test_references_point_to_columns_that_exist(manifest: dict) -> None:
    by_name = {node["name"]: node for node in relations(manifest)}
    references = [
        (f"{node['name']}.{name}", there)
        for node in by_name.values()
        for name, column in node["columns"].items()
        if (there := rules(column).get("references"))
    ]
    assert len(references) > 20
    for name, there in references:
        table, key = there.split(".")
        assert key in by_name[table]["columns"], f"{name} refers to {there}"


def test_every_published_model_has_an_enforced_contract(manifest: dict) -> None:
    published = manifest["nodes"]["model.rusindikator.publish_release"]["depends_on"]["nodes"]
    models = [
        node
        for node in relations(manifest)
        # an intermediate model is there for its tests, which nothing is published before; it is not published itself
        if node["resource_type"] == "model"
        and (node["schema"] == "marts" or (node["unique_id"] in published and node["schema"] != "intermediate"))
    ]
    assert len(models) > 15
    without = {node["name"] for node in models if not node["config"]["contract"]["enforced"]}
    # The last node is a Python model; dbt enforces no contract on what it returns, and nobody reads it but the build.
    assert without == {"publish_release"}
    assert [
        f"{node['name']}.{name}"
        for node in models
        for name, column in node["columns"].items()
        if node["name"] not in without and not column["data_type"]
    ] == []


def test_every_macro_says_what_it_does() -> None:
    """A comment right inside each macro; `default__` and the like are told by the macro that dispatches to them."""
    silent = []
    for path in sorted((ROOT / "macros").rglob("*.sql")):
        text = path.read_text("utf-8")
        for match in re.finditer(r"\{%-?\s*(macro|test|materialization)\s+(\w+)[^%]*?-?%\}\s*(\{#-?)?", text):
            kind, name, comment = match.groups()
            dispatched = re.match(r"[a-z]+__", name)
            above = text[: match.start()].rstrip().endswith("#}")
            if not comment and not dispatched and not (kind == "materialization" and above):
                silent.append(f"{path.relative_to(ROOT)}: {name}")
    assert silent == []


def test_decisions_read_the_same_in_the_seed_and_in_the_document() -> None:
    with (ROOT / "seeds" / "catalogue" / "decisions.csv").open(encoding="utf-8", newline="") as handle:
        in_seed = {
            row["decision_id"]: (row["severity"], row["resolution"], row["reason"]) for row in csv.DictReader(handle)
        }
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    line = re.compile(r"^- \*\*(\S+)\*\* \((\w)[^)]*\) .+? \*(.+?)\* (.+)$", re.MULTILINE)
    in_document = {found[1]: found.groups()[1:] for found in line.finditer(text)}
    assert len(in_document) > 100
    assert {name: rest for name, rest in in_document.items() if in_seed.get(name) != rest} == {}
    assert set(in_seed) == set(in_document)


def test_the_reference_of_receive_lists_every_finding_in_both_languages() -> None:
    """`python -c "from rusindikator.receive.findings import reference; print(reference())"` writes the table."""
    from rusindikator.receive.findings import messages, reference

    assert len(messages()) > 150
    assert reference() in (ROOT / "docs" / "receive_reference.md").read_text("utf-8")
    for code, message in messages().items():
        facts = [set(re.findall(r"\{(\w+)\}", " ".join(message[language].values()))) for language in ("nb", "en")]
        assert facts[0] == facts[1], code
        assert message["nb"]["what"], code
        assert message["en"]["what"], code


def test_every_code_that_receive_gives_has_a_message() -> None:
    from rusindikator.receive.findings import messages

    given = set()
    for path in sorted((ROOT / "rusindikator" / "receive").rglob("*.py")):
        given |= set(re.findall(r"(?:refuse|Finding)\(\s*\"(\w+)\"", path.read_text("utf-8")))
    for path in sorted((ROOT / "models" / "gate").glob("*.sql")):
        given |= set(re.findall(r"'(\w+)' as code", path.read_text("utf-8")))
        given |= set(re.findall(r"then\s+'(\w+)'\s*(?:else|end)", path.read_text("utf-8"))) & set(messages())
    assert len(given) > 120
    assert given <= set(messages()), given - set(messages())
