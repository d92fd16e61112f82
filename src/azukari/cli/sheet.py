"""sheet check|apply|status|undo: a file of many people, checked, registered, taken back."""

import json
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from azukari.cli.parameters import Code, book_sheet_option
from azukari.cli.session import (
    FOUND_SOMETHING,
    WRONG_USE,
    answer,
    common,
    company_and_actor,
    contract_of,
    installation,
    stop,
    where,
)

if TYPE_CHECKING:
    from azukari.law.purpose import Purpose
    from azukari.register.actions import Verification
    from azukari.register.sheets.headings import SheetKind
    from azukari.register.sheets.packed import Packed

_PROBLEMS_SHOWN = 100
_NO_SUCH = "このIDの一括登録ファイルはありません。"


@click.group()
def sheet() -> None:
    """ファイルで一括登録する。"""


_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_purpose = click.option(
    "--purpose",
    "purposes",
    multiple=True,
    help="利用目的のコード(何度でも)。省略すると源泉徴収・扶養控除・健保厚年・雇用保険・支払調書",
)


def _verification(command: Callable[..., None]) -> Callable[..., None]:
    """What is said of all numbers of the file; columns of a row win over it."""
    for option in reversed(
        (
            click.option("--number-check", default="CARD", show_default=True,
                         help="番号確認の方法のコード"),
            click.option("--person-check", default="CARD", show_default=True,
                         help="身元確認の方法のコード"),
            click.option("--authority-check", default="",
                         help="代理権確認の方法のコード(第3号被保険者)"),
            click.option("--provision", default="",
                         help="提供の方法のコード。省略すると、人ごとのふつうの方法"),
            click.option("--paper-held", is_flag=True,
                         help="提供の方法に必要な契約書・同意書を保管している"),
        )
    ):  # fmt: skip
        command = option(command)
    return command


_kind = click.option(
    "--kind",
    type=click.Choice(["employees", "families", "payees"]),
    help="本人・家族・支払先のどのファイルか。違えば断る。省略すると見出しから見分ける",
)


def _packed(file: Path) -> "Packed":
    from azukari.register.sheets.packed import Packed  # noqa: PLC0415  needs Django

    return Packed.of_file(file)


@sheet.command()
@common
@where
@_file
@_kind
@book_sheet_option
@_purpose
@_verification
def check(
    *, data: Path, as_json: bool, file: Path, contract_code: str | None, company_code: str | None,
    kind: str | None, book_sheet: str | None, purposes: tuple[str, ...], **said: Any,
) -> None:  # fmt: skip
    """ファイルを1行ずつ確かめる。何も登録しない。断る行があれば終了コード1。"""
    with installation(data):
        from azukari.register.sheets.dry_run import check_file  # noqa: PLC0415  needs Django
        from azukari.web.sheet_words import say  # noqa: PLC0415

        chosen, verification = _purposes(purposes), _said(**said)
        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        found = False
        for line in check_file(
            _packed(file), chosen, verification, actor=actor, kind=_kind_of(kind),
            book_sheet=book_sheet or "",
        ):  # fmt: skip
            found = found or line.get("class") == "reject"
            told = line if "summary" in line else {**line, "remedy": say(line["code"])}
            click.echo(json.dumps(told, ensure_ascii=False) if as_json else _sentence(told))
        if found:
            sys.exit(FOUND_SOMETHING)


@sheet.command()
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力する")
def codes(*, as_json: bool) -> None:
    """確認で付くコードの一覧。コードは増えることはあっても、変わりません。"""
    from azukari.web.sheet_words import code_list, code_table  # noqa: PLC0415  slow to import

    table = [
        {"code": code, "class": weight, "of": about, "remedy": said}
        for code, weight, about, said in code_table()
    ]
    answer(as_json, table, code_list())


def _kind_of(kind: str | None) -> "SheetKind | None":
    from azukari.register.sheets.headings import SheetKind  # noqa: PLC0415  needs Django

    return SheetKind(kind) if kind else None


def _sentence(line: dict[str, Any]) -> str:
    if "summary" in line:
        if line["state"] == "unreadable":
            return "このファイルは読み取れません。"
        return (
            f"{line['rows']}行: 正しい行 {line['good']}(新しい人 {line['added']}、"
            f"変わる人 {line['changed']}、変わりなし {line['unchanged']})、断る行 {line['refused']}"
        )
    place = f"{line['row']}行目 " if line["row"] else ""
    change = f"({line['shown']} → {line['became']})" if line["became"] else ""
    return f"{place}{line['column']} {line['remedy']}{change}".strip()


@sheet.command()
@common
@where
@_file
@_kind
@book_sheet_option
@_purpose
@_verification
@click.option(
    "--key",
    type=Code(64),
    help="この送信の名前。同じ名前で2度送っても1度しか登録しない",
)
@click.option("--all-or-nothing", is_flag=True, help="断る行があれば、何も登録しない")
def apply(
    *, data: Path, as_json: bool, file: Path, contract_code: str | None, company_code: str | None,
    kind: str | None, book_sheet: str | None, purposes: tuple[str, ...], key: str | None,
    all_or_nothing: bool, **said: Any,
) -> None:  # fmt: skip
    """ファイルを確認し、正しい行を登録する。断った行があれば終了コード1。"""
    with installation(data):
        from azukari.register.sheets.command import register_file  # noqa: PLC0415  needs Django
        from azukari.register.sheets.receiving import KeyUsed  # noqa: PLC0415

        chosen, verification = _purposes(purposes), _said(**said)
        contract = contract_of(contract_code)
        _company, actor = company_and_actor(contract, company_code)
        try:
            facts = register_file(
                _packed(file),
                file.name,
                chosen,
                verification,
                actor=actor,
                kind=_kind_of(kind),
                key=key or "",
                book_sheet=book_sheet or "",
                only_good=not all_or_nothing,
            )
        except KeyUsed:
            stop("この --key は、別のファイルでもう使っています。", WRONG_USE)
        _tell(as_json, facts, "\n".join(_sentences(facts)))
        if facts["state"] != "applied" or facts["refused"]:
            sys.exit(FOUND_SOMETHING)


