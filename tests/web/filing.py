"""The pages of a filing as a browser sends them."""

from typing import Any

from azukari.use import queries
from azukari.use.models import Filing
from tests.cast import Side

NEW = "/filings/new/2200700"


NOBODY = "1人も選ばれていません。1人以上選んでください。"


def chosen(side: Side, *people: Any, **more: str) -> dict[str, Any]:
    return {
        "office": str(side.office.id),
        "selected": [str(person.id) for person in people],
        "act": "selected",
        **more,
    }


def typed(filing: Filing, side: Side, **changes: Any) -> dict[str, Any]:
    """The facts page as a browser sends it back, with the same changes for everybody."""
    sent: dict[str, Any] = {"act": changes.pop("act", "save")}
    with side.scope():
        for one in queries.subjects_of(filing):
            facts = {
                "pay_currency": "300000",
                "pay_in_kind": "0",
                "acquired": one.asked.get("ev.acquired", ""),
                "has_dependents": "0",
                **changes,
            }
            sent |= {f"p{one.person.id.hex}-ev__{name}": value for name, value in facts.items()}
    return sent
