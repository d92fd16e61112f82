"""One application: the notice of purposes before anything, and its state and history."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from azukari.collect import applying, own, setting
from azukari.collect.models import Application, ApplicationItem
from azukari.collect.rules import ApplicationState, ReturnReason, may_turn
from azukari.law.purpose import PURPOSES, PersonKind
from azukari.register import notices
from azukari.web.components.parts import Moment
from azukari.web.portal import steps, words
from azukari.web.portal.guard import PortalRequest, application_or_404
from azukari.web.portal.home import shown


def show(request: PortalRequest, application_id: UUID) -> HttpResponse:
    application = application_or_404(request, application_id)
    state = ApplicationState(application.state)
    context = {
        "page_title": gettext("申請 {code}").format(code=application.code),
        **shown(application),
        "passes": steps.passes_of(application),
        "next_url": steps.next_url(application) if steps.is_editable(application) else "",
        "may_withdraw": may_turn(state, ApplicationState.WITHDRAWN),
        "returned": state is ApplicationState.RETURNED,
        "return_reason": _return_reason(application),
        "moments": _history(application),
    }
    return render(request, "portal/application.html", context)


def purposes(request: PortalRequest, application_id: UUID) -> HttpResponse:
    """利用目的 first: nothing can be entered before it was shown."""
    application = application_or_404(request, application_id)
    if not steps.is_editable(application):
        return redirect("application", application_id=application.id)
    if request.method == "POST":
        problem = steps.attempt(lambda: applying.see_purposes(application, actor=request.actor))
        if problem is not None:
            messages.error(request, words.of_collect(problem))
            return redirect("application", application_id=application.id)
        application.refresh_from_db()
        return redirect(steps.next_url(application))
    context = {
        "page_title": gettext("個人番号を何に使うか"),
        "application": application,
        "notice": _notice(request),
        "people": [_purposes_of(item) for item in own.items_of(application) if item.open],
    }
    return render(request, "portal/purposes.html", context)


def _notice(request: PortalRequest) -> str:
    """The words of the company itself, when it has any."""
    said = setting.terms_on(timezone.localdate()).purpose_text
    kind = PersonKind.EMPLOYEE if request.person.is_employee else PersonKind.PAYEE
    current = notices.current_notice(kind)
    return said or (current.text if current else "")


def _purposes_of(item: ApplicationItem) -> tuple[str, list[str]]:
    labels = [gettext(PURPOSES[code].label) for code in item.purposes if code in PURPOSES]
    return steps.who_of(item.person), labels


def _return_reason(application: Application) -> str:
    if application.return_reason not in {reason.value for reason in ReturnReason}:
        return ""
    return gettext(ReturnReason(application.return_reason).label)


def _history(application: Application) -> list[Moment]:
    return [
        Moment(step.at, gettext(step.action.label), step.actor_name, said(step.reason))
        for step in own.steps_of(application)
    ]


def said(reason: str) -> str:
    """A reason in the reader's language, where it is one of ours (an empty one is a catalogue's
    head to gettext).
    """
    return gettext(reason) if reason else ""
