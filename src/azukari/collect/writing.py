"""The leaf that every verb of the collection writes."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.db import transaction

from azukari.collect.models import Application, Request
from azukari.collect.rules import CollectProblem, CollectRefused
from azukari.ledger import pens
from azukari.ledger.actions import Action, Result
from azukari.ledger.number_in_text import mentions_number
from azukari.ledger.record import Record
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door


def write(
    action: Action,
    about: Application | Request,
    actor: Actor,
    *,
    people: Collection[UUID] = (),
    handles: Collection[UUID] = (),
    purpose: str = "",
    reason: str = "",
    result: Result = Result.DONE,
    **details: str | int | bool,
) -> None:
    """One leaf about an application or request; `people` default to whose it is."""
    whose = about.applicant_id if isinstance(about, Application) else about.person_id
    subjects = tuple(people) or (whose,)
    pens.write(
        Record.by(
            actor,
            action,
            subjects=subjects,
            handles=tuple(handles),
            purpose=purpose,
            reason=reason,
            result=result,
            count=len(subjects),
            details={"target": str(about.id)} | {k: v for k, v in details.items() if v},
        ),
        about.company_id,
    )


def refuse_number_in(text: str) -> None:
    """Free text goes on screens and into mails.  Raises `CollectRefused`."""
    if mentions_number(text):
        raise CollectRefused(CollectProblem.NUMBER_IN_TEXT)


def destroy_after_commit(contract_id: UUID, company_id: UUID) -> None:
    """The keys of what the running transaction has ordered destroyed."""
    transaction.on_commit(partial(_destroy, contract_id, company_id), robust=True)


def _destroy(contract_id: UUID, company_id: UUID) -> None:
    with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
        door.finish_destruction(company_id)
