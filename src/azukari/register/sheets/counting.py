"""What a check finds, over all chunks of a file."""

from dataclasses import dataclass

from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Weight
from azukari.register.sheets.comparison import Plan


@dataclass
class Counts:
    """`good` and `refused` count rows; the rest of a row's fate is in added, changed, unchanged."""

    rows: int = 0
    good: int = 0
    repaired: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def refused(self) -> int:
        return self.rows - self.good

    def add(self, chunk: Chunk, plan: Plan) -> None:
        good = {chunk.rows[place] for place in chunk.good}
        fixed = {one.row for one in chunk.problems if one.weight is Weight.FIX}
        self.rows += len(chunk.rows)
        self.good += len(good)
        self.repaired += len(fixed & good)
        self.added += len(plan.new)
        self.changed += len(plan.changes)
        self.unchanged += plan.unchanged
