"""Incidents and readings for the tests of 運用確認."""

from typing import Any

from django.utils import timezone

from azukari.law.purpose import Purpose
from azukari.oversee.incidents import actions
from azukari.oversee.incidents.models import Incident
from azukari.register.actions import viewing
from azukari.register.models import Person
from tests.cast import Side

FACTS: dict[str, Any] = {
    "title": "届書の誤送付",
    "harm": "leak",
    "suspected": False,
    "happened_on": None,
    "noticed_by": "総務部",
    "outline": "別の会社に送った。",
    "items": ["number", "name"],
    "medium": "紙の届書",
    "cause": "wrong_delivery",
    "cause_told": "宛先の取り違え",
    "contractor": "",
    "malicious": False,
    "public": False,
    "protected": False,
    "people_told": None,
    "many_on": None,
    "damage": "",
    "remark": "",
}


def incident_of(side: Side, **facts: Any) -> Incident:
    with side.scope():
        given = {**FACTS, "noticed_on": timezone.localdate(), **facts}
        return actions.record_incident(given, actor=side.steward)


def reveal(side: Side, person: Person) -> None:
    """The operator looks at the person's number."""
    with side.scope():
        viewing.reveal_number(
            person, Purpose.HEALTH_PENSION, "届出の確認のため", actor=side.operator
        )
