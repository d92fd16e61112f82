"""Random lives of an installation, told by its backup files: who is readable from which of them.

`AZUKARI_TEST_LIVES=5` runs five lives in each class of erasure (about a minute each); the everyday
run tells fixed stories (`test_backup.py`) and random ones in memory (`tests/vault`).
"""

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.serve.test_backup import House, founded

LIVES = int(os.environ.get("AZUKARI_TEST_LIVES", "0"))
_NIGHTS_UNTIL_FORGOTTEN = 9

pytestmark = pytest.mark.skipif(not LIVES, reason="AZUKARI_TEST_LIVES is not set")


@dataclass
class Kept:
    """A backup file and what was living when it was made."""

    file: Path
    living: dict[str, int]


@dataclass
class Life:
    """`living`: seeds of numbers by cell; `gone`: those that were destroyed."""

    house: House
    chance: random.Random
    folder: Path
    living: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    backups: list[Kept] = field(default_factory=list)
    seed: int = 74_000_000

    def collect(self) -> None:
        seeds = [self.seed + n for n in range(self.chance.randint(1, 4))]
        self.seed += 10
        self.living |= self.house.act("deposit", seeds)

    def dispose(self) -> None:
        if self.living:
            going = self.chance.sample(sorted(self.living), 1)
            self.house.act("destroy", going)
            self.gone |= {cell: self.living.pop(cell) for cell in going}

    def nights(self) -> None:
        self.house.act("tick", self.chance.randint(1, 4))

    def back_up(self) -> None:
        self.backups.append(Kept(self.house.backup(self.folder), dict(self.living)))

    def go_on(self, steps: int) -> None:
        self.collect()
        self.back_up()
        for _ in range(steps):
            self.chance.choice([self.collect, self.dispose, self.dispose, self.nights,
                                self.back_up])()  # fmt: skip

    def until_final(self) -> None:
        """Nights pass until the ring has forgotten every generation of what was destroyed."""
        self.house.act("tick", _NIGHTS_UNTIL_FORGOTTEN)
        self.back_up()


@pytest.mark.parametrize("number", range(LIVES))
@pytest.mark.parametrize("kind", ["R", "W"])
def test_living_open_from_the_oldest_and_nobody_disposed_of_from_any(
    kind: str, number: int, tmp_path: Path
) -> None:
    holder = tmp_path / "holder"
    holder.mkdir()
    window = {"AZUKARI_ERASURE_CLASS": "W", "AZUKARI_RING_HOLDERS": str(holder)}
    house = founded(tmp_path / "live", **(window if kind == "W" else {}))
    life = Life(house, random.Random(f"{kind}{number}"), tmp_path / "backups")
    life.go_on(8)
    life.until_final()
    ring = ["--ring", holder / "ring.bin", "--root-key", house.data / "keys" / "root.key"]
    apart = ring if kind == "W" else []
    newest = life.backups[-1]

    for at, old in enumerate(life.backups[:-1]):
        elsewhere = House(tmp_path / "x", {}, house.words)
        # The oldest rows with today's keys: whoever lives is there, whoever went is not.
        again = elsewhere.restored(
            old.file, tmp_path / f"again{at}", "--keys-from", newest.file, *apart, "--check"
        )
        still = {cell: seed for cell, seed in old.living.items() if cell not in life.gone}
        went = {cell: seed for cell, seed in old.living.items() if cell in life.gone}
        assert again.told["good"], again.told
        assert set(again.act("read", still).values()) <= {"open"}
        assert set(again.act("read", went).values()) <= {"gone"}

        # Its own keys under today's ring: refused, or nothing of what went.
        alone = House(tmp_path / f"alone{at}", {}, house.words)
        code = _try(elsewhere, old.file, alone.data, ring if kind == "W" else [])
        if code == 0 and kind == "W":
            assert set(alone.act("read", went).values()) <= {"gone"}


def _try(by: House, file: Path, to: Path, options: list[object]) -> int:
    """The exit code of restoring: a copy that is too old is refused with 3."""
    try:
        by.restored(file, to, *options)
    except AssertionError:
        by.restored(file, to.with_name(to.name + "-refused"), *options, code=3)
        return 3
    return 0
