"""What follows from facts: totals, what a number makes needless, marks and remarks.

Each rule is named in a recipe's `derive` and adds facts under `to.`; none changes what was told.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final

from azukari.filings.recipes.facts import Flat, Numbers
from azukari.law.era import to_era

Told = dict[str, Any]
Rule = Callable[[Flat, Numbers], Told]

_CAP: Final = 9_999_999
_KOYO_DIGITS: Final = 11
_ROWS: Final = 4  # of relatives on a slip of salary
# 項番12 取得区分 3 (共済出向) and 4 (船保任継) leave the pension number out.
_WITHOUT_PENSION_NUMBER: Final = frozenset({"3", "4"})
_COUNTS_FROM: Final = {"full": 17, "short": 11, "part": 15}


def derive(names: Iterable[str], values: Flat, numbers: Numbers) -> Told:
    """What the named rules say about these facts."""
    told: Told = {}
    for name in names:
        told |= _RULES[name](values, numbers)
    return told


def acquisition(values: Flat, numbers: Numbers) -> Told:
    """資格取得届: with a number neither 基礎年金番号 nor address; the pay as one sum."""
    told: Told = {}
    in_kind = values.get("ev.pay_in_kind") or 0
    pay = values.get("ev.pay_currency")
    if pay is not None:
        told["to.pay_total"] = pay + in_kind
    if "emp.mynumber" in numbers:
        return told
    told |= {
        "to.no_residence_reason": values.get("ev.no_residence_reason"),
        "to.no_number_note": values.get("ev.no_number_note"),
        "to.zip": values.get("emp.zip"),
        "to.address": values.get("emp.address"),
        "to.address_kana": values.get("emp.address_kana"),
    }
    if values.get("ev.class") not in _WITHOUT_PENSION_NUMBER:
        told["to.pension_no"] = values.get("emp.pension_no")
    return told


def loss(values: Flat, numbers: Numbers) -> Told:
    """資格喪失届: days only where the reason has them."""
    only_70 = bool(values.get("ev.over_70_only"))
    with_day = values.get("ev.reason") in {"4", "5"}
    return {
        "to.insured_no": None if only_70 else values.get("ev.insured_no"),
        "to.lost": None if only_70 else values.get("ev.lost"),
        "to.left": values.get("ev.left") if with_day else None,
        "to.over_70_off": values.get("ev.over_70_off") is not None,
        "to.pension_no": None if "emp.mynumber" in numbers else values.get("emp.pension_no"),
    }


def base_pay(values: Flat, numbers: Numbers) -> Told:
    """算定基礎届: sums and the mean of the months that count (健康保険法 第41条)."""
    told = _months(values, numbers, ("apr", "may", "jun"))
    totals = [told[f"to.total_{one}"] for one in ("apr", "may", "jun")]
    days = [values.get(f"ev.base_days_{one}") or 0 for one in ("apr", "may", "jun")]
    counted = _counted(values, days, totals)
    if counted:
        told |= _sums(counted)
    year = values.get("doc.apply_year")
    if year:
        told |= _month_of("apply", date(int(year), 9, 1))
    return told


def _counted(values: Flat, days: list[int], totals: list[int]) -> list[int]:
    """Months with 17 days and more; 11 for 短時間労働者; part-timers 15 where none has 17."""
    kind = "short" if values.get("ev.short_time") else "full"
    found = [total for day, total in zip(days, totals, strict=True) if day >= _COUNTS_FROM[kind]]
    if not found and values.get("ev.part_time"):
        found = [
            total for day, total in zip(days, totals, strict=True) if day >= _COUNTS_FROM["part"]
        ]
    return found


def changed_pay(values: Flat, numbers: Numbers) -> Told:
    """月額変更届: the three months before the change."""
    told = _months(values, numbers, ("m3", "m2", "m1"))
    told |= _sums([told[f"to.total_{one}"] for one in ("m3", "m2", "m1")])
    apply = values.get("ev.apply")
    if isinstance(apply, date):
        told |= _month_of("apply", apply)
        for back, one in ((3, "m3"), (2, "m2"), (1, "m1")):
            told[f"to.paid_month_{one}"] = f"{(apply.month - back - 1) % 12 + 1:02d}"
    return told


def apply_day(values: Flat, _numbers: Numbers) -> Told:
    """算定基礎届 applies from September of its year."""
    year = values.get("doc.apply_year")
    return {"to.apply_day": date(int(year), 9, 1) if year else None}


def _months(values: Flat, numbers: Numbers, months: tuple[str, ...]) -> Told:
    told = _of_seventy(values, numbers)
    for one in months:
        days = values.get(f"ev.base_days_{one}")
        told[f"to.base_days_{one}"] = None if days is None else f"{days:02d}"
        money = values.get(f"ev.currency_{one}") or 0
        told[f"to.total_{one}"] = min(money + (values.get(f"ev.in_kind_{one}") or 0), _CAP)
    for name in ("raise_month", "retro_month"):
        month = values.get(f"ev.{name}")
        told[f"to.{name}"] = None if month is None else f"{month:02d}"
    for name in ("old_std_health", "old_std_pension"):
        amount = values.get(f"ev.{name}")
        told[f"to.{name}"] = amount.zfill(4) if amount else None
    old = values.get("ev.old_apply")
    if isinstance(old, date):
        told |= _month_of("old_apply", old)
    return told


def _sums(totals: list[int]) -> Told:
    whole = sum(totals)
    return {"to.grand_total": min(whole, _CAP), "to.average": min(whole // len(totals), _CAP)}


def _month_of(name: str, day: date) -> Told:
    japanese = to_era(day)
    return {
        f"to.{name}_era": japanese.era.code,
        f"to.{name}_year": f"{japanese.year:02d}",
        f"to.{name}_month": f"{day.month:02d}",
    }


def bonus(values: Flat, numbers: Numbers) -> Told:
    """賞与支払届: the sum in whole thousands (健康保険法 第45条)."""
    whole = (values.get("ev.currency") or 0) + (values.get("ev.in_kind") or 0)
    first = values.get("ev.first_day")
    return {
        **_of_seventy(values, numbers),
        "to.total": _CAP if whole > _CAP else whole // 1000 * 1000,
        "to.total_thousand": str(whole // 1000),
        "to.first_day": None if first is None else f"{first:02d}",
    }


def _of_seventy(values: Flat, numbers: Numbers) -> Told:
    """Identity is told of those over 70 only (`numbers_when` holds for the number)."""
    over_70 = bool(values.get("ev.over_70"))
    only_70 = bool(values.get("ev.over_70_only"))
    has_number = "emp.mynumber" in numbers
    return {
        "to.insured_no": None if only_70 else values.get("ev.insured_no"),
        "to.pension_no": values.get("emp.pension_no") if over_70 and not has_number else None,
    }


def tax_family(values: Flat, _numbers: Numbers) -> Told:
    """摘要 names those for whom there is no row: 「（１）氏名」 (国税庁 手引 第2 ㉕)."""
    before = values.get("remarks")
    named = [
        f"（{place}）{name}{suffix}"
        for key, suffix in (("deps", ""), ("kids", "（年少）"))
        for place, name in enumerate(_names_beyond(values, key, _ROWS), 1)
    ]
    return {"to.remarks": "　".join([*filter(None, [before]), *named]) or None}


def _names_beyond(values: Flat, key: str, rows: int) -> Iterator[str]:
    while (name := values.get(f"{key}.{rows}.name")) is not None:
        yield str(name)
        rows += 1


def payee(values: Flat, numbers: Numbers) -> Told:
    """A corporation is told by its 法人番号, which is public and stands among the words."""
    corporate = values.get("payee.corporate")
    if not corporate or "payee.number" in numbers:
        return {}
    return {"payee.number": corporate}


def family(_values: Flat, _numbers: Numbers) -> Told:
    """Everything of 2202700 is told by its writer, which knows how families are laid out."""
    return {}


def marks(values: Flat, _numbers: Numbers) -> Told:
    """What stands as ○ on a slip of salary beyond plain flags: 有, 中途就・退職, 区分."""
    told = dict(_spouse_marks(values))
    kind = values.get("job.kind")
    told["job.in"], told["job.out"] = kind == "1", kind == "2"
    for place in ("1", "2"):
        told[f"loan.kind{place}"] = values.get(f"loan.code{place}")
    for name, value in values.items():
        if name.endswith(".code") and name.startswith(("deps.", "kids.")) and value != "00":
            kid = name.startswith("kids.")
            told[name.replace(".code", ".kubun")] = "○" if kid else value
    return told


def _spouse_marks(values: Flat) -> Told:
    flag, code = values.get("spouse.flag"), values.get("spouse.code")
    return {
        "spouse.has": flag == "1",
        "spouse.has_sub": flag == "3",
        "spouse.elder": bool(values.get("spouse.is_elder")),
        "spouse.kubun": "○" if code and code != "00" else None,
    }


def retirement(values: Flat, _numbers: Numbers) -> Told:
    """The slip counts 退職所得控除額 in 万円 and years as text."""
    deduction, years = values.get("retirement.deduction_yen"), values.get("retirement.years_count")
    return {
        "retirement.deduction": None if deduction is None else deduction // 10_000,
        "retirement.years": None if years is None else str(years),
    }


def acquisition_paper(values: Flat, _numbers: Numbers) -> Told:
    """備考 as circled numbers: 1 over 70, 2 二以上, 3 短時間, 4 継続再雇用, 5 その他."""
    marked = ("over_70", "several_offices", "short_time", "rehired", "note")
    return {
        "to.note_codes": _circled(values, marked),
        "to.over70_only": "1" if values.get("ev.over_70_only") else None,
        "to.certificate": "1" if values.get("ev.certificate_needed") else None,
    }


def loss_paper(values: Flat, _numbers: Numbers) -> Told:
    """備考: 1 二以上, 2 継続再雇用, 3 その他; the day of leaving or of death."""
    day = values.get("ev.left")
    reason = values.get("ev.reason")
    return {
        "to.note_codes": _circled(values, ("several_offices", "rehired", "note")),
        "to.left_day": day if reason == "4" else None,
        "to.died_day": day if reason == "5" else None,
        "to.over70": "off" if values.get("ev.over_70_off") else None,
    }


def _circled(values: Flat, names: tuple[str, ...]) -> list[str] | None:
    found = [str(n) for n, name in enumerate(names, 1) if values.get(f"ev.{name}")]
    return found or None


def koyo(values: Flat, _numbers: Numbers) -> Told:
    """Numbers of 雇用保険 with the places of their hyphens."""
    return {
        "office.koyo": _hyphened(values.get("office.koyo_number")),
        "emp.koyo_no": _hyphened(values.get("ev.insured_no") or values.get("emp.koyo_number")),
    }


def koyo_start(values: Flat, _numbers: Numbers) -> Told:
    return {"emp.kana_cells": values.get("emp.kana")}


def _hyphened(digits: str | None) -> dict[str, str] | None:
    if not digits or len(digits) != _KOYO_DIGITS:
        return None
    return {"a": digits[:4], "b": digits[4:10], "c": digits[10:]}


def ticket(values: Flat, _numbers: Numbers) -> Told:
    """The code by which the paper is known again; two-dimensional, the address that opens the
    person's request once, where there is one.  Neither says a name or a number.
    """
    code = values.get("emp.code")
    return {"ticket": code, "qr": values.get("ticket.address") or code}


_RULES: Final[dict[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        acquisition, loss, base_pay, apply_day, changed_pay, bonus, tax_family, payee, family,
        marks, retirement, acquisition_paper, loss_paper, koyo, koyo_start, ticket,
    )
}  # fmt: skip
