"""Figures sent from the screen: columns told apart once, remembered by the company, two tenants."""

import csv
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.jobs.filings import take_figures, take_told
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.progress.models import Progress, State
from azukari.register.actions import keep_figures
from azukari.use import actions, preparing, queries, yearly
from azukari.use.figures import template
from azukari.use.figures.queries import file_of, task_of
from azukari.use.models import Filing, FilingState
from azukari.vault import door
from tests.cast import Cast, Side
from tests.use.cast import fresh, joined, leaf_of
from tests.web.browser import browser, errors_of, family_member, new_number, text_of

pytestmark = pytest.mark.usefixtures("existing_routes")


def report(side: Side, *people: Any) -> Filing:
    with side.scope():
        return preparing.prepare_filing(
            preparing.Wanted("315", side.office, 2026), people, actor=side.operator
        )


def sent(text: str) -> dict[str, Any]:
    return {"figures": SimpleUploadedFile("payroll.csv", text.encode("cp932"))}


def asked(side: Side, filing: Filing) -> list[dict[str, Any]]:
    with side.scope():
        return [one.asked for one in queries.subjects_of(filing)]


def read_by_worker(side: Side, filing: Filing) -> None:
    with side.scope():
        file, task = file_of(filing), task_of(filing)
    assert file is not None
    assert task is not None
    take_figures(side.operator, task.id, file.id)


def test_columns_are_told_apart_once_and_remembered_by_the_company(cast: Cast) -> None:
    first, second = joined(cast.a, None), joined(cast.a, None)
    client = browser(cast.a)
    one, two = report(cast.a, first), report(cast.a, second)
    text = "社員番号,ふしぎな支給額\r\n{},5000000\r\n"

    away = client.post(f"/filings/{one.id}/figures", sent(text.format(first.employee_code)))
    page = client.get(away.url)
    refused = client.post(away.url, {"column_0": "-", "column_1": "pay.total"})
    back = client.post(away.url, {"column_0": "code", "column_1": "pay.total"})
    read_by_worker(cast.a, one)
    client.post(f"/filings/{two.id}/figures", sent(text.format(second.employee_code)))
    read_by_worker(cast.a, two)

    assert away.url == back.url == f"/filings/{one.id}/figures"
    assert "ふしぎな支給額" in text_of(page)
    assert errors_of(refused) == ["社員番号（支払先コード）の列を1つ選んでください。"]
    assert asked(cast.a, one)[0]["pay.total"] == 5_000_000
    assert asked(cast.a, two)[0]["pay.total"] == 5_000_000
    # Another company has told nobody.
    other = report(cast.b, joined(cast.b, None))
    theirs = browser(cast.b)
    theirs.post(f"/filings/{other.id}/figures", sent(text.format("X")))
    assert "それぞれの列が何かを選んでください" in text_of(
        theirs.get(f"/filings/{other.id}/figures")
    )


def test_file_waits_in_the_vault_and_goes_when_it_has_been_read(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,謎\r\n{person.employee_code},1\r\n"))
    client.post(url, {"column_0": "code", "column_1": "-"})
    waiting = fresh(cast.a, filing).figures_cell
    assert waiting is not None

    read_by_worker(cast.a, filing)

    assert fresh(cast.a, filing).figures_cell is None
    with cast.a.scope():
        assert door.is_destroyed(cast.a.company.id, waiting)
    assert len(leaf_of(cast.a, Action.SHEET_RECEIVED, filing)) == 1


def test_bad_cells_are_listed_and_good_ones_taken(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person, joined(cast.a, None))
    text = f"社員番号,支払金額,源泉徴収税額\r\n{person.employee_code},4000000,たくさん\r\nNOBODY,1,1\r\n"
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(text))
    read_by_worker(cast.a, filing)

    page = text_of(client.get(url))

    assert "1人分の金額などを入れました" in page
    assert "ファイルにない人が1人います" in page
    assert "この帳票にいない人の行が1件ありました（NOBODY）" in page
    assert "金額や数は、1単位の数字で入力してください" in page
    told = asked(cast.a, filing)[0]
    assert (told["pay.total"], "pay.tax" in told) == (4_000_000, False)
    assert "結果を見る" in text_of(client.get(f"/filings/{filing.id}/facts"))


