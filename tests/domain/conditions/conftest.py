from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapter.domain import values


@pytest.fixture(autouse=True)
def _exactly() -> Iterator[None]:
    with values.exact():
        yield
