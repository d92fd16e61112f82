"""What waits for those who set up and oversee: users, notices, tokens, backups, alerts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from azukari.collect.queries import addresses_not_reached
from azukari.law.purpose import PersonKind
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import notices
from azukari.tenancy import directory, tokens
from azukari.tenancy.actor import Actor
from azukari.tenancy.admission import Admission
from azukari.tenancy.directory import UserFilter, UserState
from azukari.tenancy.models import Office, User
from azukari.tenancy.options import has_field
from azukari.web.components.parts import Link

_TOKENS_ENDING: Final = timedelta(days=30)
_LATELY: Final = timedelta(days=7)
_BACKUP_OLD: Final = timedelta(days=2)
_LOOKED_BACK: Final = timedelta(days=366)
_MOST: Final = 999


def waiting(actor: Actor, admission: Admission) -> Iterator[Link]:
    """For the top screen; each leads to the list it was counted from."""
    if actor.may("user:change"):
        yield from _users(admission)
    if actor.may("company:change") and not Office.objects.exists():
        note = "届書を作るには、事業所の登録が必要です"
        yield Link("事業所が登録されていません", reverse("company"), "building", note, 1)
    if actor.may("purpose:create"):
        yield from _notices()
    if actor.may("link_setting:change"):
        yield from _tokens()
    if actor.may("record:view"):
        yield from _oversight(actor)


def users_not_reached() -> set[str]:
    """Addresses of users whose latest mail did not arrive."""
    return addresses_not_reached(User.objects.exclude(mail="").values_list("mail", flat=True))


def _users(admission: Admission) -> Iterator[Link]:
    unset = directory.find_users(UserFilter(state=UserState.UNSET)).count()
    if unset:
        gone = directory.count_without_link()
        note = "本人に、リンクからパスワードを決めてもらってください"
        if gone:
            note = f"{gone:,}人には、使えるリンクがありません。一覧で選んで発行してください"
        yield Link(
            "パスワードが未設定のユーザ", _users_in(UserState.UNSET), "user", note, unset, "人",
            "warning" if gone else "neutral", "リンクなし" if gone else "",
        )  # fmt: skip
    locked = directory.find_users(UserFilter(state=UserState.LOCKED)).count()
    if locked:
        note = "本人からの依頼であることを確かめて、解除してください"
        yield Link(
            "ロックされたユーザ", _users_in(UserState.LOCKED), "lock", note, locked, "人",
            "error", "ロック",
        )  # fmt: skip
    if has_field("user", "mail_kinds", admission.options):
        mails = users_not_reached()
        count = directory.find_users(UserFilter(mails=mails)).count() if mails else 0
        if count:
            note = "メールアドレスを確かめて、直してください"
            yield Link(
                "メールが届かないユーザ", reverse("users") + "?unreached=on", "mail", note, count,
                "人", "error", "不達",
            )  # fmt: skip


def _users_in(state: UserState) -> str:
    return f"{reverse('users')}?{urlencode({'state': state.value})}"


def _notices() -> Iterator[Link]:
    for notice in notices.current_notices():
        missing = notices.not_told(notice).count()
        if missing:
            kind = PersonKind(notice.kind).label
            url = reverse("notice-missing", kwargs={"notice_id": notice.id})
            note = "通知したら、通知した日と方法を記録してください"
            yield Link(f"利用目的を通知していない人（{kind}）", url, "flag", note, missing, "人")


def _tokens() -> Iterator[Link]:
    ending = tokens.ending(within=_TOKENS_ENDING)
    first = ending.first()
    if first is not None and first.expires_at is not None:
        note = f"いちばん早いものは{_day(first.expires_at)}に使えなくなります。取り替えてください"
        yield Link(
            "期限が近い連携用トークン", reverse("link"), "key", note, ending.count(),
            tone="warning", tag="期限が近い",
        )  # fmt: skip


def _oversight(actor: Actor) -> Iterator[Link]:
    since = timezone.now() - _LATELY
    for realm, of in ((actor.company, ""), (actor.contract_id, "contract")):
        if of and not actor.may("user:view"):
            continue
        asked = ledger.Filter(actions=(Action.ALERT_RAISED,), since=_midnight(since))
        count = ledger.count(realm, asked, at_most=_MOST)
        if count:
            where = "（ログイン・利用者・証明書）" if of else ""
            note = "だれが何をしたかを、記録で確かめてください"
            url = _records(Action.ALERT_RAISED, since, of)
            yield Link(
                f"注意すべき操作{where}", url, "shield", note, count, tone="warning", tag="7日以内"
            )
    changed = ledger.Filter(actions=(Action.RETENTION_CHANGED,), since=_midnight(since))
    count = ledger.count(actor.company, changed, at_most=_MOST)
    if count:
        note = "廃棄できる日が変わりました。変更の内容を確かめてください"
        url = _records(Action.RETENTION_CHANGED, since)
        yield Link("保存期間の設定の変更", url, "history", note, count, tag="7日以内")
    yield from _backup(actor)


def _backup(actor: Actor) -> Iterator[Link]:
    """Only where backups are made by this service; of others it cannot know."""
    asked = ledger.Filter(actions=(Action.BACKUP_MADE,), since=timezone.now() - _LOOKED_BACK)
    latest = ledger.records(actor.company, asked, limit=1).entries
    now = timezone.now()
    if latest and latest[0].record.at < now - _BACKUP_OLD:
        at = latest[0].record.at
        note = f"最後の取得は{_day(at)}です。サーバの管理者に確かめてください"
        url = f"{reverse('records')}?{urlencode({'action': Action.BACKUP_MADE.value})}"
        yield Link(
            "バックアップが取られていません", url, "warning", note, (now - at).days, "日",
            "error", "要確認",
        )  # fmt: skip


def _records(action: Action, since: datetime, of: str = "") -> str:
    wanted = {"action": action.value, "since": f"{timezone.localdate(since):%Y/%m/%d}"}
    return f"{reverse('records')}?{urlencode({**wanted, **({'of': of} if of else {})})}"


def _midnight(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def _day(moment: datetime) -> str:
    day = timezone.localtime(moment)
    return f"{day.year}年{day.month}月{day.day}日"
