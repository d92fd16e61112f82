"""`kill -9` at random instants of a batch: each number is untouched or wholly disposed of.

Everyday a few times; AZUKARI_TEST_KILLS=200 kills a batch of 5,000 two hundred times.
"""

from uuid import UUID

import pytest
from django.db import connection

from azukari.dispose import running
from azukari.dispose.models import BatchState, Disposal, DisposalBatch, DisposalItem
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.ledger.verify import verify_realm
from azukari.pki.signing import verify as check_signature
from azukari.progress.models import Progress
from azukari.register.models import NumberState, Person
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.signing import ledger_signer
from azukari.vault import door
from tests.cast import Side, make_side
from tests.dispose.cast import again, approved, due_people
from tests.killing import KILLS, LONG, killer
from tests.vault.house import READING, start_again

ROWS_AT_ONCE = 25
ROWS = ROWS_AT_ONCE * KILLS  # else it is over before it was killed as often
CHILD = "tests.dispose.run_child"


# A row is either as before or gone in every table that knows of it.
_HALF_DONE = """
SELECT count(*) FROM dispose_item i
  JOIN register_number_record r ON r.id = i.record_id
  LEFT JOIN vault_cell c ON c.id = i.cell
  LEFT JOIN vault_tombstone t ON t.cell = i.cell
 WHERE i.batch_id = %s AND NOT (
   (i.state = 'pending' AND r.state = 'active' AND r.ended_at IS NULL
      AND c.id IS NOT NULL AND t.cell IS NULL)
   OR (i.state = 'done' AND r.state = 'disposed' AND r.ended_at IS NOT NULL
      AND c.id IS NULL AND t.cell IS NOT NULL))
"""


def half_done(side: Side, batch: DisposalBatch) -> int:
    with side.scope(), connection.cursor() as cursor:
        cursor.execute(_HALF_DONE, [batch.id])
        found: int = cursor.fetchone()[0]
    return found


@pytest.fixture
def side(database: DatabaseUrls) -> Side:
    return make_side("KILL")


def test_killed_at_random_nothing_stays_half_done_and_nobody_has_to_help(
    database: DatabaseUrls, side: Side
) -> None:
    records, living = due_people(side, ROWS), due_people(side, 10, None)
    batch = approved(side, records)
    with side.scope():
        task, _ = running.begin(batch, actor=side.operator)
    ids = [side.contract.id, side.company.id, side.users[RoleKind.OPERATOR].id, task.id, batch.id]
    kills = 0
    with killer(database, CHILD, ROWS_AT_ONCE, *ids) as process:
        while kills < KILLS and process.kill():
            kills += 1
            assert half_done(side, batch) == 0
            process.aim(done=steps_done(side, batch), kills=kills / KILLS)
        # What the next worker does with a job whose worker died.
        assert process.live(LONG) == "ended"

    print(f"killed {kills} times")
    assert kills > KILLS * 2 // 3
    start_again()
    done = again(side, batch)
    assert (done.state, done.done, done.failed) == (BatchState.CERTIFIED, ROWS, 0)
    assert half_done(side, batch) == 0
    with side.scope():
        assert Progress.objects.get(id=task.id).state == "done"
        cells = {record.cell for record in records}
        assert door.destroyed(side.company.id, list(cells)) == cells
        assert Disposal.objects.filter(batch=batch, keys_destroyed_at__isnull=False).count() == ROWS
        assert DisposalItem.objects.filter(batch=batch, state="done").count() == ROWS
        people = Person.objects.filter(id__in=[record.person_id for record in records])
        assert set(people.values_list("number_state", "version")) == {(NumberState.DISPOSED, 2)}
        opened = door.open_numbers(
            side.company.id, [one.cell for one in living], READING, actor=side.operator
        )
        assert len(opened) == len(living)
    assert_ledger_has_each_once(side, cells)


def steps_done(side: Side, batch: DisposalBatch) -> float:
    """How much of ordering and of writing down is done, from 0 to 1."""
    with side.scope():
        ordered = DisposalItem.objects.filter(batch=batch, state="done").count()
        written = Disposal.objects.filter(batch=batch).count()
    return (ordered + written) / (2 * ROWS)


def assert_ledger_has_each_once(side: Side, cells: set[UUID]) -> None:
    realm = side.company.id
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, ledger_signer())
    assert verify_realm(realm, ledger_signer().public_key, check_signature).findings == []
    with in_realm(realm):
        leaves = Leaf.objects.filter(realm=realm, action=Action.NUMBER_DISPOSED)
        handles = [
            text.split('"handles":["')[1][:36] for text in leaves.values_list("body", flat=True)
        ]
    assert sorted(handles) == sorted(str(cell) for cell in cells)


@pytest.mark.parametrize(
    "point",
    ["dispose:before-commit", "dispose:chunk-ordered", "dispose:keys-gone",
     "dispose:before-written-down", "destroy:marked", "destroy:before-count"],
)  # fmt: skip
def test_killed_at_a_named_instant_the_next_run_finishes(
    database: DatabaseUrls, side: Side, point: str
) -> None:
    records = due_people(side, 60)
    batch = approved(side, records)
    with side.scope():
        task, _ = running.begin(batch, actor=side.operator)
    ids = [side.contract.id, side.company.id, side.users[RoleKind.OPERATOR].id, task.id, batch.id]
    with killer(database, CHILD, ROWS_AT_ONCE, *ids, crash_at=point) as process:
        assert process.live(LONG) == "broke 9"
    assert half_done(side, batch) == 0

    running.run(side.operator, task.id, batch.id)

    assert again(side, batch).state == BatchState.CERTIFIED
    assert_ledger_has_each_once(side, {record.cell for record in records})
