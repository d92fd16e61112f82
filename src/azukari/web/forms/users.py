"""ユーザ登録・変更 and the search above ユーザ一覧."""

from collections.abc import Collection
from typing import Any

from django import forms

from azukari.collect.announcing import Subscription
from azukari.tenancy.directory import UserState
from azukari.tenancy.models import Role
from azukari.tenancy.options import Option, has_field
from azukari.tenancy.users import UserFacts
from azukari.web.forms.options import keep_open
from azukari.web.forms.reading import CodeText, FreeText, LawDate, NameText

NO_ROLE = [("", "この会社では使わない")]


class UserSearch(forms.Form):
    q = forms.CharField(
        label="ユーザID・氏名・メール・部署", required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    state = forms.ChoiceField(
        label="状態", required=False,
        choices=[("", "すべて"), *((state.value, state.label) for state in UserState)],
    )  # fmt: skip
    unreached = forms.BooleanField(label="メールが届かない人だけ", required=False)

    def __init__(
        self, *given: Any, contract_options: Collection[Option] = (), **options: Any
    ) -> None:
        super().__init__(*given, **options)
        if not has_field("user", "mail_kinds", contract_options):
            del self.fields["unreached"]


class UserForm(forms.Form):
    user_code = CodeText(
        label="ユーザID", max_length=40,
        help_text="ログインに使います。社員番号やメールアドレスの前半など、英数字40文字まで。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )  # fmt: skip
    name = NameText(label="氏名", max_length=60)
    mail = forms.EmailField(
        label="メールアドレス", required=False, max_length=254,
        error_messages={
            "invalid": "メールアドレスの形ではありません。例：hanako@example.co.jp"
        },
    )  # fmt: skip
    department = FreeText(label="部署", required=False, max_length=60)
    role = forms.ChoiceField(label="権限")
    valid_from = LawDate(
        label="有効開始日", required=False,
        help_text="空欄のときは、すぐに使えます。",
    )  # fmt: skip
    valid_to = LawDate(
        label="有効終了日", required=False,
        help_text="この日まで使えます。空欄のときは、期限がありません。",
    )  # fmt: skip
    employee_code = CodeText(
        label="本人の社員番号", required=False, max_length=20,
        help_text="この人が従業員でもあるときの社員番号です。自分の申請は自分で承認できなくなります。",
    )  # fmt: skip
    mail_kinds = forms.MultipleChoiceField(
        label="メール受信区分", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, one.label) for one in Subscription],
        help_text="選ばないときは、受信しません。メールアドレスの登録が必要です。",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        roles: list[Role],
        may_have_none: bool,
        contract_options: Collection[Option],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        keep_open(self, "user", contract_options)
        self._roles = {str(role.id): role for role in roles}
        none = NO_ROLE if may_have_none else [("", "選んでください")]
        choices = [*none, *((key, role.name) for key, role in self._roles.items())]
        self.fields["role"] = forms.ChoiceField(
            label="権限", help_text="この会社での権限です。", choices=choices,
            required=not may_have_none,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", "有効開始日より前の日付です。どちらかを直してください。")
        if cleaned.get("mail_kinds") and not cleaned.get("mail"):
            self.add_error("mail", "メールを受け取るには、メールアドレスを入力してください。")
        return cleaned

    def facts(self) -> UserFacts:
        names = (
            "user_code", "name", "mail", "department", "valid_from", "valid_to", "employee_code",
            "mail_kinds",
        )  # fmt: skip
        given = self.cleaned_data
        return UserFacts(**{name: given[name] for name in names if name in given})

    def chosen_role(self) -> Role | None:
        return self._roles.get(self.cleaned_data["role"])
