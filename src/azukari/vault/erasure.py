"""Classes of erasure, and from when nothing brings a destroyed deposit back.  Pure.

R (retention)  the ring also lies in each backup, sealed to the recovery key on paper: final when
               the last backup that may hold the ring's old generation has been destroyed.
W (window)     the ring lies at its holders only: final when the ring has forgotten the generation,
               however long backups are kept.

The class is chosen at installation and printed on each certificate of disposal
(特定個人情報ガイドライン(事業者編) 別添1 2E d: destruction by means that do not restore).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# A backup that has reached its age is destroyed by the next daily run, hence the day after.
_PRUNED_WITHIN = timedelta(days=1)
_A_NIGHT = timedelta(days=1)


class ErasureClass(StrEnum):
    RETENTION = "R"
    WINDOW = "W"


@dataclass(frozen=True)
class Policy:
    """`backup_days`: how long backups are kept; `snapshot_days`: how long snapshots of the ring's
    volumes (of a hypervisor, of a storage) are, where there are any.
    """

    erasure_class: ErasureClass
    backup_days: int
    snapshot_days: int = 0


@dataclass(frozen=True)
class RingTime:
    """Where the ring stands.

    `forgotten_on`: the day on which it forgot the generation asked about, or a later one when
    that day was not kept; `archived_on`: the day of the last backup with a ring in it.
    """

    newest: int
    live: int
    ticked_on: date
    forgotten_on: date | None = None
    archived_on: date | None = None


@dataclass(frozen=True)
class Finality:
    """How far the destruction of a key has come.

    Logical finality: since `logical_at` nobody reads the number through the system.
    Cryptographic finality: from `final_on` on nobody reads it with any copy of any file either.
    That day is expected as long as `nights_left` > 0 nightly ticks are missing until the ring has
    forgotten `generation`, under which the key was destroyed; known afterwards.
    """

    erasure_class: ErasureClass
    generation: int
    newest: int
    nights_left: int
    logical_at: datetime
    final_on: date
    is_final: bool


def finality(
    generation: int, destroyed_at: datetime, ring: RingTime, policy: Policy, *, today: date
) -> Finality:
    """A ring keeps its last `live` generations: `generation` is gone once newest ≥ it + live."""
    nights_left = max(0, generation + ring.live - ring.newest)
    final_on = _final_on(_forgotten_on(nights_left, ring, today), ring, policy)
    return Finality(
        erasure_class=policy.erasure_class,
        generation=generation,
        newest=ring.newest,
        nights_left=nights_left,
        logical_at=destroyed_at,
        final_on=final_on,
        is_final=nights_left == 0 and today >= final_on,
    )


def _forgotten_on(nights_left: int, ring: RingTime, today: date) -> date:
    if nights_left:
        return max(ring.ticked_on, today - _A_NIGHT) + nights_left * _A_NIGHT
    return ring.forgotten_on or ring.ticked_on


def _final_on(forgotten_on: date, ring: RingTime, policy: Policy) -> date:
    kept = timedelta(days=policy.backup_days) + _PRUNED_WITHIN
    if policy.erasure_class is ErasureClass.RETENTION:
        return forgotten_on + max(kept, timedelta(days=policy.snapshot_days))
    window = forgotten_on + timedelta(days=policy.snapshot_days)
    # An installation that was R before still has backups with a ring in them.
    return window if ring.archived_on is None else max(window, ring.archived_on + kept)
