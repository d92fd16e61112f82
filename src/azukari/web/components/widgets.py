"""Form widgets that a page component knows how to draw."""

from typing import Any

from django import forms


class DateText(forms.DateInput):
    """A date as one line of text, so that 和暦 and 西暦 may both be typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", **(attrs or {})}, format="%Y/%m/%d")


class NumberGroups(forms.TextInput):
    """Twelve digits of an individual number, grouped by four while they are typed.

    The value is never sent back to the browser: a page that failed must not keep a number in the
    browser's cache or history. ``same_as`` names the field on the same form it must repeat.
    """

    def __init__(self, attrs: dict[str, Any] | None = None, *, same_as: str = "") -> None:
        facts = {
            "data-digits": "12",
            "inputmode": "numeric",
            "autocomplete": "off",
            "autocapitalize": "off",
            "spellcheck": "false",
        }
        if same_as:
            facts["data-same-as"] = same_as
        super().__init__(attrs={**facts, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        del value
        return super().get_context(name, None, attrs)
