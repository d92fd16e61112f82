"""Forms of 本人確認の再確認."""

from django import forms

from azukari.web.forms.number import NumberText
from azukari.web.forms.reading import FreeText


class SecondCheckForm(forms.Form):
    """再確認: with the number off the document, if it is at hand."""

    number = NumberText(
        label="個人番号（任意）",
        required=False,
        help_text="番号確認書類を見て入力すると、登録した番号と一致するかも確かめます。",
    )


class ReturnForm(forms.Form):
    """Sending a number back to whoever recorded it."""

    because = FreeText(
        label="差し戻す理由",
        max_length=200,
        help_text="例：身元確認書類の有効期限が切れている。個人番号は書かないでください。",
        error_messages={"required": "差し戻す理由を入力してください。"},
    )
