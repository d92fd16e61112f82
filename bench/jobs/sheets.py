"""Files of many people: sent again, very large, looked at while they are checked."""

import csv
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from uuid import UUID

from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.progress import actions as progress
from azukari.register.models import Person, PersonChange, Sheet
from azukari.register.sheets import queries, work
from azukari.register.sheets.actions import plan_work
from azukari.register.sheets.codes import Weight
from azukari.register.sheets.command import register_file
from azukari.register.sheets.packed import Packed
from azukari.register.sheets.receiving import Sending, keep_sheet
from azukari.synthetic.generator import number_at
from azukari.tenancy import scope
from bench.jobs.house import actor_of, scope_of
from bench.jobs.registration import CARD, PURPOSES
from bench.measure import Measured, expect, measuring

CHANGED_OF = 20  # every so manieth row: 5 %
_FIRST_WRONG = 400
_WRONG_OF = 1000
_SEED = 20260402
_HEAD = (
    "会社コード,社員番号,氏名,氏名カナ,生年月日,性別,入社年月日,部署コード,部署名,郵便番号,住所,"
    "電話番号,メールアドレス,個人番号\r\n"
)


def resend(place: dict[str, str], folder: str, persons: int) -> dict[str, Measured]:
    """The files of the registered company again, 5 % of the rows changed."""
    actor, told, changed = actor_of(place), [], 0
    files = [
        (Packed.of(list(_changed(Path(folder) / name, column))), name)
        for name, column in (("employees.csv", "住所"), ("families.csv", "同居区分"))
    ]
    with scope.enter(scope_of(place)):
        before = PersonChange.objects.count()
    with measuring() as cost:
        for content, name in files:
            told.append(register_file(content, name, PURPOSES, CARD, actor=actor))
    for content, _ in files:
        changed += (content.lines - 1) // CHANGED_OF
    expect("states", [one["state"] for one in told], ["applied", "applied"])
    expect("refused rows", sum(one["refused"] for one in told), 0)
    expect("changed people", sum(one["changed"] for one in told), changed)
    expect("unchanged people", sum(one["unchanged"] for one in told), persons - changed)
    with scope.enter(scope_of(place)):
        expect("lines of history", PersonChange.objects.count() - before, changed)
    return {"resend": Measured(persons, cost)}


def _changed(path: Path, column: str) -> Iterator[bytes]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        at = head.index(column)
        yield (",".join(head) + "\r\n").encode()
        for number, row in enumerate(rows, 1):
            if number % CHANGED_OF == 0:
                row[at] = {"1": "2", "2": "1"}.get(row[at], row[at] + "9")
            yield (",".join(row) + "\r\n").encode()


def one_file(place: dict[str, str], folder: str, rows: int) -> dict[str, Measured]:
    """So many employees in one file, which is read from the disk as the command does."""
    path = Path(folder) / "large.csv"
    with path.open("wb") as file:
        file.writelines(_employees(rows))
    with measuring() as cost:
        told = register_file(
            Packed.of_file(path), "large.csv", PURPOSES, CARD, actor=actor_of(place)
        )
    path.unlink()
    expect("state", told["state"], "applied")
    expect("added", told["added"], rows)
    realm = UUID(place["company"])
    sequencer.sequence(realm)
    with in_realm(realm):
        leaves = Leaf.objects.filter(realm=realm, action=Action.NUMBER_RECORDED)
        expect("leaves of recorded numbers", leaves.count(), rows)
    with scope.enter(scope_of(place)):
        expect("people", Person.objects.filter(number_state="active").count(), rows)
    return {"one file": Measured(rows, cost)}


def first_refused(place: dict[str, str], rows: int) -> dict[str, Measured]:
    """From sending a file until the page can show its first refused rows; then it is stopped."""
    actor, where = actor_of(place), scope_of(place)
    packed = Packed.of(_employees(rows, wrong=True))
    with measuring() as cost:
        start = perf_counter()
        with scope.enter(where):
            sheet = keep_sheet(
                Sending(packed, "large.csv", PURPOSES, CARD, again=True), actor=actor
            )
            task = plan_work("check", sheet)
        checking = Thread(target=_check, args=(place, task.id, sheet.id))
        checking.start()
        found = None
        while found is None and checking.is_alive():
            sleep(0.02)
            found = _first_problem(where, sheet)
        seconds = perf_counter() - start
    with scope.enter(where):
        progress.ask_to_cancel(task.id)
    checking.join()
    expect("first refused row", found, _FIRST_WRONG)
    return {"first refused": Measured(rows, cost, {"seconds": seconds})}


def _check(place: dict[str, str], task: UUID, sheet: UUID) -> None:
    try:
        work.check(actor_of(place), task, sheet)
    except progress.Cancelled:
        return


def _first_problem(where: scope.Scope, sheet: Sheet) -> int | None:
    with scope.enter(where):
        refused = queries.find_problems(sheet, weight=Weight.REJECT.value)
        page = queries.page_of_problems(refused)
        return page.problems[0].row if page.problems else None


def _employees(rows: int, *, wrong: bool = False) -> Iterator[bytes]:
    """Invented people as a file in pieces; with `wrong` some numbers lack a digit."""
    yield _HEAD.encode("utf-8-sig")
    lines: list[str] = []
    for row in range(1, rows + 1):
        number = number_at(row, _SEED).reveal_digits()
        if wrong and row % _WRONG_OF == _FIRST_WRONG:
            number = number[:-1]
        lines.append(
            f"001,L{row:07d},計測　{_letters(row)},ケイソク　ハナコ,1980/{row % 12 + 1:02d}/"
            f"{row % 28 + 1:02d},2,2015/04/01,D{row % 300:03d},第{row % 300}営業課,1000001,"
            f"東京都千代田区千代田{row % 30 + 1}丁目{row % 20 + 1}番{row % 15 + 1}号,"
            f"090-{row % 9000 + 1000}-{row * 7 % 9000 + 1000},l{row:07d}@example.com,{number}\r\n"
        )
        if len(lines) == 5_000:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _letters(row: int) -> str:
    return chr(0x4E00 + row % 3000) + chr(0x4E00 + row // 3000 % 3000)
