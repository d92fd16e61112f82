"""Forms of the acts that end the need for a number, and of taking them back."""

from datetime import date
from typing import Any

from django import forms

from azukari.register.models import PersonKind
from azukari.register.rules import RegisterProblem
from azukari.web import words
from azukari.web.forms.reading import LawDate

_DAYS = {
    PersonKind.EMPLOYEE: "退職年月日",
    PersonKind.FAMILY: "扶養から外れた日",
    PersonKind.PAYEE: "契約終了日",
}
# What has happened when it was no mistake, and the day that goes with it.
_RETURNS = {
    PersonKind.EMPLOYEE: ("再入社した", "再入社年月日"),
    PersonKind.FAMILY: ("ふたたび扶養に入った", ""),
    PersonKind.PAYEE: ("ふたたび契約した", "新しい契約開始日"),
}


class _ActForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def refuse(self, problem: RegisterProblem) -> None:
        self.add_error("on" if "on" in self.fields else None, words.say(problem))


class LeaveForm(_ActForm):
    on = LawDate()
    last_paid_on = LawDate(
        label="最後の支払日（契約終了より後に支払うとき）",
        required=False,
        help_text="支払調書は、支払った年の分として出します。番号はその提出が済むまで保管します。",
    )

    def __init__(self, kind: PersonKind, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["on"].label = _DAYS[kind]
        if kind is not PersonKind.PAYEE:
            del self.fields["last_paid_on"]

    @property
    def paid_until(self) -> date | None:
        day: date | None = self.cleaned_data.get("last_paid_on")
        return day

    @property
    def day(self) -> date:
        day: date = self.cleaned_data["on"]
        return day


class ReturnForm(_ActForm):
    way = forms.ChoiceField(label="取り消す理由", widget=forms.RadioSelect)
    on = LawDate(required=False)

    def __init__(self, kind: PersonKind, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        back, day = _RETURNS[kind]
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("mistake", "記録が誤りだったので取り消す"), ("back", back)]
        if day:
            self.fields["on"].label = day
        else:
            del self.fields["on"]

    def clean(self) -> None:
        asked = self.cleaned_data.get("way") == "back" and "on" in self.fields
        if asked and not self.cleaned_data.get("on") and "on" not in self.errors:
            self.add_error("on", f"{self.fields['on'].label}を入力してください。")

    @property
    def again(self) -> date | None:
        if self.cleaned_data["way"] == "mistake":
            return None
        day: date | None = self.cleaned_data.get("on")
        return day
