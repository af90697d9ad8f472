"""Whose a line of a supplier order is (§3.4 S1): the first source that gives exactly one customer; nobody guesses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from adapter.domain.known import Ref, Registries
from adapter.domain.reasons import Reason
from adapter.domain.registry import Customer
from adapter.domain.supplier_orders.supplier_order import PATH, SupplierOrder, SupplierOrderLine, line_path
from adapter.domain.trace import Candidate


@dataclass(frozen=True, slots=True)
class Owner:
    """The customer of a line by his code, the source that won and those that lost; `path` points at what named him."""

    code: str
    path: str
    won: Candidate
    lost: tuple[Candidate, ...] = ()


class _Answer(NamedTuple):
    """What a source gives: codes of customers, why none, the part of the data it went by."""

    codes: Sequence[str]
    candidate: Candidate
    path: str
    awaits: Ref | None = None


@dataclass(frozen=True, slots=True)
class Ownership:
    """Finds the customers of one supplier order's lines."""

    order: SupplierOrder
    registries: Registries

    def of(self, index: int) -> Owner | Reason:
        """The customer of the line at this place, else `customer_undetermined` with the candidates there are."""
        lost: list[_Answer] = []
        for source in self._sources(self.order.lines[index], line_path(index)):
            answer = source()
            if answer.codes:
                return _won(answer, lost) if len(answer.codes) == 1 else _several(answer)
            lost.append(answer)
        return self._none(index, lost)

    def is_of_header(self, index: int) -> bool:
        """Whether nothing on the line itself says whose it is."""
        line = self.order.lines[index]
        return line.customer is None and line.project is None

    def _sources(self, line: SupplierOrderLine, path: str) -> tuple[Callable[[], _Answer], ...]:
        order = self.order
        project_path = path if line.project is not None else PATH
        return (
            lambda: _given("line_customer", line.customer, f"{path}/customer"),
            lambda: _given("customer", order.customer, f"{PATH}/customer"),
            lambda: self._of_project(order.project_of(line), f"{project_path}/project"),
            self._of_company,
            self._of_destination,
        )

    def _of_project(self, code: str | None, path: str) -> _Answer:
        if code is None:
            return _Answer((), Candidate("project", "message", because="gives none"), path)
        project, awaits = self.registries.project(code), ("project", code)
        if project is None:
            return _Answer((), Candidate("project", "project", code, because="no such project is known"), path, awaits)
        rule = Candidate("project", "project", code, project.revision)
        if project.customer is None:
            return _Answer((), rule.lost("the project names no customer"), path, awaits)
        return _Answer((project.customer,), rule, path)

    def _of_company(self) -> _Answer:
        company, path = self.order.issued_by, f"{PATH}/issued_by"
        if company is None:
            return _Answer((), Candidate("company", "message", because="gives none"), path)
        found = self.registries.customers_of_company(company)
        because = f"no customer has company {company}"
        return _inside("company", found, because, path, ("customer_company@", company))

    def _of_destination(self) -> _Answer:
        code, path = self.order.destination, f"{PATH}/destination"
        if not isinstance(code, str):
            return _Answer((), Candidate("destination", "message", because="gives no code"), path)
        found = self.registries.customers_of_destination(code)
        because = f"no customer has destination {code}"
        return _inside("destination", found, because, path, ("customer_destination@", code))

    def _none(self, index: int, lost: Sequence[_Answer]) -> Reason:
        awaited = [answer.awaits for answer in lost if answer.awaits is not None]
        told = "; ".join(f"{answer.candidate.rule.replace('_', ' ')}: {answer.candidate.because}" for answer in lost)
        return Reason(
            "customer_undetermined",
            PATH if self.is_of_header(index) else line_path(index),
            f"Nothing says for which customer this was bought ({told}). Send customer, or register what is missing.",
            {"candidates": []},
            awaited[0] if awaited else None,
            tuple(awaited[1:]),
        )


def _given(rule: str, code: str | None, path: str) -> _Answer:
    candidate = Candidate(rule, "message", because="" if code else "gives none")
    return _Answer((code,) if code else (), candidate, path)


def _inside(rule: str, found: Sequence[Customer], because: str, path: str, awaits: Ref) -> _Answer:
    codes = [customer.code for customer in found]
    if not codes:
        return _Answer((), Candidate(rule, "customer", because=because), path, awaits)
    return _Answer(codes, Candidate(rule, "customer", codes[0], found[0].revision), path)


_RULES: Final = ("line_customer", "customer", "project", "company", "destination")


def _won(answer: _Answer, lost: Sequence[_Answer]) -> Owner:
    later = _RULES[len(lost) + 1 :]
    beaten = (Candidate(rule, "message", because=f"{answer.candidate.rule} comes first") for rule in later)
    return Owner(answer.codes[0], answer.path, answer.candidate, (*(one.candidate for one in lost), *beaten))


def _several(answer: _Answer) -> Reason:
    told = ", ".join(answer.codes)
    return Reason(
        "customer_undetermined",
        answer.path,
        f"The {answer.candidate.rule} is that of several customers: {told}. Send customer, or make it unique in the "
        "registry.",
        {"candidates": list(answer.codes)},
        ("customer", answer.codes[0]),
        tuple(("customer", code) for code in answer.codes[1:]),
    )
