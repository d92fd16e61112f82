"""Forms of ファイル出力: what, whom, why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from azukari.check.actions import Asked
from azukari.check.missing import missing_of
from azukari.check.models import OutputState
from azukari.check.queries import OutputFilter, Wanted
from azukari.check.rules import OF_PEOPLE, SECOND_PERSON_FROM, Content, Format
from azukari.law.purpose import Purpose
from azukari.register.models import NumberState
from azukari.register.sheets.headings import OWN_KINDS, SheetKind

_EMPLOYMENT = {
    "": "すべて",
    "working": "在籍中（扶養中・契約中）",
    "left": "退職・扶養外・契約終了",
}
_STATES = [("", "すべて"), *NumberState.choices]


class ExportSearch(forms.Form):
    q = forms.CharField(label="対象・理由・依頼した人", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), *OutputState.choices]
    )

    def wanted(self) -> OutputFilter:
        self.is_valid()
        said = self.cleaned_data
        return OutputFilter(state=said.get("state", ""), words=said.get("q", ""))


class StatusForm(forms.Form):
    kind = forms.ChoiceField(
        label="種類", required=False, choices=[(one.value, one.label) for one in OWN_KINDS]
    )
    q = forms.CharField(label="部署", required=False, max_length=80)


class MissingForm(forms.Form):
    """Who is missing what: of which kind, of which department."""

    kind = forms.ChoiceField(
        label="種類", required=False, choices=[(one.value, one.label) for one in OWN_KINDS]
    )
    q = forms.CharField(label="番号・氏名・カナ", required=False, max_length=80)
    what = forms.ChoiceField(label="足りないもの", required=False)
    department = forms.ChoiceField(label="部署", required=False)

    def __init__(self, kind: SheetKind, departments: Sequence[str], data: Any) -> None:
        super().__init__(data)
        said = [(one.value, one.label) for one in missing_of(kind)]
        self._offer("what", [("", "すべて"), *said])
        self._offer("department", [("", "すべて"), *((one, one) for one in departments)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ExportForm(forms.Form):
    content = forms.ChoiceField(
        label="内容",
        choices=[(one.value, one.label) for one in OF_PEOPLE],
        help_text="個人番号を入れるときは、利用目的と、ご本人の確認が要ります。"
        f"{SECOND_PERSON_FROM}人からは、別の人の承認も要ります。",
    )
    kind = forms.ChoiceField(label="種類", choices=[(one.value, one.label) for one in OWN_KINDS])
    department = forms.ChoiceField(label="部署", required=False)
    number_state = forms.ChoiceField(label="個人番号", required=False, choices=_STATES)
    employment = forms.ChoiceField(
        label="在籍", required=False, choices=list(_EMPLOYMENT.items()), initial="working"
    )
    codes = forms.CharField(
        label="番号で選ぶ",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="社員番号か支払先コードを、空白か改行で区切って入力します。空ならすべての人です。",
    )
    purpose = forms.ChoiceField(
        label="利用目的",
        required=False,
        choices=[("", "選んでください"), *((one.code, one.label) for one in Purpose)],
        help_text="この目的で保管している個人番号だけを入れます。",
    )
    reason = forms.CharField(label="理由", max_length=200)
    format = forms.ChoiceField(label="形式", choices=[(one.value, one.label) for one in Format])

    def __init__(self, departments: Sequence[str], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["department"] = forms.ChoiceField(
            label="部署",
            required=False,
            choices=[("", "すべて"), *((one, one) for one in departments)],
        )

    @property
    def asked(self) -> Asked:
        said = self.cleaned_data
        kind = SheetKind(said["kind"])
        codes = tuple(said["codes"].split())
        return Asked(
            wanted=Wanted(
                kind, said["department"], said["number_state"], said["employment"], codes
            ),
            content=Content(said["content"]),
            format=Format(said["format"]),
            reason=said["reason"],
            whom=self._whom(kind, codes),
            purpose=next((one for one in Purpose if one.code == said["purpose"]), None),
        )

    def _whom(self, kind: SheetKind, codes: Sequence[str]) -> str:
        said = self.cleaned_data
        parts = [
            kind.label,
            said["department"],
            dict(_STATES).get(said["number_state"], "") if said["number_state"] else "",
            _EMPLOYMENT[said["employment"]] if said["employment"] else "",
            f"番号で選んだ{len(codes)}件" if codes else "",
        ]
        return "・".join(str(part) for part in parts if part)