def test_page_shows_how_far_the_file_is_and_then_the_result(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    polls = {"HX-Request": "true"}

    away = client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},7\r\n"))
    page = text_of(client.get(url))
    part = client.get(url, headers=polls)
    facts = client.get(f"/filings/{filing.id}/facts")
    read_by_worker(cast.a, filing)
    over = client.get(url, headers=polls)

    assert away.url == facts.url == url
    assert "順番待ち" in page
    assert "取り消す" in page
    assert text_of(part).startswith('<div class="task"')
    assert f'hx-get="{url}"' in text_of(part)
    assert over.headers["HX-Refresh"] == "true"
    assert "1人分の金額などを入れました" in text_of(client.get(url))


def test_second_click_on_the_same_file_is_one_and_another_file_has_to_wait(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    text = f"社員番号,支払金額\r\n{person.employee_code},{{}}\r\n"

    first = client.post(url, {**sent(text.format(1)), "key": "one"})
    second = client.post(url, {**sent(text.format(1)), "key": "one"})
    other = client.post(url, {**sent(text.format(2)), "key": "one"}, follow=True)
    read_by_worker(cast.a, filing)
    after_all = client.post(url, {**sent(text.format(1)), "key": "one"})

    assert first.url == second.url == after_all.url == url
    assert "この帳票の金額などを読み込んでいます" in text_of(other)
    assert asked(cast.a, filing)[0]["pay.total"] == 1
    with cast.a.scope():
        assert Progress.objects.filter(subject=filing.id).count() == 1
    # What was corrected goes the same way, also from a page that was gone back to.
    client.post(url, {**sent(text.format(3)), "key": "one"})
    read_by_worker(cast.a, filing)
    assert asked(cast.a, filing)[0]["pay.total"] == 3


def test_nothing_else_is_changed_while_a_file_is_read_and_nothing_typed_is_lost(
    cast: Cast,
) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}"
    client.post(f"{url}/figures", sent(f"社員番号,支払金額\r\n{person.employee_code},7\r\n"))
    typed = {f"p{person.id.hex}-pay__total": "123456", "act": "save"}

    saved = text_of(client.post(f"{url}/facts", typed))
    made = text_of(client.post(f"{url}/make", follow=True))

    assert "この帳票の金額などを読み込んでいます" in saved
    assert 'value="123456"' in saved
    assert "この帳票の金額などを読み込んでいます" in made
    assert fresh(cast.a, filing).state == FilingState.PREPARING
    read_by_worker(cast.a, filing)
    client.post(f"{url}/facts", typed)
    assert asked(cast.a, filing)[0]["pay.total"] == 123_456


def test_file_is_given_up_before_a_worker_comes(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},7\r\n"))
    waiting = fresh(cast.a, filing).figures_cell
    assert waiting is not None

    elsewhere = browser(cast.b).post(f"{url}/stop")
    back = client.post(f"{url}/stop")
    read_by_worker(cast.a, filing)

    assert elsewhere.status_code == 404
    assert back.url == f"/filings/{filing.id}/facts"
    assert "読み込みを取り消しました" in text_of(client.get(url))
    assert asked(cast.a, filing)[0].get("pay.total") is None
    with cast.a.scope():
        assert door.is_destroyed(cast.a.company.id, waiting)


def test_worker_who_reads_is_asked_to_stop(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},7\r\n"))
    with cast.a.scope():
        task = task_of(filing)
        assert task is not None
        progress.begin(task.id)

    back = client.post(f"{url}/stop")
    page = text_of(client.get(url))
    with pytest.raises(progress.Cancelled):
        read_by_worker(cast.a, filing)

    assert back.url == url
    assert "切りのよいところで止めます" in page
    assert "読み込みを取り消しました" in text_of(client.get(url))
    assert asked(cast.a, filing)[0].get("pay.total") is None
    assert fresh(cast.a, filing).figures_cell is None


