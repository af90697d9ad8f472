"""The shape of the house: which part may know which other part and which library."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("adapter", "handlers", "schemas", "config")
SOURCES = sorted(path.relative_to(ROOT).as_posix() for part in PARTS for path in (ROOT / part).rglob("*.py"))
RULES = [path for path in SOURCES if path.startswith("adapter/domain/")]

SQL = {"sqlalchemy", "asyncpg", "alembic"}
AMQP = {"aio_pika", "aiormq", "pamqp", "faststream", "pika"}
OUTSIDE_WORLD = {"asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time"}
CLOCKS = {"now", "today", "utcnow", "monotonic", "perf_counter"}
VAGUE_NAMES = ("Manager", "Service", "Helper", "Util", "Utils")


def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), path)


def imported(path: str) -> set[str]:
    """The packages that a file imports, by the first part of their names."""
    return {name.partition(".")[0] for node in ast.walk(tree(path)) for name in modules_of(node)}


def modules_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def users_of(libraries: set[str], *allowed: str) -> list[str]:
    return [path for path in SOURCES if not path.startswith(allowed) and imported(path) & libraries]


def test_dependencies_between_our_parts_point_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0

    assert kept, capsys.readouterr().out


@pytest.mark.parametrize("path", RULES)
def test_the_rules_know_only_the_standard_library(path: str) -> None:
    assert imported(path) - sys.stdlib_module_names - {"adapter"} == set()


@pytest.mark.parametrize("path", RULES)
def test_the_rules_neither_read_nor_write_nor_look_at_a_clock(path: str) -> None:
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    clocks = [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCKS]
    files = [call.id for call in calls if isinstance(call, ast.Name) and call.id in {"open", "print", "input"}]

    assert imported(path) & OUTSIDE_WORLD == set()
    assert clocks + files == []


def test_the_wire_imports_nothing_of_ours_but_itself() -> None:
    schemas = [path for path in SOURCES if path.startswith("schemas/")]

    assert schemas
    assert [path for path in schemas if imported(path) & {"adapter", "handlers", "config"}] == []


def test_only_the_persistence_knows_sql() -> None:
    assert users_of(SQL, "adapter/persistence/") == []


def test_only_the_messaging_and_the_edges_know_amqp() -> None:
    assert users_of(AMQP, "adapter/messaging/", "adapter/app.py", "adapter/demo/", "adapter/cli/") == []


def test_every_import_names_its_module_in_full() -> None:
    relative = [
        path for path in SOURCES for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


def test_no_class_has_a_name_that_says_nothing() -> None:
    classes = {node.name for path in SOURCES for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)}

    assert classes
    assert {name for name in classes if name.endswith(VAGUE_NAMES)} == set()
