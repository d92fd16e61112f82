"""What is asked of me, what I have handed in, and starting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from azukari.collect import applying, own, setting
from azukari.collect.models import Application, ApplicationItem
from azukari.collect.rules import (
    EDITABLE,
    ENDED,
    WAITING,
    ApplicationState,
    CollectRefused,
    RequestState,
)
from azukari.register.models import NumberState, Person
from azukari.web.forms.sending import sent
from azukari.web.portal import steps, words
from azukari.web.portal.forms import BeginForm
from azukari.web.portal.guard import PortalRequest, request_or_404

TONES = {
    ApplicationState.DRAFT: "info",
    ApplicationState.SUBMITTED: "info",
    ApplicationState.CHECKING: "info",
    ApplicationState.APPROVED: "success",
    ApplicationState.REGISTERED: "success",
    ApplicationState.RETURNED: "warning",
    ApplicationState.REJECTED: "error",
    ApplicationState.WITHDRAWN: "neutral",
}


def home(request: PortalRequest) -> HttpResponse:
    requests = own.open_requests(request.person)
    applications = own.applications_of(request.person)
    if request.invited_to is not None:
        requests = [one for one in requests if one.id == request.invited_to]
        applications = [one for one in applications if one.request_id == request.invited_to]
    begun = {one.request_id for one in applications if one.state in EDITABLE}
    context = {
        "page_title": gettext("ホーム"),
        "asked": [one for one in requests if one.id not in begun],
        "today": timezone.localdate(),
        "going": [shown(one) for one in applications if one.state in EDITABLE],
        "handed_in": [shown(one) for one in applications if one.state not in EDITABLE],
        "may_begin": request.account is not None
        and setting.terms_on(timezone.localdate()).own_start,
        "people": _numbers_of(request) if request.account is not None else [],
    }
    return render(request, "portal/home.html", context)


def shown(application: Application) -> dict[str, Any]:
    state = ApplicationState(application.state)
    return {
        "application": application,
        "state": gettext(state.label),
        "tone": TONES[state],
        "editable": state in EDITABLE,
        "ended": state in ENDED,
        "people": [steps.who_of(item.person) for item in own.items_of(application)],
    }


def request_page(request: PortalRequest, request_id: UUID) -> HttpResponse:
    """What is asked, of whom and until when, with the button that begins; or what was begun."""
    asked = request_or_404(request, request_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                application = applying.start(
                    asked, signed_in=request.account is not None, actor=request.actor
                )
            return redirect(steps.next_url(application))
        except CollectRefused as refused:
            messages.error(request, words.of_collect(refused.problem))
            return redirect("home")
    answer = _answer_to(request, asked.id)
    if answer is not None:
        return redirect("application", application_id=answer.id)
    if steps.attempt(lambda: applying.open_request(asked, actor=request.actor)) is None:
        asked.refresh_from_db()
    state = RequestState(asked.state)
    context = {
        "page_title": gettext("個人番号の提出のお願い"),
        "asked": asked,
        "state": state,
        "is_open": state in {RequestState.CREATED, RequestState.SENT, RequestState.OPENED},
        "state_label": gettext(state.label),
        "people": [steps.who_of(one.person) for one in asked.people.select_related("person")],
        "may_decline": setting.terms_on(timezone.localdate()).declining,
    }
    return render(request, "portal/request.html", context)


def _answer_to(request: PortalRequest, request_id: UUID) -> Application | None:
    """What was begun or handed in on this request and has not been given up."""
    given_up = {ApplicationState.WITHDRAWN, ApplicationState.REJECTED}
    return next(
        (
            one
            for one in own.applications_of(request.person)
            if one.request_id == request_id and one.state not in given_up
        ),
        None,
    )


def begin(request: PortalRequest) -> HttpResponse:
    """Handing in without being asked: a new family member, a number that has changed."""
    offered = [(person, _line(person)) for person in own.family_of(request.person)]
    form = BeginForm([(str(person.id), line) for person, line in offered], sent(request))
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["people"])
        people = [
            (person, person.number_state == NumberState.ACTIVE)
            for person, _line_of in offered
            if str(person.id) in chosen
        ]
        try:
            with transaction.atomic():
                application = applying.start_own(
                    request.person, people, signed_in=True, actor=request.actor
                )
            return redirect(steps.next_url(application))
        except CollectRefused as refused:
            form.add_error(None, words.of_collect(refused.problem))
    context = {"page_title": gettext("自分から提出する"), "form": form}
    return render(request, "portal/begin.html", context)


def _line(person: Person) -> str:
    if person.number_state == NumberState.ACTIVE:
        return gettext("{who}　（番号が変わったとき）").format(who=steps.who_of(person))
    return steps.who_of(person)


def _numbers_of(request: PortalRequest) -> list[tuple[str, str, str]]:
    """(who, state, tone) of the numbers that are kept."""
    family = own.family_of(request.person)
    handed_in = set(
        ApplicationItem.objects.filter(
            person__in=family, open=True, application__state__in=list(WAITING)
        ).values_list("person_id", flat=True)
    )
    return [(steps.who_of(one), *_state_of(one, applied=one.id in handed_in)) for one in family]


def _state_of(person: Person, *, applied: bool) -> tuple[str, str]:
    if applied:
        return gettext(ApplicationState.SUBMITTED.label), "info"
    state = NumberState(person.number_state)
    tones = {NumberState.ACTIVE: "success", NumberState.NONE: "warning"}
    return gettext(state.label), tones.get(state, "neutral")
