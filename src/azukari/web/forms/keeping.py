"""Forms of 廃棄の保留 and 保存期間."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from azukari.law.retention import Rule
from azukari.register.keeping import HoldProblem
from azukari.web import words
from azukari.web.forms.reading import FreeText, LawDate

_PLACES = {HoldProblem.REASON_MISSING: "reason", HoldProblem.REVIEW_TOO_FAR: "review_on",
           HoldProblem.REVIEW_NOT_AHEAD: "review_on"}  # fmt: skip
_USUAL = timedelta(days=182)
RELEASE, PUT_OFF = "release", "put_off"


class _HoldForm(forms.Form):
    def refuse(self, problem: HoldProblem) -> None:
        self.add_error(_PLACES.get(problem), words.say(problem))


class HoldForm(_HoldForm):
    reason = FreeText(
        label="保留の理由",
        min_length=4,
        max_length=200,
        error_messages={"min_length": words.REASON_TOO_SHORT},
        help_text="訴訟、行政の調査など。個人番号は書かないでください。",
    )
    review_on = LawDate(
        label="見直し日",
        help_text="この日に、保留を続けるかどうかを見直します。1年以内の日付にしてください。",
    )
    with_family = forms.BooleanField(label="家族の個人番号も保留する", required=False)

    def __init__(self, *given: Any, has_family: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        usual = timezone.localdate() + _USUAL
        self.fields["review_on"].initial = usual.strftime("%Y/%m/%d")
        if not has_family:
            del self.fields["with_family"]


class ReviewForm(_HoldForm):
    act = forms.ChoiceField(
        label="見直しの結果",
        choices=[(RELEASE, "保留を解除する"), (PUT_OFF, "保留を続け、見直し日を変える")],
        widget=forms.RadioSelect,
    )
    reason = FreeText(
        label="理由",
        min_length=4,
        max_length=200,
        error_messages={"min_length": words.REASON_TOO_SHORT},
    )
    review_on = LawDate(
        label="次の見直し日", required=False, help_text="保留を続けるときに入力してください。"
    )

    def clean(self) -> None:
        facts = self.cleaned_data
        if facts.get("act") == PUT_OFF and "review_on" in facts and not facts["review_on"]:
            self.add_error("review_on", "次の見直し日を入力してください。")


class PeriodForm(forms.Form):
    """One period the law leaves open: first looked at, then set."""

    length = forms.TypedChoiceField(coerce=int)

    def __init__(self, rule: Rule, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        assert rule.choice is not None
        unit = "日" if rule.choice_in_days else "年"
        self.fields["length"].label = "保存する期間"
        self.fields["length"].choices = [  # type: ignore[attr-defined]
            (length, f"{length}{unit}" if length else "保存しない（期間0）")
            for length in rule.choice
        ]
