"""Who applies: an employee or a payee as an actor, and what is theirs."""

from uuid import UUID

from azukari.collect.models import Application, Request
from azukari.collect.rules import CollectProblem, CollectRefused
from azukari.register.models import Person, PersonKind
from azukari.tenancy.actor import Actor

_ROLES = {PersonKind.EMPLOYEE: "従業員", PersonKind.PAYEE: "支払先"}


def applicant_actor(
    contract_id: UUID, person: Person, *, address: str = "", request_id: str = ""
) -> Actor:
    """The person at work on their own numbers: no permission of the operators' site at all.

    The ledger names them by the id of the person.
    """
    return Actor(
        contract_id=contract_id,
        company_id=person.company_id,
        user_id=person.id,
        name=person.name[:60],
        roles=(_ROLES[PersonKind(person.kind)],),
        address=address,
        request_id=request_id,
    )


def require_own(what: Application | Request, actor: Actor) -> None:
    """Raises `CollectRefused`, also when it is an operator who types for them (`proxy`)."""
    owner = what.applicant_id if isinstance(what, Application) else what.person_id
    typed_by = what.entered_by if isinstance(what, Application) else None
    if actor.user_id not in {owner, typed_by} - {None}:
        raise CollectRefused(CollectProblem.NOT_YOURS)
