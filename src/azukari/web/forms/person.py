"""Forms of employees, families and payees: search, registration and change."""

from typing import Any

from django import forms

from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.register import queries
from azukari.register.models import (
    EmploymentClass,
    NumberState,
    PayeeKind,
    Person,
    PersonKind,
)
from azukari.register.queries import PeopleFilter
from azukari.register.rules import RegisterProblem
from azukari.tenancy.models import Office
from azukari.web import words
from azukari.web.forms.reading import (
    AddressKana,
    AddressText,
    CodeText,
    DaySought,
    Digits,
    FreeText,
    KanaText,
    LawDate,
    NameText,
    Postcode,
    Telephone,
)

_ANY = ("", "すべて")
_NONE = ("", "選択しない")
_SEX = [(sex.value, sex.label) for sex in Sex]
EMPLOYMENTS = [_ANY, ("working", "在職"), ("left", "退職")]
CONTRACTS = [_ANY, ("working", "契約中"), ("left", "契約終了")]
RELATIONSHIPS = [(one.code, one.label) for one in Relationship if one is not Relationship.SELF]
_TOGETHER = [("yes", "同居"), ("no", "別居")]


# search -----------------------------------------------------------------------------------------


def _due() -> DaySought:
    return DaySought(label="廃棄できる日（まで）")


class PeopleSearch(forms.Form):
    """The filter row of employees and families; unknown choices count as "all"."""

    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    department = forms.ChoiceField(label="部署", required=False)
    state = forms.ChoiceField(
        label="個人番号の状態", required=False, choices=[_ANY, *NumberState.choices]
    )
    employment = forms.ChoiceField(label="在職・退職", required=False, choices=EMPLOYMENTS)
    due = _due()

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        asked = self.data.get("department", "")
        names = [(one, one) for one in queries.departments_lately(asked)]
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_ANY, *names]

    def wanted(self, kind: PersonKind) -> PeopleFilter:
        return _filter(self, kind)


class PayeeSearch(forms.Form):
    """The filter row of payees."""

    q = forms.CharField(label="支払先コード・氏名・カナ", required=False, max_length=80)
    payee_kind = forms.ChoiceField(label="区分", required=False, choices=[_ANY, *PayeeKind.choices])
    state = forms.ChoiceField(
        label="個人番号の状態", required=False, choices=[_ANY, *NumberState.choices]
    )
    employment = forms.ChoiceField(label="契約", required=False, choices=CONTRACTS)
    due = _due()

    def wanted(self, kind: PersonKind) -> PeopleFilter:
        return _filter(self, kind)


AnySearch = PeopleSearch | PayeeSearch


def search_of(kind: PersonKind, query: Any) -> AnySearch:
    return (PayeeSearch if kind is PersonKind.PAYEE else PeopleSearch)(query)


def _filter(search: forms.Form, kind: PersonKind) -> PeopleFilter:
    search.is_valid()
    found = search.cleaned_data
    return PeopleFilter(
        kind,
        words=found.get("q", ""),
        department=found.get("department", ""),
        number_state=found.get("state", ""),
        employment=found.get("employment", ""),
        payee_kind=found.get("payee_kind", ""),
        due_by=found.get("due"),
    )


class SearchName(forms.Form):
    """A name for the search that is in force."""

    name = FreeText(label="この条件の名前", max_length=40)
    query = forms.CharField(widget=forms.HiddenInput, required=False)


# registration and change ------------------------------------------------------------------------


