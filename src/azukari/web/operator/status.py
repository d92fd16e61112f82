"""登録状況確認: who is missing a number, by department, and the ways on from there."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from azukari.check import queries
from azukari.check.missing import Missing
from azukari.check.queries import Status
from azukari.register.sheets.headings import SheetKind
from azukari.tenancy.actor import Actor
from azukari.web.components.parts import NO_DEPARTMENT, Link, Share
from azukari.web.forms.export import StatusForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator.status_people import asking_url, may_ask


def status(request: OperatorRequest) -> HttpResponse:
    form = StatusForm(request.GET or {"kind": SheetKind.EMPLOYEES.value})
    said = form.cleaned_data["kind"] if form.is_valid() else ""
    kind = SheetKind(said) if said else SheetKind.EMPLOYEES
    rows = queries.status_by_department(kind)
    context = {
        "page_title": "登録状況",
        "crumbs": [Link("トップ", reverse("top")), Link("登録状況")],
        "form": form,
        "clear_url": reverse("status"),
        "kind": kind,
        "rows": [(row, row.department or NO_DEPARTMENT, _ways(kind, row, request.actor))
                 for row in rows],
        "shares": [Share.of(row.department, row.registered, row.missing) for row in rows],
        "missing": sum(row.missing for row in rows),
        "total": sum(row.total for row in rows),
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
