"""Filling in: purposes, numbers and papers; numbers and papers are deposited at once."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from azukari.collect import clearing, setting
from azukari.collect.applying.locking import editable, editable_item, open_items
from azukari.collect.models import Application, ApplicationItem, Document
from azukari.collect.papers import PaperKind
from azukari.collect.rules import CollectProblem, CollectRefused, DeclineReason
from azukari.collect.terms import MOST_PAPERS, Terms
from azukari.collect.writing import refuse_number_in, write
from azukari.law.number import MyNumber
from azukari.law.verification import Provision
from azukari.ledger.actions import Action
from azukari.register.actions import purposes as register_purposes
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.vault import door

DRAFT_DAYS: Final = 30  # a number in a draft that nobody goes on with is destroyed


def see_purposes(application: Application, *, actor: Actor) -> None:
    """That the purposes were shown (個人情報の保護に関する法律 第21条); before any number."""
    application = editable(application, actor)
    if application.purposes_seen_at is not None:
        return
    application.purposes_seen_at = timezone.now()
    application.save(update_fields=["purposes_seen_at"])
    people = Person.objects.filter(id__in=open_items(application).values("person_id"))
    register_purposes.note_seen(people, actor=actor)


def put_number(item: ApplicationItem, number: MyNumber, *, actor: Actor) -> ApplicationItem:
    """Into the vault at once, bound to the item; what was put before is destroyed."""
    item = editable_item(item, actor)
    if item.application.purposes_seen_at is None:
        raise CollectRefused(CollectProblem.PURPOSES_UNSEEN)
    clearing.drop_numbers([item])
    item.cell = door.deposit_waiting(
        actor.company, item.id, number, until=timezone.now() + timedelta(days=DRAFT_DAYS)
    )
    item.number_put_at = timezone.now()
    item.compared_at = item.compared_same = None
    item.compared_wrong = 0
    item.save(
        update_fields=["cell", "number_put_at", "compared_at", "compared_same", "compared_wrong"]
    )
    write(
        Action.NUMBER_HANDED_IN, item.application, actor, people=[item.person_id],
        handles=[item.cell], purpose=",".join(item.purposes), relation=item.provision,
    )  # fmt: skip
    return item


def add_document(
    item: ApplicationItem,
    kind: PaperKind,
    content: bytes,
    *,
    media_type: str,
    pages: int = 1,
    actor: Actor,
) -> Document:
    """`content`: decoded and encoded anew by the caller, nothing of the sender's file left in it.

    `media_type` is what it is now: image/jpeg, image/png or application/pdf.
    """
    item = editable_item(item, actor)
    terms = setting.terms_on(timezone.localdate())
    _refuse_paper(item, kind, content, terms)
    return _keep_document(item, kind, content, media_type, pages, actor)


def remove_document(document: Document, *, actor: Actor) -> None:
    item = editable_item(document.item, actor)
    found = item.documents.filter(id=document.id, destroyed_at__isnull=True)
    clearing.destroy_papers(item.application, list(found), "removed", actor=actor)


def sign_power_of_attorney(
    item: ApplicationItem, content: bytes, *, signer_name: str, actor: Actor
) -> Document:
    """委任状 of a 第3号 spouse, made and signed in the flow; `content` is a PDF."""
    item = editable_item(item, actor)
    if Provision(item.provision) is not Provision.CATEGORY3_AGENT:
        raise CollectRefused(CollectProblem.NO_AGENT_NEEDED)
    earlier = item.documents.filter(
        kind=PaperKind.POWER_OF_ATTORNEY.code, destroyed_at__isnull=True
    )
    clearing.destroy_papers(item.application, list(earlier), "replaced", actor=actor)
    item.signed_at = timezone.now()
    item.signer_name = signer_name
    item.save(update_fields=["signed_at", "signer_name"])
    document = _keep_document(
        item, PaperKind.POWER_OF_ATTORNEY, content, "application/pdf", 1, actor
    )
    write(Action.AUTHORITY_SIGNED, item.application, actor, people=[item.person_id])
    return document


def attest(item: ApplicationItem, *, attested: bool, actor: Actor) -> None:
    """The employee says that they have checked the dependant's number and identity."""
    item = editable_item(item, actor)
    item.attested_at = timezone.now() if attested else None
    item.save(update_fields=["attested_at"])


def leave_out(item: ApplicationItem, reason: DeclineReason, *, actor: Actor) -> None:
    """Somebody of the family is not handed in; the last one cannot be left out (`decline`)."""
    item = editable_item(item, actor)
    if open_items(item.application).count() == 1:
        raise CollectRefused(CollectProblem.NUMBER_MISSING)
    clearing.drop_numbers([item])
    clearing.destroy_papers(item.application, clearing.kept_papers([item]), "left_out", actor=actor)
    item.left_out = reason
    item.open = False
    item.save(update_fields=["left_out", "open"])
    write(
        Action.NUMBER_DECLINED, item.application, actor, people=[item.person_id],
        reason=reason.label,
    )  # fmt: skip


def set_declaration_name(application: Application, name: str, *, actor: Actor) -> None:
    application = editable(application, actor)
    refuse_number_in(name)
    application.declaration_name = name.strip()[:80]
    application.save(update_fields=["declaration_name"])


def _refuse_paper(item: ApplicationItem, kind: PaperKind, content: bytes, terms: Terms) -> None:
    asked = terms.asked_papers(Provision(item.provision))
    if not any(kind in kinds for kinds in asked.values()):
        raise CollectRefused(CollectProblem.PAPER_NOT_ASKED, [item.id])
    if item.documents.filter(destroyed_at__isnull=True).count() >= MOST_PAPERS:
        raise CollectRefused(CollectProblem.PAPERS_TOO_MANY, [item.id])
    if len(content) > terms.megabytes * 1024 * 1024:
        raise CollectRefused(CollectProblem.PAPER_TOO_LARGE, [item.id])


def _keep_document(
    item: ApplicationItem,
    kind: PaperKind,
    content: bytes,
    media_type: str,
    pages: int,
    actor: Actor,
) -> Document:
    cell = door.deposit_file(
        actor.company, item.id, content, until=timezone.now() + timedelta(days=DRAFT_DAYS)
    )
    document = Document.objects.create(
        company_id=actor.company,
        item=item,
        kind=kind.code,
        cell=cell,
        media_type=media_type,
        size=len(content),
        pages=pages,
    )
    write(
        Action.EVIDENCE_RECEIVED, item.application, actor, people=[item.person_id],
        handles=[cell], document_kinds=kind.code, size=len(content),
    )  # fmt: skip
    return document
