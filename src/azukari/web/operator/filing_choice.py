"""帳票を選び、人を選ぶ: the catalogue of forms, and who is due for one of them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.law.purpose import Purpose
from azukari.register.models import Person
from azukari.use import preparing, queries
from azukari.use.models import FilingState
from azukari.use.rules import NumberUse, UseRefused
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.filing import CandidateSearch, FilingForm, groups_of
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.lists import applied, place_in, ticked, turns
from azukari.web.operator import filing_words, person_words
from azukari.web.operator.filing_frame import STEPS, crumbs

_NUMBERS = {
    NumberUse.USABLE: ("使えます", "success"),
    NumberUse.OTHER_PURPOSE: ("利用目的が違います", "warning"),
    NumberUse.NOT_HELD: ("未登録", "warning"),
}
_WHOM = {"employee": "社員", "payee": "支払先", "nobody": "会社"}


def catalogue(request: OperatorRequest) -> HttpResponse:
    with_previews = request.GET.get("preview") == "1"
    found = [one for one in recipes().values() if with_previews or not one.preview]
    context = {
        "page_title": "帳票の作成",
        "crumbs": [*crumbs(), Link("帳票の作成")],
        "steps": STEPS,
        "groups": [
            {"label": label, "rows": [_offer(one) for one in rows]}
            for label, rows in groups_of(found)
        ],
        "with_previews": with_previews,
        "switch_url": "?" if with_previews else "?preview=1",
    }
    return render(request, "operator/filings/catalogue.html", context)


def _offer(recipe: Recipe) -> dict[str, Any]:
    label, tone = filing_words.standing(recipe)
    return {
        "recipe": recipe,
        "url": reverse("filing-people", kwargs={"form": recipe.code}),
        "place": filing_words.GUIDES[recipe.goes_to].place,
        "whom": _WHOM[recipe.whom] + ("と家族" if recipe.family != "none" else ""),
        "label": label,
        "tone": tone,
        "kind": "紙（PDF）" if recipe.is_paper else "データ",
        "years": preparing.years_of(recipe),
    }


def people(request: OperatorRequest, form: str) -> HttpResponse:
    recipe = recipes().get(form)
    if recipe is None:
        raise Http404
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("filing-people", form=form)
    search = CandidateSearch(recipe, _conditions(request))
    given = FilingForm(recipe, sent(request), request.FILES or None, initial=_initial(request))
    if request.method == "POST" and given.is_valid():
        try:
            filing = preparing.ask_to_prepare(
                given.wanted, _chosen(request, recipe, search, given), actor=request.actor
            )
        except UseRefused as refused:
            given.add_error(None, filing_words.say(refused.problem))
        except _Strangers as strangers:
            given.add_error("codes", strangers.said)
        else:
            waits = filing.state == FilingState.READYING
            return redirect("filing" if waits else "filing-facts", filing_id=filing.id)
    page = _page(request, recipe, search, given)
    return render(request, "operator/filings/people.html", page)


# In the address without being a condition.
_NO_CONDITION = frozenset({"year", "after", "before"})


def _conditions(request: OperatorRequest) -> QueryDict:
    """Whoever asked for nobody in particular sees whom the office waits for."""
    given = request.GET.copy()
    if given.keys() <= _NO_CONDITION:
        given["due"] = "1"
    return given


def _initial(request: OperatorRequest) -> dict[str, Any]:
    year = request.GET.get("year", "")
    return {"year": year} if year.isdecimal() else {}


class _Strangers(Exception):
    """Codes that nobody has."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__("codes")
        some = "、".join(codes[:5]) + ("など" if len(codes) > 5 else "")
        self.said = f"{some} の人はいません。番号を確かめるか、取り除いてください。"


def _chosen(
    request: OperatorRequest, recipe: Recipe, search: CandidateSearch, given: FilingForm
) -> preparing.Whom:
    if not recipe.has_people:
        return []
    act = request.POST.get("act")
    if act == "codes":
        found = queries.people_with_codes(given.pasted, recipe)
        strangers = [code for code in given.pasted if code not in found]
        if strangers:
            raise _Strangers(strangers)
        return [found[code] for code in given.pasted]
    if act == "all":
        every = _candidates(search, recipe, given.cleaned_data.get("year") or 0)
        return every.order_by("employee_code")
    ticked_ones = queries.people_of(ticked(request), recipe)
    return sorted(ticked_ones.values(), key=lambda person: person.employee_code)


def _candidates(search: CandidateSearch, recipe: Recipe, year: int) -> QuerySet[Person]:
    return queries.find_candidates(search.wanted, recipe, year=year, today=timezone.localdate())


def _page(
    request: OperatorRequest, recipe: Recipe, search: CandidateSearch, form: FilingForm
) -> dict[str, Any]:
    years = preparing.years_of(recipe)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else 0)
    found = _candidates(search, recipe, year)
    page = queries.page_of_candidates(found, place_in(request)) if recipe.has_people else None
    uses = queries.number_uses(page.rows, recipe) if page else {}
    marked = set(ticked(request))
    return {
        "page_title": recipe.title,
        "crumbs": [*crumbs(), Link("帳票の作成", reverse("filing-new")), Link("人を選ぶ")],
        "steps": STEPS,
        "recipe": recipe,
        "caution": filing_words.caution(recipe),
        "search": search,
        "form": form,
        "year": year,
        "purpose": Purpose[recipe.purpose].label,
        "takes_numbers": recipe.is_paper or bool(recipe.numbers),
        "applied": list(applied(request, search, search.fields.keys() - {"due"})),
        "clear_url": "?due=0",
        "post_url": f"?{request.GET.urlencode()}",
        "rows": [
            {
                "person": one,
                "url": reverse("payee" if recipe.whom == "payee" else "person", args=[one.id]),
                "hired_on": person_words.day(one.hired_on),
                "left_on": person_words.day(one.left_on),
                "number": _NUMBERS[uses[one.id]],
                "ticked": one.id in marked,
            }
            for one in (page.rows if page else ())
        ],
        "total": found.count() if page else 0,
        "ticked": len(marked),
        **(turns(request, page) if page else {}),
    }
