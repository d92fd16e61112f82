"""The question before something is done to everything a list shows."""

from django import forms

from azukari.web.forms.reading import FreeText


class BulkForm(forms.Form):
    """`count`: how many rows the page that was answered had told of."""

    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    because = FreeText(label="理由", required=False, max_length=200)

    def want_reason(self) -> None:
        because = self.fields["because"]
        because.required = True
        because.error_messages["required"] = "理由を入力してください。"
