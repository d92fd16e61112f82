"""What every verb of the register shares: the permission it asks for and the leaf it writes."""

from uuid import UUID

from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.register.models import Person
from azukari.tenancy.actor import Actor


def permission(person: Person, right: str) -> str:
    """The function of a right is the kind of person (tenancy.rights.Function)."""
    return f"{person.kind}:{right}"


def write_down(
    action: Action,
    person: Person,
    actor: Actor,
    *,
    handles: tuple[UUID, ...] = (),
    purpose: str = "",
    reason: str = "",
    result: Result = Result.DONE,
    **details: str,
) -> None:
    pens.write(
        Record.by(
            actor,
            action,
            subjects=(person.id,),
            handles=handles,
            purpose=purpose,
            reason=reason,
            result=result,
            count=1,
            details={key: value for key, value in details.items() if value},
        ),
        person.company_id,
    )
