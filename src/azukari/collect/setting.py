"""The terms that hold on a day, and changing them (個人番号申請機能設定)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from azukari.collect import terms
from azukari.collect.models import CollectionSetting
from azukari.collect.terms import Terms
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.users import SomebodyWasFaster


def terms_on(day: date) -> Terms:
    """Of the company in scope; without any setting those of `Terms()`."""
    row = row_on(day)
    return terms.from_json(row.terms) if row else Terms()


def row_on(day: date) -> CollectionSetting | None:
    """The setting that holds on that day."""
    rows = CollectionSetting.objects.filter(effective_from__lte=day)
    return rows.order_by("-effective_from").first()


def settings_of_company() -> list[CollectionSetting]:
    """Newest day first; at most one holds today, later ones are to come."""
    return list(CollectionSetting.objects.order_by("-effective_from"))


def save_terms(
    wanted: Terms, effective_from: date, *, version: int | None = None, actor: Actor
) -> CollectionSetting:
    """From that day on; the past is never rewritten (`ValueError` for a day before today).

    `version` of the row that was shown, None when that day has none.  Raises `SomebodyWasFaster`.
    """
    actor.require("collection:change")
    if effective_from < timezone.localdate():
        raise ValueError("the terms of a past day do not change")
    before = terms_on(effective_from)
    row = CollectionSetting.objects.filter(effective_from=effective_from)
    values = {
        "terms": wanted.to_json(),
        "changed_at": timezone.now(),
        "changed_by_name": actor.name,
    }
    if version is not None:
        if not row.filter(version=version).update(version=version + 1, **values):
            raise SomebodyWasFaster
    else:
        _create(effective_from, values, actor)
    changed = [
        name
        for name, value in wanted.to_json().items()
        if terms.from_json(before.to_json()).to_json()[name] != value
    ]
    _write(actor, changed, effective_from)
    return row.get()


def drop_terms(row: CollectionSetting, *, actor: Actor) -> None:
    """Terms whose day has not come yet are taken back.  Raises `SomebodyWasFaster`."""
    actor.require("collection:change")
    gone, _ = CollectionSetting.objects.filter(
        id=row.id, version=row.version, effective_from__gt=timezone.localdate()
    ).delete()
    if not gone:
        raise SomebodyWasFaster
    _write(actor, ["取消"], row.effective_from)


def _create(effective_from: date, values: dict[str, object], actor: Actor) -> None:
    try:
        with transaction.atomic():
            CollectionSetting.objects.create(
                company_id=actor.company, effective_from=effective_from, **values
            )
    except IntegrityError:
        raise SomebodyWasFaster from None


def _write(actor: Actor, changed: list[str], effective_from: date) -> None:
    pens.write(
        Record.by(
            actor,
            Action.SETTINGS_CHANGED,
            details={
                "kind": "collection",
                "changed": " ".join(changed),
                "period": effective_from.isoformat(),
            },
        ),
        actor.company,
    )
