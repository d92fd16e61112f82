"""Wrong use of a command, told in Japanese (click tells it in English)."""

from collections.abc import Callable
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from azukari.cli.parameters import Code, Mail, Words


def sentence(error: click.ClickException) -> str:
    """What is wrong and what to do, for any error of click."""
    for kind, word in _WORDS.items():
        if isinstance(error, kind):
            return word(error)
    return f"コマンドの使い方が違います。{_help(error)}"


def _missing(error: click.MissingParameter) -> str:
    return f"{_name(error)} を指定してください。{_help(error)}"


def _bad(error: click.BadParameter) -> str:
    return f"{_name(error)} の値が正しくありません。{_wanted(error)}{_help(error)}"


def _wanted(error: click.BadParameter) -> str:
    kind: Any = error.param.type if error.param is not None else None
    match kind:
        case Code() | Words() | Mail():
            return error.message
        case click.Choice():
            return f"{' / '.join(map(str, kind.choices))} のどれかを指定してください。"
        case click.IntRange():
            low = "" if kind.min is None else f"{kind.min}以上"
            high = "" if kind.max is None else f"{kind.max}以下"
            return f"{low}{high}の整数を指定してください。"
        case click.Path() if kind.exists:
            what = "フォルダ" if not kind.file_okay else "ファイル"
            return f"読み取れる{what}を指定してください。"
        case click.Path():
            what = "フォルダ" if not kind.file_okay else "ファイル"
            return f"{what}の場所を指定してください。"
    return "整数を指定してください。" if kind is click.INT else ""


def _no_option(error: click.NoSuchOption) -> str:
    near = f"{' か '.join(error.possibilities)} ではありませんか。" if error.possibilities else ""
    return f"{error.option_name} という指定はありません。{near}{_help(error)}"


def _no_command(error: click.UsageError) -> str:
    return f"{getattr(error, 'command_name', '')} というコマンドはありません。{_help(error)}"


def _option_use(error: click.BadOptionUsage) -> str:
    wanted = "値は付けられません" if "does not take" in error.message else "値を付けてください"
    return f"{error.option_name} の使い方が違います。{wanted}。{_help(error)}"


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "指定"
    return (
        parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
    )


def _help(error: click.ClickException) -> str:
    place = getattr(error, "ctx", None)
    return f"使い方は {place.command_path} --help で見られます。" if place is not None else ""


# The most special first: isinstance takes subclasses, too.
_WORDS: dict[type[click.ClickException], Callable[..., str]] = {
    NoArgsIsHelpError: lambda error: str(error.format_message()),
    click.NoSuchOption: _no_option,
    click.BadOptionUsage: _option_use,
    click.MissingParameter: _missing,
    click.BadParameter: _bad,
}
if (_NoSuchCommand := getattr(click.exceptions, "NoSuchCommand", None)) is not None:
    _WORDS[_NoSuchCommand] = _no_command
