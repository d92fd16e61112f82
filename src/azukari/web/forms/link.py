"""Forms of 連携状況 and 給与計算サービス連携設定."""

from datetime import date, datetime, time, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from azukari.check.link.events import Event, State
from azukari.check.link.models import LinkSetting, UnknownPerson
from azukari.check.link.queries import Wanted
from azukari.law.purpose import EMPLOYEE_DEFAULTS, PURPOSES, Purpose
from azukari.law.relationship import Relationship
from azukari.law.verification import Check, Method
from azukari.tenancy.tokens import TokenScope
from azukari.web.forms.reading import FreeText, LawDate

_ANY = ("", "すべて")
_EVERY = "every"


class PushedSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態",
        required=False,
        choices=[
            ("", "済んでいないもの"),
            *((one.value, one.label) for one in State),
            (_EVERY, "すべて"),
        ],
    )
    event = forms.ChoiceField(
        label="種類", required=False, choices=[_ANY, *((one.value, one.label) for one in Event)]
    )
    push = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        state = said.get("state") or "open"
        push: UUID | None = said.get("push")
        return Wanted(
            state="" if state == _EVERY else state,
            event=said.get("event", ""),
            words=said.get("q", ""),
            push=push,
        )


class WhyForm(forms.Form):
    """Stands in the form of the whole list: only discarding asks for it."""

    because = FreeText(label="理由（取りやめるときは必須）", required=False, max_length=200)


class RelationshipForm(forms.Form):
    relationship = forms.ChoiceField(
        label="続柄",
        choices=[
            ("", "選んでください"),
            *((one.code, one.label) for one in Relationship if one is not Relationship.SELF),
        ],
    )

    @property
    def chosen(self) -> Relationship:
        return Relationship[self.cleaned_data["relationship"]]


def _methods(check: Check) -> list[tuple[str, str]]:
    return [("", "なし"), *((m.code, m.label) for m in Method if check in m.settles)]


class SettingForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    is_on = forms.BooleanField(label="給与計算サービスからの連携を使う", required=False)
    automatic = forms.MultipleChoiceField(
        label="自動で反映する種類",
        required=False,
        choices=[(one.value, one.label) for one in Event],
        widget=forms.CheckboxSelectMultiple,
        help_text="選ばない種類は「未処理」で届き、運用担当者が連携状況の画面で反映します。",
    )
    unknown_person = forms.ChoiceField(
        label="登録のない人の「変更」", choices=UnknownPerson.choices
    )
    purposes = forms.MultipleChoiceField(
        label="届いた個人番号の利用目的",
        required=False,
        choices=[(one.code, one.label) for one in Purpose],
        widget=forms.CheckboxSelectMultiple,
        help_text="その人に合わない目的は付きません。1件ごとに送られてきた目的があれば、それを使います。",
    )
    number_check = forms.ChoiceField(
        label="給与計算サービスで行った番号確認",
        required=False,
        choices=lambda: _methods(Check.NUMBER),
    )
    person_check = forms.ChoiceField(
        label="給与計算サービスで行った身元確認",
        required=False,
        choices=lambda: _methods(Check.PERSON),
    )

    @classmethod
    def initial_of(cls, setting: LinkSetting | None) -> dict[str, Any]:
        if setting is None:
            events = [Event.HIRED, Event.CHANGED, Event.FAMILY_ADDED, Event.FIGURES]
            return {
                "version": 0,
                "automatic": [one.value for one in events],
                "unknown_person": UnknownPerson.REGISTER,
                "purposes": [one.code for one in Purpose if one in EMPLOYEE_DEFAULTS],
            }  # fmt: skip
        names = (
            "version", "is_on", "automatic", "unknown_person", "purposes", "number_check",
            "person_check",
        )  # fmt: skip
        return {name: getattr(setting, name) for name in names}

    @property
    def setting(self) -> LinkSetting:
        said = self.cleaned_data
        return LinkSetting(
            is_on=said["is_on"],
            unknown_person=said["unknown_person"],
            number_check=said["number_check"],
            person_check=said["person_check"],
        )

    @property
    def events(self) -> list[Event]:
        return [Event(one) for one in self.cleaned_data["automatic"]]

    @property
    def chosen_purposes(self) -> list[Purpose]:
        return [PURPOSES[one] for one in self.cleaned_data["purposes"]]


class TokenForm(forms.Form):
    name = FreeText(
        label="名前", max_length=50, help_text="どの給与計算サービスのものか分かる名前にします。"
    )
    scopes = forms.MultipleChoiceField(
        label="できること",
        choices=[(one.value, one.label) for one in TokenScope],
        initial=[one.value for one in TokenScope],
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.CharField(
        label="接続元のIPアドレス",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="IPアドレスか範囲（203.0.113.0/24の形）を、空白か改行で区切って入力します。"
        "空なら、どこからでも使えます。",
    )
    expires_on = LawDate(
        label="有効期限", required=False, help_text="空なら、失効させるまで使えます。"
    )

    def clean_networks(self) -> list[str]:
        given: list[str] = self.cleaned_data["networks"].split()
        for network in given:
            try:
                ip_network(network)
            except ValueError:
                raise forms.ValidationError(
                    f"「{network}」はIPアドレスではありません。203.0.113.5 や 203.0.113.0/24 の形で"
                    "入力してください。"
                ) from None
        return given

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError("明日から先の日付にしてください。")
        return day

    @property
    def expires_at(self) -> datetime | None:
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        # To the end of that day.
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
