"""A file of users: which columns it has, and each row judged by the form of one user.

So a row is refused for what the form would refuse, in the same words, and nothing else.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django import forms

from azukari.collect.announcing import Subscription
from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.table import open_table
from azukari.tenancy import users as verbs
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Membership, Role, User
from azukari.tenancy.options import Option, has_field
from azukari.tenancy.user_sheets import MOST_ROWS, Checked, Line, Problem
from azukari.tenancy.users import UserFacts
from azukari.web import words
from azukari.web.components.fields import problems_of
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.users import UserForm
from azukari.web.sheet_words import words_of
from azukari.web.uploads import packed_of

NOTHING: Final = "なし"
"""In a cell: what is there is taken away.  An empty cell leaves what is there."""

_MEGABYTES: Final = 5
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "user_code": ("ユーザID", "ユーザーID", "利用者ID", "ログインID"),
    "name": ("氏名", "名前", "ユーザ名"),
    "mail": ("メールアドレス", "メール", "mail", "email"),
    "department": ("部署", "部署名", "所属"),
    "role": ("権限", "権限名"),
    "valid_from": ("有効開始日",),
    "valid_to": ("有効終了日",),
    "employee_code": ("本人の社員番号",),
    "mail_kinds": ("メール受信区分",),
}
TOLD_ONLY: Final = ("状態", "ワンタイムコード", "最終ログイン")
"""Columns of the list of users that say what the service knows; nobody changes them by a file."""

_DATES: Final = ("valid_from", "valid_to")
_LONGEST: Final = 60
_BETWEEN: Final = re.compile(r"[・、,，;；/／\s]+")
_OWN_ACCOUNT: Final = (
    "自分自身の権限・有効期間・社員番号は変えられません。この行を消すか、"
    "ほかの管理担当者に依頼してください。"
)
_NO_RIGHT: Final = "登録済みのユーザを変える権限がありません。この行を消してください。"
_NO_CODE: Final = "ユーザIDを入力してください。"


def columns_open(options: Collection[Option]) -> list[str]:
    return [name for name in COLUMNS if has_field("user", name, options)]


def headings(options: Collection[Option]) -> list[str]:
    return [COLUMNS[name][0] for name in columns_open(options)]


class UserFile(forms.Form):
    file = forms.FileField(
        label="ファイル",
        help_text=f"CSV（UTF-8、シフトJIS）かExcelのブック（XLSX）。{MOST_ROWS:,}行、"
        f"{_MEGABYTES}MBまで。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルが空です。内容のあるファイルを選んでください。",
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > _MEGABYTES * 1024 * 1024:
            said = f"ファイルが大きすぎます。{_MEGABYTES}MBまでに分けて送ってください。"
            raise forms.ValidationError(said)
        if mentions_number(file.name):
            raise forms.ValidationError(
                "ファイルの名前に個人番号と思われる数字が入っています。名前を変えて送ってください。"
            )
        return file

    def checked(self, *, options: Collection[Option], actor: Actor) -> Checked | None:
        """None where the file cannot be read; the form says why."""
        file = self.cleaned_data["file"]
        try:
            return _Judge.of(options, actor).whole(file.name, open_table(packed_of(file)).rows())
        except FileRefused as refused:
            self.add_error("file", words_of(refused))
        except _TooManyRows:
            self.add_error("file", f"行が多すぎます。{MOST_ROWS:,}行までに分けて送ってください。")
        return None


class _TooManyRows(Exception):
    """More than are taken at once."""


@dataclass
class _Judge:
    """What every row is held against: who is there, with which role in the company at work."""

    options: Collection[Option]
    actor: Actor
    roles: list[Role]
    users: Mapping[str, User]
    role_of: Mapping[UUID, Role]
    seen: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    @classmethod
    def of(cls, options: Collection[Option], actor: Actor) -> "_Judge":
        members = Membership.objects.filter(company_id=actor.company).select_related("role")
        return cls(
            options,
            actor,
            list(Role.objects.order_by("kind", "name")),
            {user.user_code: user for user in User.objects.all()},
            {one.user_id: one.role for one in members},
        )

    def whole(self, file_name: str, rows: Iterator[list[str]]) -> Checked:
        """Raises FileRefused, `_TooManyRows`."""
        head = next(rows, [])
        places, not_taken = self._places(head)
        for number, cells in enumerate(islice(rows, MOST_ROWS + 1), 2):
            if number > MOST_ROWS + 1:
                raise _TooManyRows
            if any(cell.strip() for cell in cells):
                told = {name: cells[at].strip() for name, at in places.items() if at < len(cells)}
                self._row(number, told)
        if not (self.lines or self.problems or self.unchanged):
            raise FileRefused(FileCode.NO_ROWS)
        return Checked(file_name, self.lines, self.problems, self.unchanged, not_taken)

    def _places(self, head: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        """Where each column stands, and the headings of those that are not read."""
        known = {_plain(one): name for name in columns_open(self.options) for one in COLUMNS[name]}
        places: dict[str, int] = {}
        not_taken = []
        for at, text in enumerate(head):
            name = known.get(_plain(text))
            if name is None:
                if text.strip() and text.strip() not in TOLD_ONLY:
                    not_taken.append(_shown(text))
            elif name in places:
                raise FileRefused(FileCode.HEADING_TWICE, COLUMNS[name][0])
            else:
                places[name] = at
        if not places:
            raise FileRefused(FileCode.UNKNOWN_HEADINGS)
        if "user_code" not in places:
            raise FileRefused(FileCode.HEADING_MISSING, COLUMNS["user_code"][0])
        return places, not_taken

    # one row ---------------------------------------------------------------------------------

    def _row(self, number: int, told: dict[str, str]) -> None:
        code = "".join(unicodedata.normalize("NFKC", told["user_code"]).split())
        user = self.users.get(code)
        before = self.role_of.get(user.id) if user else None
        problems = [*self._of_the_whole(number, code, user), *self._unreadable(number, told)]
        data = {**_initial(user, before), **self._typed(told), "user_code": code}
        form = UserForm(
            data,
            roles=self.roles,
            may_have_none=user is not None,
            contract_options=self.options,
        )
        if not form.is_valid():
            known = {one.column for one in problems}
            problems += [
                Problem(number, label, said, _shown(told.get(name, "")))
                for name in form.errors
                if (label := _label(name)) not in known
                for said in problems_of(form[name])
            ]
        if problems:
            self.problems += problems
            return
        self._good(number, form, user, before)

    def _of_the_whole(self, number: int, code: str, user: User | None) -> Iterator[Problem]:
        column = COLUMNS["user_code"][0]
        if not code:
            yield Problem(number, column, _NO_CODE)
        elif code in self.seen:
            said = (
                f"同じユーザIDが{self.seen[code]}行目にもあります。どちらか一方を消してください。"
            )
            yield Problem(number, column, said, _shown(code))
        self.seen.setdefault(code, number)
        if user is not None and not self.actor.may("user:change"):
            yield Problem(number, "", _NO_RIGHT, _shown(code))

    def _unreadable(self, number: int, told: Mapping[str, str]) -> Iterator[Problem]:
        """Cells whose words are none of those that can be chosen, or hold somebody's number."""
        role = told.get("role", "")
        names = [one.name for one in self.roles]
        if role and role not in {*names, NOTHING}:
            said = f"この権限はありません。次のどれかにしてください：{'、'.join(names)}"
            yield Problem(number, COLUMNS["role"][0], said, _shown(role))
        unknown = [one for one in _words(told.get("mail_kinds", "")) if one not in _KINDS]
        if unknown:
            said = f"次の言葉を「・」でつないでください：{'、'.join(_KINDS)}"
            yield Problem(number, COLUMNS["mail_kinds"][0], said, _shown(unknown[0]))
        for name, text in told.items():
            if mentions_number(text):
                yield Problem(number, COLUMNS[name][0], words.NUMBER_IN_TEXT, _shown(text))

    def _typed(self, told: Mapping[str, str]) -> dict[str, Any]:
        """The cells that say something, as the form takes them."""
        typed: dict[str, Any] = {
            name: "" if text == NOTHING else text for name, text in told.items() if text
        }
        if "role" in typed:
            by_name = {one.name: str(one.id) for one in self.roles}
            typed["role"] = by_name.get(typed["role"], "")
        if "mail_kinds" in typed:
            chosen = _words(typed["mail_kinds"])
            typed["mail_kinds"] = [_KINDS[one] for one in chosen if _KINDS.get(one)]
        return typed

    def _good(self, number: int, form: UserForm, user: User | None, before: Role | None) -> None:
        facts, role = form.facts(), form.chosen_role()
        if user is None:
            self.lines.append(Line(number, facts, role.id if role else None))
            return
        try:
            verbs.refuse_own(user, facts, before, role, self.actor)
        except verbs.OwnAccount:
            self.problems.append(Problem(number, "", _OWN_ACCOUNT, _shown(facts.user_code)))
            return
        changes = tuple(_changes(user, facts, before, role))
        if not changes:
            self.unchanged += 1
            return
        self.lines.append(
            Line(number, facts, role.id if role else None, user.id, user.version, changes)
        )


