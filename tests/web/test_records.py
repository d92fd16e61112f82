import csv
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.utils import timezone

import azukari.ledger.standalone
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    new_number,
    see,
    text_of,
    with_number,
)


def test_records_say_who_what_whose_and_why(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a, name="照会　一人"), new_number())

    text = text_of(browser(cast.a, RoleKind.AUDITOR).get("/records", {"q": person.employee_code}))

    assert "照会　一人" in text
    assert "個人番号の登録" in text
    assert "健康保険・厚生年金" in text
    assert "Aの運用担当者" in text


def test_auditor_sees_names_without_a_way_to_the_person(cast: Cast) -> None:
    person = employee(cast.a)

    url = f"/people/{person.id}"
    auditor = see(browser(cast.a, RoleKind.AUDITOR).get("/records", {"q": person.employee_code}))
    officer = see(browser(cast.a, RoleKind.OFFICER).get("/records", {"q": person.employee_code}))

    assert auditor.all("a", href=url) == []
    assert len(officer.all("a", href=url)) == 1


def test_several_people_of_a_name_are_offered_to_choose(cast: Cast) -> None:
    for _ in range(2):
        employee(cast.a, name="同姓　同名", kana="ドウセイ　ドウメイ")
    client = browser(cast.a, RoleKind.AUDITOR)

    page = see(client.get("/records", {"q": "同姓同名"}))
    ways = [a.attrs["href"] for a in page.all("a") if "同姓　同名" in a.text]
    chosen = text_of(client.get(f"/records{ways[0]}"))

    assert len(ways) == 2
    assert "対象者：<b>" in chosen
    assert "個人情報の登録" in chosen


def test_records_are_filtered_by_action_user_and_period(cast: Cast) -> None:
    person = with_number(cast.a, employee(cast.a), new_number())
    client = browser(cast.a, RoleKind.AUDITOR)
    operator = str(cast.a.users[RoleKind.OPERATOR].id)
    auditor = str(cast.a.users[RoleKind.AUDITOR].id)

    def heads(**asked: str) -> set[str]:
        page = see(client.get("/records", {"q": person.employee_code, **asked}))
        return {e.text for e in page.all("th", scope="row")}

    both = {
        "個人情報の登録",
        "個人番号の登録本人から提供を受けた　番号確認：個人番号カード　身元確認：個人番号カード",
    }
    assert heads() == both
    assert heads(action="PERSON_REGISTERED") == {"個人情報の登録"}
    assert heads(action="keep") == both
    assert heads(action="use") == set()
    assert heads(user=operator) == both
    assert heads(user=auditor) == set()
    assert heads(until="2020/1/1") == set()
    assert heads(since="平成30年1月1日") == both


def test_wrong_period_is_named(cast: Cast) -> None:
    client = browser(cast.a, RoleKind.AUDITOR)

    answer = client.get("/records", {"since": "2026/4/2", "until": "2026/4/1"})

    assert errors_of(answer) == [
        "期間（この日まで）：終わりの日が、始まりの日より前になっています。"
    ]


def test_records_page_by_keyset_without_gap(cast: Cast) -> None:
    for _ in range(60):
        employee(cast.a)
    client = browser(cast.a, RoleKind.AUDITOR)

    first = see(client.get("/records?action=PERSON_REGISTERED"))
    onward = next(a.attrs["href"] for a in first.all("a") if "次のページ" in a.text)
    second = see(client.get(f"/records{onward}"))

    assert len(first.all("th", scope="row")) == 50
    times = [e.attrs["datetime"] for page in (first, second) for e in page.all("time")]
    assert times == sorted(times, reverse=True)
    assert "action=PERSON_REGISTERED" in (onward or "")


