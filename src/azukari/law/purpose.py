"""利用目的: the closed list of what an individual number may be used for.

番号法 第9条第4項 and 第19条 allow no other; a company may switch one off, never invent one, and
consent cannot widen it (個人情報保護法 第18条第1項 as 番号法 reads it).
"""

from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType


class PersonKind(StrEnum):
    """Whose number it is: 従業員, 家族 (of an employee), 支払先."""

    EMPLOYEE = "employee"
    FAMILY = "family"
    PAYEE = "payee"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    PersonKind.EMPLOYEE: "従業員",
    PersonKind.FAMILY: "家族",
    PersonKind.PAYEE: "支払先",
}

_E, _F, _P = PersonKind.EMPLOYEE, PersonKind.FAMILY, PersonKind.PAYEE


class Purpose(Enum):
    """Code, Japanese label, the same in short, legal basis, kinds of person it is open to."""

    TAX_WITHHOLDING = (
        "TAX_WITHHOLDING",
        "給与・退職所得の源泉徴収事務（源泉徴収票・給与支払報告書の作成）",
        "源泉徴収票・給与支払報告書",
        "所得税法第226条、地方税法第317条の6",
        frozenset({_E, _F}),
    )
    TAX_DEDUCTION_FORMS = (
        "TAX_DEDUCTION_FORMS",
        "扶養控除等申告書等の事務",
        "扶養控除等申告書",
        "所得税法第194条から第196条まで、第203条",
        frozenset({_E, _F}),
    )
    RESIDENT_TAX = (
        "RESIDENT_TAX",
        "個人住民税の特別徴収事務",
        "個人住民税",
        "地方税法第321条の4、第321条の5",
        frozenset({_E}),
    )
    HEALTH_PENSION = (
        "HEALTH_PENSION",
        "健康保険・厚生年金保険届出事務",
        "健康保険・厚生年金",
        "健康保険法第48条、厚生年金保険法第27条",
        frozenset({_E, _F}),
    )
    CATEGORY3 = (
        "CATEGORY3",
        "国民年金第3号被保険者関係届出事務",
        "国民年金第3号",
        "国民年金法第12条",
        frozenset({_F}),
    )
    EMPLOYMENT_INS = (
        "EMPLOYMENT_INS",
        "雇用保険届出事務",
        "雇用保険",
        "雇用保険法第7条",
        frozenset({_E}),
    )
    WORKERS_COMP = (
        "WORKERS_COMP",
        "労働者災害補償保険の給付請求に関する事務",
        "労災保険",
        "労働者災害補償保険法施行規則",
        frozenset({_E, _F}),
    )
    PAYMENT_REPORT = (
        "PAYMENT_REPORT",
        "支払調書作成事務（報酬・不動産の使用料・配当等）",
        "支払調書",
        "所得税法第225条",
        frozenset({_P}),
    )
    ASSET_SAVINGS = (
        "ASSET_SAVINGS",
        "財産形成住宅貯蓄・財産形成年金貯蓄に関する事務",
        "財形",
        "租税特別措置法第4条の2、第4条の3",
        frozenset({_E}),
    )
    SHAREHOLDING = (
        "SHAREHOLDING",
        "持株会・ストックオプションに関する事務",
        "持株会・ストックオプション",
        "租税特別措置法第29条の2",
        frozenset({_E}),
    )

    def __init__(
        self, code: str, label: str, short: str, basis: str, kinds: frozenset[PersonKind]
    ) -> None:
        self.code = code
        self.label = label
        self.short = short
        self.basis = basis
        self.kinds = kinds


PURPOSES: Mapping[str, Purpose] = MappingProxyType({one.code: one for one in Purpose})
"""By code, in the order of the list."""


def allows(purpose: Purpose, kind: PersonKind) -> bool:
    """Whether a number of such a person may be held and used for the purpose."""
    return kind in purpose.kinds


def purposes_for(kind: PersonKind) -> tuple[Purpose, ...]:
    """Every purpose open to that kind of person, in the order of the list."""
    return tuple(purpose for purpose in Purpose if allows(purpose, kind))


FORM_PURPOSE: Mapping[str, Purpose] = MappingProxyType(
    {
        # 日本年金機構 様式コード
        "2200700": Purpose.HEALTH_PENSION,
        "2201700": Purpose.HEALTH_PENSION,
        "2202700": Purpose.HEALTH_PENSION,
        "2221700": Purpose.HEALTH_PENSION,
        "2225700": Purpose.HEALTH_PENSION,
        "2265700": Purpose.HEALTH_PENSION,
        # 雇用保険 帳票種別
        "10101": Purpose.EMPLOYMENT_INS,
        "10191": Purpose.EMPLOYMENT_INS,
        # 法定資料の種類コード (国税庁), 315 eLTAX 給与支払報告書
        "315": Purpose.TAX_WITHHOLDING,
        "316": Purpose.TAX_WITHHOLDING,
        "375": Purpose.TAX_WITHHOLDING,
        "309": Purpose.PAYMENT_REPORT,
        "313": Purpose.PAYMENT_REPORT,
        "314": Purpose.PAYMENT_REPORT,
        "339": Purpose.PAYMENT_REPORT,
        "359": Purpose.PAYMENT_REPORT,
        "376": Purpose.PAYMENT_REPORT,
    }
)
"""Official form code → the purpose its numbers are used for."""


def purpose_of_form(form: str, *, category3_spouse: bool = False) -> Purpose:
    """The purpose a number on the form serves. Raises KeyError for a form not in the table.

    2202700 is two filings on one sheet: 被扶養者（異動）届, and for the spouse also
    国民年金第3号被保険者関係届.
    """
    if form == "2202700" and category3_spouse:
        return Purpose.CATEGORY3
    return FORM_PURPOSE[form]


EMPLOYEE_DEFAULTS = frozenset(
    {
        Purpose.TAX_WITHHOLDING,
        Purpose.TAX_DEDUCTION_FORMS,
        Purpose.RESIDENT_TAX,
        Purpose.HEALTH_PENSION,
        Purpose.EMPLOYMENT_INS,
    }
)
"""What every employment brings with it; the rest is added when the case arises."""


def employee_purposes(
    *, health_insured: bool = True, employment_insured: bool = True
) -> frozenset[Purpose]:
    """Default purposes for an employee; part-timers may be outside either insurance."""
    without = set()
    if not health_insured:
        without.add(Purpose.HEALTH_PENSION)
    if not employment_insured:
        without.add(Purpose.EMPLOYMENT_INS)
    return EMPLOYEE_DEFAULTS - without


def family_purposes(
    *, tax_dependent: bool, health_dependent: bool, category3: bool
) -> frozenset[Purpose]:
    """Default purposes for a family member; an empty set means: do not collect (番号法 第15条)."""
    found: set[Purpose] = set()
    if tax_dependent:
        found |= {Purpose.TAX_WITHHOLDING, Purpose.TAX_DEDUCTION_FORMS}
    if health_dependent:
        found.add(Purpose.HEALTH_PENSION)
    if category3:
        found.add(Purpose.CATEGORY3)
    return frozenset(found)
