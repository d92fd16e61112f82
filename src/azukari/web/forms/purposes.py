"""Forms of 利用目的管理: which purposes, the words people are told, and who was told."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.law.purpose import Purpose
from azukari.register import queries
from azukari.register.models import NoticeChannel
from azukari.web import words
from azukari.web.forms.reading import LawDate, mentions_number


class PurposesForm(forms.Form):
    """The closed list of the law; a company may switch one off, never invent one."""

    purposes = forms.MultipleChoiceField(
        label="この会社で使う利用目的",
        choices=[(one.code, f"{one.label}（{one.basis}）") for one in Purpose],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "利用目的を1つ以上選んでください。"},
    )

    @property
    def chosen(self) -> list[Purpose]:
        return [Purpose[code] for code in self.cleaned_data["purposes"]]


class NoticeForm(forms.Form):
    text = forms.CharField(
        label="通知文",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="使うことにしている利用目的から下書きを作りました。必要なら直してください。",
        error_messages={"required": "通知文を入力してください。"},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if mentions_number(text):
            raise ValidationError(words.NUMBER_IN_TEXT)
        return text


class ToldForm(forms.Form):
    """How and when people were told."""

    channel = forms.ChoiceField(
        label="通知の方法",
        choices=[one for one in NoticeChannel.choices if one[0] != NoticeChannel.PORTAL.value],
        widget=forms.RadioSelect,
    )
    notified_on = LawDate(label="通知した日")
    department = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def clean_notified_on(self) -> Any:
        day = self.cleaned_data["notified_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError("通知した日が今日より後になっています。")
        return day

    @property
    def channel_chosen(self) -> NoticeChannel:
        return NoticeChannel(self.cleaned_data["channel"])


class NotToldSearch(forms.Form):
    department = forms.ChoiceField(label="部署", required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "すべて"), *((one, one) for one in queries.departments())]

    @property
    def wanted(self) -> str:
        self.is_valid()
        found: str = self.cleaned_data.get("department", "")
        return found
