"""Forms of 申請管理一覧 and of requests."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from azukari.collect import papers
from azukari.collect.models import ApplicationItem, Document
from azukari.collect.papers import PaperKind
from azukari.collect.queries import ApplicationFilter, RequestFilter
from azukari.collect.reviewing import Checks
from azukari.collect.rules import (
    ApplicationState,
    Channel,
    Occasion,
    RequestState,
    ReturnReason,
)
from azukari.law.verification import DUTIES, Check, Paper, Provision, methods_for
from azukari.register import queries as register
from azukari.register.models import PersonKind
from azukari.register.number_rules import ChangeReason
from azukari.register.sheets.codes import FileRefused
from azukari.register.sheets.encoding import recognise_encoding
from azukari.web.forms.number import NumberText
from azukari.web.forms.reading import FreeText, LawDate

_ANY = ("", "すべて")
_EVERY = "every"
_CSV_BYTES = 2 * 1024 * 1024
_HEADINGS = frozenset({"社員番号", "支払先コード", "従業員番号", "社員コード", "employee_code"})


def _departments() -> list[tuple[str, str]]:
    return [_ANY, *((name, name) for name in register.departments())]


class ApplicationSearch(forms.Form):
    q = forms.CharField(label="申請番号・社員番号・氏名・カナ", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態", required=False,
        choices=[
            ("", "確認待ち（申請中・確認中）"),
            *((s.value, s.label) for s in ApplicationState if s is not ApplicationState.DRAFT),
            (_EVERY, "すべて"),
        ],
    )  # fmt: skip
    department = forms.ChoiceField(label="部署", required=False)
    occasion = forms.ChoiceField(
        label="きっかけ", required=False, choices=[_ANY, *((o.value, o.label) for o in Occasion)]
    )
    overdue = forms.ChoiceField(
        label="期限", required=False, choices=[_ANY, ("1", "回答期限を過ぎたもの")]
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["department"] = forms.ChoiceField(
            label="部署", required=False, choices=_departments()
        )

    def wanted(self) -> ApplicationFilter:
        self.is_valid()
        said = self.cleaned_data
        state = said.get("state") or "waiting"
        return ApplicationFilter(
            said.get("q", ""), "" if state == _EVERY else state, said.get("department", ""),
            said.get("occasion", ""), overdue=bool(said.get("overdue")),
        )  # fmt: skip


class RequestSearch(forms.Form):
    q = forms.CharField(label="社員番号・氏名・カナ", required=False, max_length=80)
    state = forms.ChoiceField(
        label="状態", required=False,
        choices=[_ANY, ("open", "回答待ち"), *((s.value, s.label) for s in RequestState)],
    )  # fmt: skip
    department = forms.ChoiceField(label="部署", required=False)
    channel = forms.ChoiceField(
        label="方法", required=False, choices=[_ANY, *((c.value, c.label) for c in Channel)]
    )
    overdue = forms.ChoiceField(
        label="期限", required=False, choices=[_ANY, ("1", "回答期限を過ぎたもの")]
    )
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["department"] = forms.ChoiceField(
            label="部署", required=False, choices=_departments()
        )

    def wanted(self) -> RequestFilter:
        self.is_valid()
        said = self.cleaned_data
        return RequestFilter(
            said.get("q", ""), said.get("state", ""), said.get("department", ""),
            said.get("channel", ""), overdue=bool(said.get("overdue")), batch=said.get("batch"),
        )  # fmt: skip


class AskForm(forms.Form):
    """Whom, how and until when; people by filter, by their codes or by a file of codes."""

    chosen_by = "番号で選んだ"
    kinds = (
        (PersonKind.EMPLOYEE.value, "従業員（家族の分もまとめて）"),
        (PersonKind.PAYEE.value, "支払先"),
    )

    title = FreeText(label="件名", max_length=80, help_text="一覧で見分けるための名前です。")
    kind = forms.ChoiceField(
        label="だれに",
        choices=kinds,
    )
    department = forms.ChoiceField(label="部署", required=False)
    codes = forms.CharField(
        label="番号で選ぶ", required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="社員番号か支払先コードを、空白か改行で区切って入力します。",
    )  # fmt: skip
    file = forms.FileField(
        label="CSVファイルで選ぶ", required=False,
        help_text="社員番号（支払先コード）の列があるCSVです。見出しがないときは、先頭の列を読みます。",
    )  # fmt: skip
    with_family = forms.BooleanField(label="家族の番号も依頼する", required=False, initial=True)
    channel = forms.ChoiceField(
        label="方法", choices=[(c.value, c.label) for c in Channel], widget=forms.RadioSelect,
        help_text="メールアドレスがない人には、書面で依頼します。",
    )  # fmt: skip
    deadline = LawDate(label="回答期限")
    declaration_name = FreeText(label="提出申告書名", required=False, max_length=80)
    changed = forms.BooleanField(
        label="番号が変わった人に、新しい番号を依頼する", required=False,
        help_text="すでに番号が登録されている人だけに依頼します。",
    )  # fmt: skip
    # Of one opening of the page, so that a second click asks nobody a second time.
    key = forms.CharField(required=False, max_length=64, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["department"] = forms.ChoiceField(
            label="部署", required=False, choices=_departments()
        )

    def clean_deadline(self) -> date:
        day: date | None = self.cleaned_data["deadline"]
        if day is None or day < timezone.localdate():
            raise ValidationError("今日以降の日付を入力してください。")
        if day > timezone.localdate() + timedelta(days=366):
            raise ValidationError("1年以内の日付を入力してください。")
        return day

    def clean_file(self) -> list[str]:
        file = self.cleaned_data["file"]
        if not file:
            return []
        if file.size > _CSV_BYTES:
            raise ValidationError("ファイルが大きすぎます。2MB以下のCSVにしてください。")
        content = file.read()
        try:
            encoding = recognise_encoding(content)
        except FileRefused:
            raise ValidationError(
                "CSVとして読めません。表計算ソフトで「CSV」を選んで保存し直してください。"
            ) from None
        return codes_in(content.decode(encoding))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [*cleaned.get("codes", "").split(), *(cleaned.get("file") or [])]
        cleaned["chosen"] = list(dict.fromkeys(chosen))
        if cleaned.get("changed") and not cleaned["chosen"] and "file" not in self.errors:
            self.add_error("codes", "番号が変わった人の社員番号を入力してください。")
        return cleaned

    def key_of_what_is_said(self) -> str:
        """Another one when something else is asked from the same page, as after going back."""
        key: str = self.cleaned_data["key"]
        return f"{key} {sorted(self.cleaned_data.items())}" if key else ""


class AskChosenForm(AskForm):
    """The same for employees and their families who were chosen on another page."""

    chosen_by = "差分チェックで選んだ"

    def __init__(self, codes: Sequence[str], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._codes = list(codes)
        for name in ("kind", "department", "codes", "file", "changed"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self._codes:
            # No code at all would mean everybody.
            raise ValidationError("依頼できる人がいません。一覧に戻って選び直してください。")
        kind = PersonKind.EMPLOYEE.value
        return said | {"kind": kind, "department": "", "changed": False, "chosen": self._codes}


def codes_in(text: str) -> list[str]:
    """The codes of a CSV: the column with a known heading, or the first one."""
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    if not rows:
        return []
    heads = [cell.strip().lstrip("\ufeff") for cell in rows[0]]
    place = next((at for at, head in enumerate(heads) if head in _HEADINGS), None)
    body = rows if place is None else rows[1:]
    at = place or 0
    return [row[at].strip() for row in body if len(row) > at and row[at].strip()]


class AgainForm(forms.Form):
    channel = forms.ChoiceField(label="方法", choices=[(c.value, c.label) for c in Channel])
    deadline = LawDate(label="回答期限")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class BecauseForm(forms.Form):
    """Beside several buttons; only calling back needs it."""

    because = FreeText(label="取り消す理由", required=False, max_length=200)

    def insist(self) -> bool:
        """Whether there is a reason."""
        if self.is_valid() and not self.cleaned_data["because"].strip():
            self.add_error("because", "依頼を取り消す理由を入力してください。")
        return self.is_valid()


class CompareForm(forms.Form):
    """番号確認: the number off the document; it goes back to no page."""

    item = forms.UUIDField(widget=forms.HiddenInput)
    number = NumberText(label="書類に書かれている番号")


class ReturnForm(forms.Form):
    reason = forms.ChoiceField(
        label="差戻しの理由",
        choices=[
            ("", "選んでください"),
            *((r.value, r.label) for r in ReturnReason if r is not ReturnReason.TIME_OVER),
        ],
        help_text="理由に応じて、入力し直してもらう番号や書類は直ちに破棄します。",
    )
    people = forms.MultipleChoiceField(
        label="直してもらう人", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="選ばないときは、全員です。ほかの人の入力は残ります。",
    )  # fmt: skip
    comment = FreeText(
        label="申請した人への連絡", required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ポータルの画面に出ます。メールには書かれません。",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, items: Sequence[ApplicationItem], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["people"] = forms.MultipleChoiceField(
            label="直してもらう人", required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(str(item.id), item.person.name) for item in items],
            help_text="選ばないときは、全員です。ほかの人の入力は残ります。",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == ReturnReason.OTHER and not cleaned.get("comment", "").strip():
            self.add_error("comment", "「その他」のときは、直してほしいことを入力してください。")
        return cleaned

    def ids(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["people"]]


class RejectForm(forms.Form):
    comment = FreeText(
        label="却下の理由", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ポータルの画面に出ます。メールには書かれません。",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    """Check marks of each person, proposed from the papers; fields are named `<check>-<item>`."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    accept_same = forms.BooleanField(
        label="ほかの人と同じ番号であることを確かめ、正しいと判断しました", required=False
    )

    def __init__(
        self,
        items: Sequence[ApplicationItem],
        kept: dict[UUID, list[Document]],
        *given: Any,
        signed_in: bool,
        same: bool,
        **options: Any,
    ) -> None:
        super().__init__(*given, **options)
        self._items = items
        if not same:
            del self.fields["accept_same"]
        for item in items:
            self._add(item, kept.get(item.id, []), signed_in=signed_in)

    def _add(self, item: ApplicationItem, kept: list[Document], *, signed_in: bool) -> None:
        provision = Provision(item.provision)
        duty = DUTIES[provision]
        kinds = {PaperKind[one.kind] for one in kept if one.cell is not None}
        proposed = papers.proposed_methods(provision, kinds, signed_in=signed_in)
        labels = {
            Check.NUMBER: "番号確認", Check.PERSON: "身元確認", Check.AUTHORITY: "代理権確認",
        }  # fmt: skip
        for check in Check:
            if check not in duty.company_checks:
                continue
            method = proposed.get(check)
            self.fields[f"{check.value}-{item.id}"] = forms.ChoiceField(
                label=labels[check],
                choices=[
                    ("", "選んでください"),
                    *((m.code, m.label) for m in methods_for(check, provision)),
                ],
                initial=method.code if method else "",
                error_messages={"required": f"{labels[check]}の方法を選んでください。"},
            )
        if duty.paper is Paper.ENTRUSTMENT:
            self.fields[f"paper-{item.id}"] = forms.BooleanField(
                label="本人確認を従業員に委託する契約書を受け取り、保管しています",
                error_messages={"required": "委託契約書の保管を確かめてください。"},
            )
        if item.changed:
            self.fields[f"why-{item.id}"] = forms.ChoiceField(
                label="番号が変わった理由",
                choices=[(one.value, one.label) for one in ChangeReason],
            )

    def of_item(self, item: ApplicationItem) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.endswith(str(item.id))]

    def checks(self) -> dict[UUID, Checks]:
        said = self.cleaned_data
        return {
            item.id: Checks(
                number=said.get(f"number-{item.id}", ""),
                person=said.get(f"person-{item.id}", ""),
                authority=said.get(f"authority-{item.id}", ""),
                paper_held=said.get(f"paper-{item.id}", False),
                why_changed=ChangeReason(
                    said.get(f"why-{item.id}") or ChangeReason.ON_REQUEST.value
                ),
            )
            for item in self._items
        }


