"""Fields that read what people type by the rules of law and word what is wrong."""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from azukari.law import address, kana, name
from azukari.law.era import DateRefused, parse_date
from azukari.ledger import number_in_text
from azukari.web import words
from azukari.web.components.widgets import DateText

mentions_number = number_in_text.mentions_number

# What the notices to the pension office take in 住所（カナ）, in either width.
_ADDRESS_KANA = re.compile(
    r"[ァ-ヺー・\u30000-9A-Za-z０-９Ａ-Ｚａ-ｚ()（）,.．，、/／#＃&＆\-‐-―−－]+"
)


class FreeText(forms.CharField):
    """Text that stays in the records, so no individual number may stand in it."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and mentions_number(text):
            raise ValidationError(words.NUMBER_IN_TEXT, code="number_in_text")
        return text


class SheetName(FreeText):
    """Which sheet of an Excel book is read; the first where nothing is typed."""

    def __init__(self) -> None:
        super().__init__(
            label="シートの名前",
            required=False,
            max_length=60,
            help_text="Excelのブックで、先頭でないシートを読むときに入れます。",
        )


class LawDate(forms.CharField):
    """A day in 西暦 or 和暦; cleans to `date`, or None when nothing was typed."""

    widget = DateText

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y/%m/%d}" if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except DateRefused as refused:
            raise ValidationError(words.say(refused.problem), code=refused.problem) from None


class DaySought(LawDate):
    """A day among the conditions above a list: the example stands in the box, the row stays low."""

    def __init__(self, **options: Any) -> None:
        box = forms.TextInput(attrs={"placeholder": "例：2026/4/1", "autocomplete": "off"})
        super().__init__(widget=box, required=False, **options)


class NameText(forms.CharField):
    """A name as it is written, one full-width space between its parts."""

    def clean(self, value: Any) -> str:
        text = name.tidy_name(super().clean(value))
        problem = name.problem_of(text, longest=self.max_length or name.MAX_LENGTH)
        if text and problem is not None:
            raise ValidationError(words.say(problem), code=problem)
        if mentions_number(text):
            raise ValidationError(words.NUMBER_IN_TEXT, code="number_in_text")
        return text


class KanaText(forms.CharField):
    """Kana of any width; cleans to full-width katakana."""

    def clean(self, value: Any) -> str:
        text = name.tidy_name(kana.to_full_katakana(super().clean(value).strip()))
        if text and not kana.is_full_katakana(text):
            raise ValidationError(words.NOT_KANA)
        return text


class AddressKana(FreeText):
    """An address in kana, letters and digits; cleans to full-width katakana, the rest as typed."""

    def clean(self, value: Any) -> str:
        text = address.tidy_address(kana.to_full_katakana(super().clean(value) or ""))
        if text and not _ADDRESS_KANA.fullmatch(text):
            raise ValidationError(words.NOT_ADDRESS_KANA)
        return text


class Postcode(forms.CharField):
    def clean(self, value: Any) -> str:
        return _contact(super().clean(value), address.parse_postcode, "7桁の郵便番号")


class Telephone(forms.CharField):
    def clean(self, value: Any) -> str:
        return _contact(super().clean(value), address.parse_telephone, "市外局番からの電話番号")


def _contact(text: str, parse: Any, wanted: str) -> str:
    if not text:
        return ""
    try:
        parsed: str = parse(text)
    except address.ContactRefused as refused:
        message = f"{words.say(refused.problem)}{wanted}を入力してください。"
        raise ValidationError(message, code=refused.problem) from None
    return parsed


class Digits(forms.CharField):
    """A code of exactly so many digits, typed in any width."""

    def __init__(self, *, digits: range, **options: Any) -> None:
        super().__init__(**options)
        self.digits = digits

    def clean(self, value: Any) -> str:
        text = _narrow(super().clean(value)).replace("-", "")
        if not text:
            return ""
        if not (text.isascii() and text.isdigit()) or len(text) not in self.digits:
            raise ValidationError(f"{self._length()}の数字で入力してください。")
        return text

    def _length(self) -> str:
        longest = self.digits[-1]
        return f"{longest}桁" if len(self.digits) == 1 else f"{longest}桁まで"


class CodeText(forms.CharField):
    """A code of the company's own: no blanks, narrow letters, digits, hyphens."""

    def clean(self, value: Any) -> str:
        text = _narrow(super().clean(value))
        if text and not re.fullmatch(r"[0-9A-Za-z_\-./]+", text):
            raise ValidationError("英数字とハイフンなどの記号（- _ . /）で入力してください。")
        return text


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class AddressText(FreeText):
    def clean(self, value: Any) -> str:
        return address.tidy_address(super().clean(value) or "")
