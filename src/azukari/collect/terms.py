"""個人番号申請機能設定: under which terms people hand in their numbers.  Pure.

Kept as JSON with the day from which it holds; what is not in it has the value below, so that a
new term needs no migration.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from azukari.collect.papers import Asked, PaperKind, usual_papers
from azukari.law.verification import Check, Provision

FILE_KINDS = ("image/jpeg", "image/png", "image/heic", "application/pdf")
MOST_PAPERS = 12  # of one person
MOST_MEGABYTES = 20

# Of these the settings may choose papers; the rest the law or a contract settles.
PROVISIONS = (
    Provision.EMPLOYEE_SELF,
    Provision.TAX_DEPENDENT,
    Provision.HEALTH_DEPENDENT,
    Provision.CATEGORY3_AGENT,
    Provision.PAYEE_SELF,
)


@dataclass(frozen=True)
class Terms:
    """`papers`: by provision and check the codes of kinds that may be handed in, none meaning that
    no paper is asked; `reminder_days` count from the deadline (−3: three days before).
    """

    accepts_from: str = ""  # days as YYYY-MM-DD; empty is open
    accepts_to: str = ""
    asks_self: bool = True
    asks_family: bool = True
    agent: bool = True  # 第3号 by power of attorney
    login_is_identity: bool = False  # ID_EMPLOYER_LOGIN settles 身元確認
    purpose_text: str = ""  # empty: the company's current notice of purposes
    papers: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    file_kinds: tuple[str, ...] = FILE_KINDS
    megabytes: int = 10
    deadline_days: int = 14
    grace_days: int = 30
    link_days: int = 14
    reminder_days: tuple[int, ...] = (-3, 1)
    english_mail: bool = False  # an English text below the Japanese one
    book: bool = False  # on approval a line in 記載省略の帳簿, by the name of the declaration
    declining: bool = True
    own_start: bool = True  # people may apply without being asked
    on_new_hire: bool = False
    on_new_dependent: bool = False
    on_number_changed: bool = False
    tell_disposal: bool = False  # the person is told that their number was destroyed

    def accepts(self, on: date) -> bool:
        day = on.isoformat()
        return (not self.accepts_from or self.accepts_from <= day) and (
            not self.accepts_to or day <= self.accepts_to
        )

    def asked_papers(self, provision: Provision) -> Asked:
        """By check; what the settings do not name is as the law has it."""
        chosen = self.papers.get(provision.value)
        if chosen is None:
            return usual_papers(provision)
        return {
            Check(check): tuple(PaperKind[code] for code in codes if code in PaperKind.__members__)
            for check, codes in chosen.items()
        }

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Terms:
    known = {name: value for name, value in kept.items() if name in Terms.__dataclass_fields__}
    terms = replace(Terms(), **known)
    return replace(
        terms,
        file_kinds=tuple(terms.file_kinds),
        reminder_days=tuple(terms.reminder_days),
        papers={
            provision: {check: tuple(codes) for check, codes in chosen.items()}
            for provision, chosen in terms.papers.items()
        },
    )
