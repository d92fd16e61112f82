"""What goes when: numbers and papers of applications are destroyed, the fact stays."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from azukari.collect import announcing
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Application, ApplicationItem, Document
from azukari.collect.rules import WAITING, ApplicationState, ReturnReason
from azukari.collect.writing import destroy_after_commit, write
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.vault import door


def kept_papers(items: Collection[ApplicationItem]) -> list[Document]:
    return list(Document.objects.filter(item__in=items, destroyed_at__isnull=True))


def drop_numbers(items: Sequence[ApplicationItem]) -> None:
    """Waiting numbers of these items are ordered destroyed."""
    cells = [item.cell for item in items if item.cell is not None]
    if not cells:
        return
    door.order_destruction(items[0].company_id, cells)
    for item in items:
        item.cell = None
        item.number_put_at = None
        item.save(update_fields=["cell", "number_put_at"])
    destroy_after_commit(scope.contract_id(), items[0].company_id)


def destroy_papers(
    application: Application, documents: Sequence[Document], because: str, *, actor: Actor
) -> None:
    """The deposits go; one leaf for each person says which kinds of papers went, and why."""
    if not documents:
        return
    cells = [document.cell for document in documents if document.cell is not None]
    door.order_destruction(application.company_id, cells)
    Document.objects.filter(id__in=[document.id for document in documents]).update(
        cell=None, destroyed_at=timezone.now(), destroyed_because=because
    )
    destroy_after_commit(scope.contract_id(), application.company_id)
    people = dict(
        ApplicationItem.objects.filter(
            id__in={document.item_id for document in documents}
        ).values_list("id", "person_id")
    )
    for item_id, person_id in people.items():
        own = [document for document in documents if document.item_id == item_id]
        write(
            Action.EVIDENCE_DISPOSED,
            application,
            actor,
            people=[person_id],
            handles=[document.cell for document in own if document.cell],
            document_kinds=" ".join(sorted(document.kind for document in own)),
            rule="R-DOC-01",
            kind=because,
        )


def keep_until(items: Collection[ApplicationItem], until: datetime) -> None:
    """Another clock for the numbers and papers of these items."""
    deposits = [item.cell for item in items] + [paper.cell for paper in kept_papers(items)]
    kept = [cell for cell in deposits if cell is not None]
    door.keep_until(scope.company_id(), kept, until)


def end(application: Application, state: ApplicationState, because: str, *, actor: Actor) -> None:
    """The application ends without effect: whatever it holds goes.  It is locked by the caller."""
    items = list(application.items.all())
    drop_numbers(items)
    destroy_papers(application, kept_papers(items), because, actor=actor)
    application.items.update(open=False, to_correct=False)
    application.state = state
    application.version += 1
    application.save(update_fields=["state", "version"])


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: the clocks of these numbers and papers have run out.

    What waited to be checked goes back, so that the applicant knows; a draft just lacks it.
    """
    now = timezone.now()
    items = list(
        ApplicationItem.objects.select_for_update(of=("self",))
        .filter(cell__in=cells)
        .select_related("application")
    )
    documents = list(Document.objects.filter(cell__in=cells).select_related("item__application"))
    ApplicationItem.objects.filter(id__in=[i.id for i in items]).update(
        cell=None, number_put_at=None
    )
    Document.objects.filter(id__in=[d.id for d in documents]).update(
        cell=None, destroyed_at=now, destroyed_because="expired"
    )
    touched = {item.application for item in items} | {d.item.application for d in documents}
    for application in touched:
        if application.state in WAITING:
            _return_unread(application)
    _write_gone(items, documents)


def _return_unread(application: Application) -> None:
    """Nobody has checked it in time; the applicant is told."""
    application.state = ApplicationState.RETURNED
    application.version += 1
    application.return_reason = ReturnReason.TIME_OVER
    application.save(update_fields=["state", "version", "return_reason"])
    application.items.filter(open=True).update(to_correct=True)
    announcing.decided(application, MailKind.RETURNED)


def _write_gone(items: list[ApplicationItem], documents: list[Document]) -> None:
    company = scope.company_id()
    went = [
        (Action.NUMBER_HANDED_BACK, item.person_id, item.application_id, item.cell, "")
        for item in items
    ]
    went += [
        (
            Action.EVIDENCE_DISPOSED, paper.item.person_id, paper.item.application_id, paper.cell,
            paper.kind,
        )
        for paper in documents
    ]  # fmt: skip
    for action, person, application, cell, kind in went:
        pens.write(
            Record(
                at=timezone.now(),
                action=action,
                subjects=(person,),
                handles=(cell,) if cell else (),
                count=1,
                details={"target": str(application), "rule": "R-DOC-01", "kind": "expired"}
                | ({"document_kinds": kind} if kind else {}),
            ),
            company,
        )
