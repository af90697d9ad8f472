"""What of an offer is converted now: never more than was offered, in whatever parts it is accepted (§2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from adapter.domain.decision import OfferKey, OfferLineRecord, OfferRecord
from adapter.domain.offers.offer import Offer, OfferLine
from adapter.domain.reasons import Reason
from adapter.domain.values import ONE, ZERO, plain


@dataclass(slots=True)
class AcceptedLine:
    """A line and the quantity of it that is converted now; a note counts as one. `item` is the item's own code."""

    given: OfferLine
    path: str
    item: str | None
    offered: Decimal
    quantity: Decimal

    @property
    def share(self) -> Decimal:
        """The part of the offered quantity that this is; fixed amounts are taken by it (§6.4)."""
        return ONE if self.quantity == self.offered else self.quantity / self.offered


@dataclass(slots=True)
class AcceptedOffer:
    """An offer with the lines that are converted now; none where nothing is left of it."""

    offer: Offer
    path: str
    key: OfferKey
    record: OfferRecord | None
    candidates: Sequence[Candidate] = ()
    lines: list[AcceptedLine] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Everything that was offered is converted by this message alone."""
        taken = {accepted.given.line: accepted.share for accepted in self.lines}
        return all(taken.get(line.line) == ONE for line in self.offer.lines)


@dataclass(slots=True)
class Candidate:
    """A line of the message, its path, its item and the quantity offered once defaults are applied."""

    given: OfferLine
    path: str
    item: str | None
    offered: Decimal


def accept(
    offer: Offer, path: str, key: OfferKey, record: OfferRecord | None, lines: list[Candidate], conversion: str
) -> AcceptedOffer:
    """Which lines and quantities of an offer are converted now; with reasons, what its lines would be nevertheless.

    Reasons: `offer_superseded` (another version was converted), `offer_changed` (same version, other customer, currency
    or item), `over_accepted` (more than remains), `invalid` (nothing is accepted at all).
    """
    faults = _identity_faults(offer, path, record, lines, conversion)
    accepted = AcceptedOffer(offer, path, key, record, lines, reasons=faults)
    superseded = bool(faults)
    for line in lines:
        quantity = _quantity(line, _line_record(offer, record, line), conversion, faults)
        if quantity > ZERO:
            accepted.lines.append(AcceptedLine(line.given, line.path, line.item, line.offered, quantity))
    if accepted.lines and all(line.given.kind == "note" for line in accepted.lines) and record is not None:
        accepted.lines.clear()
    if faults and not superseded and conversion != "all" and _nothing_left(offer, record, lines):
        accepted.lines.clear()
        faults.clear()
        return accepted
    all_read = len(lines) == len(offer.lines)  # a line whose item is unknown is told of as that, and may be cured
    if all_read and not faults and not accepted.lines and record is None:
        faults.append(
            Reason("invalid", f"{path}/lines", "No line of this offer is accepted; accept a quantity of at least one.")
        )
    return accepted


def _line_record(offer: Offer, record: OfferRecord | None, line: Candidate) -> OfferLineRecord | None:
    return record.lines.get((offer.version, line.given.line)) if record else None


def _quantity(line: Candidate, known: OfferLineRecord | None, conversion: str, faults: list[Reason]) -> Decimal:
    remaining = line.offered if known is None or conversion == "all" else known.remaining
    wanted = line.given.accepted_quantity
    if wanted is None:
        return remaining
    if wanted > remaining:
        faults.append(_over_accepted(line, wanted, remaining))
    return wanted


def _over_accepted(line: Candidate, wanted: Decimal, remaining: Decimal) -> Reason:
    return Reason(
        "over_accepted",
        f"{line.path}/accepted_quantity",
        f"Line {plain(line.given.line)} accepts {plain(wanted)}, but only {plain(remaining)} of {plain(line.offered)} "
        f"remain to be converted. Accept at most what remains, or leave accepted_quantity out to take all of it.",
        {"accepted": plain(wanted), "remaining": plain(remaining), "offered": plain(line.offered)},
    )


def _nothing_left(offer: Offer, record: OfferRecord | None, lines: list[Candidate]) -> bool:
    known = [_line_record(offer, record, line) for line in lines if line.given.accepted_quantity != ZERO]
    return bool(known) and all(line is not None and line.remaining <= ZERO for line in known)


def _identity_faults(
    offer: Offer, path: str, record: OfferRecord | None, lines: list[Candidate], conversion: str
) -> list[Reason]:
    if record is None:
        return []
    if record.version != offer.version:
        return [] if conversion == "all" else [_superseded(offer, path, record)]
    changed = [
        _changed(f"{path}/{name}", name, was, now)
        for name, was, now in (
            ("customer", record.customer, offer.customer),
            ("currency", record.currency, offer.currency or record.currency),
        )
        if was != now
    ]
    for line in lines:
        known = _line_record(offer, record, line)
        if known is not None and known.item != line.item:
            changed.append(_changed(f"{line.path}/item", "item", known.item or "none", line.item or "none"))
    return changed


def _superseded(offer: Offer, path: str, record: OfferRecord) -> Reason:
    return Reason(
        "offer_superseded",
        f"{path}/version",
        f"Version {record.version} of offer {offer.number} was converted already; version {offer.version} can be "
        f"converted too only with conversion = all.",
        {"version": offer.version, "converted_version": record.version},
    )


def _changed(path: str, name: str, was: str, now: str) -> Reason:
    return Reason(
        "offer_changed",
        path,
        f"The {name} was {was} when this version was converted and is {now} now. A changed offer needs a new version.",
        {"was": was, "now": now},
    )


def convert(accepted: AcceptedOffer, new_id: UUID, currency: str) -> OfferRecord:
    """Book what is converted now; the first conversion makes the record."""
    offer = accepted.offer
    record = accepted.record
    if record is None:
        record = OfferRecord(new_id, accepted.key, offer.version, offer.customer, currency, stored=False)
        accepted.record = record
    record.version = offer.version
    for line in accepted.lines:
        _book(record, offer.version, line)
    return record


def _book(record: OfferRecord, version: int, line: AcceptedLine) -> None:
    known = record.lines.setdefault((version, line.given.line), OfferLineRecord(line.item, line.offered, ZERO, ZERO))
    first = min(known.remaining, line.quantity)
    known.converted += first
    known.beyond += line.quantity - first
