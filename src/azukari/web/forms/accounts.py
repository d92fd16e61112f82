"""従業員アカウント: searching the list."""

from django import forms

from azukari.register.accounts.listing import NONE
from azukari.register.accounts.rules import AccountState

_STATES = (AccountState.UNSET, AccountState.ACTIVE, AccountState.SUSPENDED)


class AccountSearch(forms.Form):
    q = forms.CharField(
        label="社員番号・氏名・部署",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label="状態",
        required=False,
        choices=[
            ("", "すべて"),
            (NONE, "アカウントなし"),
            *((state.value, state.label) for state in _STATES),
        ],
    )
