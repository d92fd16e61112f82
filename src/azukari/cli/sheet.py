"""sheet apply: a file of many people, checked and registered."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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

_PROBLEMS_SHOWN = 100


@click.group()
def sheet() -> None:
    """ファイルで一括登録する。"""


@sheet.command()
@common
@where
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    help="利用目的のコード(何度でも)。省略すると源泉徴収・扶養控除・健保厚年・雇用保険",
)
@click.option("--number-check", default="CARD", show_default=True, help="番号確認の方法のコード")
@click.option("--person-check", default="CARD", show_default=True, help="身元確認の方法のコード")
def apply(
    *, data: Path, as_json: bool, file: Path, contract_code: str | None, company_code: str | None,
    purposes: tuple[str, ...], number_check: str, person_check: str,
) -> None:  # fmt: skip
    """CSVファイルを確認し、正しい行を登録する。断った行があれば終了コード1。"""
    with installation(data):
        from django.utils import timezone  # noqa: PLC0415  needs Django

        from azukari.register.actions import Verification  # noqa: PLC0415
        from azukari.register.sheets.command import register_file  # noqa: PLC0415

        chosen = _purposes(purposes)
        _refuse_unknown_methods([number_check, person_check])
        contract = contract_of(contract_code)
        _company, actor = company_and_actor(contract, company_code)
        done = timezone.localdate() if number_check or person_check else None
        facts = register_file(
            file.read_bytes(),
            file.name,
            chosen,
            Verification(number_check=number_check, person_check=person_check, verified_on=done),
            actor=actor,
        )
        answer(as_json, facts, "\n".join(_sentences(facts)))
        if facts["state"] != "applied" or facts["refused"]:
            sys.exit(FOUND_SOMETHING)


def _purposes(codes: tuple[str, ...]) -> "list[Purpose]":
    from azukari.cli.demo_people import DEFAULT_PURPOSES  # noqa: PLC0415  needs Django
    from azukari.law.purpose import Purpose  # noqa: PLC0415

    known = {purpose.code: purpose for purpose in Purpose}
    _refuse_unknown(codes, known, "利用目的")
    return [known[code] for code in codes] or DEFAULT_PURPOSES


def _refuse_unknown_methods(codes: list[str]) -> None:
    from azukari.law.verification import Method  # noqa: PLC0415

    _refuse_unknown(
        [code for code in codes if code], [method.code for method in Method], "確認方法"
    )


def _refuse_unknown(codes: Iterable[str], known: Iterable[str], what: str) -> None:
    if wrong := " ".join(code for code in codes if code not in known):
        choice = " ".join(known)
        stop(f"{what}のコード {wrong} はありません。{choice} から選んでください。", WRONG_USE)


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
    found = [
        f"{one['row']}行目 {one['column']} {say(one['code'])}"
        for one in facts["problems"][:_PROBLEMS_SHOWN]
    ]
    if len(facts["problems"]) > _PROBLEMS_SHOWN:
        found.append("これより後の指摘は、--json か画面で見られます。")
    return [f"{head}{facts['rows']}行: {figures}", *found]
