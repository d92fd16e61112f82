"""Where somebody wants to come in: a company of a contract that has the Web収集 option.

Asked before a tenant is known, so it reads with the service's scope, which sees contracts and
companies and nothing inside them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from azukari.tenancy import scope
from azukari.tenancy.company_tokens import company_of
from azukari.tenancy.models import Company
from azukari.tenancy.options import GATES


class NoSuchPlace(Exception):
    """No such company, or its contract is suspended or without the option."""


@dataclass(frozen=True)
class Place:
    contract_id: UUID
    company_id: UUID
    contract_code: str
    company_code: str
    company_name: str

    @contextmanager
    def scope(self) -> Iterator[None]:
        with scope.enter(scope.Scope(contract_id=self.contract_id, company_id=self.company_id)):
            yield


def by_codes(contract_code: str, company_code: str) -> Place:
    """Raises `NoSuchPlace`."""
    return _find(contract__code=contract_code, code=company_code)


def by_id(company_id: UUID) -> Place:
    """Raises `NoSuchPlace`."""
    return _find(id=company_id)


def by_token(token: str) -> Place:
    """Where a link leads, whether it is still valid or not.  Raises `NoSuchPlace`."""
    company_id = company_of(token)
    if company_id is None:
        raise NoSuchPlace
    return by_id(company_id)


def anywhere_open() -> bool:
    """Whether any contract of the installation has the option."""
    with scope.enter(scope.Scope(service=True)):
        open_ones = Company.anywhere.filter(contract__suspended_at__isnull=True, **_with_portal())
        return open_ones.exists()


def _with_portal() -> dict[str, bool]:
    """As a condition what `options.has_portal` says of one contract."""
    return {f"contract__{option.value}": True for option, gate in GATES.items() if gate.portal}


def _find(**condition: object) -> Place:
    with scope.enter(scope.Scope(service=True)):
        row = (
            Company.anywhere.select_related("contract")
            .filter(contract__suspended_at__isnull=True, **_with_portal(), **condition)
            .first()
        )
    if row is None:
        raise NoSuchPlace
    return Place(row.contract_id, row.id, row.contract.code, row.code, row.name)
