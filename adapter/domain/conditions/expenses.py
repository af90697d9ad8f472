"""The expenses of an order: transferred from its sources, or computed anew from the customer registry (§6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol

from adapter.domain.order import Expense
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer, CustomerExpense, ExpenseType
from adapter.domain.trace import Candidate, Trace
from adapter.domain.values import HUNDRED, ONE, ZERO, Rounding, plain


class ExpenseGiven(Protocol):
    """An expense as a message gives it: an amount or a percent, negative for an allowance."""

    @property
    def type(self) -> str: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def percent(self) -> Decimal | None: ...


Types = Callable[[str], ExpenseType | None]
"""The registered expense type of a code."""


class SourceExpenses(NamedTuple):
    """The expenses of one source document (None: it says nothing of expenses; empty: it wants none).

    `share` is the part of it that is converted, by net; `net` its goods − discounts that go into this order, which
    makes percents absolute. Without `net` a percent stays one until the order is settled (see `fix_percents`).
    """

    given: Sequence[ExpenseGiven] | None
    share: Decimal = ONE
    net: Decimal | None = None
    path: str = ""


@dataclass(slots=True)
class Expenses:
    """The expenses of an order, each with the rule that gave it; what lost; the faults."""

    expenses: list[Expense] = field(default_factory=list)
    won: list[Candidate] = field(default_factory=list)
    lost: dict[str, list[Candidate]] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def add(self, expense: Expense, candidate: Candidate) -> None:
        self.expenses.append(expense)
        self.won.append(candidate)

    def lose(self, type_: str, candidate: Candidate) -> None:
        self.lost.setdefault(type_, []).append(candidate)

    def tell(self, trace: Trace) -> None:
        """Explain each expense as header field `expenses/<type>`."""
        for expense, won in zip(self.expenses, self.won, strict=True):
            trace.tell(None, f"expenses/{expense.type}", _shown(expense), won, self.lost.get(expense.type, ()))
        for type_ in self.lost.keys() - {expense.type for expense in self.expenses}:
            trace.tell(None, f"expenses/{type_}", None, Candidate("none", "nothing"), self.lost[type_])


def resolve_expenses(
    sources: Sequence[SourceExpenses], customer: Customer, types: Types, rounding: Rounding
) -> Expenses:
    """Expenses of the sources by their share, and the customer's by their flag `from` (§6.4).

    `order`: computed from the registry, the sources' of that type are ignored. No flag: only where no source says
    anything of expenses. `offer`: never at order level. Faults: `unknown_code`, `vat_missing`.
    """
    found = Expenses()
    own = {row.type for row in customer.expenses if row.from_ == "order"}
    _transfer(found, sources, own, rounding)
    silent = all(source.given is None for source in sources)
    for row in customer.expenses:
        _of_registry(found, row, customer, silent)
    for expense in found.expenses:
        _set_vat(found, expense, customer, types, sources)
    return found


def _transfer(found: Expenses, sources: Sequence[SourceExpenses], own: set[str], rounding: Rounding) -> None:
    for source in sources:
        for given in source.given or ():
            if given.type in own:
                because = "the customer registry computes this type from the order"
                found.lose(given.type, Candidate("given", "message", because=because))
            else:
                _take(found, _converted(given, source, rounding), several=len(sources) > 1)


def _converted(given: ExpenseGiven, source: SourceExpenses, rounding: Rounding) -> Expense:
    if given.percent is None:
        return Expense(type=given.type, amount=rounding((given.amount or ZERO) * source.share))
    if source.net is None:
        return Expense(type=given.type, percent=given.percent)
    return Expense(type=given.type, amount=rounding(source.net * given.percent / HUNDRED))


def _take(found: Expenses, expense: Expense, *, several: bool) -> None:
    """The same type from several sources is summed."""
    same = next((one for one in found.expenses if one.type == expense.type), None) if several else None
    if same and same.amount is not None and expense.amount is not None:
        same.amount += expense.amount
    else:
        found.add(expense, Candidate("given", "message"))


def _of_registry(found: Expenses, row: CustomerExpense, customer: Customer, silent: bool) -> None:
    because = _unwanted(row, silent)
    rule = "computed_from_order" if row.from_ == "order" else "customer"
    candidate = Candidate(rule, "customer", customer.code, customer.revision, because)
    if because:
        found.lose(row.type, candidate)
        return
    expense = Expense(type=row.type, amount=row.amount, percent=row.percent, minimum=row.minimum, origin="customer")
    found.add(expense, candidate)


def _unwanted(row: CustomerExpense, silent: bool) -> str:
    if row.from_ == "offer":
        return "it is computed from offers, never from orders"
    if row.from_ is None and not silent:
        return "the source gives its expenses"
    return ""


def _set_vat(
    found: Expenses, expense: Expense, customer: Customer, types: Types, sources: Sequence[SourceExpenses]
) -> None:
    """An expense has the VAT code of its type, else the customer's."""
    known = types(expense.type)
    path = _path_of(expense, sources)
    expense.vat_code = (known.vat_code if known else None) or customer.vat_code
    if known is None:
        found.reasons.append(_unknown(expense.type, path))
    elif expense.vat_code is None:
        message = f"Expense type {expense.type} has no VAT code, nor has the customer. Enter one at the expense type."
        found.reasons.append(Reason("vat_missing", path, message, awaits=("expense_type", expense.type)))


def _path_of(expense: Expense, sources: Iterable[SourceExpenses]) -> str:
    for source in sources:
        for i, given in enumerate(source.given or ()):
            if given.type == expense.type and expense.origin == "message":
                return f"{source.path}/expenses/{i}/type"
    return next((source.path for source in sources), "")


def _unknown(type_: str, path: str) -> Reason:
    message = f"Expense type {type_} is not known. Correct the code, or register the expense type."
    data = {"kind": "expense_type", "value": type_}
    return Reason("unknown_code", path, message, data, ("expense_type", type_))


def _shown(expense: Expense) -> str:
    return f"{plain(expense.percent)} %" if expense.percent is not None else plain(expense.amount or ZERO)


def fix_percents(expenses: Iterable[Expense]) -> None:
    """Once an order is settled its expenses are amounts: later changes of it do not compute them anew (§6.4)."""
    for expense in expenses:
        if expense.percent is not None and expense.effect is not None:
            expense.amount, expense.percent, expense.minimum = expense.effect, None, None
