"""会社情報と事業所の変更."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from azukari.filings.catalog.social_insurance.shfd0006 import Office as PensionOffice
from azukari.filings.catalog.social_insurance.shfd0006 import office_problems
from azukari.filings.words import reason
from azukari.law import corporate_number
from azukari.law.corporate_number import CorporateNumberProblem, CorporateNumberRefused
from azukari.law.kana import to_half_katakana
from azukari.tenancy.companies import Handling, OfficeFacts, OwnFacts
from azukari.tenancy.models import CompanyPart, Office
from azukari.tenancy.options import Option
from azukari.web.forms.options import keep_open
from azukari.web.forms.reading import (
    AddressText,
    CodeText,
    Digits,
    FreeText,
    KanaText,
    NameText,
    Postcode,
    Telephone,
)

_CORPORATE_NUMBER = {
    CorporateNumberProblem.CHECK_DIGIT: (
        "検査用数字が合いません。法人番号指定通知書をもう一度ご確認ください。"
    ),
    CorporateNumberProblem.LENGTH: "13桁の数字で入力してください。",
    CorporateNumberProblem.NOT_DIGITS: "13桁の数字で入力してください。",
    CorporateNumberProblem.ALL_ZERO: "0だけの番号は法人番号ではありません。",
    CorporateNumberProblem.SPREADSHEET_EXPONENT: (
        "表計算ソフトで桁が丸められた形です。13桁を入力し直してください。"
    ),
}


class CorporateNumberText(forms.CharField):
    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return corporate_number.parse(text)
        except CorporateNumberRefused as refused:
            raise ValidationError(_CORPORATE_NUMBER[refused.problem]) from None


class CompanyForm(forms.Form):
    name = NameText(label="会社名", max_length=120)
    kana = KanaText(label="会社名カナ", max_length=160, required=False)
    corporate_number = CorporateNumberText(
        label="法人番号",
        max_length=40,
        required=False,
        help_text="13桁。個人事業の場合は空欄です。",
    )
    postcode = Postcode(label="郵便番号", max_length=20, required=False, help_text="例：100-0001")
    address = AddressText(label="所在地", max_length=200, required=False)
    telephone = Telephone(label="電話番号", max_length=20, required=False,
                          help_text="例：03-1234-5678")  # fmt: skip
    representative = NameText(label="代表者氏名", max_length=60, required=False)
    tax_office = FreeText(
        label="提出先税務署", max_length=20, required=False,
        help_text="例：麹町（「税務署」は付けません）。法定調書合計表などに入ります。",
    )  # fmt: skip
    tax_reference = Digits(
        label="整理番号", digits=range(10, 11), required=False,
        help_text="税務署から通知された10桁の番号（整理番号1）です。法定調書と給与支払報告書の"
                  "ファイルに入ります。事業所ごとに違うときは空欄にします。",
    )  # fmt: skip
    declaration_name = FreeText(
        label="提出申告書名の初期値（従業員申請）", max_length=80,
        help_text="個人番号の提出を依頼するとき、はじめに入っている申告書名です。",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, options: Collection[Option] = (), **rest: Any) -> None:
        super().__init__(*given, **rest)
        keep_open(self, "company", options)

    def clean_tax_office(self) -> str:
        """Forms print 税務署長 behind the name."""
        return re.sub("税務署長?$", "", self.cleaned_data["tax_office"])

    def facts(self) -> OwnFacts:
        return OwnFacts(**{k: v for k, v in self.cleaned_data.items() if k != "version"})


class HistorySearch(forms.Form):
    """What of the company the changes shown are about."""

    about = forms.ChoiceField(label="対象", required=False)

    def __init__(self, *given: Any, offices: list[Office], **rest: Any) -> None:
        super().__init__(*given, **rest)
        choices = [
            ("", "すべて"),
            *CompanyPart.choices,
            *((str(one.id), f"事業所「{one.name}」") for one in offices),
        ]
        self.fields["about"] = forms.ChoiceField(label="対象", required=False, choices=choices)

    @property
    def wanted(self) -> tuple[CompanyPart | None, UUID | None]:
        """The part and the office; neither where nothing that is offered was asked for."""
        self.is_valid()
        about = self.cleaned_data.get("about", "")
        if about in CompanyPart:
            return CompanyPart(about), None
        return None, UUID(about) if about else None


class HandlingForm(forms.Form):
    """取扱いのきまり: how carefully this company handles numbers."""

    second_person_disposal = forms.BooleanField(
        label="廃棄に承認者を求める", required=False,
        help_text="廃棄の起案を、ほかの人が承認してから実行します。",
    )  # fmt: skip
    second_checker = forms.BooleanField(
        label="本人確認を二人で行う", required=False,
        help_text="登録した番号は、ほかの人が再確認するまで表示や届出に使えません。",
    )  # fmt: skip
    second_person_viewing = forms.BooleanField(
        label="番号表示に承認者を求める", required=False,
        help_text="番号を表示するたびに、ほかの人の承認が必要になります。",
    )  # fmt: skip
    viewings_per_hour = forms.IntegerField(
        label="1人が1時間に表示できる件数", min_value=1, max_value=200,
        help_text="1から200まで。会社全体では1時間に200件までです。",
        error_messages={
            "invalid": "1から200までの数字で入力してください。",
            "min_value": "1から200までの数字で入力してください。",
            "max_value": "1から200までの数字で入力してください。",
            "required": "1時間に表示できる件数を入力してください。",
        },
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def wanted(self) -> Handling:
        return Handling(**{k: v for k, v in self.cleaned_data.items() if k != "version"})


class OfficeForm(forms.Form):
    """An office; what the pension office would refuse in a file is refused here already."""

    code = CodeText(label="事業所コード", max_length=16, help_text="社内で使うコードです。例：001")
    name = FreeText(label="事業所名", max_length=60)
    postcode = Postcode(label="郵便番号", max_length=20, required=False, help_text="例：100-0001")
    address = AddressText(label="所在地", max_length=120, required=False)
    owner_name = NameText(label="事業主氏名", max_length=40, required=False,
                          help_text="姓と名の間は1文字あけてください。")  # fmt: skip
    telephone = Telephone(label="電話番号", max_length=20, required=False,
                          help_text="ハイフンで3つに区切ります。例：03-1234-5678")  # fmt: skip
    pension_prefecture = Digits(
        label="都道府県コード", digits=range(2, 3), required=False,
        help_text="年金事務所が使う2桁のコードです。例：東京 21、大阪 41",
    )  # fmt: skip
    pension_district = Digits(
        label="郡市区符号", digits=range(2, 3), required=False,
        help_text="事業所整理記号「01-ケイト」の、前の2桁です。",
    )  # fmt: skip
    pension_symbol = forms.CharField(
        label="事業所記号", max_length=8, required=False,
        help_text="事業所整理記号「01-ケイト」の、後ろの文字です。",
    )  # fmt: skip
    pension_number = Digits(
        label="事業所番号", digits=range(5, 6), required=False,
        help_text="5桁の数字です。桁が足りないときは、左に0を付けてください。",
    )  # fmt: skip
    employment_insurance_number = Digits(
        label="雇用保険適用事業所番号", digits=range(11, 12), required=False,
        help_text="4桁-6桁-1桁の11桁です。例：1301-123456-7",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_pension_symbol(self) -> str:
        return to_half_katakana(self.cleaned_data["pension_symbol"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors or not any(v for k, v in cleaned.items() if k.startswith("pension_")):
            return cleaned
        for problem in office_problems(_head_of(cleaned)):
            self.add_error(None, f"{problem.item_name or '事業所'}：{reason(problem)}")
        return cleaned

    def facts(self) -> OfficeFacts:
        return OfficeFacts(**{k: v for k, v in self.cleaned_data.items() if k != "version"})


def _head_of(facts: dict[str, Any]) -> PensionOffice:
    groups = (*facts["telephone"].split("-"), "", "", "")
    return PensionOffice(
        prefecture_code=facts["pension_prefecture"],
        district_code=facts["pension_district"],
        symbol=facts["pension_symbol"],
        number=facts["pension_number"],
        postcode=facts["postcode"],
        address=facts["address"],
        name=facts["name"],
        owner_name=facts["owner_name"],
        telephone=(groups[0], groups[1], groups[2]),
    )
