"""`azukari dispose`: the screens' acts, by people who prove who they are."""

from pathlib import Path
from typing import Any

import pytest

from azukari.ledger import queries as ledger
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.tenancy.models import SignInThrottle
from tests.cast import PASSWORD, Side, make_side
from tests.cli.conftest import Done, Here
from tests.dispose.cast import due_people, set_second_person


@pytest.fixture
def side(database: object) -> Side:
    side = make_side("SHELL")
    set_second_person(side, wanted=True)
    return side


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return file


def say(here: Here, side: Side, verb: str, *words: object) -> Done:
    return here("dispose", verb, "--contract", side.contract.code, *words)


def by(user: str, password: Path) -> list[object]:
    return ["--as", user, "--password-file", password]


def test_two_people_dispose_of_what_is_due(here: Here, side: Side, password: Path) -> None:
    records = due_people(side, 2)

    listed = say(here, side, "due").answer
    assert (listed["count"], {one["rule"] for one in listed["numbers"]}) == (2, {"R-TAX-01"})
    made = say(here, side, "propose", *by("operator", password)).answer
    code = made["batch"]
    assert (made["state"], made["items"]) == ("reviewed", 2)
    approved = say(here, side, "approve", code, "--count", 2, *by("officer", password)).answer
    assert (approved["state"], approved["approved_by"]) == ("approved", "SHELLの責任者")
    done = say(here, side, "run", code).answer

    assert (done["state"], done["done"], done["failed"]) == ("certified", len(records), 0)
    assert say(here, side, "status", code).answer == done
    assert say(here, side, "due").answer["count"] == 0
    papers = say(here, side, "certificate", code, "--out", password.parent / "papers").answer
    assert here("certificate", "verify", papers["json"]).answer["numbers"] == 2
    assert Path(papers["pdf"]).read_bytes().startswith(b"%PDF")
    assert say(here, side, "certificate", code, "--out", password.parent / "papers").code == 2


def test_ledger_tells_who_and_that_it_was_a_command(here: Here, side: Side, password: Path) -> None:
    due_people(side, 1)
    say(here, side, "propose", *by("operator", password))

    sequencer.sequence(side.company.id)
    with side.scope():
        page = ledger.records(side.company.id, ledger.Filter(actions=(Action.DISPOSAL_PROPOSED,)))
    [leaf] = [entry.record for entry in page.entries]
    assert leaf.actor_name == "SHELLの運用担当者"
    assert leaf.role.endswith(",サーバ管理コマンド")
    assert leaf.address.startswith("shell:")


@pytest.mark.parametrize(
    ("approver", "said"),
    [
        ("operator", "この利用者には、その操作の権限がありません。"),
        ("nobody", "ユーザID、パスワード、ワンタイムコードのどれかが違います。"),
    ],
)
def test_one_shell_user_cannot_do_both(
    here: Here, side: Side, password: Path, approver: str, said: str
) -> None:
    due_people(side, 1)
    code = say(here, side, "propose", *by("operator", password)).answer["batch"]

    done = say(here, side, "approve", code, "--count", 1, *by(approver, password))

    assert (done.code, said in done.stderr) == (2, True)
    assert say(here, side, "run", code, "--count", 1).code == 2


def test_a_wrong_password_counts_as_a_failed_sign_in(
    here: Here, side: Side, tmp_path: Path
) -> None:
    due_people(side, 1)
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")

    done = say(here, side, "propose", *by("operator", wrong))

    assert done.code == 2
    with side.scope():
        assert SignInThrottle.objects.get(user_code="operator").failures == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "2026-9999", "--count", 1], "廃棄案 2026-9999 はありません。"),
        (["due", "--until", "いつか"], "--until の日付を読み取れません。"),
    ],
)
def test_wrong_use_is_told(here: Here, side: Side, words: list[Any], said: str) -> None:
    done = say(here, side, *words)

    assert (done.code, said in done.stderr) == (2, True)


def test_another_count_than_expected_does_nothing(here: Here, side: Side, password: Path) -> None:
    due_people(side, 2)
    code = say(here, side, "propose", *by("operator", password)).answer["batch"]

    done = say(here, side, "approve", code, "--count", 3, *by("officer", password))

    assert (done.code, "対象は2件です。" in done.stderr) == (2, True)
