"""The verbs of 特定個人情報ファイル管理簿."""

from collections.abc import Mapping
from typing import Final

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.oversee.holdings.models import HoldingFacts
from azukari.oversee.holdings.rules import HoldingKind
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company
from azukari.tenancy.users import SomebodyWasFaster

FACTS: Final = ("officer", "department", "place", "remark")


def change_facts(
    kind: HoldingKind, facts: Mapping[str, str], *, version: int, everywhere: bool, actor: Actor
) -> None:
    """What a steward says of a file; `everywhere`: officer and department of every other file, too.

    `version` 0: nothing was said yet.  Raises SomebodyWasFaster.
    """
    actor.require("holding:change")
    # The company's row is the lock: a line may not be there yet.
    Company.objects.select_for_update().get(id=actor.company)
    row = HoldingFacts.objects.filter(kind=kind.value).first()
    if (row.version if row else 0) != version:
        raise SomebodyWasFaster
    _set(kind, {name: facts[name] for name in FACTS}, actor)
    if everywhere:
        shared = {name: facts[name] for name in ("officer", "department")}
        for other in HoldingKind:
            if other is not kind:
                _set(other, shared, actor)


def _set(kind: HoldingKind, facts: Mapping[str, str], actor: Actor) -> None:
    row = HoldingFacts.objects.filter(kind=kind.value).first()
    if row is None:
        row = HoldingFacts(company_id=actor.company, kind=kind.value, version=0)
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, facts[name])
    row.version += 1
    row.changed_at, row.changed_by_name = timezone.now(), actor.name
    row.save()
    labels = "、".join(_label(name) for name in changed)
    _write(Action.HOLDING_CHANGED, actor, after=f"{kind.label}：{labels}", kind=kind.value)


def _label(name: str) -> str:
    return str(HoldingFacts._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001


def write_export(form: str, *, actor: Actor) -> None:
    """That the register was printed (`print`), or given out as a file (`csv`)."""
    actor.require("holding:output")
    _write(Action.HOLDING_EXPORTED, actor, format=form)


def _write(action: Action, actor: Actor, **details: str) -> None:
    pens.write(Record.by(actor, action, details=details), actor.company)
