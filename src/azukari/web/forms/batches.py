"""Forms of 廃棄対象 and 廃棄案: searches, reasons, and the typed count before the dangerous act."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.dispose.batch_queries import BatchFilter, ItemFilter
from azukari.dispose.due import DueFilter
from azukari.dispose.models import BatchState, ItemState
from azukari.law.retention import RULES
from azukari.register import queries as register
from azukari.register.models import PersonKind
from azukari.web.forms.reading import DaySought, FreeText

_ANY = ("", "すべて")
_KINDS = [_ANY, *PersonKind.choices]
_RULES = [_ANY, *((one.id, one.applies_to) for one in RULES.values())]
HELD = "held"


class DueSearch(forms.Form):
    """`since` and `show` come with the ways that lead here; both are kept while searching."""

    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    until = DaySought(label="廃棄できる日（まで）")
    kind = forms.ChoiceField(label="区分", required=False, choices=_KINDS)
    department = forms.ChoiceField(label="部署", required=False)
    rule = forms.ChoiceField(label="最後まで残っていた書類", required=False, choices=_RULES)
    since = forms.CharField(required=False, widget=forms.HiddenInput)
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        departments = [(name, name) for name in register.departments()]
        self.fields["department"] = forms.ChoiceField(
            label="部署", required=False, choices=[_ANY, *departments]
        )

    def wanted(self) -> DueFilter:
        self.is_valid()
        facts = self.cleaned_data
        return DueFilter(
            until=facts.get("until") or timezone.localdate(),
            since=_day(facts.get("since", "")),
            words=facts.get("q", ""),
            kind=facts.get("kind", ""),
            department=facts.get("department", ""),
            rule=facts.get("rule", ""),
            held=facts.get("show") == HELD,
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class BatchSearch(forms.Form):
    q = forms.CharField(label="廃棄番号", required=False, max_length=12)
    state = forms.ChoiceField(label="状態", required=False, choices=[_ANY, *BatchState.choices])

    def wanted(self) -> BatchFilter:
        self.is_valid()
        code = unicodedata.normalize("NFKC", self.cleaned_data.get("q", "")).strip()
        return BatchFilter(code, self.cleaned_data.get("state", ""))


class ItemSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    state = forms.ChoiceField(label="状態", required=False, choices=[_ANY, *ItemState.choices])

    def wanted(self) -> ItemFilter:
        self.is_valid()
        return ItemFilter(self.cleaned_data.get("q", ""), self.cleaned_data.get("state", ""))


class BecauseForm(forms.Form):
    because = FreeText(label="除外する理由", required=False, max_length=200)


class CancelForm(forms.Form):
    because = FreeText(label="取りやめる理由", max_length=200)


class CountForm(forms.Form):
    """The number of rows, typed by hand, before they are destroyed for good."""

    typed_count = forms.CharField(
        max_length=12, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )

    def __init__(self, count: int, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._count = count
        self.fields["typed_count"].label = "確認のため、廃棄する件数を入力してください"

    def clean_typed_count(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["typed_count"])
        digits = typed.strip().removesuffix("件").replace(",", "").strip()
        if digits != str(self._count):
            raise ValidationError("件数が違います。上に書かれている件数をもう一度ご確認ください。")
        return digits
