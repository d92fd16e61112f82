"""Forms of 表示 and 照合."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from azukari.law.purpose import PURPOSES, Purpose
from azukari.web import words
from azukari.web.forms.number import NumberText
from azukari.web.forms.reading import FreeText


class OnceForm(forms.Form):
    """A page that may be answered once (`web.operator.number`)."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)


class RevealForm(OnceForm):
    """表示: for which of the purposes it is held, and why just now."""

    purpose = forms.ChoiceField(label="利用目的", widget=forms.RadioSelect)
    reason = FreeText(
        label="理由",
        max_length=200,
        help_text="例：源泉徴収票の記載を確かめるため。4文字以上。個人番号は書かないでください。",
    )

    def __init__(self, held_for: list[str], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, PURPOSES[code].label) for code in held_for if code in PURPOSES]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if len(reason) < 4:
            raise ValidationError(words.REASON_TOO_SHORT)
        return reason

    @property
    def purpose_chosen(self) -> Purpose:
        return PURPOSES[self.cleaned_data["purpose"]]


class CompareForm(RevealForm):
    """照合: the number somebody has, to be told whether it is the one that is held."""

    number = NumberText(
        label="照合する個人番号", help_text="12桁の数字。入力した番号は記録しません。"
    )
    field_order = ("number", "purpose", "reason")
