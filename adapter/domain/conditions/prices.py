"""The price of an order line that was given none (§4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adapter.domain.conditions.list_prices import Priced, Read, price_of
from adapter.domain.conditions.list_search import Hit, hits
from adapter.domain.conditions.price_question import Convert, PriceBook, PriceFound, PriceQuestion, at_rate
from adapter.domain.conditions.searched_lists import Ladder, Rung, row_candidate, searched
from adapter.domain.conditions.units import eight, factor_of
from adapter.domain.discounts import Parsed, parse_discounts
from adapter.domain.parameters import Parameters
from adapter.domain.registry import DiscountsGiven, DiscountType
from adapter.domain.trace import Candidate
from adapter.domain.values import ONE, ZERO, plain

__all__ = ["Convert", "PriceBook", "PriceFound", "PriceQuestion", "PriceSearch", "at_rate"]

_NO_TYPES: Mapping[str, DiscountType] = {}


@dataclass(slots=True)
class PriceSearch:
    """Answers price questions of one customer: for the lines of an order.

    `convert` brings the selling price into the order's currency; list prices are never converted. `types` and
    `notation_type` read the lists' discounts as `parse_discounts` does.
    """

    book: PriceBook
    parameters: Parameters
    convert: Convert
    types: Mapping[str, DiscountType] = field(default_factory=lambda: _NO_TYPES)
    notation_type: str | None = None
    _ladders: dict[tuple[str | None, str | None], Ladder] = field(default_factory=dict)

    def find(self, question: PriceQuestion) -> PriceFound:
        """Search the price lists, then the item's selling price (§4.3, §4.6).

        An item without commercial conditions is not searched: its price is 0 unless given (§4.6).
        """
        if question.item.no_commercial_conditions:
            return _without_conditions(question)
        ladder = self._ladder(question)
        lost: list[Candidate] = []
        priced = self._from_lists(ladder, question, lost)
        lost += ladder.skipped
        return _listed(priced, question, lost) if priced else _item_price(question, self.parameters, self.convert, lost)

    def _ladder(self, question: PriceQuestion) -> Ladder:
        """The lists to search: the same for all lines that name the same ones."""
        named = question.header_list, question.line_list
        if named not in self._ladders:
            self._ladders[named] = searched(question.customer, *named, self.parameters)
        return self._ladders[named]

    def _from_lists(self, ladder: Ladder, question: PriceQuestion, lost: list[Candidate]) -> Priced | None:
        read = self._reader(question)
        first = next(self._hits(ladder.named, question, lost), None)
        if first:
            lost += _not_needed(first, [*ladder.named, *ladder.rows], question)
            return price_of(first, question, read)
        found = self._hits(ladder.rows, question, lost)
        if ladder.best:
            return _best([price_of(hit, question, read) for hit in found], question, self.parameters, lost)
        first = next(found, None)
        lost += _not_needed(first, ladder.rows, question) if first else []
        return price_of(first, question, read) if first else None

    def _hits(self, rungs: Sequence[Rung], question: PriceQuestion, lost: list[Candidate]) -> Iterator[Hit]:
        for rung in rungs:
            yield from hits(rung, question, self.book, lost)

    def _reader(self, question: PriceQuestion) -> Read:
        def read(given: DiscountsGiven | None, origin: str) -> Parsed:
            return parse_discounts(
                given, question.path, origin=origin, types=self.types, notation_type=self.notation_type
            )

        return read


def _without_conditions(question: PriceQuestion) -> PriceFound:
    item = question.item
    won = Candidate("no_commercial_conditions", "item", item.code, item.revision)
    lost = tuple(
        row_candidate("price_list_by_priority", row.type, question.customer, "the item has no commercial conditions")
        for row in question.customer.price_lists
    )
    return PriceFound(unit_price=ZERO, origin=won.rule, won=won, lost=lost)


def _not_needed(hit: Hit, rungs: Sequence[Rung], question: PriceQuestion) -> list[Candidate]:
    """The rungs after the one that won were not searched."""
    behind = rungs[rungs.index(hit.rung) + 1 :]
    because = f"lower priority than {hit.list.key}"
    return [row_candidate(rung.rule, rung.type, question.customer, because) for rung in behind]


def _best(found: list[Priced], question: PriceQuestion, parameters: Parameters, lost: list[Candidate]) -> Priced | None:
    """The lowest net unit price; the earlier rung where two are equal (§4.3)."""
    if not found:
        return None
    nets = [priced.net_unit_price(question.quantity, parameters.discounts_on_amount) for priced in found]
    winner = min(range(len(found)), key=nets.__getitem__)
    for i, priced in enumerate(found):
        if i != winner:
            priced.lose("best_price", f"net {plain(eight(nets[i]))} against {plain(eight(nets[winner]))} of the best")
            lost.append(priced.lost[-1])
    best = found[winner]
    best.steps.append(("net unit price compared", plain(eight(nets[winner]))))
    return best


def _listed(priced: Priced, question: PriceQuestion, lost: list[Candidate]) -> PriceFound:
    hit, match = priced.hit, priced.hit.match
    entry = ("price", match.line.key, match.line.revision) if match.line.key else None
    won = Candidate(hit.rung.rule, *(entry or ("price_list", hit.list.key, hit.list.revision)))
    return PriceFound(
        unit_price=priced.unit_price,
        origin=hit.rung.rule,
        won=won,
        lost=(*lost, *priced.lost, _item_candidate(question, f"{hit.list.key} has a price")),
        steps=tuple(priced.steps),
        price_list=hit.list.key,
        price_line=match.line,
        row=hit.rung.row,
        discounts=tuple(priced.discounts),
        bracket=priced.bracket,
        tier=priced.tier,
        priced_by_alternative=match.alternative,
        alternative_uom=match.line.uom if match.alternative else None,
        alternative_quantity=match.quantity if match.alternative else None,
        reasons=tuple(priced.reasons),
    )


def _item_candidate(question: PriceQuestion, because: str = "") -> Candidate:
    return Candidate("item_price", "item", question.item.code, question.item.revision, because)


def _item_price(question: PriceQuestion, parameters: Parameters, convert: Convert, lost: list[Candidate]) -> PriceFound:
    """The selling price of the registry: of a main unit, in company currency, also on VAT-inclusive orders as it is."""
    item = question.item
    factor = factor_of(item, question.uom)
    if not item.selling_price or factor is None:
        return _no_price(question, lost)
    steps = [("selling price", f"{item.selling_price:f} {parameters.company_currency}")]
    price = item.selling_price * factor
    if factor != ONE:
        steps.append((f"× {plain(factor)} {item.uom} in one {question.uom}", plain(price)))
    if question.currency != parameters.company_currency:
        price = convert(price)
        steps.append((f"converted to {question.currency}", plain(price)))
    won = _item_candidate(question)
    return PriceFound(unit_price=eight(price), origin=won.rule, won=won, lost=tuple(lost), steps=tuple(steps))


def _no_price(question: PriceQuestion, lost: list[Candidate]) -> PriceFound:
    item = question.item
    because = f"no factor for unit {question.uom}" if item.selling_price else "the item has no selling price"
    won = Candidate("none", "parameters", "missing_price")
    return PriceFound(unit_price=None, origin="none", won=won, lost=(*lost, _item_candidate(question, because)))
