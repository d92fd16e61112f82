"""差分チェック of a whole company: a payroll file against the register, until the run stands.

Measured are the file sealed and opened, read and compared with everybody in the register, and what
differs stored with the counts of the run.
"""

import json
from pathlib import Path

from azukari.check.difference.command import compare_file, told
from azukari.check.difference.comparing import Kind
from azukari.check.difference.facts import Field
from azukari.check.difference.models import RunState
from azukari.check.difference.queries import Wanted
from azukari.synthetic.payroll import write_payroll
from bench.jobs.house import SEED, actor_of
from bench.measure import Measured, expect, measuring

_LABELS = {one.label: one.value for one in Field}
_KINDS = {"missing_in_payroll": Kind.ONLY_HERE, "missing_in_registry": Kind.ONLY_THERE}
_ABOUT_PEOPLE = {Kind.ONLY_HERE, Kind.ONLY_THERE, Kind.DIFFERS}


def compare(place: dict[str, str], employees: int, folder: str) -> dict[str, Measured]:
    """One person in a hundred differs; what is found is held against the truth."""
    payroll = Path(folder) / "payroll"
    write_payroll(payroll, employees, seed=SEED, diff_rate=0.01, spelling_rate=0.01)
    content = (payroll / "payroll.csv").read_bytes()
    actor = actor_of(place)
    with measuring() as cost:
        run = compare_file(content, "payroll.csv", actor=actor)
    expect("state of the run", run.state, RunState.COMPARED)
    lines = (payroll / "diff_truth.jsonl").read_text(encoding="utf-8").splitlines()
    truth = {
        (
            one["社員番号"],
            int(one["家族連番"]),
            _KINDS.get(one["kind"], Kind.DIFFERS),
            _LABELS.get(one.get("field", ""), ""),
        )
        for one in map(json.loads, lines)
    }
    found = {
        (one["person"], one["family"], one["kind"], one["field"])
        for one in told(run, Wanted(with_ended=True), actor=actor)
        if one["kind"] in _ABOUT_PEOPLE
    }
    expect("differences found", found == truth, True)
    return {"difference": Measured(run.there, cost)}
