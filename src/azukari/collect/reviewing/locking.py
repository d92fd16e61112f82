"""Applications under lock, for whoever checks them."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from azukari.collect.models import Application, ApplicationItem
from azukari.collect.rules import (
    WAITING,
    ApplicationState,
    CollectProblem,
    CollectRefused,
)
from azukari.tenancy.actor import Actor


def locked_id(application_id: UUID) -> Application:
    found = Application.objects.select_for_update(of=("self",)).select_related("applicant")
    return found.get(id=application_id)


def locked(application: Application) -> Application:
    return locked_id(application.id)


def waiting(application: Application) -> Application:
    application = locked(application)
    if application.state not in WAITING:
        raise CollectRefused(CollectProblem.SOMEBODY_WAS_FASTER)
    return application


def open_rows(application: Application) -> QuerySet[ApplicationItem]:
    return application.items.filter(left_out="")


def open_items(application: Application) -> list[ApplicationItem]:
    return list(open_rows(application).select_related("person", "person__host"))


def begin(application: Application, actor: Actor) -> Application:
    if application.state == ApplicationState.SUBMITTED:
        application.state = ApplicationState.CHECKING
        application.checking_by = actor.user_id
        application.checking_by_name = actor.name
        application.save(update_fields=["state", "checking_by", "checking_by_name"])
    return application


def decide(application: Application, state: ApplicationState, actor: Actor) -> None:
    application.state = state
    application.version += 1
    application.decided_at = timezone.now()
    application.decided_by, application.decided_by_name = actor.user_id, actor.name
    application.save(
        update_fields=["state", "version", "decided_at", "decided_by", "decided_by_name"]
    )
