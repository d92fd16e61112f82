"""One person of an application: the number, the power of attorney, the employee's own check."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from azukari.collect import applying, own, power_of_attorney
from azukari.collect.models import ApplicationItem
from azukari.collect.rules import CollectProblem
from azukari.web.forms.sending import sent
from azukari.web.portal import steps, words
from azukari.web.portal.forms import AttestForm, AuthorityForm, NumberForm
from azukari.web.portal.guard import PortalRequest, application_or_404


def item_or_404(request: PortalRequest, application_id: UUID, item_id: UUID) -> ApplicationItem:
    application = application_or_404(request, application_id)
    item = own.item_of(application, item_id)
    if item is None:
        raise Http404
    item.application = application
    return item


def go_on(
    request: PortalRequest, item: ApplicationItem, problem: CollectProblem | None
) -> HttpResponse:
    """To the next page that lacks something; to the application where it cannot be changed."""
    if problem is not None:
        messages.error(request, words.of_collect(problem))
        return redirect("application", application_id=item.application_id)
    item.application.refresh_from_db()
    return redirect(steps.next_url(item.application))


def shut(request: PortalRequest, item: ApplicationItem) -> HttpResponse | None:
    """The way out for whoever comes back to a page that is closed by now, or came too early."""
    if not steps.may_edit(item.application, item):
        return go_on(request, item, CollectProblem.NOT_EDITABLE)
    if item.application.purposes_seen_at is None:
        return redirect("purposes", application_id=item.application_id)
    return None


def number(request: PortalRequest, application_id: UUID, item_id: UUID) -> HttpResponse:
    item = item_or_404(request, application_id, item_id)
    closed = shut(request, item)
    if closed is not None:
        return closed
    form = NumberForm(sent(request))
    if request.method == "POST" and form.is_valid():
        digits = form.cleaned_data["number"]
        problem = steps.attempt(lambda: applying.put_number(item, digits, actor=request.actor))
        return go_on(request, item, problem)
    context = {
        **steps.frame(request, item, "number"),
        "page_title": gettext("個人番号の入力"),
        "form": form,
        "is_put": item.cell is not None,
        "next_url": steps.next_url(item.application),
    }
    return render(request, "portal/number.html", context)


def authority(request: PortalRequest, application_id: UUID, item_id: UUID) -> HttpResponse:
    item = item_or_404(request, application_id, item_id)
    closed = shut(request, item)
    if closed is not None:
        return closed
    if not steps.signs_in_flow(item):
        return go_on(request, item, None)
    form = AuthorityForm(item.person.name, sent(request))
    facts = power_of_attorney.facts_of(item)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["signer_name"]
        paper = power_of_attorney.draw(facts, name, form.cleaned_data["strokes"])
        problem = steps.attempt(
            lambda: applying.sign_power_of_attorney(
                item, paper, signer_name=name, actor=request.actor
            )
        )
        return go_on(request, item, problem)
    context = {
        **steps.frame(request, item, "authority"),
        "page_title": gettext("委任状"),
        "form": form,
        "facts": facts,
        "lines": [gettext(line) for line in power_of_attorney.WORDING],
        "is_signed": item.signed_at is not None,
        "next_url": steps.next_url(item.application),
    }
    return render(request, "portal/authority.html", context)


def attest(request: PortalRequest, application_id: UUID, item_id: UUID) -> HttpResponse:
    item = item_or_404(request, application_id, item_id)
    closed = shut(request, item)
    if closed is not None:
        return closed
    form = AttestForm(sent(request), initial={"attested": item.attested_at is not None})
    if request.method == "POST" and form.is_valid():
        problem = steps.attempt(lambda: applying.attest(item, attested=True, actor=request.actor))
        return go_on(request, item, problem)
    context = {
        **steps.frame(request, item, "attest"),
        "page_title": gettext("家族の番号の確認"),
        "form": form,
    }
    return render(request, "portal/attest.html", context)
