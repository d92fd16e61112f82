"""権限設定: the matrix function × right as one field of checkboxes."""

from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget

from azukari.tenancy.rights import MATRIX, Function, Right, RoleKind, permission
from azukari.web.forms.reading import FreeText


class RoleForm(forms.Form):
    name = FreeText(label="権限名", max_length=40)
    kind = forms.ChoiceField(
        label="区分", choices=[(kind.value, kind.label) for kind in RoleKind],
        help_text="この権限を持つ人の役割です。操作できることは下の表で決まります。",
    )  # fmt: skip
    permissions = forms.MultipleChoiceField(
        label="できること", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[
            (permission(function, right), f"{function.label}：{right.label}")
            for function, rights in MATRIX.items()
            for right in rights
        ],
        error_messages={"required": "できることを1つ以上選んでください。"},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, open_functions: Collection[Function], frozen: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._functions = [one for one in MATRIX if one in open_functions]
        if frozen:
            for field in self.fields.values():
                field.disabled = True

    def rights(self) -> list[Right]:
        return list(Right)

    def lines(self) -> Iterator[tuple[Function, list[BoundWidget | None]]]:
        """One line for each function: a checkbox, or None where the right means nothing."""
        boxes = {box.data["value"]: box for box in self["permissions"].subwidgets}
        for function in self._functions:
            yield function, [boxes.get(permission(function, right)) for right in Right]

    def chosen(self) -> frozenset[str]:
        """With the rights of functions that are not shown, as they were."""
        shown = {function.value for function in self._functions}
        hidden = {
            one for one in self.initial.get("permissions", ()) if one.partition(":")[0] not in shown
        }
        return frozenset(self.cleaned_data["permissions"]) | hidden


class CopyForm(forms.Form):
    """Which role a new one starts from."""

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["copy"] = forms.ChoiceField(
            label="もとにする権限",
            choices=[("", "なし（空の表から始める）"), *roles],
            required=False,
        )
