"""登録状況確認, by name: who is missing what, and what to do about each of them."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.check.missing import Incomplete, Missing, named, page_of_missing, who_misses
from azukari.register import queries as people_queries
from azukari.register.models import Person, PersonKind
from azukari.register.sheets import templates
from azukari.register.sheets.headings import OWN_KINDS, SheetKind
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.export import MissingForm
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, ticked, turns
from azukari.web.operator import person_words
from azukari.web.operator.people import LISTS
from azukari.web.operator.sheet_files import attachment

_NOBODY = "番号が未登録の人を選んでください。"
# What comes before the names of routes about one person.
_ROUTES = {PersonKind.EMPLOYEE: "", PersonKind.FAMILY: "family-", PersonKind.PAYEE: "payee-"}


def people(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("status-people")
    kind = kind_of(request.GET.get("kind", ""))
    form = MissingForm(kind, people_queries.departments(), request.GET)
    form.is_valid()
    said = form.cleaned_data
    found = who_misses(
        kind,
        what=Missing(said["what"]) if said.get("what") else None,
        department=said.get("department", ""),
        words=said.get("q", ""),
    )
    page = page_of_missing(found, place_in(request))
    context = {
        "page_title": "足りないもの",
        "crumbs": [
            Link("トップ", reverse("top")),
            Link("登録状況", reverse("status")),
            Link("足りないもの"),
        ],
        "form": form,
        "applied": list(applied(request, form, ["q", "what", "department"])),
        "clear_url": f"{reverse('status-people')}?{urlencode({'kind': kind.value})}",
        "kind": kind,
        "rows": [(one, *_next(one, request.actor)) for one in named(page, kind)],
        "total": found.count(),
        **turns(request, page),
        "marked_url": reverse("status-marked", args=[kind.value]),
        "may_send": request.actor.may("sheet:create"),
        "may_ask": may_ask(request.actor),
        "status_url": f"{reverse('status')}?{urlencode({'kind': kind.value})}",
    }  # fmt: skip
    return render(request, "operator/status/people.html", context)


def marked(request: OperatorRequest, kind: str) -> HttpResponse:
    """What is done with the people who were marked: a file to fill in with exactly them, or the
    request for their numbers (Web収集).
    """
    chosen = kind_of(kind)
    ids = ticked(request)
    if not ids:
        messages.warning(request, _NOBODY)
        return redirect(f"{reverse('status-people')}?{urlencode({'kind': chosen.value})}")
    if request.POST.get("act") == "ask" and may_ask(request.actor):
        return redirect(asking_url(chosen, codes=_codes(ids)))
    content = templates.missing_template(chosen, book=True, people_ids=ids, actor=request.actor)
    return attachment(content, f"一括登録_{chosen.label}_選んだ人.xlsx")


def may_ask(actor: Actor) -> bool:
    """Nobody may where the contract has no Web収集 (tenancy.options)."""
    return actor.may("application:create")


def asking_url(kind: SheetKind, *, department: str = "", codes: Sequence[str] = ()) -> str:
    whom = PersonKind.PAYEE if kind is SheetKind.PAYEES else PersonKind.EMPLOYEE
    return person_words.asking_url(whom, department=department, codes=codes)


def _codes(ids: Sequence[UUID]) -> list[str]:
    found = Person.objects.filter(id__in=ids).order_by("employee_code")
    return list(dict.fromkeys(found.values_list("employee_code", flat=True)))


def kind_of(text: str) -> SheetKind:
    return SheetKind(text) if text in OWN_KINDS else SheetKind.EMPLOYEES


def _next(one: Incomplete, actor: Actor) -> tuple[str, str, list[str], str, str]:
    """Code, page, labels of what is missing, and the act that mends the first of it, where."""
    kind = PersonKind(one.person.kind)
    labels = [what.label for what in one.missing]
    code = person_words.code(one.person)
    page = _person_url(one, kind, actor)
    if Missing.NUMBER in one.missing and actor.may(f"{kind.value}:create"):
        url = reverse(f"{_ROUTES[kind]}number-new", args=[one.person.id])
        return code, page, labels, "番号を登録する", url
    return code, page, labels, "開く", page


def _person_url(one: Incomplete, kind: PersonKind, actor: Actor) -> str:
    if not actor.may(f"{kind.value}:view"):
        return ""
    route = {"people": "person", "family": "family-member", "payees": "payee"}[LISTS[kind]]
    return reverse(route, args=[one.person.id])
