"""`registry.changed.v1`: a registry entry is new, changed or retired (contract 3)."""

from __future__ import annotations

from adapter.domain.business import Business
from adapter.domain.decision import Decision, RegistryChange
from adapter.domain.known import Known, Needs
from adapter.domain.reasons import Reason
from adapter.intake.handler import Handler
from schemas.registry_changed import RegistryChanged


def needs(_source: str, message: RegistryChanged, _business: Business) -> Needs:
    return Needs(revisions=[(message.kind, message.key)])


def decide(_source: str, message: RegistryChanged, known: Known) -> Decision:
    ref = message.kind, message.key
    stored = known.revisions.get(ref)
    if stored is not None and message.revision <= stored:
        return Decision("duplicate", reasons=[_stale(message, stored)], by=message.by)
    known.revisions[ref] = message.revision
    change = RegistryChange(message.kind, message.key, message.revision, message.entry)
    return Decision("applied", registry=[change], by=message.by)


def _stale(message: RegistryChanged, stored: int) -> Reason:
    return Reason(
        "stale_revision",
        "/revision",
        f"Revision {message.revision} of {message.kind} {message.key} is not newer than the stored one, {stored}.",
        {"stored": stored},
    )


HANDLER = Handler("registry-changed", "registry.changed.v1", RegistryChanged, needs, decide, changes_registries=True)
