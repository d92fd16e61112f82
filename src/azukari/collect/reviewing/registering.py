"""What was approved is registered, and its papers go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from azukari.collect import clearing, setting
from azukari.collect.models import Application, ApplicationItem
from azukari.collect.rules import (
    ApplicationState,
    CollectProblem,
    CollectRefused,
)
from azukari.collect.writing import write
from azukari.law.purpose import Purpose
from azukari.law.verification import Provision
from azukari.ledger.actions import Action
from azukari.register import actions as register
from azukari.register.actions import number_book
from azukari.register.actions.incoming import Waiting
from azukari.register.actions.number_book import BookFacts
from azukari.register.keeping_facts import chosen_periods
from azukari.register.number_rules import ChangeReason
from azukari.tenancy.actor import Actor


@dataclass(frozen=True)
class Checks:
    """How one person of an application was verified: codes of `law.verification.Method`.

    `paper_held`: the entrustment contract of a 第3号 spouse is kept; `why_changed` where the number
    takes the place of another.
    """

    number: str = ""
    person: str = ""
    authority: str = ""
    paper_held: bool = False
    why_changed: ChangeReason = ChangeReason.ON_REQUEST


def register_items(
    application: Application,
    items: Sequence[ApplicationItem],
    checks: Mapping[UUID, Checks],
    *,
    accept_same: bool,
    actor: Actor,
) -> None:
    for item in items:
        _register_item(application, item, checks.get(item.id, Checks()), actor, accept_same)
    if application.declaration_name and setting.terms_on(timezone.localdate()).book:
        _enter_in_book(application, items, actor)
    papers = clearing.kept_papers(items)
    days = chosen_periods().get("R-DOC-01", 0)
    if days:
        clearing.keep_until(items, timezone.now() + timedelta(days=days))
    else:
        clearing.destroy_papers(application, papers, "approved", actor=actor)
    application.items.update(open=False, to_correct=False)
    application.state = ApplicationState.REGISTERED
    application.registered_at = timezone.now()
    application.save(update_fields=["state", "registered_at"])
    write(
        Action.APPLICATION_APPROVED, application, actor,
        people=[application.applicant_id, *people_but_applicant(application, items)],
        handles=[item.record.cell for item in items if item.record],
    )  # fmt: skip


def _enter_in_book(
    application: Application, items: Sequence[ApplicationItem], actor: Actor
) -> None:
    """帳簿 (所得税法施行規則 第76条の2第3項), for numbers that serve tax declarations."""
    received = timezone.localdate(application.submitted_at).replace(day=1)
    facts = BookFacts(application.declaration_name, received)
    for item in items:
        if Purpose.TAX_DEDUCTION_FORMS.code in item.purposes:
            number_book.enter_in_book(item.person, facts, actor=actor)


def _register_item(
    application: Application,
    item: ApplicationItem,
    checks: Checks,
    actor: Actor,
    accept_same: bool,  # noqa: FBT001  handed on
) -> None:
    if item.cell is None:
        raise CollectRefused(CollectProblem.NUMBER_MISSING, [item.id])
    provision = Provision(item.provision)
    verification = register.Verification(
        checks.number,
        checks.person,
        checks.authority,
        verified_on=timezone.localdate(),
        provision=provision.value,
        paper_held=checks.paper_held,
    )
    waiting = Waiting(item.cell)
    if item.changed:
        recorded = register.change_number(
            item.person, waiting, checks.why_changed, verification, actor=actor,
            accept_same=accept_same,
        )  # fmt: skip
    else:
        recorded = register.record_number(
            item.person, waiting, [Purpose[code] for code in item.purposes], verification,
            actor=actor, accept_same=accept_same,
        )  # fmt: skip
    item.cell = None
    item.record = recorded.record
    item.number_check, item.person_check = checks.number, checks.person
    item.authority_check = checks.authority
    item.save()
    write(
        Action.IDENTITY_VERIFIED, application, actor, people=[item.person_id],
        handles=[recorded.record.cell], number_check=checks.number, identity_check=checks.person,
        authority_check=checks.authority, relation=provision.value,
        document_kinds=" ".join(sorted({one.kind for one in clearing.kept_papers([item])})),
    )  # fmt: skip


def people_but_applicant(application: Application, items: Sequence[ApplicationItem]) -> list[UUID]:
    return [item.person_id for item in items if item.person_id != application.applicant_id]
