"""The status page: one self-contained page for people, without scripts or anything from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Final

from adapter.messaging.watching import QueueState
from adapter.operations.checks import Check, all_green
from adapter.operations.sampling import Sampler
from adapter.operations.watched import Watched

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #c62828; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .quiet { opacity: .7; }
@media (prefers-color-scheme: dark) { :root { --good: #56d364; --bad: #ff7b72; } }
"""
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10"><title>{state} · Customer order adapter</title><style>{style}</style></head>
<body><header><h1>Customer order adapter</h1>
<p class="quiet">Turns accepted offers and supplier orders into customer orders. Version {version}, copy {instance},
namespace {namespace}, running for {uptime}.</p></header>
<main><p>{state_line}</p>{sections}</main>
<nav><h2>More</h2><p>{links}</p></nav></body></html>
"""


def status_page(
    adapter: Watched, sampler: Sampler, checks: Sequence[Check], version: str, links: Iterable[str]
) -> bytes:
    """The page as it is now; `links` are paths beside it."""
    green = all_green(checks)
    page = _PAGE.format(
        state="Ready" if green else "Not ready",
        state_line=_coloured("Ready: everything that is looked at is as it must be." if green else "Not ready.", green),
        style=_STYLE,
        version=escape(version),
        instance=escape(adapter.settings.instance),
        namespace=escape(adapter.settings.namespace),
        uptime=timedelta(seconds=int(time.monotonic() - adapter.started_at)),
        sections="".join(_sections(adapter, sampler, checks)),
        links=" · ".join(f'<a href="{escape(link)}">{escape(link)}</a>' for link in links),
    )
    return page.encode()


def _sections(adapter: Watched, sampler: Sampler, checks: Sequence[Check]) -> Iterator[str]:
    yield _table(
        "Checks", ("Check", "State"), [(_words(c.name), _coloured(c.why or "as it must be", c.green)) for c in checks]
    )
    yield _table("Queues", ("Queue", "Waiting", "Copies that consume it"), _queues(sampler.readiness.queues))
    counted = [(escape(queue), outcome, f"{n:,}") for (queue, outcome), n in sorted(adapter.telling.counted.items())]
    yield _table("Messages since the start of this copy", ("Queue", "Outcome", "Messages"), counted)
    read = "" if any(check.name == "database" and check.green for check in checks) else ", as last read"
    yield _table("Events", ("What", "Now"), _events(adapter, sampler, read))
    parked = [(escape(code), f"{n:,}") for code, n in sorted(sampler.parking.by_code.items())]
    yield _table(f"Parked messages: {sampler.parking.messages:,}{read}", ("Code", "Messages"), parked)


def _queues(queues: Mapping[str, QueueState | None]) -> Iterator[tuple[str, ...]]:
    for name, state in queues.items():
        if state is None:
            yield escape(name), _coloured("missing", good=False), ""
        else:
            yield escape(name), f"{state.messages:,}", f"{state.consumers}"


def _events(adapter: Watched, sampler: Sampler, read: str) -> Iterator[tuple[str, str]]:
    relay, readiness = adapter.relay, sampler.readiness
    yield "Waiting to be published", f"{readiness.waiting:,}, the oldest for {readiness.oldest_seconds:.1f} s{read}"
    yield "Published by this copy", f"{relay.published:,}"
    yield "of them without a receiver", f"{relay.without_receiver:,}"
    yield "This copy publishes", "yes" if relay.leading else "no"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML already."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return f'<h2>{escape(title)}</h2><p class="quiet">None.</p>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _words(name: str) -> str:
    return escape(name.replace("_", " ").capitalize())


def _coloured(text: str, good: bool) -> str:
    return f'<span class="{"good" if good else "bad"}">{escape(text)}</span>'
