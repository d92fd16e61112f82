"""Rows of applications under lock, for their applicant only."""

from uuid import UUID

from django.db.models import QuerySet

from azukari.collect import rules
from azukari.collect.applicant import require_own
from azukari.collect.models import Application, ApplicationItem, Request
from azukari.collect.rules import ApplicationState, CollectProblem, CollectRefused, RequestState
from azukari.tenancy.actor import Actor


def locked(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).get(id=application.id)


def locked_request(request_id: UUID) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(id=request_id)


def become(request: Request, wanted: RequestState) -> None:
    if not rules.may_become(RequestState(request.state), wanted):
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    request.state = wanted


def editable(application: Application, actor: Actor) -> Application:
    require_own(application, actor)
    application = locked(application)
    if application.state not in rules.EDITABLE:
        raise CollectRefused(CollectProblem.NOT_EDITABLE)
    return application


def editable_item(item: ApplicationItem, actor: Actor) -> ApplicationItem:
    """Locked with its application; of a returned one only what has to be corrected."""
    application = editable(item.application, actor)
    item = ApplicationItem.objects.select_for_update(of=("self",)).get(id=item.id)
    item.application = application
    returned = application.state == ApplicationState.RETURNED
    if not item.open or (returned and not item.to_correct):
        raise CollectRefused(CollectProblem.NOT_EDITABLE)
    return item


def open_items(application: Application) -> QuerySet[ApplicationItem]:
    return application.items.filter(left_out="")
