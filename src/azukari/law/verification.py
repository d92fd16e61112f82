"""本人確認: who must verify whose number, and which documents settle which check.

番号法 第16条, 施行令 第12条, 施行規則 (平成26年内閣府・総務省令第3号) 第1条–第11条;
個人情報保護委員会 特定個人情報ガイドライン(事業者編) 第4-3-(4).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from azukari.law.purpose import PersonKind, Purpose


class Check(StrEnum):
    """番号確認, 身元確認, 代理権確認."""

    NUMBER = "number"
    PERSON = "person"
    AUTHORITY = "authority"


_BOTH = frozenset({Check.NUMBER, Check.PERSON})


class Method(Enum):
    """Code, Japanese label, what it settles, basis."""

    CARD = ("CARD", "個人番号カード", _BOTH, "番号法第16条第1号")
    CARD_DIGITAL = (
        "CARD_DIGITAL",
        "カード代替電磁的記録（スマートフォン）",
        _BOTH,
        "番号法第16条第2号、第18条の2",
    )
    CARD_IC = ("CARD_IC", "個人番号カードのICチップ読取り", _BOTH, "施行規則第3条")
    NUM_RESIDENT = (
        "NUM_RESIDENT",
        "住民票の写し・住民票記載事項証明書（個人番号あり）",
        frozenset({Check.NUMBER}),
        "施行令第12条第1項第1号",
    )
    NUM_NOTICE_CARD = (
        "NUM_NOTICE_CARD",
        "通知カード（記載の氏名・住所等に変更がないもの）",
        frozenset({Check.NUMBER}),
        "令和元年法律第16号附則第6条の経過措置",
    )
    NUM_OWN_FILE = (
        "NUM_OWN_FILE",
        "過去に本人確認のうえ作成した特定個人情報ファイル",
        frozenset({Check.NUMBER}),
        "施行規則第2条",
    )
    ID_PHOTO1 = (
        "ID_PHOTO1",
        "運転免許証・旅券・在留カード等の写真付き書類1点",
        frozenset({Check.PERSON}),
        "施行令第12条第1項第2号、施行規則第1条",
    )
    ID_2DOCS = (
        "ID_2DOCS",
        "資格確認書・年金手帳等の書類2点",
        frozenset({Check.PERSON}),
        "施行規則第2条",
    )
    ID_EMPLOYER_LOGIN = (
        "ID_EMPLOYER_LOGIN",
        "会社が本人確認のうえ発行したID・パスワードによるログイン",
        frozenset({Check.PERSON}),
        "施行規則第3条、平成27年国税庁告示第2号",
    )
    ID_ACQUAINTED = (
        "ID_ACQUAINTED",
        "雇用関係等により本人であることが明らか（採用時に確認済み・対面）",
        frozenset({Check.PERSON}),
        "施行規則第2条",
    )
    AUTH_LEGAL = (
        "AUTH_LEGAL",
        "戸籍謄本等（法定代理人）",
        frozenset({Check.AUTHORITY}),
        "施行規則第6条第1項第1号",
    )
    AUTH_POA = (
        "AUTH_POA",
        "委任状（任意代理人）",
        frozenset({Check.AUTHORITY}),
        "施行規則第6条第1項第2号",
    )
    TRANSFER_19_4 = (
        "TRANSFER_19_4",
        "転籍・出向元からの提供（本人の同意あり）",
        frozenset[Check](),
        "番号法第19条第4号",
    )

    def __init__(self, code: str, label: str, settles: frozenset[Check], basis: str) -> None:
        self.code = code
        self.label = label
        self.settles = settles
        self.basis = basis


METHODS: Mapping[str, Method] = MappingProxyType({one.code: one for one in Method})
"""By code."""


class Provision(StrEnum):
    """How a number reaches the company."""

    @property
    def label(self) -> str:
        return _PROVISION_LABELS[self]

    EMPLOYEE_SELF = "employee_self"
    TAX_DEPENDENT = "tax_dependent"
    HEALTH_DEPENDENT = "health_dependent"
    CATEGORY3_AGENT = "category3_agent"
    CATEGORY3_ENTRUSTED = "category3_entrusted"
    PAYEE_SELF = "payee_self"
    FORMER_EMPLOYER = "former_employer"


_PROVISION_LABELS = {
    Provision.EMPLOYEE_SELF: "本人から提供を受けた",
    Provision.TAX_DEPENDENT: "扶養控除等申告書などで、従業員から提供を受けた",
    Provision.HEALTH_DEPENDENT: "健康保険の被扶養者の届出で、従業員から提供を受けた",
    Provision.CATEGORY3_AGENT: "第3号被保険者の届出で、代理人である従業員から提供を受けた",
    Provision.CATEGORY3_ENTRUSTED: "第3号被保険者の届出で、本人確認を従業員に委託した",
    Provision.PAYEE_SELF: "本人から提供を受けた",
    Provision.FORMER_EMPLOYER: "前の勤務先から、本人の同意を得て提供を受けた",
}
_OF_KIND = {
    PersonKind.EMPLOYEE: (Provision.EMPLOYEE_SELF, Provision.FORMER_EMPLOYER),
    PersonKind.FAMILY: (
        Provision.TAX_DEPENDENT,
        Provision.HEALTH_DEPENDENT,
        Provision.CATEGORY3_AGENT,
        Provision.CATEGORY3_ENTRUSTED,
    ),
    PersonKind.PAYEE: (Provision.PAYEE_SELF,),
}
_FOR_CATEGORY3 = frozenset({Provision.CATEGORY3_AGENT, Provision.CATEGORY3_ENTRUSTED})


class Verifier(StrEnum):
    """Who must do it; on tax and health forms the employee stands for the dependants."""

    COMPANY = "company"
    EMPLOYEE = "employee"
    NOBODY = "nobody"


class Paper(StrEnum):
    """What the company must hold beside the number."""

    POWER_OF_ATTORNEY = "power_of_attorney"
    ENTRUSTMENT = "entrustment"
    TRANSFER_CONSENT = "transfer_consent"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who verifies, which checks the company itself must record, and which paper it needs."""

    verifier: Verifier
    company_checks: frozenset[Check]
    paper: Paper | None = None


