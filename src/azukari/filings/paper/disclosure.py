"""Which copy of which document may carry an individual number, and where: a table, not code.

A layout is compiled against its row. A number box that the row does not name cannot be bound, so a
copy for the person concerned cannot carry a number however it is called.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Final

from azukari.filings.engine.layout import LayoutBroken, read_yaml
from azukari.filings.paper.facts import Fact, read_facts

DRAFT: Final = "draft"
"""Destination of a layout nobody has placed yet."""


class Certainty(StrEnum):
    """How the source is known: read there, told by others, or recalled and to be looked up."""

    READ = "read"
    TOLD = "told"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Policy:
    """`printed` and `blank` hold names of number fields such as `deps[].mynumber`."""

    form: str
    destination: str
    printed: frozenset[str]
    blank: frozenset[str]
    source: str
    certainty: Certainty

    def refuse(self, bound: Iterable[str]) -> None:
        """Raises LayoutBroken for a bound number field this copy must not show."""
        if wrong := set(bound) - self.printed:
            raise LayoutBroken(
                f"{self.form} for {self.destination} must not show {', '.join(sorted(wrong))}"
            )


class Disclosure:
    """The table of copies and the vocabulary, as the catalogue holds them."""

    def __init__(self, folder: Traversable) -> None:
        rows = read_yaml(folder, "disclosure")["copies"]
        self._copies = {(row["form"], row["destination"]): _policy(row) for row in rows}
        self.bindings: Mapping[str, Fact] = read_facts(folder)
        for policy in self._copies.values():
            self._hold_known_names(policy)

    def policy(self, form: str, destination: str) -> Policy:
        """Raises LayoutBroken where no row says what the copy may show; a draft shows nothing."""
        if destination == DRAFT:
            return Policy(form, destination, frozenset(), frozenset(), "", Certainty.READ)
        try:
            return self._copies[form, destination]
        except KeyError:
            raise LayoutBroken(f"no disclosure row for {form}, {destination}") from None

    def binding(self, name: str) -> Fact | None:
        """The name itself, or the value it is a part of (`emp.birth` for `emp.birth.y`)."""
        while name not in self.bindings:
            name, dot, _part = name.rpartition(".")
            if not dot:
                return None
        return self.bindings[name]

    def copies(self) -> list[Policy]:
        return list(self._copies.values())

    def _hold_known_names(self, policy: Policy) -> None:
        numbers = {name for name, fact in self.bindings.items() if fact.secret}
        if strange := (policy.printed | policy.blank) - numbers:
            raise LayoutBroken(f"{policy.form}: {sorted(strange)} are no number fields")
        if both := policy.printed & policy.blank:
            raise LayoutBroken(f"{policy.form}: {sorted(both)} both printed and blank")


def _policy(row: Mapping[str, object]) -> Policy:
    def names(key: str) -> frozenset[str]:
        listed = row.get(key, [])
        return frozenset(map(str, listed if isinstance(listed, list) else []))

    return Policy(
        str(row["form"]), str(row["destination"]), names("printed"), names("blank"),
        str(row["source"]), Certainty(str(row["certainty"])),
    )  # fmt: skip