def test_file_that_cannot_be_read_to_its_end_changes_nothing_and_says_why(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    rows = "".join(f"{person.employee_code},{at}\r\n" for at in range(20))
    client.post(url, sent(f'社員番号,支払金額\r\n{rows}"{person.employee_code},"1"0\r\n'))

    read_by_worker(cast.a, filing)
    page = text_of(client.get(url))

    assert "ファイルを読み込めませんでした" in page
    assert "引用符" in page
    assert asked(cast.a, filing)[0].get("pay.total") is None
    assert fresh(cast.a, filing).figures_cell is None


def test_filing_made_meanwhile_is_left_alone(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},7\r\n"))
    with cast.a.scope():
        Filing.objects.filter(id=filing.id).update(state=FilingState.MADE)

    read_by_worker(cast.a, filing)

    assert "ファイルを読み込めませんでした" in text_of(client.get(url))
    assert asked(cast.a, filing)[0].get("pay.total") is None
    assert fresh(cast.a, filing).state == FilingState.MADE


@pytest.mark.parametrize("heading", ["支払金額", "なぞの列"])
def test_file_whose_time_is_over_has_to_be_sent_again(cast: Cast, heading: str) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,{heading}\r\n{person.employee_code},7\r\n"))
    waiting = fresh(cast.a, filing).figures_cell
    assert waiting is not None
    with cast.a.scope():
        actions.files_gone([waiting])

    if heading == "支払金額":
        read_by_worker(cast.a, filing)
    else:
        with cast.a.scope():
            assert file_of(filing) is None
    page = text_of(client.get(url, follow=True))

    assert "ファイルを預かる時間が過ぎました。もう一度送ってください。" in page
    again = client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},8\r\n"))
    assert again.url == url
    read_by_worker(cast.a, filing)
    assert asked(cast.a, filing)[0]["pay.total"] == 8


def test_reading_that_broke_off_can_be_begun_again_or_replaced(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},7\r\n"))
    with cast.a.scope():
        old_file, old_task = file_of(filing), task_of(filing)
        assert old_file is not None
        assert old_task is not None
        progress.fail(old_task.id, "")

    page = text_of(client.get(url))
    client.post(url, sent(f"社員番号,支払金額\r\n{person.employee_code},8\r\n"))
    read_by_worker(cast.a, filing)
    take_figures(cast.a.operator, old_task.id, old_file.id)

    assert "ファイルの読み込みが途中で止まりました" in page
    assert client.get(f"/filings/{filing.id}/facts").status_code == 200
    assert asked(cast.a, filing)[0]["pay.total"] == 8


def test_number_in_the_place_of_a_code_is_not_shown(cast: Cast) -> None:
    filing = report(cast.a, joined(cast.a, None))
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,支払金額\r\n{new_number()},7\r\n"))

    read_by_worker(cast.a, filing)

    assert "1件ありました（（表示しません））" in text_of(client.get(url))


def test_file_of_another_company_is_not_found(cast: Cast) -> None:
    filing = report(cast.a, joined(cast.a, None))
    url = f"/filings/{filing.id}/figures"
    browser(cast.a).post(url, sent("社員番号,支払金額\r\nX,7\r\n"))

    theirs = browser(cast.b)

    assert theirs.get(url).status_code == 404
    assert theirs.post(url, sent("社員番号,支払金額\r\nX,8\r\n")).status_code == 404


