"""申請: one of them, from its papers to approval; the list is `applications.py`."""

import base64
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.collect import own, queries, reviewing
from azukari.collect.models import Application, ApplicationItem, Document
from azukari.collect.papers import PaperKind
from azukari.collect.rules import (
    WAITING,
    ApplicationState,
    CollectProblem,
    CollectRefused,
    ReturnReason,
)
from azukari.law.purpose import Purpose
from azukari.law.verification import DUTIES, Check, Provision
from azukari.pictures.cleaning import clean_pages
from azukari.register.actions import NotVerified
from azukari.register.models import PersonKind
from azukari.register.rules import Refused
from azukari.tenancy.actor import Actor
from azukari.web import collect_words, words
from azukari.web.components.parts import Moment
from azukari.web.forms.collect import (
    ApproveForm,
    CompareForm,
    RejectForm,
    ReturnForm,
)
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words
from azukari.web.operator.applications import crumbs, row


def application(request: OperatorRequest, application_id: UUID) -> HttpResponse:
    return _show(request, _application(application_id))


def _show(
    request: OperatorRequest, found: Application, form: ApproveForm | None = None
) -> HttpResponse:
    items = own.items_of(found)
    kept = queries.papers_of(items)
    opened = queries.opened_by(request.actor.user_id, [p for some in kept.values() for p in some])
    waits = found.state in WAITING
    may_check = waits and request.actor.may("application:approve")
    same = reviewing.others_with_number(found) if waits else {}
    if may_check and form is None:
        form = _approve_form(found, items, kept, same)
    following = queries.next_waiting(found)
    context = {
        "page_title": f"申請 {found.code}",
        "crumbs": crumbs(found.code),
        **row(found, [item for item in items if not item.left_out]),
        "person_url": _person_url(found),
        "items": [_item(item, kept[item.id], opened, same, form) for item in items],
        "form": form,
        "may_check": may_check,
        "may_return": waits and request.actor.may("application:change"),
        "is_own": waits and reviewing.is_own(found, request.actor),
        "unopened": len(reviewing.unopened(found, request.actor)) if may_check else 0,
        "uncompared": len(reviewing.not_compared(found)) if may_check else 0,
        "somebody": _somebody(found, request.actor),
        "return_reason": ReturnReason(found.return_reason).label if found.return_reason else "",
        "history": [*_history(found)],
        "next_url": reverse("application", args=[following.id]) if following else "",
        "act_urls": {
            act: reverse(f"application-{act}", args=[found.id])
            for act in ("approve", "return", "reject")
        },
    }
    return render(request, "operator/applications/application.html", context)


def _item(
    item: ApplicationItem,
    kept: list[Document],
    opened: set[UUID],
    same: dict[UUID, Any],
    form: ApproveForm | None,
) -> dict[str, Any]:
    provision = Provision(item.provision)
    checked = Check.NUMBER in DUTIES[provision].company_checks
    return {
        "item": item,
        "person": item.person,
        "kind": PersonKind(item.person.kind).label,
        "relationship": person_words.relationship(item.person),
        "purposes": [Purpose[code].label for code in item.purposes],
        "provision": provision.label,
        "papers": [
            {
                "paper": paper,
                "kind": PaperKind[paper.kind].label,
                "opened": paper.id in opened,
                "because": collect_words.BECAUSE.get(paper.destroyed_because, ""),
                "url": reverse("application-paper", args=[item.application_id, paper.id]),
            }
            for paper in kept
        ],
        "compares": checked and item.cell is not None,
        "compare_url": reverse("application-compare", args=[item.application_id]),
        "compare_form": CompareForm(initial={"item": item.id}, auto_id=f"id_{item.id}_%s"),
        "others": same.get(item.id, []),
        "fields": form.of_item(item) if form is not None else [],
        "checks": _checks(item),
        "attests": not checked and item.attested_at is not None,
    }


def _checks(item: ApplicationItem) -> list[tuple[str, str]]:
    said = (
        ("番号確認", item.number_check), ("身元確認", item.person_check),
        ("代理権確認", item.authority_check),
    )  # fmt: skip
    return [(label, person_words.method(code)) for label, code in said if code]


def _somebody(found: Application, actor: Actor) -> str:
    """Who else has begun to check it."""
    other = found.state == ApplicationState.CHECKING and found.checking_by != actor.user_id
    return found.checking_by_name if other else ""


def _history(found: Application) -> Iterator[Moment]:
    for step in reversed(own.steps_of(found)):
        yield Moment(step.at, step.action.label, step.actor_name, step.reason)


def _approve_form(
    found: Application,
    items: list[ApplicationItem],
    kept: dict[UUID, list[Document]],
    same: dict[UUID, Any],
    data: Any = None,
) -> ApproveForm:
    return ApproveForm(
        [item for item in items if not item.left_out],
        kept,
        data,
        signed_in=reviewing.login_counts(found),
        same=any(same.values()),
        initial={"version": found.version},
    )


# acts -------------------------------------------------------------------------------------------


