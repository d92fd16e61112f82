"""Applicants look at what they handed in themselves; that is a reading like any other."""

from azukari.collect.applicant import require_own
from azukari.collect.models import Document
from azukari.collect.rules import CollectProblem, CollectRefused
from azukari.ledger.actions import Action
from azukari.tenancy.actor import Actor
from azukari.vault import door


def open_own(document: Document, *, actor: Actor) -> bytes:
    """Written down before it is opened.  Raises `CollectRefused`."""
    application = document.item.application
    require_own(application, actor)
    if document.cell is None:
        raise CollectRefused(CollectProblem.NOT_EDITABLE)
    reading = door.Reading(
        Action.EVIDENCE_VIEWED,
        details={"target": str(application.id), "document_kinds": document.kind},
        about=document.item.person_id,
    )
    return door.open_file(document.company_id, document.cell, reading, actor=actor)
