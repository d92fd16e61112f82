from itertools import count
from typing import Any

import pytest

from tests.cli.conftest import CONTRACT, Here
from tests.numbers import valid_number

_codes = count(1)
WHERE = ("--contract", CONTRACT)


@pytest.fixture
def made(here: Here, papers: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = here.good(
        "user", "create", *WHERE, "--id", f"user{next(_codes)}", "--name", "利用 一郎",
        "--role", "operator", "--mail", "ichiro@example.jp", "--url", "https://a.example.jp/",
    )  # fmt: skip
    return answer


def the_user(here: Here, code: str) -> dict[str, Any]:
    return next(row for row in here.good("user", "list", *WHERE) if row["id"] == code)


def test_created_user_has_a_link_and_may_sign_in(here: Here, made: dict[str, Any]) -> None:
    assert made["setup_link"].startswith("https://a.example.jp/setup/")
    assert the_user(here, made["id"]) == {
        "id": made["id"],
        "name": "利用 一郎",
        "role": "運用担当者",
        "suspended": False,
        "locked": False,
        "password_set": False,
    }


def test_user_suspended_resumed_and_unlocked(here: Here, made: dict[str, Any]) -> None:
    seen = []
    for verb in ("suspend", "resume", "unlock"):
        answer = here.good("user", verb, *WHERE, "--id", made["id"])
        seen.append((answer, the_user(here, made["id"])["suspended"]))

    assert seen == [
        ({"id": made["id"], "done": "suspend"}, True),
        ({"id": made["id"], "done": "resume"}, False),
        ({"id": made["id"], "done": "unlock"}, False),
    ]


def test_link_is_a_new_one(here: Here, made: dict[str, Any]) -> None:
    answer = here.good("user", "link", *WHERE, "--id", made["id"], "--url", "https://a.example.jp")

    assert answer.pop("setup_link").startswith("https://a.example.jp/setup/")
    assert answer == {"id": made["id"], "done": "link"}


def test_id_that_is_taken_is_wrong_use(here: Here, made: dict[str, Any]) -> None:
    done = here("user", "create", *WHERE, "--id", made["id"], "--name", "別人", "--role", "auditor")

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == f"ユーザID {made['id']} はすでに使われています。\n"


@pytest.mark.parametrize("verb", ["suspend", "resume", "unlock", "link"])
def test_verbs_on_nobody_are_wrong_use(here: Here, verb: str) -> None:
    done = here("user", verb, *WHERE, "--id", "nobody")

    assert (done.code, done.stderr) == (2, "ユーザID nobody の利用者はいません。\n")


def test_unknown_role_and_contract_are_wrong_use(here: Here) -> None:
    role = here("user", "create", *WHERE, "--id", "x", "--name", "x", "--role", "king")
    contract = here("user", "list", "--contract", "K999999")

    assert (role.code, contract.code) == (2, 2)
    assert "steward / operator / officer / auditor のどれか" in role.stderr
    assert contract.stderr == "契約番号 K999999 の契約はありません。\n"


def test_number_as_an_id_is_not_repeated(here: Here) -> None:
    done = here("user", "suspend", *WHERE, "--id", valid_number(7_700_011))

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == "指定に個人番号と思われる数字があります。除いて実行し直してください。\n"
