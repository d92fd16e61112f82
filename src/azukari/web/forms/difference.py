"""Forms of 差分チェック: the file, the search, the reason."""

from django import forms

from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.check.difference.models import Handling
from azukari.check.difference.queries import Wanted
from azukari.register.sheets.limits import MAX_BOOK_ROWS, MAX_BYTES, MAX_ROWS
from azukari.web.forms.reading import FreeText, SheetName

_ANY = ("", "すべて")
_EVERY_HANDLING = "every"


class SendPayroll(forms.Form):
    file = forms.FileField(
        label="給与のファイル",
        help_text=f"CSV（UTF-8、シフトJIS、UTF-16、{MAX_ROWS:,}行まで）かExcelのブック（XLSX、"
        f"{MAX_BOOK_ROWS:,}行まで）。{MAX_BYTES // 1024 // 1024}MBまで。社員番号と氏名の列があれば"
        "比べられます。個人番号の列があっても読みません。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルが空です。内容のあるファイルを選んでください。",
        },
    )
    book_sheet = SheetName()


class DifferenceSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名", required=False, max_length=80)
    kind = forms.ChoiceField(
        label="種類", required=False, choices=[_ANY, *((one.value, one.label) for one in Kind)]
    )
    field = forms.ChoiceField(
        label="項目", required=False, choices=[_ANY, *((one.value, one.label) for one in Field)]
    )
    handling = forms.ChoiceField(
        label="対応",
        required=False,
        choices=[
            ("", Handling.OPEN.label),
            *((one.value, one.label) for one in Handling if one is not Handling.OPEN),
            (_EVERY_HANDLING, "すべて"),
        ],
    )
    spelling = forms.BooleanField(label="書き方だけの違いも表示", required=False)
    ended = forms.BooleanField(label="退職・扶養外の人も表示", required=False)
    new = forms.BooleanField(label="新しい違いだけ", required=False)

    refused = forms.BooleanField(label="できなかったものだけ", required=False)

    def wanted(self) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        handling = said.get("handling") or Handling.OPEN.value
        return Wanted(
            kind=said.get("kind", ""),
            field=said.get("field", ""),
            words=said.get("q", ""),
            handling="" if handling == _EVERY_HANDLING else handling,
            with_spelling=bool(said.get("spelling")),
            with_ended=bool(said.get("ended")),
            only_new=bool(said.get("new")),
            only_refused=bool(said.get("refused")),
        )


class AsideForm(forms.Form):
    """Stands in the form of the whole list, so that only its own button may ask for the reason."""

    because = FreeText(label="対応しない理由", required=False, max_length=200)

    def clean_because(self) -> str:
        because: str = self.cleaned_data["because"].strip()
        if not because and self.data.get("act") == "aside-ticked":
            raise forms.ValidationError("対応しない理由を入力してください。")
        return because