def test_records_are_read_from_the_oldest_without_gap(cast: Cast) -> None:
    for _ in range(60):
        employee(cast.a)
    client = browser(cast.a, RoleKind.AUDITOR)
    since = timezone.localdate().isoformat()

    found = client.get(f"/records?action=PERSON_REGISTERED&since={since}&sort=at")
    first = see(found)
    onward = next(a.attrs["href"] for a in first.all("a") if "次のページ" in a.text)
    second = see(client.get(f"/records{onward}"))
    newest = see(client.get(f"/records?action=PERSON_REGISTERED&since={since}"))

    times = [e.attrs["datetime"] for page in (first, second) for e in page.all("time")]
    assert times == sorted(times)
    assert len(times) >= 60
    assert "古いものから並んでいます。" in text_of(found)
    assert next(e.attrs["datetime"] for e in newest.all("time")) >= times[-1]


def test_records_of_the_contract_are_a_list_of_their_own(cast: Cast) -> None:
    cast.a.client(RoleKind.STEWARD)

    text = text_of(browser(cast.a, RoleKind.AUDITOR).get("/records?of=contract"))

    assert "クライアント証明書の発行" in text
    assert "個人番号の登録" not in text.split("<tbody")[1]


def test_csv_has_what_the_list_shows_and_no_formula(cast: Cast) -> None:
    digits = new_number()
    person = with_number(cast.a, employee(cast.a, name="表計算　一"), digits)
    client = browser(cast.a, RoleKind.AUDITOR)

    answer = client.post("/records/export", {"as": "csv", "subject": str(person.id)})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    lines = list(csv.reader(StringIO(text)))
    assert lines[0][:5] == ["日時", "操作した人", "権限", "操作", "対象者"]
    assert [line[3:5] for line in lines[1:]] == [
        ["個人番号の登録", "表計算　一"],
        ["個人情報の登録", "表計算　一"],
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", lines[1][0])
    assert "健康保険・厚生年金保険届出事務" in lines[1][6]
    assert digits not in text
    with cast.a.scope():
        exported = ledger.Filter(actions=(Action.LEDGER_EXPORTED,))
        assert ledger.records(cast.a.company.id, exported).entries


def test_export_is_accepted_by_the_verifier_that_stands_alone(cast: Cast, tmp_path: Path) -> None:
    employee(cast.a)
    client = browser(cast.a, RoleKind.AUDITOR)

    answer = client.post("/records/export", {"as": "lines"})

    file = tmp_path / "records.jsonl"
    file.write_bytes(b"".join(answer.streaming_content))
    verifier = Path(azukari.ledger.standalone.__file__).parent / "verify_ledger.py"
    ran = subprocess.run([sys.executable, verifier, file], capture_output=True, check=False)
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode()


def test_verification_recomputes_and_says_so(cast: Cast) -> None:
    employee(cast.a)
    client = browser(cast.a, RoleKind.AUDITOR)

    before = client.get("/records/verify")
    after = client.post("/records/verify")

    assert "記録は書き換えられていません。" not in text_of(before)
    assert "記録は書き換えられていません。" in text_of(after)
    assert f"azukari/ledger/{cast.a.company.id}+" in text_of(after)
    with cast.a.scope():
        verified = ledger.Filter(actions=(Action.LEDGER_VERIFIED,))
        assert ledger.records(cast.a.company.id, verified).entries


@pytest.mark.parametrize(
    ("path", "method"),
    [("/records", "get"), ("/records/verify", "get"), ("/records/export", "post")],
)
def test_operator_does_not_oversee(cast: Cast, path: str, method: str) -> None:
    answer = getattr(browser(cast.a), method)(path)

    assert answer.status_code == 403


def test_other_tenant_sees_none_of_our_records(cast: Cast) -> None:
    person = employee(cast.a, name="見えない　丁")
    client = browser(cast.b, RoleKind.AUDITOR)

    for answer in (
        client.get("/records"),
        client.get("/records", {"q": person.employee_code}),
        client.get("/records", {"subject": str(person.id)}),
    ):
        assert "見えない　丁" not in text_of(answer)
    csv_file = client.post("/records/export", {"as": "csv", "subject": str(person.id)})
    assert len(b"".join(csv_file.streaming_content).decode().splitlines()) == 1


def test_search_refuses_a_number(cast: Cast) -> None:
    answer = browser(cast.a, RoleKind.AUDITOR).get("/records", {"q": new_number()})

    assert answer.url == "/records"
