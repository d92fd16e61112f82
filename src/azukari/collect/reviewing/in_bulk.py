"""Many at once, where nothing needs an eye."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from azukari.collect import announcing, rules
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Application, Document
from azukari.collect.reviewing.locking import decide, locked, locked_id, open_items
from azukari.collect.reviewing.looking import is_own, others_with_number
from azukari.collect.reviewing.registering import register_items
from azukari.collect.rules import (
    ApplicationState,
    CollectProblem,
)
from azukari.law.verification import Provision
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register import actions as register
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor


@dataclass(frozen=True)
class Bulk:
    """What a bulk approval takes, and why it passes over the rest."""

    taken: int
    passed: dict[CollectProblem, int]
    task: Progress | None


def needs_an_eye(application: Application) -> bool:
    items = open_items(application)
    papers = Document.objects.filter(item__in=items, destroyed_at__isnull=True).count()
    same = any(others_with_number(application).values())
    return rules.needs_an_eye(
        [Provision(item.provision) for item in items],
        papers=papers,
        same_number=same,
        changed=any(item.changed for item in items),
    )


def approve_many(applications: Sequence[Application], *, actor: Actor) -> Bulk:
    """Approves those where nothing needs an eye; they are registered in the background."""
    actor.require("application:approve")
    passed: dict[CollectProblem, int] = {}
    taken: list[UUID] = []
    for one in sorted(applications, key=lambda one: one.id):
        application = locked(one)
        problem = _bulk_problem(application, actor)
        if problem is not None:
            passed[problem] = passed.get(problem, 0) + 1
            continue
        decide(application, ApplicationState.APPROVED, actor)
        taken.append(application.id)
    if not taken:
        return Bulk(0, passed, None)
    task = progress.plan("approvals", taken[0], total=len(taken))
    queue.enqueue("applications.register", actor=actor, progress_id=task.id)
    return Bulk(len(taken), passed, task)


def approved_by(actor: Actor) -> list[UUID]:
    """What waits to be registered after a bulk approval of this user."""
    found = Application.objects.filter(state=ApplicationState.APPROVED, decided_by=actor.user_id)
    return list(found.order_by("id").values_list("id", flat=True))


def register_approved(application_id: UUID, *, actor: Actor) -> bool:
    """Registers one that was approved in bulk; back to a pair of eyes when it cannot be."""
    application = locked_id(application_id)
    if application.state != ApplicationState.APPROVED:
        return False
    try:
        register_items(application, open_items(application), {}, accept_same=False, actor=actor)
    except (register.NotVerified, Refused):
        application.state = ApplicationState.CHECKING
        application.version += 1
        application.save(update_fields=["state", "version"])
        return False
    announcing.decided(application, MailKind.APPROVED)
    return True


def _bulk_problem(application: Application, actor: Actor) -> CollectProblem | None:
    items = open_items(application)
    return rules.may_approve(
        state=ApplicationState(application.state),
        own=is_own(application, actor),
        unopened=0,
        numbers_missing=any(item.cell is None for item in items),
    ) or (CollectProblem.NEEDS_AN_EYE if needs_an_eye(application) else None)
