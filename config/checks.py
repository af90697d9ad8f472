"""Checks across tables and files: what one of them alone cannot know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.faults import Fault
from config.models import GroupingFile, Numbering, OrderType, Parameters
from config.nearest import did_you_mean
from config.reading import Tables
from config.workflows import Workflow

_ONE_ONLY = "Keep it in one of the two"


def duplicates(file: str, codes: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Codes, told with the keys of their tables, that a second table uses again."""
    first: dict[str, str] = {}
    for key, code in codes:
        if code in first:
            yield Fault(file, f"{key}.code", f"is {code!r}, the code of {first[code]}", "Choose another code")
        first.setdefault(code, key)


def claims(order_types: Tables[OrderType]) -> Iterator[Fault]:
    """Offer types and supplier flows that two order types claim: nobody could say which one is meant."""
    for what in ("offer_types", "supplier_flows"):
        first: dict[str, str] = {}
        for key, i, claimed in order_types.texts(what):
            if claimed in first:
                message = f"claims {claimed!r}, which {first[claimed]} claims already"
                yield Fault(order_types.file, f"{key}.{what}[{i}]", message, _ONE_ONLY)
            first.setdefault(claimed, key)


def numberings_of(order_types: Tables[OrderType], numberings: Tables[Numbering]) -> Iterator[Fault]:
    """Order types without a numbering that is there and enabled (N1)."""
    if not numberings.known:
        return
    disabled = {numbering.code for _, numbering in numberings.sound if numbering.disabled}
    for key, order_type in order_types.sound:
        place, code = f"{key}.numbering", order_type.numbering
        if code not in (known := {known for _, known in numberings.codes}):
            message = f"names {code!r}, which numbering.toml does not have"
            yield Fault(order_types.file, place, message, did_you_mean(code, known))
        elif code in disabled:
            cure = "Enable it, or name another numbering"
            yield Fault(order_types.file, place, f"names {code!r}, which is disabled", cure)


def workflows_of(order_types: Tables[OrderType], workflows: Tables[Workflow]) -> Iterator[Fault]:
    """Order types that name a workflow: it has to exist, and this version runs none."""
    for key, order_type in order_types.sound:
        if (code := order_type.workflow) is None:
            continue
        place = f"{key}.workflow"
        if workflows.known and code not in (known := {known for _, known in workflows.codes}):
            message = f"names {code!r}, which workflows.toml does not have"
            yield Fault(order_types.file, place, message, did_you_mean(code, known))
        yield not_run(order_types.file, place, "Remove the key")


def not_run(file: str, key: str, cure: str) -> Fault:
    return Fault(file, key, "asks for a workflow, but workflows are not run by this version", cure)


def grouping_faults(grouping: GroupingFile) -> Iterator[Fault]:
    """A month means nothing without its year (C10)."""
    for procedure, row in (("offers", grouping.offers), ("supplier_orders", grouping.supplier_orders)):
        if row.month and not row.year:
            cure = f"Set year = true in [{procedure}] too, or leave month out"
            yield Fault("grouping.toml", f"{procedure}.month", "groups by month without the year", cure)


def parameter_faults(parameters: Parameters) -> Iterator[Fault]:
    if parameters.holidays and not parameters.block_on_holidays:
        cure = "Set block_on_holidays = true, or leave holidays out"
        yield Fault("parameters.toml", "holidays", "lists days, but no day blocks an order", cure)
