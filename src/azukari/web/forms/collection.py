"""Forms of 個人番号申請機能設定 and メール通知テンプレート管理."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.collect.mail_words import BODY_LIMIT, SUBJECT_LIMIT, MailKind, Words, problems
from azukari.collect.papers import OF_CHECK, PaperKind, usual_papers
from azukari.collect.terms import FILE_KINDS, MOST_MEGABYTES, PROVISIONS, Terms
from azukari.law.verification import Check
from azukari.web.collect_words import WORDS_PROBLEMS
from azukari.web.forms.reading import FreeText, LawDate

_FILE_LABELS = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIC（iPhone）",
    "application/pdf": "PDF",
}  # fmt: skip
_CHECK_LABELS = {
    Check.NUMBER: "番号確認", Check.PERSON: "身元確認", Check.AUTHORITY: "代理権確認",
}  # fmt: skip
_PROVISION_LABELS = dict(
    zip(
        PROVISIONS,
        (
            "従業員本人", "家族（扶養控除等申告書など）", "家族（健康保険の被扶養者）",
            "家族（第3号被保険者・委任状による）", "支払先",
        ),
        strict=True,
    )
)  # fmt: skip


class TermsForm(forms.Form):
    """The terms from a day on; papers are asked by provision and check (`papers-…`)."""

    effective_from = LawDate(
        label="適用開始日", help_text="この日から有効です。今日より前にはできません。"
    )
    accepts_from = LawDate(label="受付開始日", required=False, help_text="空欄は、期限なしです。")
    accepts_to = LawDate(label="受付終了日", required=False)
    asks_self = forms.BooleanField(label="本人の番号を受け付ける", required=False)
    asks_family = forms.BooleanField(label="家族の番号を受け付ける", required=False)
    own_start = forms.BooleanField(
        label="依頼がなくても、本人から申請できる", required=False,
        help_text="番号が変わったときの申請も、これで受け付けます。",
    )  # fmt: skip
    declining = forms.BooleanField(
        label="「提供しない」という回答を受け付ける", required=False,
        help_text="理由とともに記録されます。",
    )  # fmt: skip
    book = forms.BooleanField(
        label="承認したとき、記載省略の帳簿に記入する", required=False,
        help_text="扶養控除等申告書の事務に使う番号を、提出申告書名と提出年月とともに記入します。",
    )  # fmt: skip
    agent = forms.BooleanField(
        label="第3号被保険者の委任状を画面で作成する", required=False,
        help_text="無効にすると、本人確認を従業員に委託したものとして扱います（委託契約書が必要です）。",
    )  # fmt: skip
    login_is_identity = forms.BooleanField(
        label="従業員ポータルへのログインで身元確認を済ませる", required=False,
        help_text="採用時に本人確認をしたうえで、1人に1つのアカウントを渡している会社だけが選べます。",
    )  # fmt: skip
    on_new_hire = forms.BooleanField(label="入社した人に自動で依頼する", required=False)
    on_new_dependent = forms.BooleanField(
        label="家族が追加されたとき、自動で依頼する", required=False
    )
    purpose_text = FreeText(
        label="利用目的の説明", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="空欄のときは、利用目的管理で公表した通知文を示します。",
    )  # fmt: skip
    file_kinds = forms.MultipleChoiceField(
        label="受け付ける形式", widget=forms.CheckboxSelectMultiple,
        choices=[(one, _FILE_LABELS[one]) for one in FILE_KINDS],
        error_messages={"required": "受け付ける形式を1つ以上選んでください。"},
    )  # fmt: skip
    megabytes = forms.IntegerField(
        label="1ファイルの大きさ（MB）", min_value=1, max_value=MOST_MEGABYTES
    )
    deadline_days = forms.IntegerField(
        label="回答期限（依頼から何日後）", min_value=1, max_value=180
    )
    grace_days = forms.IntegerField(
        label="期限を過ぎてから受け付ける日数", min_value=0, max_value=180,
        help_text="これを過ぎると、依頼は期限切れになります。",
    )  # fmt: skip
    link_days = forms.IntegerField(label="1回限りのリンクの有効日数", min_value=1, max_value=60)
    reminder_days = forms.CharField(
        label="自動の督促", required=False, max_length=60,
        help_text=(
            "回答期限を0として、日数を空白で区切ります。例：-3 1（3日前と翌日）。"
            "空欄は送りません。"
        ),
    )  # fmt: skip
    english_mail = forms.BooleanField(label="メールに英語の文を添える", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, terms: Terms, data: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        days = " ".join(str(day) for day in terms.reminder_days)
        super().__init__(
            data, initial={**terms.to_json(), "reminder_days": days, **(initial or {})}
        )
        self._terms = terms
        for provision in PROVISIONS:
            asked = terms.asked_papers(provision)
            for check in Check:
                if check is Check.AUTHORITY and not usual_papers(provision).get(check):
                    continue
                self.fields[f"papers-{provision.value}-{check.value}"] = forms.MultipleChoiceField(
                    label=_CHECK_LABELS[check], required=False,
                    widget=forms.CheckboxSelectMultiple,
                    choices=[(kind.code, kind.label) for kind in OF_CHECK[check]],
                    initial=[kind.code for kind in asked.get(check, ())],
                )  # fmt: skip

    def papers(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Heading and boxes of each provision."""
        return [
            (
                label,
                [self[name] for name in self.fields if name.startswith(f"papers-{one.value}-")],
            )
            for one, label in _PROVISION_LABELS.items()
        ]

    def clean_effective_from(self) -> Any:
        day = self.cleaned_data["effective_from"]
        if day is not None and day < timezone.localdate():
            raise ValidationError("今日以降の日付を入力してください。過去の設定は変えられません。")
        return day

    def clean_reminder_days(self) -> tuple[int, ...]:
        words = self.cleaned_data["reminder_days"].replace("、", " ").replace(",", " ").split()
        try:
            days = sorted({int(word) for word in words})
        except ValueError:
            raise ValidationError("-3 1 のように、日数を空白で区切って入力してください。") from None
        if len(days) > 10 or any(abs(day) > 180 for day in days):
            raise ValidationError("10回まで、前後180日以内で入力してください。")
        return tuple(days)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("accepts_from"), cleaned.get("accepts_to")
        if start and end and end < start:
            self.add_error("accepts_to", "受付開始日より前の日付です。どちらかを直してください。")
        if not cleaned.get("asks_self") and not cleaned.get("asks_family"):
            self.add_error("asks_self", "本人か家族の、少なくとも一方を受け付けてください。")
        return cleaned

    def terms(self) -> Terms:
        said = self.cleaned_data
        named = {name: said[name] for name in said if name in Terms.__dataclass_fields__}
        named |= {
            name: said[name].isoformat() if said.get(name) else ""
            for name in ("accepts_from", "accepts_to")
        }
        named["file_kinds"] = tuple(said["file_kinds"])
        named["papers"] = {
            provision.value: {
                check.value: tuple(
                    kind.code
                    for kind in PaperKind
                    if kind.code in said.get(f"papers-{provision.value}-{check.value}", ())
                )
                for check in Check
                if f"papers-{provision.value}-{check.value}" in self.fields
            }
            for provision in PROVISIONS
        }
        return replace(self._terms, **named)


class WordsForm(forms.Form):
    """The words of one kind of mail."""

    subject = forms.CharField(label="件名", max_length=SUBJECT_LIMIT)
    body = forms.CharField(
        label="本文", max_length=BODY_LIMIT, widget=forms.Textarea(attrs={"rows": 14}),
        strip=False,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, kind: MailKind, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._kind = kind

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"subject", "body"} <= cleaned.keys():
            for field, (problem, piece) in problems(self._kind, self.words()).items():
                self.add_error(field, WORDS_PROBLEMS[problem].replace("{piece}", piece))
        return cleaned

    def words(self) -> Words:
        body = self.cleaned_data["body"].replace("\r\n", "\n")
        return Words(self.cleaned_data["subject"], body)
