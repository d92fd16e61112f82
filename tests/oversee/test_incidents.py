"""漏えい等対応 over real tables: rights, whom the ledger remembers, what is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.oversee.incidents import actions, affected, queries, report
from azukari.oversee.incidents.models import Incident, IncidentPerson
from azukari.oversee.incidents.queries import PersonFilter
from azukari.oversee.incidents.rules import IncidentProblem, IncidentRefused, Source, Step
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side
from tests.oversee.cast import FACTS, incident_of, reveal
from tests.web.browser import employee, new_number, with_number
from tests.web.test_exports import ask, export_of, made


def told(side: Side, action: Action, incident: Incident) -> int:
    with side.scope():
        asked = ledger.Filter(actions=(action,), target=incident.id)
        return len(ledger.records(side.company.id, asked, limit=500).entries)


def step(side: Side, incident: Incident, what: Step) -> Incident:
    with side.scope():
        return actions.take_step(incident, what, timezone.localdate(), "済み", actor=side.officer)


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_an_incident_needs_the_right(cast: Cast, role: str) -> None:
    with cast.a.scope(), pytest.raises(NotPermitted):
        given = {**FACTS, "noticed_on": timezone.localdate()}
        actions.record_incident(given, actor=getattr(cast.a, role))


def test_codes_run_within_a_company_and_year(cast: Cast) -> None:
    first, second = incident_of(cast.a), incident_of(cast.a)
    incident_of(cast.b)

    year, _, number = first.code.partition("-")
    assert second.code == f"{year}-{int(number) + 1:04d}"
    assert told(cast.a, Action.INCIDENT_RECORDED, first) == 1
    with cast.b.scope():
        assert not Incident.objects.filter(id=first.id).exists()


def test_a_change_names_what_changed_and_refuses_the_slower(cast: Cast) -> None:
    incident = incident_of(cast.a)
    given = {**FACTS, "noticed_on": incident.noticed_on, "malicious": True}

    with cast.a.scope():
        actions.change_incident(incident, given, version=1, actor=cast.a.officer)
    with cast.a.scope(), pytest.raises(IncidentRefused) as refused:
        actions.change_incident(incident, given, version=1, actor=cast.a.officer)

    assert refused.value.problem is IncidentProblem.SOMEBODY_WAS_FASTER
    with cast.a.scope():
        asked = ledger.Filter(actions=(Action.INCIDENT_CHANGED,), target=incident.id)
        [entry] = ledger.records(cast.a.company.id, asked).entries
    assert entry.record.details["after"] == "変更した項目：不正の目的のおそれ"


def test_people_of_a_user_are_those_whose_numbers_they_read(cast: Cast) -> None:
    seen = with_number(cast.a, employee(cast.a), new_number())
    unseen = with_number(cast.a, employee(cast.a), new_number())
    other = with_number(cast.b, employee(cast.b), new_number())
    reveal(cast.a, seen)
    reveal(cast.b, other)
    operator, now = cast.a.users[RoleKind.OPERATOR].id, timezone.now()
    hour = timedelta(hours=1)

    with cast.a.scope():
        found = set(affected.people_of_user(operator, now - hour, now + hour))
        before = set(affected.people_of_user(operator, now - 2 * hour, now - hour))
        auditor = cast.a.users[RoleKind.AUDITOR].id
        nobody = set(affected.people_of_user(auditor, now - hour, now + hour))

    assert seen in found
    assert unseen not in found
    assert other not in found
    assert before == nobody == set()


def test_people_of_a_file_are_those_it_was_read_for(cast: Cast) -> None:
    inside = with_number(cast.a, employee(cast.a), new_number())
    outside = with_number(cast.a, employee(cast.a), new_number())
    output = export_of(ask(cast.a, inside.employee_code))
    made(cast.a, output)

    with cast.a.scope():
        names = [one.id for one in affected.files_with_numbers()]
        found = set(affected.people_of_file(output))
    with cast.b.scope():
        theirs = set(affected.people_of_file(output))

    assert output in names
    assert found == {inside}
    assert outside not in found
    assert theirs == set()


def test_people_come_in_once_with_a_leaf_each_and_can_be_taken_out(cast: Cast) -> None:
    incident = incident_of(cast.a)
    people = [employee(cast.a).id for _ in range(3)]

    with cast.a.scope():
        first = actions.add_people(
            incident, people[:2], Source.PERSON, "指定", actor=cast.a.officer
        )
        again = actions.add_people(incident, people, Source.PERSON, "指定", actor=cast.a.officer)
    with cast.a.scope():
        rows = IncidentPerson.objects.filter(incident=incident, person_id=people[0])
        actions.exclude_people(
            incident, [rows.get().id], "同姓の別人だったため", actor=cast.a.officer
        )
        incident.refresh_from_db()

    assert (first, again, incident.affected) == (2, 1, 2)
    assert told(cast.a, Action.INCIDENT_PERSON_ADDED, incident) == 3
    assert told(cast.a, Action.INCIDENT_PERSON_EXCLUDED, incident) == 1
    with cast.a.scope():
        back = actions.add_people(incident, people[:1], Source.PERSON, "指定", actor=cast.a.officer)
        incident.refresh_from_db()
    assert (back, incident.affected) == (1, 3)


def test_somebody_of_another_company_cannot_come_in(cast: Cast) -> None:
    from django.db import IntegrityError

    incident, theirs = incident_of(cast.a), employee(cast.b)

    with pytest.raises(IntegrityError), cast.a.scope():
        actions.add_people(incident, [theirs.id], Source.PERSON, "指定", actor=cast.a.officer)


def test_telling_people_is_noted_for_each(cast: Cast) -> None:
    incident = incident_of(cast.a)
    people = [employee(cast.a).id for _ in range(3)]
    today = timezone.localdate()
    with cast.a.scope():
        actions.add_people(incident, people, Source.PERSON, "指定", actor=cast.a.officer)
        row = queries.find_affected(incident, PersonFilter()).first()
        assert row is not None

        one = actions.note_notified(incident, [row.id], today, "書面", actor=cast.a.officer)
    with cast.a.scope():
        rest = actions.note_notified(incident, None, today, "書面", actor=cast.a.officer)
        with pytest.raises(IncidentRefused):
            actions.note_notified(incident, None, today, "書面", actor=cast.a.officer)

    assert (one, rest) == (1, 2)
    assert told(cast.a, Action.INCIDENT_PERSON_NOTIFIED, incident) == 3


def test_an_incident_goes_its_way_to_the_end(cast: Cast) -> None:
    incident = incident_of(cast.a, malicious=True)

    assert step(cast.a, incident, Step.QUICK_REPORT).state == "quick_reported"
    with pytest.raises(IncidentRefused) as refused:
        step(cast.a, incident, Step.CLOSE)
    for one in (Step.NOTIFY, Step.PREVENT, Step.FULL_REPORT):
        step(cast.a, incident, one)
    assert step(cast.a, incident, Step.CLOSE).state == "closed"
    with cast.a.scope(), pytest.raises(IncidentRefused):
        actions.add_people(
            incident, [employee(cast.a).id], Source.PERSON, "指定", actor=cast.a.officer
        )
    assert step(cast.a, incident, Step.REOPEN).state == "full_reported"

    assert refused.value.problem is IncidentProblem.REPORT_MISSING
    assert told(cast.a, Action.INCIDENT_STEP_TAKEN, incident) == 6


def test_the_next_deadline_follows_what_was_reported(cast: Cast) -> None:
    incident = incident_of(cast.a, people_told=150)
    due = incident.deadlines
    assert due is not None

    assert queries.next_deadline(incident) == due.quick_until
    assert queries.next_deadline(step(cast.a, incident, Step.QUICK_REPORT)) == due.full_until
    assert queries.next_deadline(step(cast.a, incident, Step.FULL_REPORT)) is None
    assert queries.next_deadline(incident_of(cast.a)) is None


def test_the_draft_has_the_nine_items_and_no_number(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a, name="報告　対象"), digits)
    incident = incident_of(cast.a, people_told=150)
    with cast.a.scope():
        actions.add_people(incident, [person.id], Source.PERSON, "指定", actor=cast.a.officer)
        incident.refresh_from_db()
    step(cast.a, incident, Step.CONTAIN)

    with cast.a.scope():
        company = company_at_work(cast.a.company.id)
        text = report.as_text(incident, company, timezone.now())
        paper = report.as_paper(incident, company, timezone.now())

    for title in "123456789":
        assert f"■ {title}　" in text
    assert "150人" in text
    assert "利用の記録から特定した人：1人" in text
    assert "規則第2条第4号" in text
    assert digits not in text
    assert "報告　対象" not in text
    assert paper.startswith(b"%PDF")
