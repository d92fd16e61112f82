"""What is typed and chosen in the portal.  Numbers, passwords and codes never go back to a page."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from azukari.collect.papers import PaperKind
from azukari.collect.rules import DeclineReason
from azukari.law.name import search_key
from azukari.pictures.cleaning import LARGEST_FILE
from azukari.web.components.widgets import NumberGroups
from azukari.web.forms.number import NumberText
from azukari.web.forms.sign_in import LONGEST_PASSWORD, TypedCode
from azukari.web.portal import words

_PLAIN = {"autocapitalize": "off", "spellcheck": "false"}
LONGEST_STROKES = 40_000
_STROKES = re.compile(
    r"(?:\d{1,4},\d{1,4}(?: \d{1,4},\d{1,4})*)(?:;\d{1,4},\d{1,4}(?: \d{1,4},\d{1,4})*)*"
)


class EntryForm(forms.Form):
    """契約番号 and 会社コード are hidden when the browser knows them already."""

    contract_code = TypedCode(
        label=_("契約番号"),
        max_length=40,
        help_text=_("会社からの案内に書いてあります。"),
        widget=forms.TextInput(attrs={"autocomplete": "organization", **_PLAIN}),
    )
    company_code = TypedCode(
        label=_("会社コード"),
        max_length=40,
        help_text=_("会社からの案内に書いてあります。"),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    employee_code = TypedCode(
        label=_("社員番号"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", **_PLAIN}),
    )
    password = forms.CharField(
        label=_("パスワード"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: Any = None, *, place: tuple[str, str] | None = None) -> None:
        contract, company = place or ("", "")
        super().__init__(data, initial={"contract_code": contract, "company_code": company})
        if place is not None:
            for name in ("contract_code", "company_code"):
                self.fields[name].widget = forms.HiddenInput()


class PlainNumber(NumberText):
    """Words of a wrong number in the reader's language."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as refused:
            raise ValidationError(words.of_number(refused.messages[0]), code=refused.code) from None


class NumberForm(forms.Form):
    number = PlainNumber(
        label=_("個人番号（マイナンバー）"),
        help_text=_("12桁の数字です。カードや住民票を見ながら入力してください。"),
    )
    number_again = PlainNumber(label=_("もう一度、同じ番号"), widget=NumberGroups(same_as="number"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "number" in self.errors:
            self.errors.pop("number_again", None)  # the same once more helps nobody
        both = {"number", "number_again"} <= cleaned.keys()
        if both and cleaned["number"] != cleaned["number_again"]:
            self.add_error("number_again", _("2回の入力が違います。もう一度入力してください。"))
        return cleaned


class PaperForm(forms.Form):
    """One photo or file of one kind of document."""

    kind = forms.ChoiceField(label=_("書類の種類"), widget=forms.RadioSelect)
    # `capture` is left out on purpose: the phone then offers camera and album alike.
    file = forms.FileField(
        label=_("写真またはファイル"),
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/heic,image/heif,.heic,application/pdf"}
        ),
        max_length=255,
        allow_empty_file=True,
    )

    def __init__(self, kinds: list[PaperKind], *args: Any, megabytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment]
        chosen.choices = [(kind.code, gettext(kind.label)) for kind in kinds]
        if len(kinds) == 1:
            chosen.initial = kinds[0].code
        self.megabytes = min(megabytes, LARGEST_FILE // 1_048_576)
        self.fields["file"].help_text = gettext(
            "スマートフォンで撮った写真（JPEG・PNG・HEIC）かPDF。{size}MBまで。"
        ).format(size=self.megabytes)

    def clean_kind(self) -> PaperKind:
        return PaperKind[self.cleaned_data["kind"]]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > self.megabytes * 1_048_576:
            raise ValidationError(
                gettext("ファイルが大きすぎます。{size}MBまでのファイルを選んでください。").format(
                    size=self.megabytes
                )
            )
        return file


class AuthorityForm(forms.Form):
    """委任状, signed by the spouse: the name typed, with consent, or drawn."""

    signer_name = forms.CharField(label=_("配偶者の氏名（署名）"), max_length=80)
    strokes = forms.CharField(required=False, max_length=LONGEST_STROKES, widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=_("わたし（配偶者本人）は、上の内容を読み、委任することに同意します。")
    )

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = name
        self.fields["signer_name"].help_text = gettext(
            "配偶者ご本人が「{name}」と入力してください。"
        ).format(name=name)

    def clean_signer_name(self) -> str:
        typed: str = self.cleaned_data["signer_name"]
        if search_key(typed) != search_key(self.expected):
            raise ValidationError(
                gettext("登録されている氏名と違います。「{name}」と入力してください。").format(
                    name=self.expected
                )
            )
        return typed

    def clean_strokes(self) -> str:
        """Lines of points within 1000 × 300; anything else is as if nothing had been drawn."""
        drawn: str = self.cleaned_data["strokes"]
        return drawn if _STROKES.fullmatch(drawn) else ""


class AttestForm(forms.Form):
    attested = forms.BooleanField(
        label=_("この家族の個人番号と本人であることを、カードなどで確かめました。")
    )


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(label=_("理由"), widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("事情（会社の担当者が読みます）"),
        required=False,
        max_length=400,
        help_text=_("個人番号は書かないでください。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, family: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [
            reason
            for reason in DeclineReason
            if family or reason is not DeclineReason.NOT_DEPENDENT
        ]
        chosen: forms.ChoiceField = self.fields["reason"]  # type: ignore[assignment]
        chosen.choices = [(reason.value, gettext(reason.label)) for reason in offered]

    def clean_reason(self) -> DeclineReason:
        return DeclineReason(self.cleaned_data["reason"])


class LeaveOutForm(DeclineForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, family=True, **options)
        del self.fields["comment"]


class BeginForm(forms.Form):
    """Without being asked: whose number, and whether it has changed."""

    people = forms.MultipleChoiceField(
        label=_("だれの個人番号を提出しますか"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, offered: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: forms.MultipleChoiceField = self.fields["people"]  # type: ignore[assignment]
        chosen.choices = offered


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("この端末の名前"),
        max_length=40,
        help_text=_("たとえば「わたしのスマートフォン」。あとで見分けるための名前です。"),
    )
    current = forms.CharField(
        label=_("現在のパスワード"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
