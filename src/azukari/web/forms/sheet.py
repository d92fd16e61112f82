"""Forms of 一括登録・変更: sending a file, and looking through what was found."""

from django import forms
from django.utils import timezone

from azukari.law.purpose import Purpose
from azukari.law.verification import Check, Method
from azukari.register.actions import Verification
from azukari.register.models import SheetState
from azukari.register.sheets.codes import Weight
from azukari.register.sheets.limits import MAX_BOOK_ROWS, MAX_BYTES, MAX_ROWS
from azukari.web.sheet_words import WEIGHT_WORDS

_DEFAULTS = [
    Purpose.TAX_WITHHOLDING,
    Purpose.TAX_DEDUCTION_FORMS,
    Purpose.HEALTH_PENSION,
    Purpose.EMPLOYMENT_INS,
    Purpose.PAYMENT_REPORT,
]
_OPEN = list(Purpose)


def _methods(check: Check) -> list[tuple[str, str]]:
    return [("", "選んでください"),
            *((m.code, m.label) for m in Method if check in m.settles)]  # fmt: skip


class SendSheet(forms.Form):
    file = forms.FileField(
        label="ファイル",
        help_text=f"CSV(UTF-8、シフトJIS、UTF-16、{MAX_ROWS:,}行まで)かExcelのブック(XLSX、"
        f"{MAX_BOOK_ROWS:,}行まで)。{MAX_BYTES // 1024 // 1024}MBまで。SmartHR、マネーフォワード、"
        "freee、奉行、弥生などから出したファイルは、そのまま送れます。本人・家族・支払先は見出しから見分けます。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルが空です。内容のあるファイルを選んでください。",
        },
    )
    purposes = forms.MultipleChoiceField(
        label="利用目的",
        required=False,
        choices=[(p.code, p.label) for p in _OPEN],
        initial=[p.code for p in _DEFAULTS],
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

    @property
    def chosen_purposes(self) -> list[Purpose]:
        wanted = set(self.cleaned_data["purposes"])
        return [p for p in _OPEN if p.code in wanted]

    @property
    def verification(self) -> Verification:
        number, person = self.cleaned_data["number_check"], self.cleaned_data["person_check"]
        done = timezone.localdate() if number or person else None
        return Verification(number_check=number, person_check=person, verified_on=done)


class SheetSearch(forms.Form):
    q = forms.CharField(label="ファイル名・送った人", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), *SheetState.choices]
    )


class ProblemSearch(forms.Form):
    weight = forms.ChoiceField(
        label="種類",
        required=False,
        choices=[("", "すべて"), *((w.value, WEIGHT_WORDS[w][0]) for w in Weight)],
    )
