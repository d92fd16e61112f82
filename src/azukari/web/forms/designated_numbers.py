"""指定番号 of many municipalities at once, a line for each."""

import re
import unicodedata
from collections.abc import Collection
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from azukari.law import municipality
from azukari.law.municipality import MunicipalityProblem, MunicipalityRefused
from azukari.ledger.number_in_text import holds_number
from azukari.tenancy.designated_numbers import Designated, with_check_digit
from azukari.web import words

_MOST_TOLD: Final = 10
_NUMBER: Final = re.compile(r"[0-9A-Za-z\-]{1,12}")
_LONGEST_NAME: Final = 40
_COULD_BE_INDIVIDUAL: Final = (
    "個人番号の検査用数字にも合う12桁です。個人番号を書いていないか、市区町村の通知書と見比べてください。"
    "通知書の指定番号に間違いなければ、チェックを入れて、もう一度「変更する」を押してください。"
    "まだ保存していません。"
)
_CODE: Final = {
    MunicipalityProblem.LENGTH: (
        "団体コードは5桁（検査数字を付けると6桁）の数字です。先頭の0が落ちていないか確かめてください。"
    ),
    MunicipalityProblem.CHECK_DIGIT: (
        "団体コードの検査数字（6桁目）が合いません。コードを確かめてください。"
    ),
    MunicipalityProblem.NO_MUNICIPALITY: (
        "市区町村の団体コードではありません。先頭の0が落ちていないか確かめてください。"
    ),
    MunicipalityProblem.WARD: "政令指定都市の区のコードです。市のコードにしてください。",
}


class DesignatedSearch(forms.Form):
    q = forms.CharField(
        label="市区町村名・団体コード・指定番号", required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip


class DesignatedLines(forms.CharField):
    """団体コード, 市区町村名 and 指定番号 in each line, as cells of a spreadsheet or a CSV."""

    def clean(self, value: Any) -> list[Designated]:
        found: dict[str, Designated] = {}
        wrong: list[str] = []
        for place, line in enumerate(super().clean(value).splitlines(), 1):
            cells = _cells(line)
            if not cells or (place == 1 and not any(map(str.isdecimal, line))):
                continue  # a blank line, or the line of headings
            try:
                one = _read(cells, found)
            except ValidationError as refused:
                wrong.append(f"{place}行目：{refused.message}")
            else:
                found[one.municipality] = one
        if wrong:
            more = len(wrong) - _MOST_TOLD
            told = wrong[:_MOST_TOLD] + ([f"ほかに{more:,}行あります。"] if more > 0 else [])
            raise ValidationError(told)
        return list(found.values())


class Ticked(forms.MultipleChoiceField):
    """Boxes that the page offered; what it offers now may be others."""

    def valid_value(self, value: Any) -> bool:  # noqa: ARG002
        return True


class DesignatedNumbersForm(forms.Form):
    lines = DesignatedLines(
        label="市区町村ごとの指定番号", required=False, max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text="例：131016 千代田区 0012345",
        error_messages={"max_length": "20万文字までにしてください。"},
    )  # fmt: skip
    confirmed = Ticked(
        label="通知書で確かめた市区町村", required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def asks(self) -> bool:
        """Whether there is anything to confirm."""
        return bool(self.fields["confirmed"].choices)  # type: ignore[attr-defined]

    def confirmed_lines(self) -> list[Designated]:
        """Those ticked; not those whose number is another than the page asked about."""
        ticked = set(self.cleaned_data["confirmed"])
        return [one for one in self.cleaned_data["lines"] if _sign(one) in ticked]

    def ask_about(self, municipalities: Collection[str]) -> None:
        """To confirm that their numbers are no individual numbers."""
        lines = [one for one in self.cleaned_data["lines"] if one.municipality in municipalities]
        self.fields["confirmed"].choices = [  # type: ignore[attr-defined]
            (_sign(one), f"{one.name}（{with_check_digit(one)}）") for one in lines
        ]
        self.add_error("confirmed", _COULD_BE_INDIVIDUAL)


def _cells(line: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", line).replace('"', "")
    return re.split(r"[\s,、]+", plain.strip(" \t,、")) if plain.strip(" \t,、") else []


def _read(cells: list[str], before: Collection[str]) -> Designated:
    if len(cells) != 3:
        raise ValidationError("団体コード、市区町村名、指定番号の3つを、この順に書いてください。")
    code, name, number = cells
    try:
        five = municipality.parse(code)
    except MunicipalityRefused as refused:
        raise ValidationError(_CODE[refused.problem]) from None
    if five in before:
        raise ValidationError("同じ市区町村が、前の行にもあります。1つにしてください。")
    if holds_number(name):
        raise ValidationError(words.NUMBER_IN_TEXT)
    if len(name) > _LONGEST_NAME:
        raise ValidationError(f"市区町村名は{_LONGEST_NAME}文字までです。")
    if not _NUMBER.fullmatch(number):
        raise ValidationError("指定番号は、12文字までの英数字で書いてください。")
    return Designated(five, name, number)


def _sign(one: Designated) -> str:
    return salted_hmac("azukari.designated-number", f"{one.municipality} {one.number}").hexdigest()
