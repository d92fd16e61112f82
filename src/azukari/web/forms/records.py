"""The search of 利用履歴照会."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter
from azukari.tenancy.models import User
from azukari.web.forms.reading import DaySought

# What people ask for, in the order of the life of a number; each is also offered one by one.
GROUPS: dict[str, tuple[str, tuple[Action, ...]]] = {
    "use": (
        "個人番号を見た・使った",
        (
            Action.NUMBER_REVEALED,
            Action.NUMBER_COMPARED,
            Action.NUMBER_OPENED,
            Action.NUMBER_TRANSFERRED,
            Action.FILE_DOWNLOADED,
            Action.FILING_PASSPHRASE_SHOWN,
            Action.EXPORT_ASKED,
            Action.EXPORT_PASSPHRASE_SHOWN,
        ),
    ),
    "keep": (
        "登録・変更",
        (
            Action.PERSON_REGISTERED,
            Action.PERSON_CHANGED,
            Action.NUMBER_RECORDED,
            Action.NUMBER_CORRECTED,
            Action.SHEET_RECEIVED,
            Action.SHEET_APPLIED,
            Action.SHEET_DISCARDED,
            Action.SHEET_UNDONE,
        ),
    ),
    "file": (
        "帳票",
        (
            Action.FILING_STARTED,
            Action.FILING_MADE,
            Action.FILING_REFUSED,
            Action.FILING_PIECE_READ,
            Action.FILE_MADE,
            Action.FILE_EXPIRED,
        ),
    ),
    "dispose": (
        "廃棄",
        (
            Action.DISPOSAL_ORDERED,
            Action.NUMBER_DISPOSED,
            Action.DISPOSAL_CERTIFIED,
            Action.RETENTION_CHANGED,
        ),
    ),
    "review": ("月次確認", (Action.ANOMALY_NOTED, Action.REVIEW_RECORDED)),
    "holding": (
        "管理簿",
        (Action.HOLDING_CHANGED, Action.HOLDING_EXPORTED),
    ),
    "incident": (
        "漏えい等対応",
        (
            Action.INCIDENT_RECORDED,
            Action.INCIDENT_CHANGED,
            Action.INCIDENT_STEP_TAKEN,
            Action.INCIDENT_PERSON_ADDED,
            Action.INCIDENT_PERSON_EXCLUDED,
            Action.INCIDENT_PERSON_NOTIFIED,
            Action.INCIDENT_DRAFTED,
        ),
    ),
    "way_in": (
        "ログイン・証明書・利用者",
        (
            Action.SIGNED_IN,
            Action.SIGN_IN_FAILED,
            Action.SIGNED_OUT,
            Action.ACCESS_REFUSED,
            Action.PASSWORD_CHANGED,
            Action.SECOND_FACTOR_CHANGED,
            Action.CERTIFICATE_ISSUED,
            Action.CERTIFICATE_REVOKED,
            Action.CERTIFICATE_REFUSED,
            Action.USER_CREATED,
            Action.USER_CHANGED,
            Action.USER_SUSPENDED,
            Action.USER_UNLOCKED,
            Action.USER_LINK_ISSUED,
            Action.USERS_SHEET_APPLIED,
            Action.USERS_EXPORTED,
            Action.ROLE_CHANGED,
            Action.COMPANY_CHANGED,
            Action.OFFICE_CHANGED,
        ),
    ),
    "care": (
        "記録・設備",
        (
            Action.LEDGER_VIEWED,
            Action.LEDGER_VERIFIED,
            Action.LEDGER_EXPORTED,
            Action.KEYS_TICKED,
            Action.BACKUP_MADE,
            Action.ALERT_RAISED,
        ),
    ),
}
_CHOICES: list[Any] = [
    ("", "すべて"),
    *((key, f"{label}（すべて）") for key, (label, _) in GROUPS.items()),
    *((label, [(one.value, one.label) for one in some]) for label, some in GROUPS.values()),
]


class RecordSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    user = forms.ChoiceField(label="操作した人", required=False)
    action = forms.ChoiceField(label="操作", required=False, choices=_CHOICES)
    since = DaySought(label="期間（この日から）")
    until = DaySought(label="期間（この日まで）")
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)
    of = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)
        users = User.objects.order_by("user_code")
        names = [(str(one.id), f"{one.user_code} {one.name}") for one in users]
        field.choices = [("", "すべて"), *names]

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "終わりの日が、始まりの日より前になっています。")

    def asked(self, subject: UUID | None) -> Filter:
        facts = self.cleaned_data
        user, until = facts.get("user"), facts.get("until")
        return Filter(
            subject=subject,
            actor=UUID(user) if user else None,
            actions=_actions(facts.get("action", "")),
            since=midnight(facts.get("since")),
            until=midnight(until + timedelta(days=1) if until else None),
        )


class RecordExport(RecordSearch):
    """The same conditions, carried unseen by the button that exports."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for field in self.fields.values():
            field.widget = field.hidden_widget()


def _actions(chosen: str) -> tuple[Action, ...]:
    if not chosen:
        return ()
    return GROUPS[chosen][1] if chosen in GROUPS else (Action(chosen),)


def midnight(day: date | None) -> datetime | None:
    """When that day begins in Japan."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
