"""A refused person of a sheet, field by field under our columns."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms

from azukari.register.sheets.correcting import Corrected, RefusedPerson
from azukari.register.sheets.headings import label_of
from azukari.register.sheets.limits import MAX_CELL
from azukari.web.components.widgets import DateText, NumberGroups
from azukari.web.sheet_words import say

_AS_IS = "as_is"
_DATES = frozenset(
    {"birth_date", "hired_on", "left_on", "dependent_until", "contract_from", "contract_to",
     "verified_on"}
)  # fmt: skip
# Who it is, whatever is wrong.
_ALWAYS = frozenset({"employee_code", "employee_name", "family_code", "name"})


class CorrectPage(forms.Form):
    """Which rows the page shows, and a key so that a second click sends nothing a second time."""

    rows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40, initial=uuid4)


class CorrectForm(forms.Form):
    """Opened with what the file says and what speaks against it; sent with what is meant.

    Everything stays text: the file is read by the same rules whoever typed it.
    """

    def __init__(self, person: RefusedPerson, data: Mapping[str, Any] | None = None) -> None:
        self.person = person
        self._blamed = {name for name, _ in person.problems}
        self.is_opened = data is None  # nobody has typed anything yet
        super().__init__(self._opened() if data is None else data, prefix=person.name)
        for name in person.cells:
            self.fields[name] = forms.CharField(
                label=label_of(person.kind, name),
                required=False,
                max_length=MAX_CELL,
                strip=False,
                widget=DateText if name in _DATES else forms.TextInput,
                disabled=name == "employee_name",
            )
        if person.takes_number:
            self.fields["number"] = forms.CharField(
                label="個人番号", required=False, max_length=MAX_CELL, widget=NumberGroups,
                help_text=self._about_number,
            )  # fmt: skip
        self.fields[_AS_IS] = forms.BooleanField(
            label="このままの内容で、もう一度確かめる", required=False
        )
        if data is None:
            self._say_problems()

    @property
    def title(self) -> str:
        return f"{self.person.row + 1}行目（{self.person.kind.label}）"

    @property
    def blamed(self) -> list[forms.BoundField]:
        """What is to be put right, after who it is."""
        return [self[name] for name in self._inputs if name in _ALWAYS | self._blamed]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self._inputs if name not in _ALWAYS | self._blamed]

    @property
    def about_row(self) -> list[str]:
        return [say(code) for name, code in self.person.problems if not name]

    @property
    def corrected(self) -> Corrected | None:
        """None when nothing was put right and the row is not to go as it is."""
        facts = self.cleaned_data
        cells = {name: facts[name].strip() for name in self.person.cells}
        number = facts.get("number", "")
        if cells == self.person.cells and not number and not facts[_AS_IS]:
            return None
        return Corrected(self.person, cells, number)

    @property
    def _inputs(self) -> list[str]:
        return [name for name in self.fields if name != _AS_IS]

    @property
    def _about_number(self) -> str:
        if self.person.number and "number" not in self._blamed:
            return "ファイルの番号を伏せて使います。変えるときだけ入力してください。"
        return "番号は画面に残していません。書類を見て入力してください。"

    def _opened(self) -> dict[str, str]:
        said = {name: text for name, text in self.person.cells.items() if text}
        return {f"{self.person.name}-{name}": text for name, text in said.items()}

    def _say_problems(self) -> None:
        self.full_clean()
        for name, code in self.person.problems:
            if name in self.fields:
                self.add_error(name, say(code))
