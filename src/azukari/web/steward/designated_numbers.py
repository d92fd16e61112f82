"""会社情報管理: 指定番号, what each municipality knows the company by."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.tenancy import companies
from azukari.tenancy.designated_numbers import (
    NotConfirmed,
    replace_designated_numbers,
    with_check_digit,
)
from azukari.tenancy.designated_numbers import (
    designated_numbers as find_designated_numbers,
)
from azukari.tenancy.users import SomebodyWasFaster
from azukari.web.components.parts import Link
from azukari.web.forms.designated_numbers import DesignatedNumbersForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page


def designated_numbers(request: OperatorRequest) -> HttpResponse:
    context = page(
        "指定番号",
        _to_company(),
        numbers=[{"one": one, "code": with_check_digit(one)} for one in find_designated_numbers()],
        may_change=request.actor.may("company:change"),
    )
    return render(request, "steward/company/designated_numbers.html", context)


def change(request: OperatorRequest) -> HttpResponse:
    company = companies.company_at_work(request.actor.company)
    initial = {
        "lines": "\n".join(
            f"{with_check_digit(one)}\t{one.name}\t{one.number}"
            for one in find_designated_numbers()
        ),
        "version": company.version,
    }
    form = DesignatedNumbersForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            changed = replace_designated_numbers(
                company, form.cleaned_data["lines"], confirmed=form.confirmed_lines(),
                version=version, actor=request.actor,
            )  # fmt: skip
            messages.success(request, _done(changed))
            return redirect("designated-numbers")
        except SomebodyWasFaster:
            form.add_error(None, SOMEBODY_WAS_FASTER)
        except NotConfirmed as refused:
            form.ask_about(refused.municipalities)
    crumb = Link("指定番号", reverse("designated-numbers"))
    context = page("指定番号の変更", _to_company(), crumb, form=form)
    return render(request, "steward/company/designated_numbers_change.html", context)


def _done(changed: int) -> str:
    if not changed:
        return "指定番号は、登録されているものと同じです。"
    return f"{changed:,}市区町村の指定番号を変更しました。"


def _to_company() -> Link:
    return Link("会社情報管理", reverse("company"))