def open_paper(request: OperatorRequest, application_id: UUID, document_id: UUID) -> HttpResponse:
    """One paper, large, with the way back to where it is compared; written down before."""
    found = _application(application_id)
    papers = Document.objects.filter(item__application=found).select_related("item__person")
    paper = get_object_or_404(papers.select_related("item__application"), id=document_id)
    try:
        content = reviewing.open_document(paper, actor=request.actor)
    except CollectRefused as refused:
        messages.warning(request, collect_words.say(refused.problem))
        return redirect("application", application_id=application_id)
    kind = PaperKind[paper.kind].label
    context = {
        "page_title": kind,
        "crumbs": crumbs(found.code, kind, code_url=reverse("application", args=[found.id])),
        "paper": paper,
        "person": paper.item.person,
        "kind": kind,
        "pictures": [*_pictures(content, paper.media_type)],
        "compares": paper.item.cell is not None
        and Check.NUMBER in DUTIES[Provision(paper.item.provision)].company_checks,
        "compare_form": CompareForm(initial={"item": paper.item_id}),
        "compare_url": reverse("application-compare", args=[found.id]),
        "compared": paper.item.compared_same,
        "back_url": reverse("application", args=[found.id]) + f"#person-{paper.item_id}",
    }
    response = render(request, "operator/applications/paper.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _pictures(content: bytes, media_type: str) -> Iterator[str]:
    """Pages as addresses of pictures; the policy of the site lets no PDF into a page."""
    pages = clean_pages(content) if media_type == "application/pdf" else (content,)
    for one in pages:
        yield f"data:image/jpeg;base64,{base64.b64encode(one).decode()}"


def compare(request: OperatorRequest, application_id: UUID) -> HttpResponse:
    """番号確認: the vault says whether what was typed off the paper is what was handed in."""
    found = _application(application_id)
    form = CompareForm(request.POST)
    if not form.is_valid():
        for problem in form.errors.get("number", ["もう一度入力してください。"]):
            messages.error(request, str(problem))
        return redirect("application", application_id=application_id)
    item = get_object_or_404(found.items.select_related("person"), id=form.cleaned_data["item"])

    def act() -> str:
        same = reviewing.compare(item, form.cleaned_data["number"], actor=request.actor)
        if same:
            return f"{item.person.name}さんの番号は、申請された番号と一致しました。"
        messages.warning(
            request,
            f"{item.person.name}さんの番号は、申請された番号と違います。"
            "入力を確かめ、それでも違うときは差し戻してください。",
        )
        return ""

    return _act(request, found, act)


def approve(request: OperatorRequest, application_id: UUID) -> HttpResponse:
    found = _application(application_id)
    items = own.items_of(found)
    kept = queries.papers_of(items)
    same = reviewing.others_with_number(found) if found.state in WAITING else {}
    form = _approve_form(found, items, kept, same, request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        reviewing.approve(
            found,
            form.checks(),
            version=form.cleaned_data["version"],
            accept_same=form.cleaned_data.get("accept_same", False),
            actor=request.actor,
        )
    except CollectRefused as refused:
        messages.error(request, collect_words.say(refused.problem))
        return redirect("application", application_id=application_id)
    except NotVerified as unverified:
        for problem in sorted(unverified.problems):
            form.add_error(None, words.say(problem))
        return _show(request, found, form)
    except Refused as refused_by_register:
        form.add_error(None, words.say(refused_by_register.problem))
        return _show(request, found, form)
    left = Document.objects.filter(item__application=found, cell__isnull=False).exists()
    papers = "決められた日数のあと廃棄されます" if left else "廃棄しました"
    messages.success(
        request,
        f"{found.applicant.name}さんの申請を承認し、登録しました。本人確認書類は{papers}。",
    )
    return redirect("application", application_id=application_id)


def give_back(request: OperatorRequest, application_id: UUID) -> HttpResponse:
    found = _application(application_id)
    items = [item for item in own.items_of(found) if not item.left_out]
    form = ReturnForm(items, request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def act() -> str:
            reviewing.give_back(
                found, form.ids(), ReturnReason(said["reason"]), said["comment"],
                version=said["version"], actor=request.actor,
            )  # fmt: skip
            return f"{found.applicant.name}さんの申請を差し戻しました。"

        return _act(request, found, act)
    return _ask(request, found, form, "申請の差戻し", "差し戻す", "return")


def reject(request: OperatorRequest, application_id: UUID) -> HttpResponse:
    found = _application(application_id)
    form = RejectForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            reviewing.reject(
                found, form.cleaned_data["comment"], version=form.cleaned_data["version"],
                actor=request.actor,
            )  # fmt: skip
            return "申請を却下し、申請に含まれる番号と書類を廃棄しました。"

        return _act(request, found, act)
    return _ask(request, found, form, "申請の却下", "却下する", "reject")


def _ask(
    request: OperatorRequest, found: Application, form: Any, title: str, label: str, act: str
) -> HttpResponse:
    if found.state not in WAITING and request.method == "GET":
        messages.warning(request, collect_words.say(CollectProblem.SOMEBODY_WAS_FASTER))
        return redirect("application", application_id=found.id)
    back = reverse("application", args=[found.id])
    context = {
        "page_title": title,
        "crumbs": crumbs(found.code, title, code_url=back),
        "form": form,
        "application": found,
        "applicant": found.applicant,
        "label": label,
        "dangerous": act == "reject",
        "back_url": back,
    }
    return render(request, "operator/applications/decide.html", context)


def _act(request: OperatorRequest, found: Application, act: Callable[[], str]) -> HttpResponse:
    try:
        said = act()
    except CollectRefused as refused:
        messages.error(request, collect_words.say(refused.problem))
    else:
        if said:
            messages.success(request, said)
    return redirect("application", application_id=found.id)


def _application(application_id: UUID) -> Application:
    found = Application.objects.select_related("applicant", "request")
    return get_object_or_404(found.exclude(submitted_at__isnull=True), id=application_id)


def _person_url(found: Application) -> str:
    route = "payee" if found.applicant.kind == PersonKind.PAYEE else "person"
    return reverse(route, args=[found.applicant_id])
