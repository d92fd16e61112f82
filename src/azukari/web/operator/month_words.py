"""What people read about months: what an anomaly is, where its records are, why not."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from azukari.law import holiday
from azukari.ledger.actions import Action
from azukari.oversee.months.rules import Anomaly, AnomalyKind, Month, MonthProblem
from azukari.web.components.parts import Tone

TONES: Mapping[AnomalyKind, Tone] = {
    AnomalyKind.BULK: "warning",
    AnomalyKind.NIGHT: "info",
    AnomalyKind.HOLIDAY: "info",
    AnomalyKind.NEW_PLACE: "warning",
    AnomalyKind.NEW_CERTIFICATE: "info",
    AnomalyKind.FAILURES: "warning",
    AnomalyKind.PORTAL: "warning",
    AnomalyKind.ALERT: "error",
}
_WHAT: Mapping[AnomalyKind, str] = {
    AnomalyKind.BULK: "1日に{count}件の番号を、画面で表示・照合しました",
    AnomalyKind.NIGHT: "22時から5時までに、番号を{count}件使いました",
    AnomalyKind.HOLIDAY: "{holiday}に、番号を{count}件使いました",
    AnomalyKind.NEW_PLACE: "初めての接続元（{detail}）からログインしました",
    AnomalyKind.NEW_CERTIFICATE: "初めての証明書（{detail}）でログインしました",
    AnomalyKind.FAILURES: "ログインに{count}回失敗しました",
    AnomalyKind.PORTAL: "従業員ポータルで、接続元{detail}からのログインに{count}回失敗しました",
    AnomalyKind.ALERT: "{rule}（{count}回）",
}
_RULES: Mapping[str, str] = {
    "viewings_of_user": "1時間に表示できる件数の上限を超えようとしました",
    "viewings_of_company": "会社全体で1時間に表示できる件数の上限を超えようとしました",
    "comparisons_of_user": "1分間に照合できる件数の上限を超えようとしました",
    "comparisons_of_company": "会社全体で1日に照合できる件数の上限を超えようとしました",
    "alone": "ほかに承認できる利用者がいないため、自分で承認できる状態になりました",
}
# Kinds whose records are in the contract's ledger.
_OF_CONTRACT = frozenset({AnomalyKind.NEW_PLACE, AnomalyKind.NEW_CERTIFICATE, AnomalyKind.FAILURES})
_ACTIONS: Mapping[AnomalyKind, str] = {
    AnomalyKind.NEW_PLACE: Action.SIGNED_IN.value,
    AnomalyKind.NEW_CERTIFICATE: Action.SIGNED_IN.value,
    AnomalyKind.FAILURES: Action.SIGN_IN_FAILED.value,
    AnomalyKind.PORTAL: Action.SIGN_IN_FAILED.value,
    AnomalyKind.ALERT: Action.ALERT_RAISED.value,
}
_PROBLEMS: Mapping[MonthProblem, str] = {
    MonthProblem.NOT_OVER: "この月はまだ終わっていません。月が終わってから確認済にしてください。",
    MonthProblem.NOT_WHAT_WAS_SEEN: (
        "画面を開いた後に、注意すべき操作が増えました。一覧をもう一度確かめてから、確認済にしてください。"
    ),
    MonthProblem.NOTHING_NEW: (
        "この月は確認済です。その後に見つかったものはありません。"
        "ほかの責任者が先に確認した可能性があります。"
    ),
    MonthProblem.NOTE_MISSING: "確認した内容を入力してください。",
    MonthProblem.NOBODY_CHOSEN: "1件も選ばれていません。一覧で選んでください。",
}


def say(problem: MonthProblem) -> str:
    return _PROBLEMS[problem]


def name(month: Month) -> str:
    return f"{month.first.year}年{month.first.month}月"


def what(one: Anomaly) -> str:
    """One sentence for an anomaly."""
    rule = _RULES.get(one.detail, one.detail or "注意すべき操作です")
    return _WHAT[one.kind].format(
        count=f"{one.count:,}", detail=one.detail, rule=rule, holiday=_holiday(one)
    )


def _holiday(one: Anomaly) -> str:
    named = holiday.name_of(one.day)
    if named:
        return f"祝日（{named}）"
    weekday = one.day.weekday()
    return "土曜日" if weekday == 5 else "日曜日" if weekday == 6 else "年末年始の休日"


def records_of(one: Anomaly, *, with_contract: bool) -> str:
    """Where its records are listed; empty where this user may not see them, or nobody is known."""
    of_contract = one.kind in _OF_CONTRACT or one.detail == "alone"
    if of_contract and not with_contract:
        return ""
    action = _ACTIONS.get(one.kind, "use")
    day = f"{one.day:%Y/%m/%d}"
    wanted = {
        "user": str(one.actor or ""),
        "action": action,
        "since": day,
        "until": day,
        "of": "contract" if of_contract else "",
    }
    return f"{reverse('records')}?{urlencode({k: v for k, v in wanted.items() if v})}"


def last_day(month: Month) -> str:
    day = month.after.first - timedelta(days=1)
    return f"{day.month}月{day.day}日"
