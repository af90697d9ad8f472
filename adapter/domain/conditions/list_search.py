"""The list of a type that holds for a line: valid on the day, newest that contains the item (§4.2, §4.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapter.domain.conditions.price_question import PriceBook, PriceQuestion
from adapter.domain.conditions.searched_lists import Rung, row_candidate
from adapter.domain.conditions.units import convert_quantity, factor_of
from adapter.domain.registry import PriceLine, PriceList
from adapter.domain.trace import Candidate
from adapter.domain.values import ONE

Instances = Sequence[tuple[PriceList, Sequence[PriceLine]]]


@dataclass(slots=True)
class Match:
    """A list line that prices the question: `quantity` in the list line's unit, which thresholds are compared with.

    `per`: list units in one priced unit, so that price × per is the price of one. `alternative`: the line is priced by
    the list line's unit instead of its own.
    """

    line: PriceLine
    quantity: Decimal
    per: Decimal = ONE
    alternative: bool = False


@dataclass(slots=True)
class Hit:
    """A list that has a price for the question, and the rung it was found on."""

    rung: Rung
    list: PriceList
    match: Match


def hits(rung: Rung, question: PriceQuestion, book: PriceBook, lost: list[Candidate]) -> Iterator[Hit]:
    """What a rung gives: from the customer's own list of the type, then from the general one. Tells what lost."""
    empty = True
    for owner in (question.customer.code, None):
        instances = book.instances(rung.type, owner, question.currency, question.item.code)
        empty = empty and not instances
        hit = _newest(rung, instances, question, lost)
        if hit:
            yield hit
    if empty:
        lost.append(row_candidate(rung.rule, rung.type, question.customer, _no_list(rung, question)))


def _no_list(rung: Rung, question: PriceQuestion) -> str:
    wanted = rung.key.split("/")[-2] if rung.key and rung.key.count("/") > 1 else question.currency
    if wanted != question.currency:
        return f"other currency: the list named is in {wanted}, the order in {question.currency}"
    return f"no list in {question.currency} has item {question.item.code}"


def _newest(rung: Rung, instances: Instances, question: PriceQuestion, lost: list[Candidate]) -> Hit | None:
    hit: Hit | None = None
    for list_, lines in instances:
        because = _older(hit, rung) or unusable(list_, rung, question)
        match = because or match_line(question, lines)
        if isinstance(match, Match):
            hit = Hit(rung, list_, match)
        else:
            lost.append(Candidate(rung.rule, "price_list", list_.key, list_.revision, match))
    return hit


def _older(hit: Hit | None, rung: Rung) -> str:
    return f"older than {hit.list.key}, which has the item" if hit else ""


def unusable(list_: PriceList, rung: Rung, question: PriceQuestion) -> str:
    """Why a list does not count for the question; empty where it does (§4.2: floor ≤ from ≤ day ≤ to)."""
    if rung.key and rung.key != list_.key:
        return f"another list was named: {rung.key}"
    return _other_money(list_, question) or _not_valid(list_, rung, question)


def _other_money(list_: PriceList, question: PriceQuestion) -> str:
    if list_.currency != question.currency:
        return f"other currency: {list_.currency}, the order is in {question.currency}"
    if list_.vat_included and not question.vat_included:
        return "VAT-inclusive list for a VAT-exclusive order"
    if question.vat_included and not list_.vat_included:
        return "VAT-exclusive list for a VAT-inclusive order"
    return ""


def _not_valid(list_: PriceList, rung: Rung, question: PriceQuestion) -> str:
    if list_.valid_from > question.day:
        return f"not valid on {question.day}: begins {list_.valid_from}"
    if list_.valid_to and list_.valid_to < question.day:
        return f"not valid on {question.day}: ended {list_.valid_to}"
    floor = rung.row.valid_from if rung.row else None
    if floor and list_.valid_from < floor:
        return f"starts before the customer's validity date {floor}"
    return ""


def match_line(question: PriceQuestion, lines: Sequence[PriceLine]) -> Match | str:
    """The list line for item, variant and unit, or why there is none. The exact variant first, then without (§4.4)."""
    lines = [line for line in lines if line.item == question.item.code]
    if not lines:
        return f"item {question.item.code} is not in it"
    for variant in dict.fromkeys((question.variant, None)):
        match = _by_unit([line for line in lines if line.variant == variant], question)
        if match:
            return match
    return f"no price of {question.item.code}{_of_variant(question)} in {question.uom} or a unit that converts"


def _of_variant(question: PriceQuestion) -> str:
    return f" variant {question.variant}" if question.variant else ""


def _by_unit(lines: Sequence[PriceLine], question: PriceQuestion) -> Match | None:
    by_uom = {line.uom: line for line in reversed(lines)}
    own = by_uom.get(question.uom)
    if own:
        return Match(own, question.quantity)
    return _by_main_unit(by_uom, question) or _by_alternative(by_uom, question)


def _by_main_unit(by_uom: dict[str, PriceLine], question: PriceQuestion) -> Match | None:
    line = by_uom.get(question.item.uom)
    factor = factor_of(question.item, question.uom)
    return Match(line, question.quantity * factor, factor) if line and factor is not None else None


def _by_alternative(by_uom: dict[str, PriceLine], question: PriceQuestion) -> Match | None:
    for known in sorted(question.item.uoms, key=lambda known: not known.default):
        line = by_uom.get(known.uom)
        quantity = _alternative_quantity(question, known.uom)
        if line and quantity is not None:
            return Match(line, quantity, alternative=True)
    return None


def _alternative_quantity(question: PriceQuestion, uom: str) -> Decimal | None:
    if question.alternative_quantity is not None and question.alternative_uom == uom:
        return question.alternative_quantity
    return convert_quantity(question.item, question.quantity, question.uom, uom)
