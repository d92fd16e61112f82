"""Forms of 法定帳票作成: the search rows, who and which form, the facts of each person."""

import unicodedata
from dataclasses import asdict
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from azukari.filings.catalog.social_insurance.shfd0006.edition import editions
from azukari.filings.engine.layout import read_codes
from azukari.register import queries as register
from azukari.register.models import NumberState
from azukari.tenancy.models import Office
from azukari.use import rules
from azukari.use.models import FilingState
from azukari.use.queries import CandidateFilter
from azukari.use.rules import AcquisitionFacts
from azukari.web.forms.reading import Digits, FreeText, LawDate

_ANY = ("", "すべて")
_UNCHANGED = ("", "変えない")
YES, NO = "1", "0"
_YES_NO = [(NO, "無"), (YES, "有")]
# 備考欄項目 and the like: each is one box on the paper form.
MARKS = [
    ("short_time", "短時間労働者"),
    ("several_offices", "二以上事業所勤務"),
    ("rehired", "退職後の継続再雇用"),
    ("over_70", "70歳以上被用者に該当"),
    ("over_70_only", "70歳以上被用者届のみ提出"),
    ("certificate_needed", "資格確認書の発行が必要"),
]


@cache
def _codes(table: str) -> list[tuple[str, str]]:
    from importlib.resources import files  # noqa: PLC0415  only to read a table of the catalogue

    folder = files("azukari.filings.catalog.social_insurance.shfd0006") / editions()[-1].name
    return [(code, f"{code} {meaning}") for code, meaning in read_codes(folder, table).items()]


def code_label(table: str, code: str) -> str:
    """「1 男子」; a code that is not in the table as it stands."""
    return dict(_codes(table)).get(code, code)


class Yen(forms.CharField):
    """Whole yen as people type them: ３００，０００円.  Cleans to int, or None when empty."""

    def clean(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", super().clean(value) or "")
        digits = "".join(text.split()).replace(",", "").removeprefix("¥").removesuffix("円")
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
            raise ValidationError("金額を1円単位の数字で入力してください（例：300000）。")
        return int(digits)


class FilingSearch(forms.Form):
    """The filter row of the list of filings."""

    q = forms.CharField(label="事業所・作成した人", required=False, max_length=80)
    form = forms.ChoiceField(label="様式", required=False)
    state = forms.ChoiceField(label="状態", required=False, choices=[_ANY, *FilingState.choices])

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        _choices(self, "form", [_ANY, *_form_choices()])


class CandidateSearch(forms.Form):
    """The filter row above those who may stand on a filing."""

    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    department = forms.ChoiceField(label="部署", required=False)
    state = forms.ChoiceField(
        label="個人番号の状態", required=False, choices=[_ANY, *NumberState.choices]
    )
    hired_from = LawDate(label="入社日（から）", required=False)
    hired_to = LawDate(label="入社日（まで）", required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        names = [(one, one) for one in register.departments()]
        _choices(self, "department", [_ANY, *names])

    @property
    def wanted(self) -> CandidateFilter:
        """Conditions that cannot be read are left out; their fields say what is wrong."""
        self.is_valid()
        found = self.cleaned_data
        return CandidateFilter(
            words=found.get("q", ""),
            department=found.get("department", ""),
            number_state=found.get("state", ""),
            hired_from=found.get("hired_from"),
            hired_to=found.get("hired_to"),
        )


class FilingForm(forms.Form):
    """Which form for which office."""

    form = forms.ChoiceField(label="作成する様式")
    office = forms.TypedChoiceField(label="届け出る事業所", empty_value=None)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        offices = {str(one.id): one for one in Office.objects.order_by("code")}
        shown = [(key, f"{one.code} {one.name}") for key, one in offices.items()]
        _choices(self, "form", _form_choices())
        _choices(self, "office", shown if len(shown) == 1 else [("", "選んでください"), *shown])
        field = self.fields["office"]
        assert isinstance(field, forms.TypedChoiceField)
        field.coerce = offices.__getitem__


class FactsForm(forms.Form):
    """The facts of one person on 2200700."""

    pay_currency = Yen(label="報酬月額（通貨）", required=False, max_length=16)
    pay_in_kind = Yen(label="報酬月額（現物）", required=False, max_length=16)
    acquired_on = LawDate(label="資格取得年月日", required=False)
    insured_kind = forms.ChoiceField(label="種別", required=False)
    acquisition_class = forms.ChoiceField(label="取得区分", required=False)
    has_dependents = forms.ChoiceField(label="被扶養者", required=False, choices=_YES_NO)
    insured_number = Digits(label="被保険者整理番号", required=False, digits=range(1, 7))
    marks = forms.MultipleChoiceField(
        label="あてはまるもの", required=False, choices=MARKS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    note = FreeText(label="備考", required=False, max_length=75)
    no_residence_reason = forms.ChoiceField(
        label="住民票住所を記載できない理由", required=False,
        help_text="個人番号がなく、住民票の住所もないときだけ選びます。",
    )  # fmt: skip
    no_number_note = FreeText(label="理由（3 その他のとき）", required=False, max_length=75)

    def __init__(self, *given: Any, whose: str = "", **options: Any) -> None:
        super().__init__(*given, **options)
        _choices(self, "insured_kind", [("", "―"), *_codes("insured_kind")])
        _choices(self, "acquisition_class", [("", "―"), *_codes("acquisition_class")])
        _choices(self, "no_residence_reason", [("", "―"), *_codes("no_residence_reason")])
        for name in ("pay_currency", "pay_in_kind"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        for name, field in self.fields.items() if whose else ():
            if name != "marks":
                field.widget.attrs["aria-label"] = f"{whose} {field.label}"

    @property
    def facts(self) -> AcquisitionFacts:
        values = dict(self.cleaned_data)
        marks = values.pop("marks")
        values["pay_in_kind"] = values["pay_in_kind"] or 0
        values["has_dependents"] = values["has_dependents"] == YES
        values |= {name: name in marks for name, _ in MARKS}
        return AcquisitionFacts(**values)


def initial_of(facts: AcquisitionFacts) -> dict[str, Any]:
    """Facts as the fields of the form hold them."""
    values = asdict(facts)
    return {
        **values,
        "has_dependents": YES if facts.has_dependents else NO,
        "marks": [name for name, _ in MARKS if values[name]],
    }


class ForAllForm(forms.Form):
    """Values for everybody on the filing; what is left empty stays as it is."""

    pay_currency = Yen(label="報酬月額（通貨）", required=False, max_length=16)
    pay_in_kind = Yen(label="報酬月額（現物）", required=False, max_length=16)
    acquired_on = LawDate(label="資格取得年月日", required=False)
    acquisition_class = forms.ChoiceField(label="取得区分", required=False)
    has_dependents = forms.ChoiceField(
        label="被扶養者", required=False, choices=[_UNCHANGED, *_YES_NO]
    )
    certificate_needed = forms.ChoiceField(
        label="資格確認書", required=False,
        choices=[_UNCHANGED, (YES, "発行が必要"), (NO, "発行は不要")],
    )  # fmt: skip
    note = FreeText(label="備考", required=False, max_length=75)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        _choices(self, "acquisition_class", [_UNCHANGED, *_codes("acquisition_class")])

    @property
    def changes(self) -> dict[str, Any]:
        given = {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "")
        }
        for name in ("has_dependents", "certificate_needed"):
            if name in given:
                given[name] = given[name] == YES
        return given


def _form_choices() -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} {one.title_ja}") for one in rules.supported_forms()]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
