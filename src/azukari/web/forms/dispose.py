"""Forms of disposal: the act itself and the search of the list."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from azukari.dispose.queries import DisposalFilter
from azukari.dispose.rules import TO_CHOOSE, Reason, note_is_missing
from azukari.register.models import Person, PersonKind
from azukari.web import words
from azukari.web.forms.reading import FreeText

_REASONS = [(reason.value, reason.label) for reason in TO_CHOOSE]
_ALL_REASONS = [(reason.value, reason.label) for reason in Reason]


class DisposeForm(forms.Form):
    reason = forms.ChoiceField(label="廃棄の理由", choices=_REASONS, widget=forms.RadioSelect)
    note = FreeText(label="補足", required=False, max_length=200)
    typed_code = forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, person: Person, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._code = person.employee_code
        self._label = "支払先コード" if person.kind == PersonKind.PAYEE else "社員番号"
        whose = "従業員の" if person.kind == PersonKind.FAMILY else ""
        self.fields["typed_code"].label = f"確認のため、{whose}{self._label}を入力してください"

    def clean_typed_code(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["typed_code"]).strip()
        if typed != self._code:
            raise ValidationError(words.CODE_NOT_TYPED.format(label=self._label))
        return typed

    def clean(self) -> None:
        facts = self.cleaned_data
        if (
            "reason" in facts
            and "note" in facts
            and note_is_missing(Reason(facts["reason"]), facts["note"])
        ):
            self.add_error("note", words.NOTE_MISSING)

    @property
    def reason_chosen(self) -> Reason:
        return Reason(self.cleaned_data["reason"])


class DisposalSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    reason = forms.ChoiceField(
        label="廃棄の理由", required=False, choices=[("", "すべて"), *_ALL_REASONS]
    )

    def wanted(self) -> DisposalFilter:
        self.is_valid()
        return DisposalFilter(
            words=self.cleaned_data.get("q", ""), reason=self.cleaned_data.get("reason", "")
        )


class ReceiptForm(forms.Form):
    contact = FreeText(
        label="お問い合わせ先",
        max_length=120,
        help_text="部署、担当者、電話番号など。お知らせに載ります。",
    )


class VerifyCertificate(forms.Form):
    file = forms.FileField(
        label="証明データ（JSON）",
        help_text="検証のためだけに読みます。保存しません。",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        error_messages={
            "required": "検証する証明データ（JSON）を選んでください。",
            "empty": "ファイルが空です。廃棄証明書と一緒に受け取った証明データを選んでください。",
        },
    )
    key = forms.CharField(
        label="検証鍵、またはその指紋",
        required=False,
        max_length=300,
        help_text="アクセス情報シートなど、別の方法で受け取ったもの。空欄なら、このシステムの鍵と照らします。",
    )
