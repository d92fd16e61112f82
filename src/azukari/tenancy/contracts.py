"""Contracts and their companies: what the service provider sets up for a new customer."""

from dataclasses import dataclass, field
from uuid import UUID

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import scope, users
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company, Contract, Office, Role, User
from azukari.tenancy.options import Option
from azukari.tenancy.rights import ALL_PERMISSIONS, RoleKind


class ContractTaken(Exception):
    """The contract number is in use."""


@dataclass(frozen=True)
class CompanyFacts:
    code: str
    name: str
    kana: str = ""
    corporate_number: str = ""
    postcode: str = ""
    address: str = ""
    telephone: str = ""
    representative: str = ""
    tax_office: str = ""
    tax_reference: str = ""


@dataclass(frozen=True)
class FirstUser:
    user_code: str
    name: str
    kind: RoleKind
    mail: str = ""


@dataclass(frozen=True)
class Opened:
    """A new contract with its first company and users; each token opens one set-up link."""

    contract: Contract
    company: Company
    users: list[tuple[User, RoleKind, str]] = field(repr=False)


def open_contract(
    code: str,
    company: CompanyFacts,
    first_users: list[FirstUser],
    *,
    office: dict[str, str] | None = None,
    web_collection: bool = False,
    totp_required: bool = False,
) -> Opened:
    """Contract, company, its first office, the four roles and the first users."""
    contract = Contract(
        code=code, name=company.name, web_collection=web_collection, totp_required=totp_required
    )
    with scope.enter(scope.Scope(service=True)):
        if Contract.objects.filter(code=code).exists():
            raise ContractTaken
    with scope.enter(scope.Scope(contract_id=contract.id)):
        contract.save(force_insert=True)
        entity = Company.objects.create(contract_id=contract.id, **vars(company))
        actor = command_actor(contract.id, entity.id, ALL_PERMISSIONS)
        _write(Action.CONTRACT_CREATED, contract.id, actor, contract=code)
        _write(Action.COMPANY_CREATED, contract.id, actor, company=company.code)
        with scope.narrow(company_id=entity.id):
            Office.objects.create(company_id=entity.id, **(office or _main_office(company)))
        roles = users.create_preset_roles(contract.id)
        made = [_first_user(user, roles, entity.id, actor) for user in first_users]
    return Opened(contract, entity, made)


def set_option(contract: Contract, option: Option, *, on: bool) -> bool:
    """Switches an option on or off for the whole contract; whether that changed anything.

    What was collected, asked and set stays where it is.
    """
    with scope.enter(scope.Scope(contract_id=contract.id)):
        rows = Contract.objects.filter(id=contract.id).exclude(**{option.value: on})
        if not rows.update(**{option.value: on}):
            return False
        actor = command_actor(contract.id, None, ALL_PERMISSIONS)
        pens.write(
            Record.by(
                actor,
                Action.CONTRACT_CHANGED,
                details={"contract": contract.code, "kind": option.value, "after": on},
            ),
            contract.id,
        )
    return True


def find_contract(code: str) -> Contract | None:
    with scope.enter(scope.Scope(service=True)):
        return Contract.objects.filter(code=code).first()


def list_contracts() -> list[Contract]:
    with scope.enter(scope.Scope(service=True)):
        return list(Contract.objects.order_by("code"))


def all_companies() -> list[tuple[UUID, UUID]]:
    """(contract, company) of the whole installation, for work that goes round them all."""
    with scope.enter(scope.Scope(service=True)):
        rows = Company.anywhere.order_by("id").values_list("contract_id", "id")
        return list(rows)


def _first_user(
    user: FirstUser, roles: dict[RoleKind, Role], company_id: UUID, actor: Actor
) -> tuple[User, RoleKind, str]:
    facts = users.UserFacts(user.user_code, user.name, user.mail)
    made, token = users.create_user(facts, roles[user.kind], company_id, actor=actor)
    return made, user.kind, token


def _main_office(company: CompanyFacts) -> dict[str, str]:
    return {
        "code": "001",
        "name": company.name[:60],
        "postcode": company.postcode,
        "address": company.address[:120],
        "telephone": company.telephone,
        "owner_name": company.representative[:40],
    }


def _write(action: Action, realm: UUID, actor: Actor, **details: str) -> None:
    pens.write(Record.by(actor, action, details=details), realm)
