"""会社情報管理: the company and its offices."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from azukari.tenancy import companies
from azukari.tenancy.designated_numbers import DesignatedNumber
from azukari.tenancy.models import Company, Office
from azukari.tenancy.options import has_field
from azukari.tenancy.users import SomebodyWasFaster
from azukari.web.components.parts import Link
from azukari.web.forms.company import CompanyForm, HandlingForm, OfficeForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page

TAKEN = "この事業所コードは使われています。別のコードにしてください。"


def company(request: OperatorRequest) -> HttpResponse:
    context = page(
        "会社情報管理",
        company=companies.company_at_work(request.actor.company),
        designated=DesignatedNumber.objects.count(),
        offices=list(Office.objects.order_by("code")),
        may_change=request.actor.may("company:change"),
        shows_declaration=has_field("company", "declaration_name", request.admission.options),
    )
    return render(request, "steward/company/company.html", context)


def change(request: OperatorRequest) -> HttpResponse:
    row = companies.company_at_work(request.actor.company)
    form = CompanyForm(
        sent(request), initial=_initial(row, CompanyForm), options=request.admission.options
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            companies.change_company(row, form.facts(), version=version, actor=request.actor)
            messages.success(request, "会社情報を変更しました。")
            return redirect("company")
        except SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
    context = page("会社情報の変更", _to_company(), form=form)
    return render(request, "steward/company/change.html", context)


def handling(request: OperatorRequest) -> HttpResponse:
    """取扱いのきまり: seen by whoever may see the company, changed by the steward."""
    row = companies.company_at_work(request.actor.company)
    may_change = request.actor.may("company:change")
    if request.method == "POST":
        request.actor.require("company:change")
    form = HandlingForm(sent(request), initial=_initial(row, HandlingForm))
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            companies.change_handling(row, form.wanted, version=version, actor=request.actor)
            messages.success(request, "取扱いのきまりを変更しました。次の操作から有効です。")
            return redirect("handling")
        except SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
    context = page("取扱いのきまり", _to_company(), form=form, may_change=may_change)
    return render(request, "steward/company/handling.html", context)


def add_office(request: OperatorRequest) -> HttpResponse:
    form = OfficeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = companies.add_office(form.facts(), actor=request.actor)
            messages.success(request, f"事業所「{made.name}」を登録しました。")
            return redirect("company")
        except companies.OfficeTaken:
            form.add_error("code", TAKEN)
    context = page("事業所の登録", _to_company(), form=form, is_new=True)
    return render(request, "steward/company/office.html", context)


def change_office(request: OperatorRequest, office_id: UUID) -> HttpResponse:
    row = get_object_or_404(Office.objects, id=office_id)
    form = OfficeForm(sent(request), initial=_initial(row, OfficeForm))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            companies.change_office(row, form.facts(), version=version, actor=request.actor)
            messages.success(request, f"事業所「{form.cleaned_data['name']}」を変更しました。")
            return redirect("company")
        except companies.OfficeTaken:
            form.add_error("code", TAKEN)
        except SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
    context = page("事業所の変更", _to_company(), form=form)
    return render(request, "steward/company/office.html", context)


def _initial(
    row: Company | Office, form: type[CompanyForm | HandlingForm | OfficeForm]
) -> dict[str, Any]:
    return {name: getattr(row, name) for name in form.base_fields}


def _to_company() -> Link:
    return Link("会社情報管理", reverse("company"))
