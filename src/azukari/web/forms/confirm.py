"""The question of 本人の確認, carrying what was typed into the form that was stopped."""

import unicodedata
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from azukari.web.forms.reading import mentions_number
from azukari.web.forms.sign_in import LONGEST_PASSWORD

_OWN = {"csrfmiddlewaretoken", "confirm_secret", "confirm_way"}
_NEVER_SENT_BACK = {"number", "number_again", "password", "again", "code"}


class ConfirmForm(forms.Form):
    """`confirm_way`: `open` when a page was to be opened, `send` when a form was to be sent."""

    confirm_secret = forms.CharField(
        label="パスワード", max_length=LONGEST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    confirm_way = forms.ChoiceField(choices=[("open", ""), ("send", "")], widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        way = "send" if request.method == "POST" else "open"
        super().__init__(data, initial={"confirm_way": way})
        self._sent = request.POST
        for name, values in self._kept():
            self.fields[name] = forms.Field(
                widget=forms.MultipleHiddenInput, initial=values, required=False
            )

    @property
    def holds_back(self) -> bool:
        """Whether something typed has to be typed again."""
        return len([*self._kept()]) < len(self._sent.keys() - _OWN)

    @property
    def code(self) -> str:
        """What was typed, if it has the form of a one-time code; no password is that short."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["confirm_secret"])
        digits = "".join(typed.split()).replace("-", "")
        return digits if len(digits) == 6 and digits.isascii() and digits.isdigit() else ""

    def without_answer(self) -> QueryDict:
        """What the view receives: the form as it was sent at first, without the numbers."""
        sent = self._sent.copy()
        for name in ("confirm_secret", "confirm_way"):
            sent.pop(name, None)
        return sent

    def _kept(self) -> list[tuple[str, list[Any]]]:
        return [
            (name, values)
            for name, values in self._sent.lists()
            if name not in _OWN | _NEVER_SENT_BACK
            and not any(mentions_number(str(value)) for value in values)
        ]
