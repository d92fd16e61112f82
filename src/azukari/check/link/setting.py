"""給与計算サービス連携設定: whether a company takes pushes, and what goes by itself."""

from collections.abc import Iterable

from azukari.check.link.events import Event
from azukari.check.link.models import LinkSetting
from azukari.law.purpose import Purpose
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.users import SomebodyWasFaster


def save_setting(
    wanted: LinkSetting, *, automatic: Iterable[Event], purposes: Iterable[Purpose],
    version: int, actor: Actor,
) -> LinkSetting:  # fmt: skip
    """給与計算サービス連携設定.  Raises SomebodyWasFaster when `version` is not current."""
    actor.require("link_setting:change")
    before = LinkSetting.objects.select_for_update().first()
    if (before.version if before else 0) != version:
        raise SomebodyWasFaster
    wanted.company_id = actor.company
    wanted.automatic = [one.value for one in automatic]
    wanted.purposes = [one.code for one in purposes]
    wanted.version = version + 1
    wanted.save(force_insert=before is None, force_update=before is not None)
    pens.write(
        Record.by(
            actor,
            Action.SETTINGS_CHANGED,
            details={"changed": "給与計算サービス連携設定", "after": _in_words(wanted)},
        ),
        actor.company,
    )
    return wanted


def _in_words(setting: LinkSetting) -> str:
    kinds = "・".join(Event(one).label for one in setting.automatic) or "なし"
    return f"{'使う' if setting.is_on else '使わない'}、自動で反映: {kinds}"
