"""Forms of 漏えい等対応."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.law.incident import Harm
from azukari.oversee.incidents.queries import IncidentFilter, PersonFilter
from azukari.oversee.incidents.rules import Cause, IncidentProblem, IncidentState, Item
from azukari.tenancy.models import User
from azukari.web.forms.reading import DaySought, FreeText, LawDate
from azukari.web.forms.records import midnight
from azukari.web.operator.incident_words import say

_ANY = ("", "すべて")
_LONG = {"rows": 4}
_PLACES = {
    IncidentProblem.NOTICED_AHEAD: "noticed_on",
    IncidentProblem.NOTICED_BEFORE_LAW: "noticed_on",
    IncidentProblem.HAPPENED_LATER: "happened_on",
    IncidentProblem.MANY_BEFORE_NOTICED: "many_on",
    IncidentProblem.STEP_AHEAD: "on",
    IncidentProblem.STEP_BEFORE_NOTICED: "on",
    IncidentProblem.NOTE_MISSING: "note",
}


class IncidentSearch(forms.Form):
    q = forms.CharField(label="事案番号・件名・概要", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態",
        required=False,
        choices=[_ANY, *((one.value, one.label) for one in IncidentState)],
    )
    harm = forms.ChoiceField(
        label="事態の種類",
        required=False,
        choices=[_ANY, *((one.value, one.label) for one in Harm)],
    )

    def wanted(self) -> IncidentFilter:
        self.is_valid()
        facts = self.cleaned_data
        return IncidentFilter(
            facts.get("q", "").strip(), facts.get("state", ""), facts.get("harm", "")
        )


class _Refusing(forms.Form):
    def refuse(self, problem: IncidentProblem) -> None:
        place = _PLACES.get(problem)
        self.add_error(place if place in self.fields else None, say(problem))


class IncidentForm(_Refusing):
    title = FreeText(label="件名", max_length=80, help_text="例：健保の届書を別の会社に誤って送付")
    harm = forms.ChoiceField(
        label="事態の種類",
        choices=[(one.value, one.label) for one in Harm],
        widget=forms.RadioSelect,
    )
    suspected = forms.BooleanField(label="まだ確証がない（おそれの段階）", required=False)
    happened_on = LawDate(
        label="発生日", required=False, help_text="分からないときは空けておきます。"
    )
    noticed_on = LawDate(
        label="知った日",
        help_text="社内のいずれかの部署が知った日です。報告の期限は、この日を1日目として数えます。",
    )
    noticed_by = FreeText(label="発見者", max_length=80)
    outline = FreeText(
        label="概要・事実経過",
        max_length=1000,
        widget=forms.Textarea(attrs=_LONG),
        help_text="いつ、どこで、何が起きたか。個人番号は書かないでください。",
    )
    malicious = forms.BooleanField(
        label="不正の目的をもって行われたおそれがある", required=False,
        help_text="不正アクセス、盗難、持ち出し、業務に関係のない利用など。従業者によるものも含みます。",
    )  # fmt: skip
    public = forms.BooleanField(
        label="インターネット等で不特定多数に閲覧されたおそれがある", required=False
    )
    protected = forms.BooleanField(
        label="高度な暗号化などで保護されていた", required=False,
        help_text="暗号化したファイルだけが出て、パスワードは出ていない場合など。",
    )  # fmt: skip
    people_told = forms.IntegerField(
        label="本人の数の見込み", required=False, min_value=0, max_value=10_000_000,
        help_text="確定できないときは、いちばん多い場合の人数です。",
    )  # fmt: skip
    many_on = LawDate(
        label="100人を超えると分かった日",
        required=False,
        help_text="知った日より後に分かったときだけ入力します。",
    )
    items = forms.MultipleChoiceField(
        label="特定個人情報の項目",
        choices=[(one.value, one.label) for one in Item],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    medium = FreeText(
        label="媒体・種類", max_length=200, required=False, help_text="例：紙の届書（従業員の情報）"
    )
    cause = forms.ChoiceField(label="原因の種類", choices=[(one.value, one.label) for one in Cause])
    cause_told = FreeText(
        label="原因の内容", max_length=1000, required=False, widget=forms.Textarea(attrs=_LONG)
    )
    contractor = FreeText(
        label="委託先", max_length=200, required=False, help_text="委託先で起きたときの名称"
    )
    damage = FreeText(
        label="二次被害またはそのおそれ", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    remark = FreeText(
        label="その他参考となる事項", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StepForm(_Refusing):
    on = LawDate(label="行った日")
    note = FreeText(label="内容", max_length=1000, widget=forms.Textarea(attrs=_LONG))

    def __init__(self, *given: Any, hint: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["on"].initial = timezone.localdate().strftime("%Y/%m/%d")
        self.fields["note"].help_text = hint


class AffectedSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    notified = forms.ChoiceField(
        label="本人への通知",
        required=False,
        choices=[_ANY, ("yes", "通知済"), ("no", "未通知")],
    )
    excluded = forms.BooleanField(label="除いた人を表示", required=False)

    def wanted(self) -> PersonFilter:
        self.is_valid()
        facts = self.cleaned_data
        return PersonFilter(
            facts.get("q", ""), facts.get("notified", ""), bool(facts.get("excluded"))
        )


class NotifyForm(forms.Form):
    """Beside the list: when and how people were told, or why they are taken out."""

    on = LawDate(label="通知した日", required=False)
    how = FreeText(label="通知の方法、または除く理由", required=False, max_length=200)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["on"].initial = timezone.localdate().strftime("%Y/%m/%d")


class NamesFind(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    by = forms.CharField(widget=forms.HiddenInput, initial="person")


class UserFind(forms.Form):
    user = forms.ChoiceField(label="操作した人")
    since = DaySought(label="期間（この日から）")
    until = DaySought(label="期間（この日まで）")
    by = forms.CharField(widget=forms.HiddenInput, initial="user")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        users = User.objects.order_by("user_code")
        names = [(str(one.id), f"{one.user_code} {one.name}") for one in users]
        self.fields["user"] = forms.ChoiceField(
            label="操作した人", choices=[("", "選んでください"), *names]
        )
        for name in ("since", "until"):
            self.fields[name].required = True
        self.order_fields(["user", "since", "until"])

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", "終わりの日が、始まりの日より前になっています。")

    @property
    def span(self) -> tuple[UUID, datetime, datetime]:
        """Who, and from when to before when."""
        facts = self.cleaned_data
        since, until = midnight(facts["since"]), midnight(facts["until"] + timedelta(days=1))
        assert since is not None
        assert until is not None
        return UUID(facts["user"]), since, until

    @property
    def in_words(self) -> str:
        facts = self.cleaned_data
        name = dict(self.fields["user"].choices)[facts["user"]]  # type: ignore[attr-defined]
        return f"{name}の操作（{facts['since']:%Y/%m/%d}から{facts['until']:%Y/%m/%d}まで）"


class FileFind(forms.Form):
    """`choices` of files made in the time that was asked for."""

    since = DaySought(label="作成した日（この日から）")
    until = DaySought(label="作成した日（この日まで）")
    file = forms.ChoiceField(label="個人番号が入ったファイル", required=False)
    by = forms.CharField(widget=forms.HiddenInput, initial="file")

    def offer(self, files: list[tuple[str, str]]) -> None:
        self.fields["file"] = forms.ChoiceField(
            label="個人番号が入ったファイル",
            required=False,
            choices=[("", "選んでください"), *files],
        )

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        """From when to before when; None where nothing was typed, or no day."""
        days = [self._day(name) for name in ("since", "until")]
        until = days[1] + timedelta(days=1) if days[1] else None
        return midnight(days[0]), midnight(until)

    def _day(self, name: str) -> date | None:
        try:
            found: date | None = self.fields[name].clean(self.data.get(name, ""))
        except ValidationError:
            return None
        return found
