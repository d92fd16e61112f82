"""Forms of 月次確認."""

from django import forms

from azukari.oversee.months.queries import AnomalyFilter
from azukari.oversee.months.rules import AnomalyKind
from azukari.web.forms.reading import FreeText


class AnomalySearch(forms.Form):
    kind = forms.ChoiceField(
        label="種類",
        required=False,
        choices=[("", "すべて"), *((one.value, one.label) for one in AnomalyKind)],
    )
    open = forms.BooleanField(label="確認した内容のないものだけ", required=False)
    later = forms.BooleanField(label="確認後に見つかったものだけ", required=False)

    def wanted(self) -> AnomalyFilter:
        self.is_valid()
        facts = self.cleaned_data
        return AnomalyFilter(
            facts.get("kind", ""), bool(facts.get("open")), bool(facts.get("later"))
        )


class AnomalyNoteForm(forms.Form):
    """Beside the list, for what is marked in it."""

    note = FreeText(
        label="確認した内容",
        required=False,
        max_length=500,
        help_text="本人に確かめたこと、分かったこと",
    )


class SignOffForm(forms.Form):
    opinion = FreeText(
        label="所見",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="この月の取扱いについての責任者の判断と、見直すこと。",
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
