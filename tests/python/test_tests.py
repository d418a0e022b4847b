"""A test that asserts in a loop only asserts first that the loop has something to look at; else it cannot fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.glob("*.py"))
CALLS_WITH_THE_SAME_LENGTH = {"enumerate", "zip", "reversed", "sorted", "list", "tuple"}


def is_never_empty(iterable: ast.expr, constants: dict[str, ast.expr]) -> bool:
    """True where a loop goes over what is written out: (2016, 2018), items of it, range(3), a constant of the file."""
    if isinstance(iterable, ast.Tuple | ast.List | ast.Set):
        return any(not isinstance(item, ast.Starred) for item in iterable.elts)
    if isinstance(iterable, ast.Dict):
        return any(key is not None for key in iterable.keys)
    if isinstance(iterable, ast.Name):
        return iterable.id in constants and is_never_empty(constants[iterable.id], {})
    if isinstance(iterable, ast.Call):
        function = iterable.func
        if isinstance(function, ast.Attribute) and function.attr in ("items", "values", "keys"):
            return is_never_empty(function.value, constants)
        if isinstance(function, ast.Name) and function.id == "range":
            return all(isinstance(limit, ast.Constant) for limit in iterable.args)
        if isinstance(function, ast.Name) and function.id in CALLS_WITH_THE_SAME_LENGTH:
            return all(is_never_empty(argument, constants) for argument in iterable.args)
    return False


def is_an_assertion(node: ast.AST) -> bool:
    """True for `assert`, and for `with pytest.raises(...)`."""
    if isinstance(node, ast.With):
        return any("raises(" in ast.unparse(item.context_expr) for item in node.items)
    return isinstance(node, ast.Assert)


def assertions(node: ast.AST, constants: dict[str, ast.expr], is_sure: bool = True) -> Iterator[bool]:
    """Yield for each assertion below a node whether it is reached: not where only a loop or a condition leads to it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        reached = is_sure
        if isinstance(child, ast.For):
            reached = is_sure and is_never_empty(child.iter, constants)
        elif isinstance(child, ast.While | ast.If | ast.ExceptHandler):
            reached = False
        if is_an_assertion(child):
            yield reached
        yield from assertions(child, constants, reached)


def has_loop(node: ast.AST) -> bool:
    """True where a function has a loop of statements."""
    return any(isinstance(child, ast.For | ast.While) for child in ast.walk(node))


def cannot_fail(source: str) -> list[str]:
    """Names of the tests of a file that have assertions, and reach one only if a loop has something to look at."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and has_loop(node):
            reached = list(assertions(node, constants))
            if reached and not any(reached):
                found.append(node.name)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_test_asserts_only_where_a_loop_has_something_to_look_at(file: Path) -> None:
    assert len(FILES) > 20
    assert cannot_fail(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "body",
    [
        "for row in rows():\n        assert row",
        "for row in [*rows()]:\n        assert row",
        "for n in (1, 2):\n        for row in rows():\n            assert row == n",
        "while rows():\n        assert rows()",
        "for n in (1, 2):\n        if rows():\n            assert n",
        "with open('x') as file:\n        for line in file:\n            assert line",
        "for row in rows():\n        with pytest.raises(ValueError):\n            row()",
        "for n in EMPTY:\n        assert n",
    ],
)
def test_such_a_test_is_found(body: str) -> None:
    assert cannot_fail(f"EMPTY = ()\n\ndef test_it():\n    {body}\n") == ["test_it"]


@pytest.mark.parametrize(
    "body",
    [
        "found = rows()\n    assert found\n    for row in found:\n        assert row",
        "for row in rows():\n        assert row\n    assert len(rows()) == 3",
        "for n in (1, 2):\n        assert n",
        "for n in range(3):\n        assert n",
        "for n in YEARS:\n        assert n",
        "for name, n in {'a': 1}.items():\n        assert n, name",
        "for n in (1, 2):\n        for m in [3, 4]:\n            assert n < m",
        "with pytest.raises(ValueError):\n        rows()",
        "for row in rows():\n        print(row)",
    ],
)
def test_a_test_that_can_fail_is_not(body: str) -> None:
    assert cannot_fail(f"YEARS = (2016, 2018)\n\ndef test_it():\n    {body}\n") == []
