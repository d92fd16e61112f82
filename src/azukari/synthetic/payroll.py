"""The same invented company as a payroll keeps it, with differences and the truth about them."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from azukari.law.era import parse_date
from azukari.law.kana import to_half_katakana
from azukari.synthetic.csv_layout import DateStyle, write_date
from azukari.synthetic.generator import people
from azukari.synthetic.persons import Employee, Family

HEADINGS = (
    "会社コード",
    "社員番号",
    "家族連番",
    "氏名",
    "氏名カナ",
    "生年月日",
    "性別",
    "続柄",
    "郵便番号",
    "住所",
    "扶養区分",
    "退職年月日",
    "支払金額",
    "給与所得控除後の金額",
    "所得控除の額の合計額",
    "源泉徴収税額",
    "社会保険料等の金額",
)
_AT = {heading: at for at, heading in enumerate(HEADINGS)}


def _day_before(text: str) -> str:
    return write_date(parse_date(text) - timedelta(days=1), DateStyle.SLASH)


# What a fact becomes where payroll knows better.
_CHANGES: dict[str, Callable[[str], str]] = {
    "氏名": lambda text: text + "子",
    "氏名カナ": lambda text: text + "コ",
    "生年月日": _day_before,
    "性別": lambda text: "2" if text == "1" else "1",
}
_VARIANTS = str.maketrans("高崎辺斎浜沢", "髙﨑邊齋濱澤")


def write_payroll(
    folder: Path,
    n: int,
    *,
    seed: int,
    company: str = "C0001",
    company_index: int = 0,
    encoding: str = "utf-8-sig",
    diff_rate: float = 0.01,
    spelling_rate: float = 0.0,
) -> Counter[str]:
    """Writes payroll.csv and diff_truth.jsonl for the people of `csv_files.write_csv`.

    `diff_rate`: the share of people with exactly one difference: missing in payroll, a further
    family member, or one fact that differs.  `spelling_rate`: of people that payroll writes
    otherwise, half-width or with variant kanji, which is no difference; the truth leaves them out.
    A line of diff_truth.jsonl: 社員番号, 家族連番, kind, and of `differs` field, registry, payroll.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(f"{seed}/{company_index}/payroll")  # noqa: S311 - invented people
    counted: Counter[str] = Counter()
    with (
        (folder / "payroll.csv").open("w", encoding=encoding, newline="") as stream,
        (folder / "diff_truth.jsonl").open("w", encoding="utf-8") as truth,
    ):
        rows = csv.writer(stream, lineterminator="\r\n")
        rows.writerow(HEADINGS)
        for household in people(n, seed=seed, company_index=company_index, all_numbered=True):
            own = [_employee(household.employee, company)]
            own += [_member(member, company) for member in household.family]
            for row in own:
                if random.random() < spelling_rate:
                    row[_AT["氏名カナ"]] = to_half_katakana(row[_AT["氏名カナ"]])
                    if encoding != "cp932":
                        row[_AT["氏名"]] = row[_AT["氏名"]].translate(_VARIANTS)
                if random.random() >= diff_rate:
                    rows.writerow(row)
                    continue
                kept, line = _differing(row, random)
                rows.writerows(kept)
                truth.write(json.dumps(line, ensure_ascii=False) + "\n")
                counted[line["kind"]] += 1
    return counted


def _differing(row: list[str], random: Random) -> tuple[list[list[str]], dict[str, str]]:
    """The rows that stand in payroll instead, and the truth about it."""
    who = {"社員番号": row[_AT["社員番号"]], "家族連番": row[_AT["家族連番"]]}
    choice = random.randrange(2 + len(_CHANGES))
    if choice == 0:
        return [], {**who, "kind": "missing_in_payroll"}
    if choice == 1:
        extra = list(row)
        # More than any family has, and another one for each of them.
        extra[_AT["家族連番"]] = str(80 + int(row[_AT["家族連番"]]))
        extra[_AT["続柄"]], extra[_AT["退職年月日"]] = "子", ""
        told = {**who, "家族連番": extra[_AT["家族連番"]], "kind": "missing_in_registry"}
        return [row, extra], told
    field = list(_CHANGES)[choice - 2]
    before = row[_AT[field]]
    after = _CHANGES[field](before)
    changed = list(row)
    changed[_AT[field]] = after
    return [changed], {
        **who, "kind": "differs", "field": field, "registry": before, "payroll": after,
    }  # fmt: skip


def yearly_figures(person: Employee) -> dict[str, int]:
    """年末調整 of an employee, by the names that tax forms share; roughly what the law gives."""
    pay = person.monthly_pay * 12
    after = max(0, pay - min(1_950_000, max(650_000, pay * 3 // 10 + 80_000)))
    insurance = pay * 149 // 1000
    deductions = 580_000 + insurance
    return {
        "pay.total": pay,
        "pay.after_deduction": after,
        "pay.deductions": deductions,
        "pay.tax": max(0, (after - deductions) // 10) // 100 * 100,
        "ins.social": insurance,
    }


def _employee(person: Employee, company: str) -> list[str]:
    return [
        company,
        person.employee_no,
        "0",
        person.name,
        person.kana,
        write_date(person.birth, DateStyle.SLASH),
        person.sex.value,
        "本人",
        f"{person.postcode[:3]}-{person.postcode[3:]}",
        person.address,
        "",
        write_date(person.left, DateStyle.SLASH) if person.left else "",
        *map(str, yearly_figures(person).values()),
    ]


def _member(member: Family, company: str) -> list[str]:
    return [
        company,
        member.employee_no,
        str(member.sequence),
        member.name,
        member.kana,
        write_date(member.birth, DateStyle.SLASH),
        member.sex.value,
        member.relationship.label,
        "",
        "",
        "1" if member.tax_dependent else "0",
        *[""] * 6,
    ]
