"""`kill -9` at random instants of an import: register, vault and ledger agree, each effect once.

Everyday a few times; AZUKARI_TEST_KILLS=200 kills an import of 5,000 two hundred times.
"""

from collections import Counter

from django.db import connection

from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.verify import verify_realm
from azukari.pki.signing import verify as check_signature
from azukari.progress.models import Progress
from azukari.register.models import NumberRecord, Person, PersonChange, Sheet, SheetState, SheetStep
from azukari.register.sheets import actions
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.signing import ledger_signer
from azukari.vault.models import Cell
from tests.cast import Side, make_side
from tests.killing import KILLS, LONG, killer
from tests.register.sheet_files import employee, of
from tests.register.test_sheet_work import code, number, received, registered
from tests.vault.house import start_again

ROWS = 5_000 if KILLS >= 200 else 300
ROWS_AT_ONCE = 25
CHILD = "tests.register.apply_child"

# Somebody whose row, record, cell and step do not say the same.
_HALF_DONE = """
SELECT count(*) FROM register_person p
  LEFT JOIN register_number_record r
    ON r.company_id = p.company_id AND r.person_id = p.id AND r.state = 'active'
  LEFT JOIN vault_cell c ON c.realm = p.company_id AND c.id = r.cell
 WHERE p.company_id = %s AND (p.number_state = 'active') IS DISTINCT FROM (c.id IS NOT NULL)
"""


def half_done(side: Side, sheet: Sheet) -> int:
    with side.scope(), connection.cursor() as cursor:
        cursor.execute(_HALF_DONE, [side.company.id])
        found: int = cursor.fetchone()[0]
        steps = SheetStep.objects.filter(sheet=sheet)
        added = [one for step in steps for one in step.added]
        changes = [one for step in steps for one in step.changes]
        assert Person.objects.filter(id__in=added).count() == len(added)
        assert PersonChange.objects.filter(id__in=changes).count() == len(changes)
        now = Sheet.objects.get(id=sheet.id)
        assert (now.added, now.changed) == (len(added), len(changes))
    return found


def test_killed_at_random_nothing_stays_half_done_and_nothing_comes_twice(
    database: DatabaseUrls,
) -> None:
    side = make_side("SKILL")
    old = [employee(code(), number()) for _ in range(ROWS // 5)]
    registered(side, of(*old))
    changed = [{**one, "氏名": "髙橋　次郎"} for one in old]
    new = [employee(code(), number()) for _ in range(ROWS - len(old))]
    sheet = received(side, of(*changed, *new))
    with side.scope():
        actions.start_applying(sheet, only_good=True, actor=side.operator)
        task = actions.plan_work("apply", sheet)
    ids = [side.contract.id, side.company.id, side.users[RoleKind.OPERATOR].id, task.id, sheet.id]
    kills = 0
    with killer(database, CHILD, ROWS_AT_ONCE, *ids) as process:
        while kills < KILLS and process.kill():
            kills += 1
            assert half_done(side, sheet) == 0
            process.aim(done=done(side, sheet), kills=kills / KILLS)
        # What the next worker does with a job whose worker died.
        assert process.live(LONG) == "ended"

    print(f"killed {kills} times")
    assert kills > KILLS * 2 // 3
    start_again()
    assert half_done(side, sheet) == 0
    everybody = {one["社員番号"] for one in [*old, *new]}
    with side.scope():
        now = Sheet.objects.get(id=sheet.id)
        assert (now.state, now.added, now.changed) == (SheetState.APPLIED, len(new), len(old))
        assert Progress.objects.get(id=task.id).state == "done"
        records = Counter(NumberRecord.objects.values_list("person__employee_code", flat=True))
        assert records == Counter(everybody)
        cells = set(NumberRecord.objects.values_list("cell", flat=True))
        stored = Cell.objects.filter(realm=side.company.id, kind="number")
        assert set(stored.values_list("id", flat=True)) == cells
        assert PersonChange.objects.count() == len(old)
    assert_ledger_has_each_once(side, {str(cell) for cell in cells})


def done(side: Side, sheet: Sheet) -> float:
    with side.scope():
        return Sheet.objects.get(id=sheet.id).applied_through / ROWS


def assert_ledger_has_each_once(side: Side, cells: set[str]) -> None:
    realm = side.company.id
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, ledger_signer())
    assert verify_realm(realm, ledger_signer().public_key, check_signature).findings == []
    with in_realm(realm):
        leaves = Leaf.objects.filter(realm=realm, action=Action.NUMBER_RECORDED)
        handles = [
            text.split('"handles":["')[1][:36] for text in leaves.values_list("body", flat=True)
        ]
        changed = Leaf.objects.filter(realm=realm, action=Action.PERSON_CHANGED).count()
    assert sorted(handles) == sorted(cells)
    assert changed == ROWS // 5
