"""The agents of an order and of its lines (§1.2, §5.7, §6.2). A commission of None (not linked) is not 0."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from adapter.domain.conditions.cascade import GIVEN, NOTHING, Resolved
from adapter.domain.order import Agent
from adapter.domain.parameters import Parameters
from adapter.domain.registry import Customer, CustomerAgent
from adapter.domain.trace import Candidate
from adapter.domain.values import plain

Agents = tuple[Agent, ...]

_HEADER = Candidate("header", "order")


def resolve_agents(given: Sequence[Agent] | None, customer: Customer, day: date) -> Resolved[Agents]:
    """The agents given, else those of the customer registry whose relation holds on the day."""
    if given is not None:
        lost = tuple(_candidate(row, customer, "given comes first") for row in customer.agents)
        return Resolved(tuple(_with_commission(one, customer, day) for one in given), GIVEN, lost)
    holding = [row for row in customer.agents if _holds(row, day)]
    lost = tuple(_candidate(row, customer, f"not valid on {day}") for row in customer.agents if row not in holding)
    won = Candidate("customer", "customer", customer.code, customer.revision) if holding else NOTHING
    return Resolved(tuple(Agent(agent=r.agent, commission_percent=r.commission_percent) for r in holding), won, lost)


def _with_commission(given: Agent, customer: Customer, day: date) -> Agent:
    """A commission that was left out is the customer registry's for that agent."""
    if not given.resolve:
        return given
    rows = (row for row in customer.agents if row.agent == given.agent and _holds(row, day))
    row = next(rows, None)
    return Agent(agent=given.agent, commission_percent=row.commission_percent if row else None)


def _holds(row: CustomerAgent, day: date) -> bool:
    return (row.valid_from or day) <= day <= (row.valid_to or day)


def _candidate(row: CustomerAgent, customer: Customer, because: str) -> Candidate:
    return Candidate("customer", "customer", customer.code, customer.revision, f"{row.agent}: {because}")


def line_agents(
    given: Sequence[Agent] | None,
    header: Sequence[Agent],
    kind: str,
    parameters: Parameters,
    no_commercial_conditions: bool = False,
    *,
    customer: Customer | None = None,
    day: date | None = None,
) -> Resolved[Agents]:
    """The line's own, else the header's; none proposed on notes, giveaways (unless switched on) and such items."""
    if given is not None:
        own = tuple(_with_commission(one, customer, day) for one in given) if customer and day else tuple(given)
        return Resolved(own, GIVEN, (_HEADER.lost("given"),))
    because = _barred(kind, parameters, no_commercial_conditions)
    if because:
        return Resolved((), NOTHING, (_HEADER.lost(because),))
    return Resolved(tuple(header), _HEADER)


def _barred(kind: str, parameters: Parameters, no_commercial_conditions: bool) -> str:
    if kind == "note":
        return "a note earns no commission"
    if kind == "giveaway" and not parameters.commissions_on_giveaways:
        return "giveaways earn no commission (commissions_on_giveaways is off)"
    return "the item has no commercial conditions" if no_commercial_conditions else ""


def agents_as_text(agents: Sequence[Agent]) -> str | None:
    """Agents as the trace shows them: `A1 5 %, A2` (no commission linked)."""
    return ", ".join(_text(agent) for agent in agents) or None


def _text(agent: Agent) -> str:
    return agent.agent if agent.commission_percent is None else f"{agent.agent} {plain(agent.commission_percent)} %"
