"""The verbs of 利用目的管理: switch, publish, and note who was told."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet
from django.utils import timezone

from azukari.law.purpose import PersonKind, Purpose
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record, bodies_for_each
from azukari.register import notices
from azukari.register.models import (
    NoticeChannel,
    Person,
    PurposeNotice,
    PurposeNotified,
    PurposeSwitch,
)
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company


class LastPurpose(Exception):
    """A kind of person would be left without any purpose."""


def set_purposes(on: Iterable[Purpose], *, actor: Actor) -> bool:
    """Which purposes of the closed list the company uses; whether that changed anything.

    Numbers already held for a purpose keep it.  Raises `LastPurpose`.
    """
    actor.require("purpose:change")
    wanted = frozenset(Purpose) - frozenset(on)
    if any(not (set(kind_purposes) - wanted) for kind_purposes in _by_kind()):
        raise LastPurpose
    Company.objects.select_for_update(no_key=True).get(id=actor.company)
    before = notices.switched_off()
    if wanted == before:
        return False
    PurposeSwitch.objects.filter(purpose__in=[one.code for one in before - wanted]).delete()
    PurposeSwitch.objects.bulk_create(
        PurposeSwitch(company_id=actor.company, purpose=one.code, switched_off_by_name=actor.name)
        for one in wanted - before
    )
    changed = [one.code for one in Purpose if one in wanted ^ before]
    _write(Action.PURPOSE_SETTINGS_CHANGED, actor, changed=" ".join(changed))
    return True


def publish_notice(kind: PersonKind, text: str, *, actor: Actor) -> PurposeNotice:
    """A new version of the words for people of the kind; earlier ones stay as they were.

    It is about the purposes that are on today.
    """
    actor.require("purpose:change")
    Company.objects.select_for_update(no_key=True).get(id=actor.company)
    last = notices.notices_of(kind).aggregate(last=Max("version"))["last"] or 0
    notice = PurposeNotice.objects.create(
        company_id=actor.company,
        version=last + 1,
        kind=kind.value,
        text=text,
        purposes=[purpose.code for purpose in notices.open_purposes(kind)],
        published_by_name=actor.name,
    )
    _write(
        Action.NOTICE_PUBLISHED,
        actor,
        kind=kind.value,
        form_version=str(notice.version),
        target=str(notice.id),
    )
    return notice


def note_told(
    notice: PurposeNotice,
    people: QuerySet[Person],
    channel: NoticeChannel,
    on: date,
    *,
    actor: Actor,
) -> int:
    """That these people were told this version; those already noted are left out.  How many.

    One statement for any number of people, and one leaf of the ledger for each.
    """
    actor.require("purpose:create")
    return _note(notice, people, channel, on, actor)


def note_seen(people: QuerySet[Person], *, actor: Actor) -> int:
    """That the portal showed them, or the employee for their family, what the company has made
    public about their kind; nothing where it has made nothing public.  How many.
    """
    noted = 0
    for notice in notices.current_notices():
        of_kind = people.filter(kind=notice.kind)
        noted += _note(notice, of_kind, NoticeChannel.PORTAL, timezone.localdate(), actor)
    return noted


def _note(
    notice: PurposeNotice,
    people: QuerySet[Person],
    channel: NoticeChannel,
    on: date,
    actor: Actor,
) -> int:
    chosen, values = people.values("id").query.sql_with_params()
    table = PurposeNotified._meta.db_table  # noqa: SLF001  Django's public _meta
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, company_id, person_id, notice_id, channel,"  # noqa: S608  our own names
            " notified_on, recorded_by_name)"
            " SELECT gen_random_uuid(), %s, chosen.id, %s, %s, %s, %s"
            f" FROM ({chosen}) AS chosen"
            " ON CONFLICT (company_id, person_id, notice_id) DO NOTHING RETURNING person_id",
            [actor.company, notice.id, channel.value, on, actor.name, *values],
        )
        told = [row[0] for row in cursor.fetchall()]
    _write_told(notice, told, channel, on, actor)
    return len(told)


def _write_told(
    notice: PurposeNotice, told: list[UUID], channel: NoticeChannel, on: date, actor: Actor
) -> None:
    if not told:
        return
    record = Record.by(
        actor,
        Action.PURPOSE_NOTIFIED,
        at=datetime.now(UTC),
        count=1,
        details={
            "channel": channel.value,
            "form_version": str(notice.version),
            "target": str(notice.id),
            "period": on.isoformat(),
        },
    )
    pens.write_many(actor.company, bodies_for_each(record, [(person, None) for person in told]))


def _by_kind() -> list[list[Purpose]]:
    return [[one for one in Purpose if kind in one.kinds] for kind in PersonKind]


def _write(action: Action, actor: Actor, **details: Any) -> None:
    pens.write(Record.by(actor, action, details=details), actor.company)
