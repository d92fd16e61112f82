"""Every change of the company and its offices: who, when, before and after, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from azukari.law import municipality
from azukari.tenancy import companies
from azukari.tenancy.models import Company, CompanyChange, CompanyPart, Office
from azukari.web.components.parts import Link
from azukari.web.forms.company import HistorySearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, turns
from azukari.web.operator.history import Field
from azukari.web.steward.frame import page

PAGE = 20
_NONE = "（なし）"


@dataclass(frozen=True, slots=True)
class Change:
    title: str
    at: datetime
    who: str
    fields: list[Field]


def history(request: OperatorRequest) -> HttpResponse:
    search = HistorySearch(request.GET, offices=list(Office.objects.order_by("code")))
    found = companies.page_of_changes(
        companies.find_changes(*search.wanted), place_in(request, size=PAGE)
    )
    context = page(
        "変更の履歴",
        Link("会社情報管理", reverse("company")),
        search=search,
        clear_url=reverse("company-history"),
        applied=list(applied(request, search, search.fields)),
        changes=[_told(one) for one in found.rows],
        company_url=reverse("company"),
        **turns(request, found),
    )
    return render(request, "steward/company/history.html", context)


def _told(change: CompanyChange) -> Change:
    return Change(_title(change), change.at, change.actor_name, list(_fields(change)))


def _fields(change: CompanyChange) -> Iterator[Field]:
    if change.part == CompanyPart.DESIGNATED:
        for code, (before, after) in sorted(change.changes.items()):
            yield Field(code + municipality.check_digit(code), before or _NONE, after or _NONE)
        return
    kind = Office if change.part == CompanyPart.OFFICE else Company
    order = [field.name for field in kind._meta.fields]  # noqa: SLF001  Django's public _meta
    for name, (before, after) in sorted(
        change.changes.items(), key=lambda one: order.index(one[0])
    ):
        yield Field(companies.label_of(kind, name), _shown(name, before), _shown(name, after))


def _title(change: CompanyChange) -> str:
    label = CompanyPart(change.part).label
    if change.office is None:
        return f"{label}の変更"
    return f"{label}「{change.office.name}」の{'登録' if change.is_new else '変更'}"


def _shown(name: str, value: str | bool | int) -> str:  # noqa: FBT001  it is what is shown
    if name == "postcode" and value:
        return f"{str(value)[:3]}-{str(value)[3:]}"
    if name == "employment_insurance_number" and value:
        return f"{str(value)[:4]}-{str(value)[4:10]}-{str(value)[10:]}"
    return companies.in_words(value) or _NONE
