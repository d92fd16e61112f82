"""sheet apply: a file of many people, checked and registered."""

import sys
from pathlib import Path

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
)


@click.group()
def sheet() -> None:
    """ファイルで一括登録する。"""


@sheet.command()
@common
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--contract", "contract_code")
@click.option("--company", "company_code")
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

        from azukari.cli.demo_people import DEFAULT_PURPOSES  # noqa: PLC0415  needs Django
        from azukari.law.purpose import Purpose  # noqa: PLC0415
        from azukari.register.actions import Verification  # noqa: PLC0415
        from azukari.register.sheets.command import register_file  # noqa: PLC0415

        known = {purpose.code: purpose for purpose in Purpose}
        unknown = [code for code in purposes if code not in known]
        if unknown:
            stop(f"利用目的のコードが違います: {' '.join(unknown)}", WRONG_USE)
        contract = contract_of(contract_code)
        _company, actor = company_and_actor(contract, company_code)
        done = timezone.localdate() if number_check or person_check else None
        facts = register_file(
            file.read_bytes(),
            file.name,
            [known[code] for code in purposes] or DEFAULT_PURPOSES,
            Verification(number_check=number_check, person_check=person_check, verified_on=done),
            actor=actor,
        )
        problems = facts.get("problems", [])
        lines = [f"{key}: {value}" for key, value in facts.items() if key != "problems"]
        lines += [f"{p['row']}行目 {p['column']} {p['code']} {p['shown']}" for p in problems[:100]]
        answer(as_json, facts, "\n".join(lines))
        if facts["state"] != "applied" or facts["refused"]:
            sys.exit(FOUND_SOMETHING)
