"""What is typed on the way in.  Passwords and codes are never sent back to the browser."""

import unicodedata
from typing import Any, Protocol, cast

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from azukari.tenancy.models import User

LONGEST_PASSWORD = 128
ALONE, WITH_CODE = 15, 10  # NIST SP 800-63B-4 §3.1.1.2; eight would do beside a second factor

_PASSWORD_WORDS = {
    "password_too_short": _("短すぎます。{least}文字以上で入力してください。"),
    "password_too_similar": _(
        "ユーザID・氏名・メールアドレスに似ています。これらと関係のない言葉にしてください。"
    ),
    "password_too_common": _(
        "よく使われていて推測されやすいため使えません。別のものにしてください。"
    ),
}

_UNUSABLE = _("使えないパスワードです。別のものにしてください。")


class TypedCode(forms.CharField):
    """A code typed in any width, with blanks wherever they slipped in."""

    def clean(self, value: Any) -> str:
        return "".join(unicodedata.normalize("NFKC", super().clean(value)).split())


class SignInForm(forms.Form):
    contract_code = TypedCode(
        label=_("契約番号"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autocapitalize": "off",
                                      "spellcheck": "false"}),
    )  # fmt: skip
    user_code = TypedCode(
        label=_("ユーザID"), max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off",
                                      "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("パスワード"), max_length=LONGEST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class CodeForm(forms.Form):
    code = TypedCode(
        label=_("ワンタイムコード"), max_length=12,
        help_text=_("認証アプリに表示されている6桁の数字です。30秒ごとに変わります。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].replace("-", "")
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            raise ValidationError(_("6桁の数字で入力してください。"))
        return code

    def is_empty_again(self) -> "CodeForm":
        """A code that did not fit is not shown again: it is used up or wrong."""
        if "code" in self.data:
            self.data = {k: v for k, v in self.data.items() if k != "code"}
        return self


class ConfirmCodeForm(CodeForm):
    """A code that proves that the app has the secret; the secret travels along, signed."""

    offer = forms.CharField(widget=forms.HiddenInput, max_length=400)


class PasswordAgainForm(forms.Form):
    password = forms.CharField(
        label=_("現在のパスワード"), max_length=LONGEST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class PasswordOwner(Protocol):
    """What a new password is compared with: a user of the operator site, an employee's account."""

    @property
    def user_code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def mail(self) -> str: ...


class NewPasswordForm(forms.Form):
    # Also what a password keeper files the password under.
    user_code = forms.CharField(
        label=_("ユーザID"), disabled=True, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("新しいパスワード"), max_length=LONGEST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("新しいパスワード（確認のためもう一度）"), max_length=LONGEST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: PasswordOwner, least: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user, self.least = user, least
        self.fields["user_code"].initial = user.user_code

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validators = [
            MinimumLengthValidator(self.least) if isinstance(one, MinimumLengthValidator) else one
            for one in password_validation.get_default_password_validators()
        ]
        try:
            password_validation.validate_password(password, cast("User", self.user), validators)
        except ValidationError as refused:
            raise ValidationError([self._word(one) for one in refused.error_list]) from None
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("2回の入力が違います。2つの欄とも入力し直してください。"))
        return cleaned

    def _word(self, problem: ValidationError) -> str:
        word = _PASSWORD_WORDS.get(problem.code or "", _UNUSABLE)
        return str(word).format(least=self.least)


class OwnPasswordForm(NewPasswordForm):
    """The same for somebody who is signed in."""

    current = forms.CharField(
        label="現在のパスワード", max_length=LONGEST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    field_order = ("user_code", "current", "password", "again")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "password" in cleaned and cleaned["password"] == cleaned.get("current"):
            self.add_error("password", "現在のパスワードと同じです。別のものにしてください。")
        return cleaned
