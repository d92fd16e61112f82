"""Why a number is kept: vectors, and what holds for every life."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_facts
from hypothesis import strategies as st

from azukari.law.purpose import PersonKind, Purpose, purposes_for
from azukari.register.keeping import (
    Because,
    Event,
    Facts,
    HoldProblem,
    may_hold,
    why_kept,
)

E, F, P = PersonKind.EMPLOYEE, PersonKind.FAMILY, PersonKind.PAYEE
TAX = Purpose.TAX_DEDUCTION_FORMS
SLIP = Purpose.TAX_WITHHOLDING
PENSION = Purpose.HEALTH_PENSION
RECORDED = date(2016, 1, 4)


def facts(kind: PersonKind = E, *purposes: Purpose, **more: object) -> Facts:
    return Facts(kind=kind, purposes=purposes or (PENSION,), recorded_on=RECORDED, **more)


@pytest.mark.parametrize(
    ("kind", "purpose", "end", "due_on", "rule"),
    [
        # 7 years from 11 January after the year of the last form.
        (E, TAX, {"left_on": date(2016, 1, 24)}, date(2024, 1, 11), "R-TAX-01"),
        (E, TAX, {"left_on": date(2026, 12, 31)}, date(2034, 1, 11), "R-TAX-01"),
        (E, SLIP, {"left_on": date(2025, 4, 30)}, date(2026, 2, 1), "R-TAX-06"),
        (E, Purpose.RESIDENT_TAX, {"left_on": date(2025, 1, 1)}, date(2026, 2, 1), "R-TAX-06"),
        (E, PENSION, {"left_on": date(2024, 2, 29)}, date(2026, 3, 1), "R-HI-01"),
        (E, Purpose.EMPLOYMENT_INS, {"left_on": date(2026, 4, 6)}, date(2030, 4, 7), "R-EI-01"),
        (E, Purpose.EMPLOYMENT_INS, {"left_on": date(2024, 2, 28)}, date(2028, 2, 29), "R-EI-01"),
        (E, Purpose.WORKERS_COMP, {"left_on": date(2024, 2, 28)}, date(2027, 3, 1), "R-WC-01"),
        (E, Purpose.ASSET_SAVINGS, {"left_on": date(2024, 3, 31)}, date(2029, 4, 1), "R-SAV-01"),
        (F, PENSION, {"left_on": date(2024, 2, 29)}, date(2026, 3, 1), "R-HI-01"),
        (F, PENSION, {"dependent_until": date(2024, 3, 31)}, date(2026, 4, 1), "R-HI-01"),
        (F, Purpose.CATEGORY3, {"no_longer": {Purpose.CATEGORY3: date(2024, 3, 31)}},
         date(2026, 4, 1), "R-PEN-01"),
        (P, Purpose.PAYMENT_REPORT,
         {"contract_to": date(2025, 12, 31), "last_paid_on": date(2026, 1, 31)}, date(2027, 2, 1),
         "R-TAX-06"),
        (P, Purpose.PAYMENT_REPORT,
         {"contract_to": date(2025, 6, 30), "last_paid_on": date(2025, 5, 31)}, date(2026, 2, 1),
         "R-TAX-06"),
        (P, Purpose.PAYMENT_REPORT, {"contract_to": date(2025, 6, 30)}, date(2026, 2, 1),
         "R-TAX-06"),
        (E, PENSION, {"superseded_on": date(2024, 3, 31)}, date(2026, 4, 1), "R-HI-01"),
    ],
)  # fmt: skip
def test_each_purpose_has_its_clock(
    kind: PersonKind, purpose: Purpose, end: dict[str, object], due_on: date, rule: str
) -> None:
    keeping = why_kept(facts(kind, purpose, **end))

    assert (keeping.due_on, keeping.kept_by, keeping.living) == (due_on, rule, ())
    assert keeping.may_go_from == due_on


@pytest.mark.parametrize(
    ("kind", "purpose", "because"),
    [
        (E, PENSION, Because.EMPLOYED),
        (F, PENSION, Because.DEPENDENT),
        (P, Purpose.PAYMENT_REPORT, Because.CONTRACTED),
    ],
)
def test_without_an_end_the_purpose_lives(
    kind: PersonKind, purpose: Purpose, because: Because
) -> None:
    keeping = why_kept(facts(kind, purpose))

    assert [(one.purpose, one.because) for one in keeping.living] == [(purpose, because)]
    assert (keeping.due_on, keeping.may_go_from, keeping.running) == (None, None, ())


def test_the_latest_rule_wins() -> None:
    leaver = facts(E, SLIP, TAX, PENSION, Purpose.EMPLOYMENT_INS, left_on=date(2026, 3, 31))

    assert [(one.rule.id, one.last) for one in why_kept(leaver).running] == [
        ("R-TAX-06", date(2027, 1, 31)),
        ("R-TAX-01", date(2034, 1, 10)),
        ("R-HI-01", date(2028, 3, 31)),
        ("R-PEN-01", date(2028, 3, 31)),
        ("R-EI-01", date(2030, 3, 31)),
    ]
    assert why_kept(leaver).due_on == date(2034, 1, 11)


def test_the_company_may_keep_reports_longer() -> None:
    payee = facts(P, Purpose.PAYMENT_REPORT, contract_to=date(2025, 6, 30))

    days = [why_kept(replace(payee, choices={"R-TAX-06": years})).due_on for years in range(8)]

    assert days == [date(2026 + years, 2, 1) for years in range(8)]


def test_one_flag_ends_while_the_other_stands() -> None:
    child = facts(F, TAX, PENSION, no_longer={TAX: date(2025, 12, 31)})

    keeping = why_kept(child)

    assert [one.purpose for one in keeping.living] == [PENSION]
    assert [(one.rule.id, one.since) for one in keeping.running] == [
        ("R-TAX-01", Event.NOT_DEPENDENT)
    ]
    assert keeping.due_on is None


def test_the_last_notice_counts_when_it_is_later() -> None:
    leaver = facts(E, PENSION, left_on=date(2026, 3, 31))

    early = why_kept(replace(leaver, uses={PENSION: date(2026, 3, 1)}))
    late = why_kept(replace(leaver, uses={PENSION: date(2026, 4, 6)}))

    assert [(one.since, one.happened_on, one.last) for one in early.running[:1]] == [
        (Event.LEFT, date(2026, 3, 31), date(2028, 3, 31))
    ]
    assert [(one.since, one.happened_on, one.last) for one in late.running[:1]] == [
        (Event.USED, date(2026, 4, 6), date(2028, 4, 6))
    ]


def test_a_purpose_taken_off_leaves_the_papers_made_for_it() -> None:
    without = facts(E, SLIP, left_on=date(2026, 3, 31), uses={PENSION: date(2026, 2, 1)})

    assert why_kept(without).due_on == date(2028, 2, 2)


def test_the_ledger_counts_from_its_last_declaration() -> None:
    leaver = facts(E, PENSION, left_on=date(2023, 3, 31), declared_in=2023)

    keeping = why_kept(leaver)

    assert (keeping.due_on, keeping.kept_by) == (date(2031, 1, 11), "R-TAX-04")


def test_a_number_for_nothing_may_go_since_it_came() -> None:
    assert why_kept(Facts(kind=E, purposes=(), recorded_on=RECORDED)).due_on == RECORDED


@pytest.mark.parametrize(
    ("is_held", "reason", "ahead", "problem"),
    [
        (False, "係争中", 1, None),
        (False, "係争中", 366, None),
        (True, "係争中", 1, HoldProblem.ALREADY_HELD),
        (False, " ", 1, HoldProblem.REASON_MISSING),
        (False, "係争中", 0, HoldProblem.REVIEW_NOT_AHEAD),
        (False, "係争中", 367, HoldProblem.REVIEW_TOO_FAR),
    ],
)
def test_a_hold_needs_a_reason_and_an_end_in_sight(
    is_held: bool, reason: str, ahead: int, problem: HoldProblem | None
) -> None:
    today = date(2026, 11, 23)

    found = may_hold(
        is_held=is_held, reason=reason, review_on=today + timedelta(days=ahead), today=today
    )

    assert found is problem


# what holds for every life ---------------------------------------------------------------------


def given(*drawn: st.SearchStrategy[object]) -> Callable[[Any], Any]:
    """The first facts are slow to draw, as calendars are read for them."""
    quietly = settings(suppress_health_check=[HealthCheck.too_slow])
    return lambda test: quietly(given_facts(*drawn)(test))


days = st.dates(date(2015, 10, 1), date(2045, 12, 31)) | st.sampled_from(
    [date(2016, 2, 29), date(2020, 2, 29), date(2024, 2, 29), date(2023, 12, 31), date(2024, 1, 1)]
)
maybe = st.none() | days


@st.composite
def lives(draw: st.DrawFn) -> Facts:
    kind = draw(st.sampled_from(PersonKind))
    open_to = list(purposes_for(kind))
    purposes = draw(st.lists(st.sampled_from(open_to), unique=True, min_size=1))
    return Facts(
        kind=kind,
        purposes=tuple(purposes),
        recorded_on=draw(days),
        superseded_on=draw(maybe),
        left_on=draw(maybe),
        dependent_until=draw(maybe),
        contract_to=draw(maybe),
        last_paid_on=draw(maybe),
        no_longer=draw(st.dictionaries(st.sampled_from(open_to), days)),
        uses=draw(st.dictionaries(st.sampled_from(open_to), days)),
        declared_in=draw(st.none() | st.integers(2015, 2045)),
        choices=draw(st.just({}) | st.fixed_dictionaries({"R-TAX-06": st.integers(0, 7)})),
        on_hold=draw(st.booleans()),
    )


def first_end(life: Facts) -> date | None:
    """The first thing that ended every purpose alike."""
    common = [life.superseded_on]
    if life.kind is P:
        common.append(
            life.contract_to and max(life.contract_to, life.last_paid_on or life.contract_to)
        )
    else:
        common.append(life.left_on)
        common += [life.dependent_until] if life.kind is F else []
    return min((day for day in common if day is not None), default=None)


@given(lives())
def test_a_number_goes_after_every_rule_and_never_while_a_purpose_lives(life: Facts) -> None:
    keeping = why_kept(life)

    if keeping.living:
        assert keeping.due_on is None
        assert first_end(life) is None
    else:
        assert keeping.due_on is not None
        assert all(one.last < keeping.due_on for one in keeping.running)
        assert not keeping.running or max(
            one.last for one in keeping.running
        ) == keeping.due_on - timedelta(days=1)
    assert {one.purpose for one in keeping.living} | {
        one.purpose for one in keeping.running if one.purpose
    } >= set(life.purposes)


@given(lives())
def test_a_hold_blocks_and_changes_nothing_else(life: Facts) -> None:
    held, free = why_kept(replace(life, on_hold=True)), why_kept(replace(life, on_hold=False))

    assert held.may_go_from is None
    assert free.may_go_from == free.due_on
    assert (held.due_on, held.running, held.living) == (free.due_on, free.running, free.living)


@given(lives(), st.data())
def test_another_rule_never_lets_it_go_earlier(life: Facts, data: st.DataObject) -> None:
    before = why_kept(life).due_on
    more = data.draw(st.sampled_from(sorted(purposes_for(life.kind), key=lambda one: one.code)))
    added = data.draw(
        st.sampled_from(
            [
                replace(life, purposes=tuple({*life.purposes, more})),
                replace(
                    life, uses={**life.uses, more: max(life.uses.get(more, RECORDED), RECORDED)}
                ),
                replace(life, declared_in=max(life.declared_in or 0, 2030)),
            ]
        )
    )

    after = why_kept(added).due_on

    assert (
        (before is None and after is None)
        or after is None
        or (before is not None and after >= before)
    )


@given(lives(), st.integers(0, 800))
def test_later_events_never_make_it_earlier(life: Facts, later: int) -> None:
    step = timedelta(days=later)

    def moved(day: date | None) -> date | None:
        return day + step if day else None

    shifted = replace(
        life,
        recorded_on=life.recorded_on + step,
        superseded_on=moved(life.superseded_on),
        left_on=moved(life.left_on),
        dependent_until=moved(life.dependent_until),
        contract_to=moved(life.contract_to),
        last_paid_on=moved(life.last_paid_on),
        no_longer={key: day + step for key, day in life.no_longer.items()},
        uses={key: day + step for key, day in life.uses.items()},
    )
    before, after = why_kept(life).due_on, why_kept(shifted).due_on

    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


@given(lives())
def test_a_return_clears_the_day(life: Facts) -> None:
    back = replace(
        life, superseded_on=None, left_on=None, dependent_until=None, contract_to=None,
        no_longer={},
    )  # fmt: skip

    keeping = why_kept(back)

    assert keeping.due_on is None
    assert {one.purpose for one in keeping.living} == set(life.purposes)


@given(lives(), days)
def test_a_later_use_never_makes_it_earlier(life: Facts, used: date) -> None:
    purpose = life.purposes[0]
    more = replace(life, uses={**life.uses, purpose: max(used, life.uses.get(purpose, used))})
    before, after = why_kept(life).due_on, why_kept(more).due_on

    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before
