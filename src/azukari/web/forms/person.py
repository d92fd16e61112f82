"""Forms of 個人番号(本人) and 個人番号(家族): search, registration and change."""

from typing import Any

from django import forms

from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.register import queries
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.queries import PeopleFilter
from azukari.register.rules import RegisterProblem
from azukari.tenancy.models import Office
from azukari.web import words
from azukari.web.forms.reading import (
    AddressText,
    CodeText,
    Digits,
    FreeText,
    KanaText,
    LawDate,
    NameText,
    Postcode,
    Telephone,
)

_ANY = ("", "すべて")
_SEX = [(sex.value, sex.label) for sex in Sex]
EMPLOYMENTS = [_ANY, ("working", "在職"), ("left", "退職")]
RELATIONSHIPS = [(one.code, one.label) for one in Relationship if one is not Relationship.SELF]
_TOGETHER = [("yes", "同居"), ("no", "別居")]


class PeopleSearch(forms.Form):
    """The filter row of both lists; unknown choices count as "all"."""

    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    department = forms.ChoiceField(label="部署", required=False)
    state = forms.ChoiceField(
        label="個人番号の状態", required=False, choices=[_ANY, *NumberState.choices]
    )
    employment = forms.ChoiceField(label="在職・退職", required=False, choices=EMPLOYMENTS)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        names = [(one, one) for one in queries.departments()]
        self._choice("department").choices = [_ANY, *names]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def wanted(self, kind: PersonKind) -> PeopleFilter:
        self.is_valid()
        found = self.cleaned_data
        return PeopleFilter(
            kind,
            words=found.get("q", ""),
            department=found.get("department", ""),
            number_state=found.get("state", ""),
            employment=found.get("employment", ""),
        )


class PersonForm(forms.Form):
    """What employees and family members have in common.  Cleans to the facts of `register`."""

    name = NameText(label="氏名", max_length=80, help_text="姓と名の間は1文字あけてください。")
    kana = KanaText(label="氏名カナ", max_length=120)
    birth_date = LawDate(label="生年月日", required=False)
    sex = forms.ChoiceField(label="性別", required=False, choices=_SEX, widget=forms.RadioSelect)
    postcode = Postcode(label="郵便番号", required=False, max_length=20, help_text="例：100-0001")
    address = AddressText(label="住所", required=False, max_length=200)
    address_kana = FreeText(label="住所カナ", required=False, max_length=200)
    telephone = Telephone(label="電話番号", required=False, max_length=30)
    mail = forms.EmailField(label="メールアドレス", required=False)

    # Where on the form a refusal of the register belongs.
    places = {
        RegisterProblem.CODE_TAKEN: "employee_code",
        RegisterProblem.LEFT_BEFORE_HIRED: "left_on",
        RegisterProblem.BORN_IN_FUTURE: "birth_date",
        RegisterProblem.BORN_AFTER_HIRED: "birth_date",
        RegisterProblem.CATEGORY3_NOT_SPOUSE: "category3",
        RegisterProblem.NUMBER_IS_HELD: "number_not_needed",
    }

    def refuse(self, problem: RegisterProblem) -> None:
        place = self.places.get(problem)
        self.add_error(place if place in self.fields else None, words.say(problem))

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class EmployeeForm(PersonForm):
    employee_code = CodeText(label="社員番号", max_length=20)
    hired_on = LawDate(label="入社年月日", required=False)
    left_on = LawDate(label="退職年月日", required=False)
    department_code = CodeText(label="部署コード", required=False, max_length=20)
    department = FreeText(label="部署名", required=False, max_length=80)
    office_id = forms.TypedChoiceField(label="事業所", required=False, empty_value=None)
    pension_number = Digits(
        label="基礎年金番号", required=False, digits=range(10, 11), help_text="10桁の数字です。"
    )
    insured_number = Digits(label="被保険者整理番号", required=False, digits=range(1, 7))

    field_order = ["employee_code"]

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        offices = {str(one.id): one for one in Office.objects.order_by("code")}
        field = self.fields["office_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", "選択しない"),
            *((key, f"{one.code} {one.name}") for key, one in offices.items()),
        ]
        field.coerce = lambda key: offices[key].id


class FamilyForm(PersonForm):
    relationship = forms.ChoiceField(label="続柄", choices=[("", "選んでください"), *RELATIONSHIPS])
    lives_together = forms.ChoiceField(
        label="同居・別居", required=False, choices=_TOGETHER, widget=forms.RadioSelect
    )
    tax_dependent = forms.BooleanField(label="税扶養（源泉徴収・扶養控除等申告）", required=False)
    health_dependent = forms.BooleanField(label="健保扶養（健康保険の被扶養者）", required=False)
    category3 = forms.BooleanField(label="国民年金第3号被保険者", required=False)
    number_not_needed = forms.BooleanField(
        label="個人番号登録不要",
        required=False,
        help_text="会社の事務に使う予定がない家族の個人番号は、集められません。",
    )

    field_order = ["relationship"]

    @property
    def facts(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        del facts["number_not_needed"]
        facts["lives_together"] = {"yes": True, "no": False}.get(facts["lives_together"])
        return facts

    @property
    def number_needed(self) -> bool:
        return not self.cleaned_data["number_not_needed"]


class EmployeeChange(EmployeeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def facts(self) -> dict[str, Any]:
        return _without_version(super().facts)


class FamilyChange(FamilyForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def facts(self) -> dict[str, Any]:
        return _without_version(super().facts)


def _without_version(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "version"}


def initial_of(person: Person) -> dict[str, Any]:
    """A person as the fields of the change form hold them."""
    together = {True: "yes", False: "no"}
    facts = {name: getattr(person, name, None) for name in _FIELDS}
    return {
        **facts,
        "office_id": str(person.office_id or ""),
        "lives_together": together.get(person.lives_together, ""),  # type: ignore[arg-type]
        "number_not_needed": person.number_state == NumberState.NOT_NEEDED,
        "version": person.version,
    }


_FIELDS = tuple({**EmployeeForm.base_fields, **FamilyForm.base_fields})