def test_template_holds_everybody_with_what_is_known(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in three parts, each after the request."""
    monkeypatch.setattr(template, "CHUNK", 2)
    people = [joined(cast.a, None) for _ in range(5)]
    family_member(cast.a, people[1], birth_date=date(1990, 1, 1), tax_dependent=True)
    filing = report(cast.a, *people)
    with cast.a.scope():
        actions.set_facts(
            filing,
            {people[4].id: {"pay.total": 5_000_000}},
            actor=cast.a.operator,
        )

    answer = browser(cast.a).get(f"/filings/{filing.id}/figures.csv")

    assert answer.streaming
    heads, *rows = csv.reader(text_of(answer).removeprefix("\ufeff").splitlines())
    assert heads[:4] == ["社員番号", "家族連番", "氏名", "支払金額"]
    codes = [one.employee_code for one in people]
    assert [row[0] for row in rows] == [*codes[:2], codes[1], *codes[2:]]
    assert [row[1] for row in rows] == ["", "", "1", "", "", ""]
    assert {len(row) for row in rows} == {len(heads)}
    assert [row[3] for row in rows] == [*[""] * 5, "5000000"]


def test_file_of_another_kind_is_refused_with_words(cast: Cast) -> None:
    filing = report(cast.a, joined(cast.a, None))
    broken = {"figures": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 broken")}

    answer = browser(cast.a).post(f"/filings/{filing.id}/figures", broken, follow=True)

    assert answer.redirect_chain[-1][0] == f"/filings/{filing.id}/facts"
    assert "banner" in text_of(answer)


def test_what_payroll_has_told_is_shown_and_taken(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}"
    with cast.a.scope():
        keep_figures(person, 2026, {"pay.total": 4_800_000}, source="給与", actor=cast.a.operator)
    theirs = report(cast.b, joined(cast.b, None))

    page = client.get(f"{url}/facts")
    back = client.post(f"{url}/figures/told")
    elsewhere = browser(cast.b).post(f"{url}/figures/told")
    nothing = browser(cast.b).get(f"/filings/{theirs.id}/facts")

    assert "1人のうち1人の2026年分の金額が、連携で届いています" in text_of(page)
    assert back.url == f"{url}/facts"
    assert "連携で届いた1人分の金額を入れました。" in text_of(client.get(back.url))
    assert asked(cast.a, filing)[0]["pay.total"] == 4_800_000
    assert elsewhere.status_code == 404
    assert "給与計算サービスから届いた金額" not in text_of(nothing)


def test_figures_of_many_are_put_in_by_a_worker_who_goes_on_where_it_was_killed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yearly, "AT_ONCE", 1)
    monkeypatch.setattr(yearly, "CHUNK", 1)
    people = [joined(cast.a, None) for _ in range(3)]
    filing = report(cast.a, *people)
    with cast.a.scope():
        for at, one in enumerate(people):
            keep_figures(one, 2026, {"pay.total": at + 1}, source="給与", actor=cast.a.operator)
    client = browser(cast.a)

    away = client.post(f"/filings/{filing.id}/figures/told")
    task = UUID(away.url.rpartition("/")[2])
    with cast.a.scope():
        assert yearly.take_some_told(filing.id, task, actor=cast.a.operator)
        half = [one.get("pay.total") for one in asked(cast.a, filing)]
    take_told(cast.a.operator, task, filing.id)
    shown = text_of(client.get(away.url))

    assert half == [1, None, None]
    assert [one["pay.total"] for one in asked(cast.a, filing)] == [1, 2, 3]
    assert "連携で届いた3人分の金額を入れました。" in shown
    assert f"/filings/{filing.id}/facts" in shown
    assert browser(cast.b).get(away.url).status_code == 404


def test_worker_leaves_a_filing_alone_that_was_made_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yearly, "AT_ONCE", 0)
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    with cast.a.scope():
        keep_figures(person, 2026, {"pay.total": 5}, source="給与", actor=cast.a.operator)
    away = browser(cast.a).post(f"/filings/{filing.id}/figures/told")
    task = UUID(away.url.rpartition("/")[2])
    with cast.a.scope():
        Filing.objects.filter(id=filing.id).update(state=FilingState.MADE)

    take_told(cast.a.operator, task, filing.id)

    with cast.a.scope():
        assert Progress.objects.get(id=task).state == State.FAILED
    assert "変更できなくなったため" in text_of(browser(cast.a).get(away.url))
    assert asked(cast.a, filing)[0].get("pay.total") is None