DUTIES: Mapping[Provision, Duty] = MappingProxyType(
    {
        Provision.EMPLOYEE_SELF: Duty(Verifier.COMPANY, _BOTH),
        Provision.TAX_DEPENDENT: Duty(Verifier.EMPLOYEE, frozenset()),
        Provision.HEALTH_DEPENDENT: Duty(Verifier.EMPLOYEE, frozenset()),
        # The spouse files through the employee, who acts as agent: the person checked is the agent.
        Provision.CATEGORY3_AGENT: Duty(
            Verifier.COMPANY, _BOTH | {Check.AUTHORITY}, Paper.POWER_OF_ATTORNEY
        ),
        Provision.CATEGORY3_ENTRUSTED: Duty(Verifier.EMPLOYEE, frozenset(), Paper.ENTRUSTMENT),
        Provision.PAYEE_SELF: Duty(Verifier.COMPANY, _BOTH),
        # 番号法 第16条 does not apply to a provision under 第19条第4号.
        Provision.FORMER_EMPLOYER: Duty(Verifier.NOBODY, frozenset(), Paper.TRANSFER_CONSENT),
    }
)


class VerificationProblem(StrEnum):
    NUMBER_CHECK_MISSING = "number_check_missing"
    PERSON_CHECK_MISSING = "person_check_missing"
    AUTHORITY_CHECK_MISSING = "authority_check_missing"
    METHOD_DOES_NOT_SETTLE = "method_does_not_settle"
    METHOD_NOT_FOR_PAYEES = "method_not_for_payees"
    PAPER_MISSING = "paper_missing"


_MISSING = {
    Check.NUMBER: VerificationProblem.NUMBER_CHECK_MISSING,
    Check.PERSON: VerificationProblem.PERSON_CHECK_MISSING,
    Check.AUTHORITY: VerificationProblem.AUTHORITY_CHECK_MISSING,
}
_EMPLOYMENT_ONLY = frozenset({Method.ID_ACQUAINTED, Method.ID_EMPLOYER_LOGIN})


def provisions_for(kind: PersonKind) -> tuple[Provision, ...]:
    """The ways in which the number of such a person may come, the usual one first."""
    return _OF_KIND[kind]


def usual_provision(kind: PersonKind, purposes: Collection[Purpose]) -> Provision:
    """How the number comes when nobody says otherwise; the strictest purpose decides."""
    if kind is PersonKind.FAMILY and Purpose.CATEGORY3 in purposes:
        return Provision.CATEGORY3_AGENT
    return _OF_KIND[kind][0]


def provision_fits(provision: Provision, kind: PersonKind, purposes: Collection[Purpose]) -> bool:
    """Whether the number may come so; that of a 第3号 spouse is the spouse's own filing
    (国民年金法 第12条第5項), whatever else it serves.
    """
    if provision not in _OF_KIND[kind]:
        return False
    return Purpose.CATEGORY3 not in purposes or provision in _FOR_CATEGORY3


def is_for_category3(provision: Provision) -> bool:
    """Whether only the number of a 第3号 spouse comes so."""
    return provision in _FOR_CATEGORY3


def who_verifies(provision: Provision) -> Verifier:
    return DUTIES[provision].verifier


def methods_for(check: Check, provision: Provision) -> tuple[Method, ...]:
    """Methods a screen may offer for that check, in the order of the table."""
    barred = _EMPLOYMENT_ONLY if provision is Provision.PAYEE_SELF else frozenset[Method]()
    return tuple(m for m in Method if check in m.settles and m not in barred)


def problems(
    provision: Provision,
    *,
    number: Method | None = None,
    person: Method | None = None,
    authority: Method | None = None,
    paper_held: bool = False,
) -> frozenset[VerificationProblem]:
    """What still stands against accepting the number; empty when nothing does.

    The three methods are named apart because they may concern two people: for a 第3号 spouse the
    number document is the spouse's, the identity is that of the employee who acts as agent.
    `paper_held`: the entrustment contract or transfer consent is kept; a power of attorney is
    proven by `authority`.
    """
    duty = DUTIES[provision]
    given = {Check.NUMBER: number, Check.PERSON: person, Check.AUTHORITY: authority}
    found = {_MISSING[check] for check in duty.company_checks if given[check] is None}
    for check, method in given.items():
        if method is not None and check not in method.settles:
            found.add(VerificationProblem.METHOD_DOES_NOT_SETTLE)
    if provision is Provision.PAYEE_SELF and _EMPLOYMENT_ONLY & set(given.values()):
        found.add(VerificationProblem.METHOD_NOT_FOR_PAYEES)
    needs_paper = duty.paper in {Paper.ENTRUSTMENT, Paper.TRANSFER_CONSENT}
    if needs_paper and not paper_held:
        found.add(VerificationProblem.PAPER_MISSING)
    return frozenset(found)
