"""Looking: documents opened one by one, numbers compared, and what is still to be looked at."""

from typing import Final
from uuid import UUID

from django.utils import timezone

from azukari.collect import setting
from azukari.collect.models import Application, ApplicationItem, Document, DocumentOpening
from azukari.collect.reviewing.locking import begin, open_items, waiting
from azukari.collect.rules import (
    CollectProblem,
    CollectRefused,
)
from azukari.law.number import MyNumber
from azukari.law.verification import DUTIES, Check, Provision
from azukari.ledger.actions import Action
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import User
from azukari.vault import door
from azukari.vault.door import Reading

# A comparison answers yes or no, so whoever may ask often enough can search for a number.
MOST_WRONG: Final = 5


def is_own(application: Application, actor: Actor) -> bool:
    """Whether the actor applied, or typed it for somebody; then another person decides."""
    if actor.user_id is None:
        return False
    if application.entered_by == actor.user_id:
        return True
    user = User.objects.filter(id=actor.user_id).first()
    if user is None:
        return False
    applicant = application.applicant
    same_code = bool(user.employee_code) and user.employee_code == applicant.employee_code
    return (applicant.is_employee and same_code) or (
        bool(user.mail) and user.mail.lower() == applicant.mail.lower()
    )


def begin_check(application: Application, *, actor: Actor) -> Application:
    """From now on the applicant cannot withdraw it; also done by opening the first document."""
    actor.require("application:approve")
    application = waiting(application)
    return begin(application, actor)


def open_document(document: Document, *, actor: Actor) -> bytes:
    """One paper for the eyes of whoever checks; written down before it is opened."""
    actor.require("application:approve")
    application = waiting(document.item.application)
    document = Document.objects.select_related("item").get(id=document.id)
    if document.cell is None:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    reading = Reading(
        Action.EVIDENCE_VIEWED,
        purpose=",".join(document.item.purposes),
        reason="本人確認",
        details={"target": str(application.id), "document_kinds": document.kind},
        about=document.item.person_id,
    )
    content = door.open_file(actor.company, document.cell, reading, actor=actor)
    if actor.user_id is not None:
        DocumentOpening.objects.get_or_create(
            company_id=actor.company,
            document=document,
            user=actor.user_id,
            defaults={"user_name": actor.name},
        )
    begin(application, actor)
    return content


def compare(item: ApplicationItem, number: MyNumber, *, actor: Actor) -> bool:
    """番号確認: whether the number typed off the document is the one that was handed in."""
    actor.require("application:approve")
    application = waiting(item.application)
    item = ApplicationItem.objects.select_for_update(of=("self",)).get(id=item.id)
    if item.cell is None:
        raise CollectRefused(CollectProblem.NUMBER_MISSING, [item.id])
    if item.compared_wrong >= MOST_WRONG:
        raise CollectRefused(CollectProblem.COMPARED_TOO_OFTEN, [item.id])
    reading = Reading(
        Action.NUMBER_COMPARED,
        purpose=",".join(item.purposes),
        reason="本人確認（番号確認）",
        details={"target": str(application.id)},
        about=item.person_id,
    )
    same = door.matches(
        actor.company, item.cell, number, reading, actor=actor, kind=door.Kind.WAITING
    )
    item.compared_at = timezone.now()
    item.compared_by = actor.user_id
    item.compared_same = same
    item.compared_wrong += not same
    item.save(update_fields=["compared_at", "compared_by", "compared_same", "compared_wrong"])
    begin(application, actor)
    return same


def others_with_number(application: Application) -> dict[UUID, list[Person]]:
    """By item, other people who hold the same number or hand it in just now; nobody reads it."""
    items = [item for item in application.items.all() if item.cell is not None]
    cells = [item.cell for item in items if item.cell is not None]
    subjects = door.find_same_as(application.company_id, cells) if cells else []
    named = {one for some in subjects for one in some}
    applied = dict(ApplicationItem.objects.filter(id__in=named).values_list("id", "person_id"))
    people = Person.objects.in_bulk(list(named | set(applied.values())))
    found: dict[UUID, list[Person]] = {}
    for item, some in zip(items, subjects, strict=True):
        ids = {applied.get(one, one) for one in some} - {item.person_id}
        found[item.id] = [people[one] for one in ids if one in people]
    return found


def unopened(application: Application, actor: Actor) -> list[Document]:
    """Papers this actor has not looked at."""
    papers = Document.objects.filter(item__application=application, destroyed_at__isnull=True)
    if actor.user_id is None:
        return list(papers)
    seen = DocumentOpening.objects.filter(user=actor.user_id).values("document_id")
    return list(papers.exclude(id__in=seen))


def not_compared(application: Application) -> list[ApplicationItem]:
    """Items whose 番号確認 is the company's and was not done by typing."""
    return [
        item
        for item in open_items(application)
        if Check.NUMBER in DUTIES[Provision(item.provision)].company_checks
        and item.compared_same is not True
    ]


def login_counts(application: Application) -> bool:
    """Whether 身元確認 may rest on the account (`ID_EMPLOYER_LOGIN`): the settings say so."""
    terms = setting.terms_on(timezone.localdate())
    return application.signed_in and terms.login_is_identity
