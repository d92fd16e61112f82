"""Forms of 取扱状況 and 特定個人情報ファイル管理簿."""

from django import forms

from azukari.oversee.holdings.access import HolderFilter, UnusedFilter
from azukari.oversee.holdings.rules import Way
from azukari.web.forms.reading import FreeText

_DAYS = (30, 60, 90, 180, 365)
_USUAL_DAYS = 90


class HolderSearch(forms.Form):
    q = forms.CharField(label="ユーザID・氏名・部署", required=False, max_length=80)
    way = forms.ChoiceField(
        label="できること",
        required=False,
        choices=[("", "すべて"), *((one.value, one.label) for one in Way)],
    )

    def wanted(self) -> HolderFilter:
        self.is_valid()
        return HolderFilter(self.cleaned_data.get("q", ""), self.cleaned_data.get("way", ""))


class UnusedSearch(forms.Form):
    q = forms.CharField(label="ユーザID・氏名・部署", required=False, max_length=80)
    days = forms.ChoiceField(
        label="使われていない期間",
        required=False,
        choices=[(str(days), f"{days}日以上") for days in _DAYS],
        initial=str(_USUAL_DAYS),
    )
    never = forms.BooleanField(label="一度もログインしていない人だけ", required=False)

    def wanted(self) -> UnusedFilter:
        self.is_valid()
        facts = self.cleaned_data
        days = int(facts.get("days") or _USUAL_DAYS)
        return UnusedFilter(days, facts.get("q", ""), bool(facts.get("never")))


class HoldingForm(forms.Form):
    officer = FreeText(label="責任者", required=False, max_length=80, help_text="例：人事部長")
    department = FreeText(
        label="取扱部署", required=False, max_length=80, help_text="例：人事部給与課"
    )
    everywhere = forms.BooleanField(
        label="責任者と取扱部署を、ほかのファイルにも入れる", required=False
    )
    place = FreeText(
        label="保管場所・管理の方法",
        required=False,
        max_length=200,
        help_text="紙や媒体があれば、その保管場所。例：人事部の施錠した書庫",
    )
    remark = FreeText(
        label="備考", required=False, max_length=200, help_text="委託先、開始した年月など。"
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
