"""What may stand in options: the forms that tables, file names and screens can hold."""

import re
import unicodedata
from datetime import date
from typing import Any

import click

from azukari.cli.session import WRONG_USE, stop
from azukari.law.era import DateRefused, parse_date
from azukari.ledger.number_in_text import mentions_number

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Code(click.ParamType[str]):
    """A code in ASCII: it becomes part of file names, addresses and what people type."""

    name = "code"

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        if len(text) > self._longest or not _CODE.fullmatch(text):
            self.fail(
                f"英数字で{self._longest}文字までにしてください(- _ . は間にだけ使えます)。",
                param,
                ctx,
            )
        return _without_number(self, text, param, ctx)


class Words(click.ParamType[str]):
    """A name or sentence in any script."""

    name = "text"

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        if not text or len(text) > self._longest or any(map(_is_control, text)):
            self.fail(f"1文字以上{self._longest}文字以内にしてください。", param, ctx)
        return _without_number(self, text, param, ctx)


book_sheet_option = click.option(
    "--sheet",
    "book_sheet",
    type=Words(60),
    help="Excelのブックで読むシートの名前。省略すると先頭のシート",
)


class Mail(click.ParamType[str]):
    name = "mail"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        if text and not (len(text) <= 254 and _MAIL.fullmatch(text)):
            self.fail("name@example.jp のようなメールアドレスにしてください。", param, ctx)
        return _without_number(self, text, param, ctx)


class Day(click.ParamType[date]):
    """A day in the Western or the Japanese calendar."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ARG002
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except DateRefused:
            option = param.opts[0] if param else ""
            stop(
                f"{option} の日付を読み取れません。2027-01-11 のように指定してください。", WRONG_USE
            )


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc"


def _without_number(
    kind: click.ParamType[str],
    text: str,
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> str:
    if mentions_number(text):
        kind.fail("個人番号と思われる数字は使えません。", param, ctx)
    return text
