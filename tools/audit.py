"""Whether a known hole is in a locked package: `make audit`.

Exit code 1 where there is one. With `--change`, as CI asks, only where the last commit touched the locked packages: a
hole that becomes known today is told with every change, but stops only the one that could close it. Where nobody can be
asked (no network, the service is away) that is said, and the exit code is 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKED = "requirements.txt"
SECONDS = 120

Report = Mapping[str, Any]


def main(words: list[str]) -> int:
    return told(asked(), stops="--change" not in words or touched())


def told(report: Report | None, *, stops: bool) -> int:
    """The exit code for a report, which is told; `stops` says whether a hole is a fault now."""
    if report is None or not checked(report):
        say("the advisory service cannot be reached; nothing was checked")
        return 0
    found = list(holes(report))
    for hole in found:
        say(hole)
    say(f"{checked(report)} of {len(report['dependencies'])} packages checked, {len(found)} known holes")
    return int(bool(found) and stops)


def say(text: str) -> None:
    print(f"audit: {text}", file=sys.stderr)


def asked() -> Report | None:
    """What pip-audit reports of the locked packages; None where it cannot."""
    program = Path(sys.executable).with_name("pip-audit")
    words = ("--requirement", LOCKED, "--require-hashes", "--disable-pip", "--format", "json")
    quiet = ("--progress-spinner", "off", "--desc", "off")
    try:
        ran = subprocess.run([program, *words, *quiet], cwd=ROOT, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 -- our own words
        report: Report = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None
    return report


def checked(report: Report) -> int:
    """Packages that the service knows."""
    return sum("skip_reason" not in each for each in report["dependencies"])


def holes(report: Report) -> Iterator[str]:
    for each in report["dependencies"]:
        for known in each.get("vulns", ()):
            cure = " or ".join(known["fix_versions"]) or "no version without it yet"
            yield f"{each['name']} {each['version']}: {known['id']}; {cure}"


def touched() -> bool:
    """Whether the last commit changed the locked packages; where that cannot be told, it did not."""
    words = ("git", "diff", "--quiet", "HEAD~1", "--", LOCKED)
    return subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode == 1  # noqa: S603 -- our own words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
