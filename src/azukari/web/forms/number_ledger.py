"""Forms of 帳簿: a line of it, and the search above the list."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.check.rules import Format
from azukari.register.actions.number_book import BookFacts
from azukari.register.book import BookFilter
from azukari.web.forms.reading import FreeText, LawDate

FIRST_YEAR = 2016  # the first 年分 whose declarations carry numbers (番号法附則第1条)


class BookForm(forms.Form):
    declaration = FreeText(
        label="提出申告書名",
        max_length=80,
        help_text="個人番号の提供を受けた申告書の名前です。",
        error_messages={"required": "提出申告書名を入力してください。"},
    )
    received_on = LawDate(
        label="提出を受けた日",
        help_text="帳簿には年月だけを記載します。",
    )
    omitted_year = forms.IntegerField(
        label="記載を省略した最後の年分",
        required=False,
        min_value=FIRST_YEAR,
        max_value=2199,
        help_text="西暦4桁。個人番号の記載がない申告書を最後に受けた年分です。例：2027",
        error_messages={
            "invalid": "西暦4桁の数字で入力してください。",
            "min_value": f"{FIRST_YEAR}年分より後を入力してください。",
            "max_value": "西暦4桁の数字で入力してください。",
        },
    )

    def clean_received_on(self) -> date | None:
        day: date | None = self.cleaned_data["received_on"]
        if day is None:
            return None
        if day > timezone.localdate():
            raise ValidationError("提出を受けた日が今日より後になっています。")
        if day.year < FIRST_YEAR - 1:
            raise ValidationError("個人番号が始まる前の日です。もう一度ご確認ください。")
        return day.replace(day=1)

    def clean(self) -> None:
        received, omitted = (
            self.cleaned_data.get("received_on"),
            self.cleaned_data.get("omitted_year"),
        )
        if received and omitted and omitted < received.year:
            self.add_error(
                "omitted_year", "提出を受けた年より前になっています。どちらかを直してください。"
            )

    @property
    def facts(self) -> BookFacts:
        return BookFacts(**self.cleaned_data)


class BookOutputForm(forms.Form):
    """The book as a file with the numbers in it."""

    format = forms.ChoiceField(
        label="形式",
        choices=[(one.value, one.label) for one in Format],
        initial=Format.BOOK.value,
    )
    reason = FreeText(
        label="理由",
        max_length=200,
        help_text="例：税務署の調査で帳簿の提示を求められたため。個人番号は書かないでください。",
        error_messages={"required": "理由を入力してください。"},
    )

    @property
    def format_chosen(self) -> Format:
        return Format(self.cleaned_data["format"])


class BookSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    year = forms.IntegerField(
        label="提出を受けた年", required=False, min_value=FIRST_YEAR - 1, max_value=2199
    )
    declaration = forms.CharField(label="提出申告書名", required=False, max_length=80)

    def wanted(self) -> BookFilter:
        self.is_valid()
        found: dict[str, Any] = self.cleaned_data
        return BookFilter(
            words=found.get("q", ""),
            year=found.get("year"),
            declaration=found.get("declaration", ""),
        )

    @property
    def in_words(self) -> str:
        """The conditions, for whoever has to judge them later."""
        found = self.wanted()
        parts = (
            f"「{found.words}」" if found.words else "",
            f"{found.year}年に提出" if found.year else "",
            f"申告書「{found.declaration}」" if found.declaration else "",
        )
        return "・".join(part for part in parts if part) or "帳簿のすべて"
