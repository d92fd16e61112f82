"""Columns of the two files, and an invented person as a row of them."""

from datetime import date
from enum import StrEnum

from azukari.law.era import wareki
from azukari.law.number import MyNumber
from azukari.synthetic.persons import Employee, Family

EMPLOYEE_HEADINGS = (
    "会社コード",
    "社員番号",
    "氏名",
    "氏名カナ",
    "生年月日",
    "性別",
    "入社年月日",
    "退職年月日",
    "部署コード",
    "部署名",
    "郵便番号",
    "住所",
    "電話番号",
    "メールアドレス",
    "個人番号",
    "利用目的",
    "本人確認",
)
FAMILY_HEADINGS = (
    "会社コード",
    "社員番号",
    "家族連番",
    "続柄",
    "氏名",
    "氏名カナ",
    "生年月日",
    "性別",
    "同居区分",
    "扶養区分",
    "第3号区分",
    "個人番号",
    "利用目的",
)
_EMPLOYEE_PURPOSES = "税・社会保険・雇用保険"
_FAMILY_PURPOSES = "税・社会保険"


class DateStyle(StrEnum):
    SLASH = "slash"
    HYPHEN = "hyphen"
    COMPACT = "compact"
    WAREKI = "wareki"
    MIXED = "mixed"


_MIXTURE = (DateStyle.SLASH, DateStyle.HYPHEN, DateStyle.COMPACT, DateStyle.WAREKI)


def write_date(day: date, style: DateStyle, turn: int = 0) -> str:
    """A day in the style; MIXED takes the others in turn."""
    match _MIXTURE[turn % len(_MIXTURE)] if style is DateStyle.MIXED else style:
        case DateStyle.HYPHEN:
            return day.isoformat()
        case DateStyle.COMPACT:
            return f"{day:%Y%m%d}"
        case DateStyle.WAREKI:
            return wareki(day)
        case _:
            return day.isoformat().replace("-", "/")


def employee_row(person: Employee, company: str, style: DateStyle, turn: int = 0) -> list[str]:
    return [
        company,
        person.employee_no,
        person.name,
        person.kana,
        write_date(person.birth, style, turn),
        person.sex.value,
        write_date(person.hired, style, turn),
        write_date(person.left, style, turn) if person.left else "",
        person.department_code,
        person.department,
        f"{person.postcode[:3]}-{person.postcode[3:]}",
        person.address,
        person.telephone,
        person.mail,
        _digits(person.individual_number),
        _EMPLOYEE_PURPOSES,
        "済" if person.individual_number else "",
    ]


def family_row(person: Family, company: str, style: DateStyle, turn: int = 0) -> list[str]:
    return [
        company,
        person.employee_no,
        str(person.sequence),
        person.relationship.label,
        person.name,
        person.kana,
        write_date(person.birth, style, turn),
        person.sex.value,
        "1" if person.lives_together else "2",
        "1" if person.tax_dependent else "0",
        "1" if person.category3 else "0",
        _digits(person.individual_number),
        _FAMILY_PURPOSES,
    ]


def _digits(number: MyNumber | None) -> str:
    return number.reveal_digits() if number else ""
