"""The leaf that every verb on an account writes."""

from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.record import Record
from azukari.register.models import EmployeeAccount
from azukari.tenancy.actor import Actor


def write_down(
    action: Action,
    account: EmployeeAccount,
    actor: Actor,
    *,
    result: Result = Result.DONE,
    **details: str,
) -> None:
    pens.write(
        Record.by(
            actor,
            action,
            subjects=(account.person_id,),
            result=result,
            details={"user": str(account.id), **details},
        ),
        account.company_id,
    )