@sheet.command()
@common
@where
@click.argument("sheet_id", type=click.UUID)
def status(
    *, data: Path, as_json: bool, sheet_id: UUID, contract_code: str | None,
    company_code: str | None,
) -> None:  # fmt: skip
    """送ったファイルがどうなったかを見る。"""
    with installation(data):
        from azukari.register.models import Sheet  # noqa: PLC0415  needs Django
        from azukari.register.sheets.command import tell  # noqa: PLC0415

        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        try:
            facts = tell(sheet_id, actor=actor)
        except Sheet.DoesNotExist:
            stop(_NO_SUCH, WRONG_USE)
        _tell(as_json, facts, "\n".join(_sentences(facts)))


@sheet.command()
@common
@where
@click.argument("sheet_id", type=click.UUID)
def undo(
    *, data: Path, as_json: bool, sheet_id: UUID, contract_code: str | None,
    company_code: str | None,
) -> None:  # fmt: skip
    """登録したファイルを丸ごと取り消す。取り消せない人がいれば終了コード1。"""
    with installation(data):
        from azukari.register.models import Sheet  # noqa: PLC0415  needs Django
        from azukari.register.sheets.actions import NotApplicable  # noqa: PLC0415
        from azukari.register.sheets.command import undo_file  # noqa: PLC0415

        _company, actor = company_and_actor(contract_of(contract_code), company_code)
        try:
            facts = undo_file(sheet_id, actor=actor)
        except Sheet.DoesNotExist:
            stop(_NO_SUCH, WRONG_USE)
        except NotApplicable:
            stop("このファイルは取り消せません。登録していないか、もう締めています。", WRONG_USE)
        said = (
            f"取り消しました。登録から外した人 {facts['removed']}、元に戻した人 "
            f"{facts['restored']}、取り消せなかった人 {facts['kept']}"
        )
        _tell(as_json, facts, said)
        if facts["kept"]:
            sys.exit(FOUND_SOMETHING)


def _purposes(codes: tuple[str, ...]) -> "list[Purpose]":
    from azukari.cli.demo_people import DEFAULT_PURPOSES  # noqa: PLC0415  needs Django
    from azukari.law.purpose import PURPOSES, Purpose  # noqa: PLC0415

    _refuse_unknown(codes, PURPOSES, "利用目的")
    return [PURPOSES[code] for code in codes] or [*DEFAULT_PURPOSES, Purpose.PAYMENT_REPORT]


def _said(*, provision: str, paper_held: bool, **checks: str) -> "Verification":
    from django.utils import timezone  # noqa: PLC0415  needs Django

    from azukari.law.verification import METHODS, Provision  # noqa: PLC0415
    from azukari.register.actions import Verification  # noqa: PLC0415

    given = [code for code in checks.values() if code]
    _refuse_unknown(given, METHODS, "確認方法")
    ways = [way.value for way in Provision]
    _refuse_unknown([provision] if provision else [], ways, "提供の方法")
    done = timezone.localdate() if given else None
    return Verification(**checks, verified_on=done, provision=provision, paper_held=paper_held)


def _refuse_unknown(codes: Iterable[str], known: Iterable[str], what: str) -> None:
    if wrong := " ".join(code for code in codes if code not in known):
        choice = " ".join(known)
        stop(f"{what}のコード {wrong} はありません。{choice} から選んでください。", WRONG_USE)


def _tell(as_json: bool, facts: dict[str, Any], text: str) -> None:
    """As `answer`; of the problems no more than one at a time is in memory."""
    if not as_json or "problems" not in facts:
        answer(as_json, facts, text)
        return
    known = {name: value for name, value in facts.items() if name != "problems"}
    click.echo(f'{json.dumps(known, ensure_ascii=False)[:-1]}, "problems": [', nl=False)
    for place, one in enumerate(facts["problems"]):
        click.echo(", " * bool(place) + json.dumps(one, ensure_ascii=False), nl=False)
    click.echo("]}")


def _sentences(facts: dict[str, Any]) -> list[str]:
    """The file as a whole, then its findings row by row, as the screen words them."""
    from azukari.web.sheet_words import say  # noqa: PLC0415

    if facts["state"] == "unreadable":
        column = f"（列: {facts['column']}）" if facts["column"] else ""
        return [f"{say(facts['code'])}{column}"]
    figures = (
        f"新しく登録した人 {facts['added']}、変更した人 {facts['changed']}、"
        f"変わりなし {facts['unchanged']}、断った行 {facts['refused']}"
    )
    head = "" if facts["state"] == "applied" else "登録できる行がないため、何も登録していません。"
    shown = list(islice(facts["problems"], _PROBLEMS_SHOWN + 1))
    found = [f"{one['row']}行目 {one['column']} {say(one['code'])}" for one in shown]
    if len(shown) > _PROBLEMS_SHOWN:
        found[-1] = "これより後の指摘は、--json か画面で見られます。"
    return [f"{head}{facts['rows']}行: {figures}", *found]
