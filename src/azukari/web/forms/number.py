"""Forms of an individual number: registration and change (typed twice), what it is kept for."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.law.number import MyNumber, NumberRefused, parse
from azukari.law.purpose import EMPLOYEE_DEFAULTS, PURPOSES, PersonKind, Purpose, family_purposes
from azukari.law.verification import (
    METHODS,
    Check,
    Method,
    Provision,
    VerificationProblem,
    methods_for,
    provision_fits,
    provisions_for,
    usual_provision,
)
from azukari.law.verification import problems as problems_of
from azukari.register import notices
from azukari.register.actions import Verification
from azukari.register.actions.serving import verification_of
from azukari.register.models import NumberRecord, Person
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import RegisterProblem
from azukari.web import words
from azukari.web.components.widgets import NumberGroups
from azukari.web.forms.reading import FreeText, LawDate

_CHECKS = {
    "number_check": Check.NUMBER,
    "person_check": Check.PERSON,
    "authority_check": Check.AUTHORITY,
}
_CARD_IS_BOTH = (
    "番号確認が個人番号カードのときは、選ばなくても同じカードで確かめたものとして記録します。"
)
_ALWAYS_CHECKED = {
    PersonKind.EMPLOYEE: "前の勤務先から提供を受けたときのほかは、必ず選びます。",
    PersonKind.PAYEE: "必ず選びます。",
}
PLACES = {
    VerificationProblem.NUMBER_CHECK_MISSING: "number_check",
    VerificationProblem.PERSON_CHECK_MISSING: "person_check",
    VerificationProblem.AUTHORITY_CHECK_MISSING: "authority_check",
    VerificationProblem.PAPER_MISSING: "paper_held",
}


class NumberText(forms.CharField):
    """Cleans to a `MyNumber`.  What was typed stays in no message and goes back to no page."""

    widget = NumberGroups

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages={"required": "個人番号を入力してください。"}, **options)

    def clean(self, value: Any) -> MyNumber | None:
        text = super().clean(value)
        if not text and not self.required:
            return None
        try:
            return parse(text)
        except NumberRefused as refused:
            raise ValidationError(words.say(refused.problem), code=refused.problem) from None


class VerifiedForm(forms.Form):
    """A number typed twice, and how it was verified (番号法 第16条)."""

    number = NumberText(
        label="個人番号",
        help_text="12桁の数字。全角の数字、空白、ハイフンが入っていても構いません。",
    )
    number_again = NumberText(
        label="個人番号（確認のためもう一度）", widget=NumberGroups(same_as="number")
    )
    provision = forms.ChoiceField(
        label="提供を受けた方法", required=False, widget=forms.RadioSelect
    )
    number_check = forms.ChoiceField(label="番号確認", required=False)
    person_check = forms.ChoiceField(label="身元確認", required=False)
    authority_check = forms.ChoiceField(
        label="代理権確認",
        required=False,
        help_text="第3号被保険者の届出を、従業員が代理人として行うときに確かめます。",
    )
    paper_held = forms.BooleanField(label="必要な書類を受け取り、保管しています", required=False)
    verified_on = LawDate(label="確認した日", required=False)
    accept_same = forms.BooleanField(
        label="ほかの人に登録されている番号と同じであることを確かめました", required=False
    )

    def __init__(self, person: Person, data: Any = None, *, initial: dict[str, Any]) -> None:
        self.person = person
        self.kind = PersonKind(person.kind)
        super().__init__(data, initial={"verified_on": timezone.localdate(), **initial})
        self._offer_ways()
        for name, check in _CHECKS.items():
            methods = methods_for(check, provisions_for(self.kind)[0])
            offered = [(one.code, one.label) for one in methods]
            self._offer(name, [("", self._nothing), *offered])
        if self.kind is not PersonKind.FAMILY:
            self.fields["number_check"].help_text = _ALWAYS_CHECKED[self.kind]
            self.fields["person_check"].help_text = _CARD_IS_BOTH
            del self.fields["authority_check"]
        del self.fields["accept_same"]

    def _offer_ways(self) -> None:
        ways = provisions_for(self.kind)
        if len(ways) == 1:
            del self.fields["provision"], self.fields["paper_held"]
            return
        self._offer("provision", [(way.value, way.label) for way in ways])
        self.fields["paper_held"].help_text = (
            "前の勤務先から提供を受けたときの、本人の同意の記録です。"
            if self.kind is PersonKind.EMPLOYEE
            else "第3号被保険者の本人確認を従業員に委託したときの、委託契約書です。"
        )

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
        if "provision" in self.errors or self._purposes is None:
            return
        if not provision_fits(self._provision, self.kind, self._purposes):
            self.add_error("provision", words.say(RegisterProblem.PROVISION_DOES_NOT_FIT))
            return
        self._let_one_document_settle_both()
        methods = self._methods
        found = problems_of(
            self._provision,
            number=methods[Check.NUMBER],
            person=methods[Check.PERSON],
            authority=methods[Check.AUTHORITY],
            paper_held=facts.get("paper_held", False),
        )
        self.refuse_verification(found)
        self._check_day(facts.get("verified_on"))

    def _let_one_document_settle_both(self) -> None:
        """個人番号カード shows also who somebody is (番号法 第16条第1号): nobody chooses it twice.

        Not for families, where the person who is checked may be the employee.
        """
        method = self._methods[Check.NUMBER]
        if self.kind is PersonKind.FAMILY or method is None:
            return
        if not self.cleaned_data.get("person_check") and Check.PERSON in method.settles:
            self.cleaned_data["person_check"] = method.code

    def refuse_verification(self, found: frozenset[VerificationProblem]) -> None:
        """Each problem in words, where it can be mended."""
        for problem in sorted(found):
            place = PLACES.get(problem)
            if place not in self.errors:
                self.add_error(place if place in self.fields else None, words.say(problem))

    def _check_day(self, verified_on: date | None) -> None:
        verified = any(self._methods.values())
        if verified and verified_on is None and "verified_on" not in self.errors:
            self.add_error("verified_on", "確認した日を入力してください。")
        if verified_on is not None and verified_on > timezone.localdate():
            self.add_error("verified_on", "確認した日が今日より後になっています。")

    @property
    def verification(self) -> Verification:
        facts = self.cleaned_data
        return Verification(
            number_check=facts["number_check"],
            person_check=facts["person_check"],
            authority_check=facts.get("authority_check", ""),
            verified_on=facts["verified_on"] if any(self._methods.values()) else None,
            provision=self._provision.value,
            paper_held=facts.get("paper_held", False),
        )

    @property
    def _purposes(self) -> list[Purpose] | None:
        """What the number is for; None when that is not known yet."""
        raise NotImplementedError

    @property
    def _provision(self) -> Provision:
        chosen = self.cleaned_data.get("provision", "")
        return Provision(chosen) if chosen else usual_provision(self.kind, self._purposes or ())

    @property
    def _methods(self) -> dict[Check, Method | None]:
        facts = self.cleaned_data
        return {check: METHODS.get(facts.get(name, "")) for name, check in _CHECKS.items()}

    @property
    def _nothing(self) -> str:
        if self.kind is PersonKind.FAMILY:
            return "会社では確認していない"
        return "選んでください"

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class NumberForm(VerifiedForm):
    """個人番号の登録 for one person."""

    purposes = forms.MultipleChoiceField(
        label="この番号を使う事務",
        widget=forms.CheckboxSelectMultiple,
        help_text="選んだ目的のほかには使えません。あてはまるものをすべて選んでください。",
        error_messages={"required": words.say(RegisterProblem.NO_PURPOSE)},
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        kind = PersonKind(person.kind)
        offered = notices.open_purposes(kind)
        usual = [purpose for purpose in _usual_purposes(person) if purpose in offered]
        initial = {
            "purposes": [purpose.code for purpose in usual],
            "provision": _usual_way(person, usual).value,
        }
        super().__init__(person, data, initial=initial)
        self._offer("purposes", [(one.code, one.label) for one in offered])

    @property
    def purposes_chosen(self) -> list[Purpose]:
        return [PURPOSES[code] for code in self.cleaned_data["purposes"]]

    @property
    def _purposes(self) -> list[Purpose] | None:
        return self.purposes_chosen if "purposes" in self.cleaned_data else None


class ChangeNumberForm(VerifiedForm):
    """番号変更: why, and the new number with its verification; purposes stay as they are."""

    why = forms.ChoiceField(
        label="変更の理由",
        widget=forms.RadioSelect,
        choices=[(reason.value, reason.label) for reason in ChangeReason],
    )

    def __init__(self, person: Person, kept: NumberRecord, data: Any = None) -> None:
        self._held_for = [PURPOSES[code] for code in kept.purposes if code in PURPOSES]
        usual = usual_provision(PersonKind(person.kind), self._held_for).value
        initial = {"provision": kept.provision or usual}
        if kept.returned_because:
            initial["why"] = ChangeReason.CORRECTION.value
        super().__init__(person, data, initial=initial)
        self.fields["number"].label = "新しい個人番号"
        self.fields["number_again"].label = "新しい個人番号（確認のためもう一度）"

    @property
    def why_chosen(self) -> ChangeReason:
        return ChangeReason(self.cleaned_data["why"])

    @property
    def _purposes(self) -> list[Purpose]:
        return self._held_for


class ServingForm(VerifiedForm):
    """利用目的の変更: what the number that is held is for from now on.

    How it was verified is asked of families alone: only there another purpose (第3号) can make
    the number somebody else's filing.
    """

    purposes = forms.MultipleChoiceField(
        label="この番号を使う事務",
        widget=forms.CheckboxSelectMultiple,
        help_text="加えられるのは、公表した通知文にあり、この人に通知した利用目的です。",
        error_messages={"required": words.say(RegisterProblem.NO_PURPOSE)},
    )
    reason = FreeText(
        label="変更の理由",
        max_length=200,
        help_text="例：健康保険の被扶養者になったため。個人番号は書かないでください。",
    )

    def __init__(self, person: Person, kept: NumberRecord, data: Any = None) -> None:
        kind = PersonKind(person.kind)
        initial = {"purposes": kept.purposes, **vars(verification_of(kept))}
        held = [PURPOSES[code] for code in kept.purposes if code in PURPOSES]
        initial["provision"] = kept.provision or usual_provision(kind, held).value
        initial["verified_on"] = kept.verified_on or timezone.localdate()
        super().__init__(person, data, initial=initial)
        offered = {*notices.open_purposes(kind), *held}
        self._offer("purposes", [(one.code, one.label) for one in Purpose if one in offered])
        del self.fields["number"], self.fields["number_again"]
        self.asks_check = kind is PersonKind.FAMILY
        if not self.asks_check:
            for name in {*_CHECKS, "provision", "paper_held", "verified_on"} & {*self.fields}:
                del self.fields[name]

    def clean(self) -> None:
        if self.asks_check:
            super().clean()

    @property
    def purposes_chosen(self) -> list[Purpose]:
        return [PURPOSES[code] for code in self.cleaned_data["purposes"]]

    @property
    def _purposes(self) -> list[Purpose] | None:
        return self.purposes_chosen if "purposes" in self.cleaned_data else None


def _usual_purposes(person: Person) -> list[Purpose]:
    if person.is_employee:
        usual = EMPLOYEE_DEFAULTS
    elif person.kind == PersonKind.PAYEE:
        usual = frozenset({Purpose.PAYMENT_REPORT})
    else:
        usual = family_purposes(
            tax_dependent=person.tax_dependent,
            health_dependent=person.health_dependent,
            category3=person.category3,
        )
    return [purpose for purpose in Purpose if purpose in usual]


def _usual_way(person: Person, purposes: list[Purpose]) -> Provision:
    usual = usual_provision(PersonKind(person.kind), purposes)
    if usual is Provision.TAX_DEPENDENT and person.health_dependent and not person.tax_dependent:
        return Provision.HEALTH_DEPENDENT
    return usual
