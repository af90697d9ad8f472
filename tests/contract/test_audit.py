"""What `make audit` says of the locked packages; the service is not asked here."""

from __future__ import annotations

import pytest

from tools import audit

KNOWN = {"name": "sound", "version": "1.0", "vulns": []}
SKIPPED = {"name": "unheard", "skip_reason": "not found"}
HOLED = {"name": "holed", "version": "2.0", "vulns": [{"id": "X-1", "fix_versions": ["2.1"]}]}
OPEN = {"name": "open", "version": "3.0", "vulns": [{"id": "X-2", "fix_versions": []}]}


def report(*dependencies: object) -> dict[str, object]:
    return {"dependencies": list(dependencies), "fixes": []}


def test_a_hole_is_told_with_the_version_without_it() -> None:
    assert list(audit.holes(report(KNOWN, HOLED, OPEN, SKIPPED))) == [
        "holed 2.0: X-1; 2.1",
        "open 3.0: X-2; no version without it yet",
    ]


@pytest.mark.parametrize(
    ("found", "stops", "code"),
    [
        (None, True, 0),
        (report(SKIPPED), True, 0),
        (report(KNOWN), True, 0),
        (report(HOLED), True, 1),
        (report(HOLED), False, 0),
    ],
)
def test_a_hole_stops_only_where_it_is_to(found: audit.Report | None, stops: bool, code: int) -> None:
    assert audit.told(found, stops=stops) == code


def test_who_cannot_be_asked_is_not_taken_for_a_clean_bill(capsys: pytest.CaptureFixture[str]) -> None:
    audit.told(report(SKIPPED), stops=True)

    assert "nothing was checked" in capsys.readouterr().err
