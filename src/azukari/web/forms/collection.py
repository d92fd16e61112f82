"""Forms of 個人番号申請機能設定 and メール通知テンプレート管理."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.collect.mail_words import BODY_LIMIT, SUBJECT_LIMIT, MailKind, Words, problems
from azukari.collect.papers import OF_CHECK, PaperKind, usual_papers
from azukari.collect.terms import FILE_KINDS, MOST_MEGABYTES, PROVISIONS, Terms
from azukari.law.labelled import Labelled
from azukari.law.verification import Check, Provision
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


class Part(Labelled):
    """What of the terms is changed in one go; the order is that of the page."""

    RECEPTION = "reception", "受付と承認"
    PAPERS = "papers", "本人確認と書類"
    ASKING = "asking", "依頼と督促"
    SCREEN = "screen", "提出画面"


_FIELDS: Mapping[Part, tuple[str, ...]] = MappingProxyType(
    {
        Part.RECEPTION: (
            "accepts_from", "accepts_to", "asks_self", "asks_family", "own_start", "declining",
            "book", "tell_disposal",
        ),
        Part.PAPERS: ("login_is_identity", "agent"),
        Part.ASKING: (
            "deadline_days", "grace_days", "link_days", "reminder_days", "english_mail",
            "on_new_hire", "on_new_dependent", "on_number_changed",
        ),
        Part.SCREEN: ("purpose_text", "file_kinds", "megabytes"),
    }
)  # fmt: skip


class TermsForm(forms.Form):
    """A part of the terms from a day on; papers are asked by provision and check (`papers-…`)."""

    effective_from = LawDate(
        label="適用開始日", help_text="この日から有効です。今日より前にはできません。"
    )
    accepts_from = LawDate(
        label="受付開始日", required=False, help_text="空欄のときは、いつでも受け付けます。"
    )
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
    on_number_changed = forms.BooleanField(
        label="番号が変わったと分かったとき、自動で依頼する", required=False,
        help_text=(
            "給与計算サービスから、登録済みと違う番号が届いたときです。"
            "新しい番号は、書類とともに本人に提出してもらいます。"
        ),
    )  # fmt: skip
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
    tell_disposal = forms.BooleanField(
        label="番号を廃棄したことを本人に知らせる", required=False,
        help_text=(
            "メールアドレスが登録されている人に、1回の廃棄につき1通送ります。"
            "家族の番号は従業員に知らせます。"
        ),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, part: Part, terms: Terms, data: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        days = " ".join(str(day) for day in terms.reminder_days)
        super().__init__(
            data, initial={**terms.to_json(), "reminder_days": days, **(initial or {})}
        )
        own = {"effective_from", "version", *_FIELDS[part]}
        self.fields = {name: field for name, field in self.fields.items() if name in own}
        if part is Part.PAPERS:
            self._add_papers(terms)

    def _add_papers(self, terms: Terms) -> None:
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
        if "asks_self" in self.fields and not (
            cleaned.get("asks_self") or cleaned.get("asks_family")
        ):
            self.add_error("asks_self", "本人か家族の、少なくとも一方を受け付けてください。")
        return cleaned

    def terms(self, before: Terms) -> Terms:
        """`before` with what this part says."""
        said = self.cleaned_data
        named = {name: said[name] for name in said if name in Terms.__dataclass_fields__}
        for name in ("accepts_from", "accepts_to"):
            if name in said:
                named[name] = said[name].isoformat() if said[name] else ""
        if "file_kinds" in said:
            named["file_kinds"] = tuple(said["file_kinds"])
        papers = {one.value: self._chosen(one) for one in PROVISIONS}
        if any(papers.values()):
            named["papers"] = papers
        return replace(before, **named)

    def _chosen(self, provision: Provision) -> dict[str, tuple[str, ...]]:
        """By check the kinds that are ticked; nothing where this part is not about papers."""
        boxes = {check: f"papers-{provision.value}-{check.value}" for check in Check}
        return {
            check.value: tuple(
                kind.code for kind in PaperKind if kind.code in self.cleaned_data.get(box, ())
            )
            for check, box in boxes.items()
            if box in self.fields
        }


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
