"""The facts of a filing as they lie in `FilingPerson.facts` (JSON)."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from azukari.use.rules import AcquisitionFacts

_NAMES = frozenset(one.name for one in fields(AcquisitionFacts))


def to_stored(facts: AcquisitionFacts) -> dict[str, Any]:
    day = facts.acquired_on
    return {**asdict(facts), "acquired_on": day.isoformat() if day else None}


def from_stored(stored: Mapping[str, Any]) -> AcquisitionFacts:
    """Facts of an earlier release may lack a name or have one too many."""
    known = {name: value for name, value in stored.items() if name in _NAMES}
    day = known.get("acquired_on")
    return AcquisitionFacts(**{**known, "acquired_on": date.fromisoformat(day) if day else None})
