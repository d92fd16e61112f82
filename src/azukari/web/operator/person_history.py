"""Every change of one person: who, when, and what stood before and after, side by side."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from azukari.register import queries
from azukari.register.models import Person, PersonChange, PersonKind
from azukari.web.components.parts import Link
from azukari.web.guard import OperatorRequest
from azukari.web.operator import history, person_words
from azukari.web.operator.people import crumbs_to, find_person, page_of

PAGE = 20
_MOST_DIGITS = 9  # of a version: what the column holds


@dataclass(frozen=True, slots=True)
class Change:
    version: int
    at: datetime
    who: str
    title: str
    fields: list[history.Field]


def employee_history(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _history(request, find_person(PersonKind.EMPLOYEE, person_id))


def family_history(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _history(request, find_person(PersonKind.FAMILY, person_id))


def payee_history(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    return _history(request, find_person(PersonKind.PAYEE, person_id))


def _history(request: OperatorRequest, person: Person) -> HttpResponse:
    """All changes, newest first, by versions; `?version=` shows the one that made it."""
    found = queries.changes_of(person).order_by("-version")
    only, below = _number(request.GET.get("version")), _number(request.GET.get("below"))
    if only is not None:
        found = found.filter(version=only)
    if below is not None:
        found = found.filter(version__lt=below)
    rows = list(found[: PAGE + 1])
    if only is not None and not rows:
        raise Http404
    here = person_words.url_of(person, "history")
    context = {
        "page_title": "変更の履歴",
        "crumbs": [*crumbs_to(person, request.actor), Link("変更の履歴")],
        "person": person,
        "code": person_words.code(person),
        "changes": [_told(person, one) for one in rows[:PAGE]],
        "all_url": here if only is not None else "",
        "first_url": here if below is not None else "",
        "next_url": f"?below={rows[PAGE - 1].version}" if len(rows) > PAGE else "",
        "back_url": page_of(person),
    }
    return render(request, "operator/people/history.html", context)


def _told(person: Person, change: PersonChange) -> Change:
    return Change(
        change.version,
        change.at,
        change.actor_name,
        history.title(change),
        history.fields(person, change),
    )


def _number(text: str | None) -> int | None:
    fits = text and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if text and fits else None
