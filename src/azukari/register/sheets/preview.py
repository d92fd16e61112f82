"""What a file would change, shown for the first people of it before anybody decides."""

from datetime import date
from typing import Any

from azukari.register.sheets.comparison import Plan

SHOWN_CHANGES = 50
SHOWN_NEW = 20

Shown = dict[str, Any]
"""kind, code, family, name, number (whether one comes), new, changes {field: [before, after]}."""


class Preview:
    """Gathers from the plans of a check."""

    def __init__(self) -> None:
        self._new: list[Shown] = []
        self._changed: list[Shown] = []

    def add(self, plan: Plan) -> None:
        for new in plan.new[: SHOWN_NEW - len(self._new)]:
            name = plan.columns["name"][new.place]
            self._new.append(self._shown(plan, new.key, name, new.given is not None))
        for one in plan.changes[: SHOWN_CHANGES - len(self._changed)]:
            changes = {
                field: [_plain(before), _plain(after)]
                for field, before, after in zip(
                    plan.fields, one.known.values, one.values, strict=True
                )
                if before != after
            }
            name = one.known.values[plan.fields.index("name")]
            said = self._shown(plan, one.known.key, name, one.given is not None)
            self._changed.append({**said, "new": False, "changes": changes})

    def to_stored(self) -> list[Shown]:
        return self._changed + self._new

    def _shown(self, plan: Plan, key: tuple[str, int], name: str, number: bool) -> Shown:  # noqa: FBT001  a fact
        return {
            "kind": plan.kind.value,
            "code": key[0],
            "family": key[1],
            "name": name,
            "number": number,
            "new": True,
            "changes": {},
        }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
