"""Forms of 一括登録・変更: sending a file, and looking through what was found."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from azukari.law.purpose import EMPLOYEE_DEFAULTS, Purpose
from azukari.law.verification import Check, Method, Provision
from azukari.products.preset import IGNORED
from azukari.register.actions import Verification
from azukari.register.models import SheetState
from azukari.register.sheets.choices import CHECKS
from azukari.register.sheets.codes import Weight
from azukari.register.sheets.headings import OWN_KINDS
from azukari.register.sheets.limits import MAX_BOOK_ROWS, MAX_BYTES, MAX_ROWS
from azukari.register.sheets.mappings import ColumnShown, choices
from azukari.register.sheets.receiving import Sending
from azukari.web.forms.reading import SheetName
from azukari.web.sheet_words import WEIGHT_WORDS, say
from azukari.web.uploads import packed_of

_DEFAULTS = EMPLOYEE_DEFAULTS | {Purpose.PAYMENT_REPORT}
_OPEN = list(Purpose)
_UNUSUAL = (
    Provision.HEALTH_DEPENDENT,
    Provision.CATEGORY3_AGENT,
    Provision.CATEGORY3_ENTRUSTED,
    Provision.FORMER_EMPLOYER,
)


def _methods(check: Check) -> list[tuple[str, str]]:
    return [("", "選んでください"),
            *((m.code, m.label) for m in Method if check in m.settles)]  # fmt: skip


class SendSheet(forms.Form):
    file = forms.FileField(
        label="ファイル",
        help_text=f"CSV（UTF-8、シフトJIS、UTF-16、{MAX_ROWS:,}行まで）かExcelのブック（XLSX、"
        f"{MAX_BOOK_ROWS:,}行まで）。{MAX_BYTES // 1024 // 1024}MBまで。SmartHR、マネーフォワード、"
        "freee、奉行、弥生などから出したファイルは、そのまま送れます。本人・家族・支払先は見出しから見分けます。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルが空です。内容のあるファイルを選んでください。",
        },
    )
    book_sheet = SheetName()
    purposes = forms.MultipleChoiceField(
        label="利用目的",
        required=False,
        choices=[(p.code, p.label) for p in _OPEN],
        initial=[p.code for p in _OPEN if p in _DEFAULTS],
        widget=forms.CheckboxSelectMultiple,
        help_text="このファイルの個人番号を何に使うか。その人に合わない目的は付きません。",
    )
    number_check = forms.ChoiceField(
        label="番号確認の方法", required=False, choices=lambda: _methods(Check.NUMBER)
    )
    person_check = forms.ChoiceField(
        label="身元確認の方法",
        required=False,
        choices=lambda: _methods(Check.PERSON),
        help_text="税と健康保険の扶養家族は、社員が確認するため省けます。",
    )
    authority_check = forms.ChoiceField(
        label="代理権確認の方法",
        required=False,
        choices=lambda: _methods(Check.AUTHORITY),
        help_text="第3号被保険者の番号を、従業員が代理人として提供したときに選びます。",
    )
    provision = forms.ChoiceField(
        label="提供の方法",
        required=False,
        choices=[
            ("", "ふつうの方法（社員と支払先は本人から、家族は従業員から）"),
            *((way.value, way.label) for way in _UNUSUAL),
        ],
        help_text="人によって違うときは、ファイルに「提供の方法」の列を付けます。利用目的、"
        "番号確認、身元確認、代理権確認、確認日、確認者も、列があれば行ごとにそちらを使います。",
    )
    paper_held = forms.BooleanField(
        label="提供の方法に必要な同意書・委託契約書を受け取り、保管しています", required=False
    )
    again = forms.BooleanField(
        label="同じ内容のファイルでも、もう一度送る",
        required=False,
        help_text="変わらない人には何も起きません。",
    )
    # Of one opening of the page, so that a second click sends nothing a second time.
    key = forms.CharField(required=False, max_length=64, initial=uuid4, widget=forms.HiddenInput)

    def sending(self) -> Sending:
        file = self.cleaned_data["file"]
        return Sending(
            packed_of(file), file.name, self.chosen_purposes, self.verification,
            key=self.cleaned_data["key"], again=self.cleaned_data["again"],
            book_sheet=self.cleaned_data["book_sheet"],
        )  # fmt: skip

    @property
    def chosen_purposes(self) -> list[Purpose]:
        wanted = set(self.cleaned_data["purposes"])
        return [p for p in _OPEN if p.code in wanted]

    @property
    def verification(self) -> Verification:
        facts = self.cleaned_data
        checks = {name: facts[name] for name in CHECKS}
        return Verification(
            **checks,
            verified_on=timezone.localdate() if any(checks.values()) else None,
            provision=facts["provision"],
            paper_held=facts["paper_held"],
        )


class TemplateForm(forms.Form):
    kind = forms.ChoiceField(label="種類", choices=[(kind.value, kind.label) for kind in OWN_KINDS])
    people = forms.ChoiceField(
        label="内容",
        required=False,
        choices=[("", "見出しだけ"), ("missing", "番号が未登録の人を入れる")],
    )
    format = forms.ChoiceField(
        label="形式", required=False, choices=[("", "CSV"), ("xlsx", "Excel（XLSX）")]
    )
    of_the_number = forms.BooleanField(
        label="利用目的・本人確認・番号変更の列も入れる", required=False
    )

    def __init__(self, departments: Sequence[str], data: Any = None) -> None:
        super().__init__(data)
        self.fields["department"] = forms.ChoiceField(
            label="部署",
            required=False,
            choices=[("", "すべて"), *((one, one) for one in departments)],
        )


class SheetSearch(forms.Form):
    q = forms.CharField(label="ファイル名・送った人", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), *SheetState.choices]
    )


class ProblemSearch(forms.Form):
    """`codes`: pairs of a code found in the file and how often."""

    code = forms.ChoiceField(label="内容", required=False)
    weight = forms.ChoiceField(
        label="種類",
        required=False,
        choices=[("", "すべて"), *((w.value, WEIGHT_WORDS[w][0]) for w in Weight)],
    )
    field_order = ("weight", "code")

    def __init__(self, codes: Sequence[tuple[str, int]], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "すべて"), *((code, f"{_short(code)}（{count:,}件）") for code, count in codes)
        ]  # fmt: skip


def _short(code: str) -> str:
    """The first sentence: what is wrong, without what to do."""
    return say(code).partition("。")[0]


class ColumnsForm(forms.Form):
    """What each column of a file is, as the company says it; one field per column."""

    def __init__(self, columns: Sequence[ColumnShown], data: Any = None) -> None:
        super().__init__(data)
        groups = [(label, list(fields.items())) for label, fields in choices().items()]
        for column in columns:
            self.fields[f"column_{column.place}"] = forms.ChoiceField(
                label=column.heading or f"{column.place + 1}列目",
                required=False,
                initial=column.field,
                choices=[("", "選んでください"), (IGNORED, "この列は使わない"), *groups],
            )
        self._columns = columns

    def clean(self) -> dict[str, Any]:
        said = [name for name in self.said.values() if name != IGNORED]
        if not said:
            raise forms.ValidationError("どの列が何かを選んでください。")
        twice = {name for name in said if said.count(name) > 1}
        for column in self._columns:
            if self.said.get(column.place) in twice:
                self.add_error(f"column_{column.place}", "同じ内容の列が2つあります。")
        return self.cleaned_data

    @property
    def said(self) -> dict[int, str]:
        """Place → field; what was left open stays open."""
        return {
            column.place: name
            for column in self._columns
            if (name := self.cleaned_data.get(f"column_{column.place}", ""))
        }