_KINDS: Final = {one.label: one.value for one in Subscription} | {"受信しない": "", NOTHING: ""}


def _initial(user: User | None, role: Role | None) -> dict[str, Any]:
    """What stands there now, as the form of one user is filled."""
    if user is None:
        return {}
    days = {name: f"{day:%Y/%m/%d}" for name in _DATES if (day := getattr(user, name))}
    texts = {name: getattr(user, name) for name in ("name", "mail", "department", "employee_code")}
    return {**texts, **days, "mail_kinds": user.mail_kinds, "role": str(role.id) if role else ""}


def _changes(
    user: User, facts: UserFacts, before: Role | None, role: Role | None
) -> Iterator[tuple[str, str, str]]:
    for name, value in facts.given().items():
        now = getattr(user, name)
        same = set(now) == set(value) if name == "mail_kinds" else now == value
        if not same:
            yield COLUMNS[name][0], in_words(name, now), in_words(name, value)
    if before != role:
        yield COLUMNS["role"][0], before.name if before else NOTHING, role.name if role else NOTHING


def in_words(name: str, value: Any) -> str:
    """A fact of a user as a file and the preview say it."""
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    if name == "mail_kinds":
        return "・".join(one.label for one in Subscription if one.value in value)
    return str(value or "")


def _words(text: str) -> list[str]:
    return [one for one in _BETWEEN.split(text) if one]


def _label(name: str) -> str:
    return COLUMNS[name][0] if name in COLUMNS else ""


def _plain(text: str) -> str:
    folded = re.sub(r"[*※\s]|\(必須\)|\(任意\)", "", unicodedata.normalize("NFKC", text))
    return folded.casefold().replace("-", "")


def _shown(text: str) -> str:
    """A cell as a page may show it."""
    return "（表示しません）" if mentions_number(text) else text[:_LONGEST]
