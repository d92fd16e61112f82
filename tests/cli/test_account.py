"""account open · list · suspend · resume · unlock · reset, through the entry point."""

from typing import Any

import pytest

from tests.cast import Side
from tests.cli.conftest import Here
from tests.portal.entering import with_option
from tests.web.browser import employee


@pytest.fixture(scope="module")
def side(database: Any) -> Side:
    from tests.cast import make_side

    return make_side("CA")


@pytest.fixture
def where(side: Side) -> tuple[str, str]:
    with_option(side)
    return ("--contract", side.contract.code)


def state_of(here: Here, where: tuple[str, str], code: str) -> str:
    rows = here.good("account", "list", *where)
    return next(str(row["state"]) for row in rows if row["code"] == code)


def test_link_is_made_and_the_account_stands_in_the_list(
    here: Here, side: Side, where: tuple[str, str]
) -> None:
    person, other = employee(side), employee(side)

    [made] = here.good("account", "open", *where, "--code", person.employee_code)

    assert made["code"] == person.employee_code
    assert "/start/" in made["setup_link"]
    assert state_of(here, where, person.employee_code) == "unset"
    assert state_of(here, where, other.employee_code) == "none"
    assert other.employee_code in {
        row["code"] for row in here.good("account", "open", *where, "--missing")
    }


def test_acts_are_done(here: Here, side: Side, where: tuple[str, str]) -> None:
    code = employee(side).employee_code
    here.good("account", "open", *where, "--code", code)

    done = here.good("account", "suspend", *where, "--code", code)
    stopped = state_of(here, where, code)
    for verb in ("resume", "unlock"):
        here.good("account", verb, *where, "--code", code)
    reset = here.good("account", "reset", *where, "--code", code)

    assert (done, stopped) == ({"code": code, "done": "suspend"}, "suspended")
    assert "/start/" in reset["setup_link"]
    assert state_of(here, where, code) == "unset"


def test_wrong_use_is_told(here: Here, side: Side, where: tuple[str, str]) -> None:
    with_option(side, on=False)
    without = here("account", "open", *where, "--missing")
    with_option(side)

    assert without.code == 2
    assert here("account", "open", *where).code == 2
    assert here("account", "open", *where, "--code", "NOBODY").code == 2
    assert here("account", "suspend", *where, "--code", "NOBODY").code == 2
