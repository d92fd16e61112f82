"""登録状況確認: who is missing a number, by department, and the ways on from there."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.check import queries
from azukari.check.missing import Missing
from azukari.check.queries import Status
from azukari.register.sheets.headings import SheetKind
from azukari.tenancy.actor import Actor
from azukari.web import words
from azukari.web.components.parts import NO_DEPARTMENT, Link, Share
from azukari.web.forms.export import StatusForm
from azukari.web.forms.reading import mentions_number
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, turns
from azukari.web.operator.status_people import asking_url, kind_of, may_ask


def status(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("status")
    kind = kind_of(request.GET.get("kind", ""))
    form = StatusForm({**request.GET.dict(), "kind": kind.value})
    form.is_valid()
    rows = queries.status_by_department(kind)
    found = queries.of_departments(rows, form.cleaned_data.get("q", ""))
    page = queries.page_of_status(found, place_in(request))
    context = {
        "page_title": "登録状況",
        "crumbs": [Link("トップ", reverse("top")), Link("登録状況")],
        "form": form,
        "applied": list(applied(request, form, ["q"])),
        "clear_url": f"{reverse('status')}?{urlencode({'kind': kind.value})}",
        "kind": kind,
        "anybody": bool(rows),
        "rows": [(row, row.department or NO_DEPARTMENT, _ways(kind, row, request.actor))
                 for row in page.rows],
        "departments": len(found),
        "shares": [Share.of(row.department, row.registered, row.missing) for row in found],
        "missing": sum(row.missing for row in found),
        "total": sum(row.total for row in found),
        **turns(request, page),
        "template_url": _template(kind, ""),
        "people_url": f"{reverse('status-people')}?{urlencode({'kind': kind.value})}",
        "may_send": request.actor.may("sheet:create"),
        "export_url": f"{reverse('export-new')}?{urlencode({'kind': kind.value})}",
        "may_export": request.actor.may("export:create"),
    }  # fmt: skip
    return render(request, "operator/status/status.html", context)


def _ways(kind: SheetKind, row: Status, actor: Actor) -> list[tuple[str, str]]:
    """From a department with people missing: to their list, and to a file with just them."""
    if not row.missing:
        return []
    ways = [("だれかを見る", _people(kind, row.department))]
    if may_ask(actor):
        ways.append(("依頼する", asking_url(kind, department=row.department)))
    if actor.may("sheet:create"):
        ways.append(("ひな形", _template(kind, row.department)))
    return ways


def _people(kind: SheetKind, department: str) -> str:
    wanted = {"kind": kind.value, "what": Missing.NUMBER.value, "department": department}
    return f"{reverse('status-people')}?{urlencode(wanted)}"


def _template(kind: SheetKind, department: str) -> str:
    wanted = {"kind": kind.value, "people": "missing", "format": "xlsx", "department": department}
    return f"{reverse('sheet-template', args=['any'])}?{urlencode(wanted)}"
