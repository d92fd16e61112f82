"""本人確認書類: which kinds of documents there are, what each settles, and what is still missing.

番号法 第16条; 施行規則 (平成26年内閣府・総務省令第3号) 第1条–第11条.  A copy of a card's side with
the number settles 番号確認, the side with the photograph 身元確認.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from types import MappingProxyType

from azukari.law.verification import DUTIES, Check, Method, Paper, Provision


class PaperKind(Enum):
    """Code, label, what it settles by which method, how many of its sort that takes."""

    CARD_BACK = ("CARD_BACK", "個人番号カード（番号のある裏面）", Check.NUMBER, Method.CARD)
    RESIDENT_RECORD = (
        "RESIDENT_RECORD", "住民票の写し（個人番号あり）", Check.NUMBER, Method.NUM_RESIDENT,
    )  # fmt: skip
    NOTICE_CARD = (
        "NOTICE_CARD", "通知カード（氏名・住所に変更がないもの）", Check.NUMBER,
        Method.NUM_NOTICE_CARD,
    )  # fmt: skip
    CARD_FRONT = ("CARD_FRONT", "個人番号カード（顔写真のある表面）", Check.PERSON, Method.CARD)
    LICENCE = ("LICENCE", "運転免許証・運転経歴証明書", Check.PERSON, Method.ID_PHOTO1)
    PASSPORT = ("PASSPORT", "旅券（パスポート）", Check.PERSON, Method.ID_PHOTO1)
    RESIDENCE_CARD = (
        "RESIDENCE_CARD", "在留カード・特別永住者証明書", Check.PERSON, Method.ID_PHOTO1,
    )  # fmt: skip
    DISABILITY = ("DISABILITY", "障害者手帳", Check.PERSON, Method.ID_PHOTO1)
    INSURANCE = ("INSURANCE", "資格確認書", Check.PERSON, Method.ID_2DOCS)
    PENSION_BOOK = (
        "PENSION_BOOK", "年金手帳・基礎年金番号通知書", Check.PERSON, Method.ID_2DOCS,
    )  # fmt: skip
    ALLOWANCE = ("ALLOWANCE", "児童扶養手当証書", Check.PERSON, Method.ID_2DOCS)
    POWER_OF_ATTORNEY = ("POWER_OF_ATTORNEY", "委任状", Check.AUTHORITY, Method.AUTH_POA)
    FAMILY_REGISTER = ("FAMILY_REGISTER", "戸籍謄本等", Check.AUTHORITY, Method.AUTH_LEGAL)

    def __init__(self, code: str, label: str, check: Check, method: Method) -> None:
        self.code = code
        self.label = label
        self.check = check
        self.method = method


Asked = Mapping[Check, tuple[PaperKind, ...]]
"""By check, the kinds of which one (of `ID_2DOCS` two) is wanted; a check that is not in it needs
no paper.
"""

NUMBER_PAPERS = (PaperKind.CARD_BACK, PaperKind.RESIDENT_RECORD, PaperKind.NOTICE_CARD)
PERSON_PAPERS = (
    PaperKind.CARD_FRONT, PaperKind.LICENCE, PaperKind.PASSPORT, PaperKind.RESIDENCE_CARD,
    PaperKind.DISABILITY, PaperKind.INSURANCE, PaperKind.PENSION_BOOK, PaperKind.ALLOWANCE,
)  # fmt: skip
AUTHORITY_PAPERS = (PaperKind.POWER_OF_ATTORNEY, PaperKind.FAMILY_REGISTER)
OF_CHECK: Mapping[Check, tuple[PaperKind, ...]] = MappingProxyType(
    {Check.NUMBER: NUMBER_PAPERS, Check.PERSON: PERSON_PAPERS, Check.AUTHORITY: AUTHORITY_PAPERS}
)
_LOGIN_FITS = frozenset({Provision.EMPLOYEE_SELF, Provision.CATEGORY3_AGENT})


def usual_papers(provision: Provision) -> Asked:
    """What the law makes the company check itself; nothing where the employee checks."""
    duty = DUTIES[provision]
    asked = {check: OF_CHECK[check] for check in Check if check in duty.company_checks}
    if duty.paper is Paper.POWER_OF_ATTORNEY:
        asked[Check.AUTHORITY] = (PaperKind.POWER_OF_ATTORNEY,)
    return asked


def settled_by(kinds: Collection[PaperKind]) -> dict[Check, Method]:
    """The method by which papers of these kinds settle each check (`ID_2DOCS` takes two)."""
    found: dict[Check, Method] = {}
    for kind in PaperKind:
        if kind not in kinds or kind.check in found:
            continue
        if kind.method is Method.ID_2DOCS and not _two_of(kinds):
            continue
        found[kind.check] = kind.method
    return found


def _two_of(kinds: Collection[PaperKind]) -> bool:
    return len({kind for kind in kinds if kind.method is Method.ID_2DOCS}) > 1


def proposed_methods(
    provision: Provision, kinds: Collection[PaperKind], *, signed_in: bool
) -> dict[Check, Method]:
    """What a reviewer's screen proposes; `signed_in`: by an account that the company gave out to
    somebody it had identified, and the settings let that count.
    """
    found = settled_by(kinds)
    if signed_in and provision in _LOGIN_FITS and Check.PERSON not in found:
        found[Check.PERSON] = Method.ID_EMPLOYER_LOGIN
    return found


def missing(
    provision: Provision, asked: Asked, kinds: Collection[PaperKind], *, signed_in: bool
) -> frozenset[Check]:
    """The checks for which a paper is still to be handed in."""
    found = proposed_methods(provision, kinds, signed_in=signed_in)
    return frozenset(check for check, wanted in asked.items() if wanted and check not in found)
