"""The library of traces costs nothing where no collector is set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PRINT_LOADED = """
import sys
import adapter.cli.serving
from adapter.parts import tracing_of
from config.settings import Settings
assert tracing_of(Settings(database_url="postgresql:///orders")) is None
heavy = ("opentelemetry.sdk", "opentelemetry.exporter", "requests", "google")
print([name for name in sys.modules if name.startswith(heavy)])
"""


def test_without_a_collector_the_library_is_not_even_loaded() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _PRINT_LOADED], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "[]"