class PersonForm(forms.Form):
    """What all kinds of people have in common.  Cleans to the facts of `register`."""

    name = NameText(label="氏名", max_length=80, help_text="姓と名の間は1文字あけてください。")
    kana = KanaText(label="氏名カナ", max_length=120, help_text="姓と名の間は1文字あけてください。")
    postcode = Postcode(label="郵便番号", required=False, max_length=20, help_text="例：100-0001")
    address = AddressText(label="住所", required=False, max_length=200)
    address_kana = AddressKana(label="住所カナ", required=False, max_length=200)
    telephone = Telephone(label="電話番号", required=False, max_length=30)
    mail = forms.EmailField(label="メールアドレス", required=False)

    # Where on the form a refusal of the register belongs.
    places = {
        RegisterProblem.CODE_TAKEN: "employee_code",
        RegisterProblem.LEFT_BEFORE_HIRED: "left_on",
        RegisterProblem.BORN_IN_FUTURE: "birth_date",
        RegisterProblem.BORN_AFTER_HIRED: "birth_date",
        RegisterProblem.CATEGORY3_NOT_SPOUSE: "category3",
        RegisterProblem.SPECIFIC_RELATIVE_IS_SPOUSE: "specific_relative",
        RegisterProblem.NUMBER_IS_HELD: "number_not_needed",
        RegisterProblem.APART_AT_SAME_ADDRESS: "address",
        RegisterProblem.DEPENDENT_BEFORE_BORN: "dependent_until",
        RegisterProblem.ENDED_BEFORE_STARTED: "contract_to",
    }
    address_note = ""  # what the button 住所を入力 has to say

    def refuse(self, problem: RegisterProblem) -> None:
        place = self.places.get(problem)
        self.add_error(place if place in self.fields else None, self.say(problem))

    def say(self, problem: RegisterProblem) -> str:
        return words.say(problem)

    @property
    def facts(self) -> dict[str, Any]:
        """Without the version, by which the change forms tell whether somebody was faster."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class BornForm(PersonForm):
    birth_date = LawDate(label="生年月日", required=False)
    sex = forms.ChoiceField(label="性別", required=False, choices=_SEX, widget=forms.RadioSelect)


class EmployeeForm(BornForm):
    employee_code = CodeText(label="社員番号", max_length=20)
    hired_on = LawDate(label="入社年月日", required=False)
    left_on = LawDate(label="退職年月日", required=False)
    employment_class = forms.ChoiceField(
        label="雇用区分", required=False, choices=[_NONE, *EmploymentClass.choices]
    )
    department_code = CodeText(label="部署コード", required=False, max_length=20)
    department = FreeText(
        label="部署名",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "departments"}),
    )
    office_id = forms.TypedChoiceField(label="事業所", required=False, empty_value=None)
    pension_number = Digits(
        label="基礎年金番号", required=False, digits=range(10, 11), help_text="10桁の数字です。"
    )
    insured_number = Digits(
        label="被保険者整理番号",
        required=False,
        digits=range(1, 7),
        help_text="6桁までの数字です。",
    )
    employment_insurance_number = Digits(
        label="雇用保険被保険者番号",
        required=False,
        digits=range(11, 12),
        help_text="11桁の数字です。例：1234-567890-1",
    )

    field_order = ["employee_code", "name", "kana", "birth_date", "sex"]

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        offices = {str(one.id): one for one in Office.objects.order_by("code")}
        field = self.fields["office_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [_NONE, *((key, f"{one.code} {one.name}") for key, one in offices.items())]
        field.coerce = lambda key: offices[key].id

    @property
    def departments(self) -> list[str]:
        """To choose from while typing, so that one department is not written in two ways."""
        return queries.departments()


class FamilyForm(BornForm):
    relationship = forms.ChoiceField(label="続柄", choices=[("", "選んでください"), *RELATIONSHIPS])
    lives_together = forms.ChoiceField(
        label="同居・別居", required=False, choices=_TOGETHER, widget=forms.RadioSelect
    )
    tax_dependent = forms.BooleanField(label="税扶養（源泉徴収・扶養控除等申告）", required=False)
    specific_relative = forms.BooleanField(
        label="特定親族",
        required=False,
        help_text="特定親族特別控除の対象になる、19歳以上23歳未満の親族（配偶者を除く）です。",
    )
    disabled = forms.BooleanField(label="障害者", required=False)
    nonresident = forms.BooleanField(label="非居住者（国外に住んでいる）", required=False)
    health_dependent = forms.BooleanField(label="健保扶養（健康保険の被扶養者）", required=False)
    category3 = forms.BooleanField(label="国民年金第3号被保険者", required=False)
    dependent_until = LawDate(label="扶養から外れた日", required=False)
    number_not_needed = forms.BooleanField(
        label="個人番号登録不要",
        required=False,
        help_text="会社の事務に使う予定がない家族の個人番号は、集められません。",
    )

    field_order = ["relationship", "name", "kana", "birth_date", "sex", "lives_together"]

    @property
    def facts(self) -> dict[str, Any]:
        facts = super().facts
        del facts["number_not_needed"]
        facts["lives_together"] = {"yes": True, "no": False}.get(facts["lives_together"])
        return facts

    @property
    def number_needed(self) -> bool:
        return not self.cleaned_data["number_not_needed"]


class PayeeForm(PersonForm):
    """支払先.  Neither birth date nor sex: no payment report asks for them."""

    employee_code = CodeText(label="支払先コード", max_length=20)
    payee_kind = forms.ChoiceField(
        label="区分", choices=[("", "選んでください"), *PayeeKind.choices]
    )
    contract_from = LawDate(label="契約開始日", required=False)
    contract_to = LawDate(label="契約終了日", required=False)
    last_paid_on = LawDate(
        label="最後の支払日",
        required=False,
        help_text="契約終了より後に支払うときだけ入力します。番号は、その年分の支払調書の提出まで保管します。",
    )

    field_order = ["employee_code", "payee_kind"]

    def say(self, problem: RegisterProblem) -> str:
        if problem is RegisterProblem.CODE_TAKEN:
            return words.PAYEE_CODE_TAKEN
        return super().say(problem)


class EmployeeChange(EmployeeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class FamilyChange(FamilyForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class PayeeChange(PayeeForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


AnyChange = EmployeeChange | FamilyChange | PayeeChange
CHANGES: dict[PersonKind, type[AnyChange]] = {
    PersonKind.EMPLOYEE: EmployeeChange,
    PersonKind.FAMILY: FamilyChange,
    PersonKind.PAYEE: PayeeChange,
}


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


_FIELDS = tuple({**EmployeeForm.base_fields, **FamilyForm.base_fields, **PayeeForm.base_fields})
