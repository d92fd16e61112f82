"""会社情報管理: 指定番号, what each municipality knows the company by."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.tenancy import companies
from azukari.tenancy.designated_numbers import (
    NotConfirmed,
    find_designated_numbers,
    page_of_designated_numbers,
    replace_designated_numbers,
    with_check_digit,
)
from azukari.tenancy.designated_numbers import (
    designated_numbers as all_designated_numbers,
)
from azukari.tenancy.users import SomebodyWasFaster
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.designated_numbers import DesignatedNumbersForm, DesignatedSearch
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import place_in, turns
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page


def designated_numbers(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("designated-numbers")
    search = DesignatedSearch(request.GET)
    search.is_valid()
    found = find_designated_numbers(search.cleaned_data.get("q", ""))
    listed = page_of_designated_numbers(found, place_in(request))
    context = page(
        "指定番号",
        _to_company(),
        search=search,
        clear_url=reverse("designated-numbers"),
        searched=bool(search.cleaned_data.get("q")),
        total=found.count(),
        rows=[
            {"one": one, "code": with_check_digit(one)}
            for one in (row.facts for row in listed.rows)
        ],
        may_change=request.actor.may("company:change"),
        **turns(request, listed),
    )
    return render(request, "steward/company/designated_numbers.html", context)


def change(request: OperatorRequest) -> HttpResponse:
    company = companies.company_at_work(request.actor.company)
    initial = {
        "lines": "\n".join(
            f"{with_check_digit(one)}\t{one.name}\t{one.number}" for one in all_designated_numbers()
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
