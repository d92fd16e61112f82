from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azukari.filings.recipes.recipe import recipes
from azukari.law.purpose import PersonKind, Purpose
from azukari.register.models import PayeeKind
from azukari.use import rules
from azukari.use.defaults import defaults
from azukari.use.rules import NumberUse, UseProblem

TODAY = date(2026, 11, 30)
TARO = {"emp.birth": date(1985, 5, 15), "emp.sex": "1", "emp.hired": date(2026, 9, 1)}


def likely(form: str, **changes: object) -> dict[str, object]:
    known = {**TARO, **{name.replace("__", "."): value for name, value in changes.items()}}
    return defaults(recipes()[form].asks, known, today=TODAY, year=2026)


def test_defaults_are_what_the_register_says() -> None:
    facts = likely("2200700", emp__sex="2", has_dependents=True, emp__insured_no="12")

    assert facts == {
        "ev.acquired": date(2026, 9, 1),
        "ev.pay_in_kind": 0,
        "ev.insured_kind": "2",
        "ev.class": "1",
        "ev.has_dependents": "1",
        "ev.insured_no": "12",
        "ev.over_70": False,
        "ev.over_70_only": False,
    }


@pytest.mark.parametrize(
    ("born", "over_70", "only"),
    [
        (date(1956, 9, 3), False, False),
        (date(1956, 9, 2), True, False),  # 70 at the end of the eve of the birthday
        (date(1951, 9, 2), True, True),
    ],
)
def test_defaults_of_age(born: date, over_70: bool, only: bool) -> None:
    facts = likely("2200700", emp__birth=born)

    assert (facts["ev.over_70"], facts["ev.over_70_only"]) == (over_70, only)
    assert facts.get("ev.insured_kind") == (None if only else "1")


def test_loss_is_the_day_after_leaving() -> None:
    facts = likely("2201700", emp__left_on=date(2026, 9, 30))

    assert (facts["ev.left"], facts["ev.lost"]) == (date(2026, 9, 30), date(2026, 10, 1))


def test_joining_in_the_year_is_told_on_the_slip() -> None:
    facts = likely("315", emp__zip="100-0013")

    assert (facts["job.kind"], facts["job.date"]) == ("1", date(2026, 9, 1))
    assert facts["city.code"] == "13101"


def test_report_of_somebody_in_a_ward_goes_to_the_city() -> None:
    assert likely("315", emp__zip="220-0001")["city.code"] == "14100"


def test_number_is_used_for_its_purpose_only() -> None:
    wanted = (Purpose.HEALTH_PENSION,)

    assert rules.number_use(held_for=None, purposes=wanted) is NumberUse.NOT_HELD
    other = rules.number_use(held_for=["TAX_WITHHOLDING"], purposes=wanted)
    assert other is NumberUse.OTHER_PURPOSE
    assert rules.number_use(held_for=["HEALTH_PENSION"], purposes=wanted) is NumberUse.USABLE


def test_spouse_stands_on_the_family_notice_for_either_purpose() -> None:
    recipe = recipes()["2202700"]

    spouse = rules.purposes_of(recipe, PersonKind.FAMILY, category3=True)
    child = rules.purposes_of(recipe, PersonKind.FAMILY, category3=False)

    assert spouse == (Purpose.HEALTH_PENSION, Purpose.CATEGORY3)
    assert child == (Purpose.HEALTH_PENSION,)


@given(st.integers(0, 999))
def test_media_number_goes_round_from_1_to_999(last: int) -> None:
    following = rules.next_media_number(last)

    assert following == (1 if last == 999 else last + 1)


@pytest.mark.parametrize(
    ("made", "expired", "problem"),
    [
        (True, False, None),
        (False, True, UseProblem.NO_FILE),
        (False, False, UseProblem.NO_FILE),
        (True, True, UseProblem.EXPIRED),
    ],
)
def test_download_is_allowed_in_time(made: bool, expired: bool, problem: UseProblem | None) -> None:
    assert rules.may_download(made=made, expired=expired) == problem


@pytest.mark.parametrize(
    ("form", "year", "completed", "kept"),
    [
        # 所得税法 第225条, 第226条: told by 31 January; nothing to keep beyond unless chosen.
        ("315", 2026, date(2027, 1, 31), date(2027, 2, 1)),
        ("315", 2024, TODAY, date(2026, 12, 1)),
        # 厚生年金保険法施行規則 第28条, 雇用保険法施行規則 第143条.
        ("2200700", None, TODAY, date(2028, 12, 1)),
        ("10101", None, TODAY, date(2030, 12, 1)),
    ],
)
def test_copies_follow_the_rule_of_their_form(
    form: str, year: int | None, completed: date, kept: date
) -> None:
    recipe = recipes()[form]

    assert rules.completed_on(recipe, year=year, today=TODAY) == completed
    keeping = rules.keeping_of(recipe, completed, chosen=None)
    assert keeping is not None
    assert keeping.until == kept


def test_years_that_the_company_chose_keep_copies_of_reports_longer() -> None:
    keeping = rules.keeping_of(recipes()["309"], date(2027, 1, 31), chosen=7)

    assert keeping is not None
    assert keeping.until == date(2034, 2, 1)


def test_what_is_handed_to_the_person_is_not_kept() -> None:
    assert rules.keeping_of(recipes()["gensen_kyuyo_recipient"], TODAY, chosen=7) is None


def test_files_can_be_fetched_for_a_day() -> None:
    assert timedelta(hours=24) == rules.KEPT_UNLESS_DOWNLOADED


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2026),
        (date(2027, 1, 31), 2026),
        (date(2027, 2, 1), None),
    ],
)
def test_yearly_reports_are_of_the_season_until_they_are_due(today: date, year: int | None) -> None:
    affairs = rules.affairs_on(today)

    yearly = {one.year for one in affairs if one.year}
    assert yearly == ({year} if year else set())
    assert {"2200700", "2201700", "10101", "10191"} <= {one.form for one in affairs}
    assert all(one.form in recipes() for one in affairs)


def test_kinds_of_payee_are_known_for_the_form_its_paper_and_its_copy() -> None:
    kinds = {str(value) for value in PayeeKind.values} | {""}

    for number, some in rules.PAYEES_OF.items():
        assert some <= kinds
        assert rules.payees_of(number) == some
    assert rules.payees_of("shiharai_chosho_313") == rules.payees_of("313")
    assert rules.payees_of("shiharai_chosho_309_payee") == rules.payees_of("309")
    assert rules.payees_of("339") == frozenset()


def test_forms_that_do_as_well_are_of_the_catalogue_and_about_the_same_people() -> None:
    for forms in rules.SAME_FILING:
        known = [recipes()[one] for one in forms]
        assert len({(one.whom, one.due, one.yearly, one.purpose) for one in known}) == 1
        assert all(rules.same_filing(one) == forms for one in forms)
    assert rules.same_filing("fuyo_kojo") == ("fuyo_kojo",)
