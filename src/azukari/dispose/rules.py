"""Why a number may be destroyed, as a closed list."""

from enum import StrEnum


class Reason(StrEnum):
    PERIOD_OVER = "period_over"
    LEFT = "left"
    NO_LONGER_DEPENDENT = "no_longer_dependent"
    RECORDED_BY_MISTAKE = "recorded_by_mistake"
    ASKED_BY_PRINCIPAL = "asked_by_principal"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Reason.PERIOD_OVER: "保存期間の満了",
    Reason.LEFT: "退職により利用目的がなくなった",
    Reason.NO_LONGER_DEPENDENT: "扶養から外れ、利用目的がなくなった",
    Reason.RECORDED_BY_MISTAKE: "誤って登録した",
    Reason.ASKED_BY_PRINCIPAL: "本人の申し出により、登録の必要がないと確認した",
    Reason.OTHER: "その他(補足に記入)",
}


def note_is_missing(reason: Reason, note: str) -> bool:
    """`OTHER` says nothing by itself, and an auditor will ask."""
    return reason is Reason.OTHER and not note.strip()
