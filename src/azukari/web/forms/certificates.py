"""クライアント証明書の発行・失効."""

from django import forms

from azukari.web.forms.reading import FreeText


class IssueForm(forms.Form):
    certificate_id = forms.UUIDField(widget=forms.HiddenInput)
    legacy = forms.BooleanField(
        label="古いWindows（Windows Server 2016以前）に取り込めるファイルにする", required=False,
        help_text=(
            "通常は選ばないでください。ファイルの暗号が古い方式（3DES・SHA-1）になり、"
            "守りはインポートパスワードだけになります。"
            "新しい方式で「パスワードが違います」と表示される場合にだけ使います。"
        ),
    )  # fmt: skip


class RevokeForm(forms.Form):
    reason = FreeText(
        label="失効の理由", max_length=200,
        help_text="例：パソコンの紛失、担当者の退職、新しい証明書への入れ替え。操作記録に残ります。",
    )  # fmt: skip
    in_use = forms.BooleanField(
        label="いま使っている証明書であり、失効すると自分もすぐに使えなくなることを確かめました"
    )

    def __init__(self, *args: object, in_use: bool, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        if not in_use:
            del self.fields["in_use"]
