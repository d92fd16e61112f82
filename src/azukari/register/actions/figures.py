"""年間の金額, as payroll tells them."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from azukari.register.actions.writing import permission
from azukari.register.models import Person, YearlyFigures
from azukari.tenancy.actor import Actor


def keep_figures(
    person: Person, year: int, told: Mapping[str, Any], *, source: str, actor: Actor
) -> YearlyFigures:
    """What is told goes over what was known of the year; None takes a figure away.

    Filings made already keep the facts they were made of.
    """
    actor.require(permission(person, "change"))
    row, _ = YearlyFigures.objects.select_for_update().get_or_create(
        company_id=actor.company, person=person, year=year
    )
    merged = {**row.figures, **told}
    row.figures = {name: value for name, value in merged.items() if value is not None}
    row.told_by_name = source[:60]
    row.told_at = timezone.now()
    row.save(update_fields=["figures", "told_by_name", "told_at"])
    return row
