"""Forms of an individual number: registration (typed twice) and 表示."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.law.number import MyNumber, NumberRefused, parse
from azukari.law.purpose import (
    EMPLOYEE_DEFAULTS,
    PersonKind,
    Purpose,
    family_purposes,
    purposes_for,
)
from azukari.law.verification import (
    Check,
    Method,
    Provision,
    VerificationProblem,
    methods_for,
    problems,
)
from azukari.register.actions import Verification
from azukari.register.models import Person
from azukari.register.rules import RegisterProblem
from azukari.web import words
from azukari.web.components.widgets import NumberGroups
from azukari.web.forms.reading import FreeText, LawDate

PURPOSES = {purpose.code: purpose for purpose in Purpose}
METHODS = {method.code: method for method in Method}
_CHECKS = {
    "number_check": Check.NUMBER,
    "person_check": Check.PERSON,
    "authority_check": Check.AUTHORITY,
}
_PLACES = {
    VerificationProblem.NUMBER_CHECK_MISSING: "number_check",
    VerificationProblem.PERSON_CHECK_MISSING: "person_check",
    VerificationProblem.AUTHORITY_CHECK_MISSING: "authority_check",
}


class NumberText(forms.CharField):
    """Cleans to a `MyNumber`.  What was typed stays in no message and goes back to no page."""

    widget = NumberGroups

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages={"required": "個人番号を入力してください。"}, **options)

    def clean(self, value: Any) -> MyNumber:
        text = super().clean(value)
        try:
            return parse(text)
        except NumberRefused as refused:
            raise ValidationError(words.say(refused.problem), code=refused.problem) from None


class NumberForm(forms.Form):
    """個人番号の登録 for one person."""

    number = NumberText(
        label="個人番号",
        help_text="12桁の数字。全角の数字、空白、ハイフンが入っていても構いません。",
    )
    number_again = NumberText(
        label="個人番号（確認のためもう一度）", widget=NumberGroups(same_as="number")
    )
    purposes = forms.MultipleChoiceField(
        label="この番号を使う事務",
        widget=forms.CheckboxSelectMultiple,
        help_text="選んだ目的のほかには使えません。あてはまるものをすべて選んでください。",
        error_messages={"required": words.say(RegisterProblem.NO_PURPOSE)},
    )
    number_check = forms.ChoiceField(
        label="番号確認",
        required=False,
        error_messages={"required": words.say(VerificationProblem.NUMBER_CHECK_MISSING)},
    )
    person_check = forms.ChoiceField(
        label="身元確認",
        required=False,
        error_messages={"required": words.say(VerificationProblem.PERSON_CHECK_MISSING)},
    )
    authority_check = forms.ChoiceField(label="代理権確認", required=False)
    verified_on = LawDate(label="確認した日", required=False)
    accept_same = forms.BooleanField(
        label="ほかの人に登録されている番号と同じであることを確かめました", required=False
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        self.person = person
        self.kind = PersonKind(person.kind)
        super().__init__(data, initial=_defaults(person))
        self._offer("purposes", [(one.code, one.label) for one in purposes_for(self.kind)])
        for name, check in _CHECKS.items():
            methods = methods_for(check, Provision.EMPLOYEE_SELF)
            offered = [(one.code, one.label) for one in methods]
            self._offer(name, [("", self._nothing), *offered])
        if self.kind is PersonKind.EMPLOYEE:
            del self.fields["authority_check"]
        del self.fields["accept_same"]

    def ask_about_same(self) -> None:
        """Shows the box by which somebody says they have looked; the numbers are typed again."""
        self.fields["accept_same"] = self.base_fields["accept_same"]

    @property
    def same_was_accepted(self) -> bool:
        # Read from the request: the box is on the page only after the warning.
        return "accept_same" in self.data

    def clean(self) -> None:
        facts = self.cleaned_data
        first, second = facts.get("number"), facts.get("number_again")
        if first is not None and second is not None and first != second:
            self.add_error("number_again", words.NUMBERS_DIFFER)
        methods = self._methods
        for problem in problems(
            self._provision,
            number=methods[Check.NUMBER],
            person=methods[Check.PERSON],
            authority=methods[Check.AUTHORITY],
        ):
            place = _PLACES.get(problem)
            if place not in self.errors:
                self.add_error(place, words.say(problem))
        self._check_day(facts.get("verified_on"))

    def _check_day(self, verified_on: date | None) -> None:
        verified = any(self._methods.values())
        if verified and verified_on is None and "verified_on" not in self.errors:
            self.add_error("verified_on", "確認した日を入力してください。")
        if verified_on is not None and verified_on > timezone.localdate():
            self.add_error("verified_on", "確認した日が今日より後になっています。")

    @property
    def purposes_chosen(self) -> list[Purpose]:
        return [PURPOSES[code] for code in self.cleaned_data["purposes"]]

    @property
    def verification(self) -> Verification:
        facts = self.cleaned_data
        return Verification(
            number_check=facts["number_check"],
            person_check=facts["person_check"],
            authority_check=facts.get("authority_check", ""),
            verified_on=facts["verified_on"],
        )

    @property
    def _provision(self) -> Provision:
        """How the number reaches the company (番号法 第16条).

        A 第3号 spouse files through the employee as agent; on tax and health papers the employee
        has verified the family.
        """
        if self.kind is PersonKind.EMPLOYEE:
            return Provision.EMPLOYEE_SELF
        if Purpose.CATEGORY3.code in self.cleaned_data.get("purposes", ()):
            return Provision.CATEGORY3_AGENT
        return Provision.HEALTH_DEPENDENT

    @property
    def _methods(self) -> dict[Check, Method | None]:
        facts = self.cleaned_data
        return {check: METHODS.get(facts.get(name, "")) for name, check in _CHECKS.items()}

    @property
    def _nothing(self) -> str:
        if self.kind is PersonKind.EMPLOYEE:
            return "選んでください"
        return "会社では確認していない（従業員が本人確認済み）"

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if self.kind is PersonKind.EMPLOYEE and name in {"number_check", "person_check"}:
            field.required = True


def _defaults(person: Person) -> dict[str, Any]:
    if person.is_employee:
        purposes = EMPLOYEE_DEFAULTS
    else:
        purposes = family_purposes(
            tax_dependent=person.tax_dependent,
            health_dependent=person.health_dependent,
            category3=person.category3,
        )
    return {
        "purposes": [purpose.code for purpose in Purpose if purpose in purposes],
        "verified_on": timezone.localdate(),
    }


class RevealForm(forms.Form):
    """表示: for which of the purposes it is held, and why just now."""

    purpose = forms.ChoiceField(label="利用目的", widget=forms.RadioSelect)
    reason = FreeText(
        label="理由",
        max_length=200,
        help_text="例：源泉徴収票の記載を確かめるため。4文字以上。個人番号は書かないでください。",
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False)

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