class ProxyForm(forms.Form):
    """代理入力: numbers of a household from paper, each typed twice; empty ones are left out."""

    told = forms.BooleanField(
        label="利用目的を本人に知らせました",
        error_messages={"required": "利用目的を知らせてから、番号を受け取ってください。"},
    )

    def __init__(self, people: Sequence[Any], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._people = people
        for person in people:
            self.fields[f"number-{person.id}"] = NumberText(
                label=f"{person.name}さんの個人番号", required=False
            )
            self.fields[f"again-{person.id}"] = NumberText(
                label="確認のためもう一度", required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for person in self._people:
            first = cleaned.get(f"number-{person.id}")
            second = cleaned.get(f"again-{person.id}")
            if f"number-{person.id}" in self.errors or f"again-{person.id}" in self.errors:
                continue
            if first != second:
                self.add_error(
                    f"again-{person.id}", "2回の入力が違います。もう一度入力してください。"
                )
        if not self.errors and not any(cleaned.get(f"number-{p.id}") for p in self._people):
            self.add_error(None, "番号を1人分以上入力してください。")
        return cleaned

    def pairs(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(p, self[f"number-{p.id}"], self[f"again-{p.id}"]) for p in self._people]


class MailSearch(forms.Form):
    q = forms.CharField(label="宛先", required=False, max_length=80)
    state = forms.ChoiceField(label="状態", required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        from azukari.collect.models import MailState  # noqa: PLC0415  only here

        super().__init__(*given, **options)
        self.fields["state"] = forms.ChoiceField(
            label="状態", required=False,
            choices=[_ANY, ("trouble", "送れなかったもの"), *MailState.choices],
        )  # fmt: skip
