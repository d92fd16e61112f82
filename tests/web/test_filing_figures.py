"""Figures sent from the screen: columns told apart once, remembered by the company, two tenants."""

import csv
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.jobs.filings import take_told
from azukari.ledger.actions import Action
from azukari.progress.models import Progress, State
from azukari.register.actions import keep_figures
from azukari.use import actions, figures, preparing, queries, yearly
from azukari.use.models import Filing, FilingState
from tests.cast import Cast, Side
from tests.use.cast import joined, leaf_of
from tests.web.browser import browser, errors_of, family_member, text_of

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


def test_columns_are_told_apart_once_and_remembered_by_the_company(cast: Cast) -> None:
    first, second = joined(cast.a, None), joined(cast.a, None)
    client = browser(cast.a)
    one, two = report(cast.a, first), report(cast.a, second)
    text = "社員番号,ふしぎな支給額\r\n{},5000000\r\n"

    away = client.post(f"/filings/{one.id}/figures", sent(text.format(first.employee_code)))
    page = client.get(away.url)
    refused = client.post(away.url, {"column_0": "-", "column_1": "pay.total"})
    back = client.post(away.url, {"column_0": "code", "column_1": "pay.total"})
    at_once = client.post(f"/filings/{two.id}/figures", sent(text.format(second.employee_code)))

    assert away.url == f"/filings/{one.id}/figures"
    assert "ふしぎな支給額" in text_of(page)
    assert errors_of(refused) == ["社員番号（支払先コード）の列を1つ選んでください。"]
    assert back.url == f"/filings/{one.id}/facts"
    assert asked(cast.a, one)[0]["pay.total"] == 5_000_000
    assert at_once.url == f"/filings/{two.id}/facts"
    assert asked(cast.a, two)[0]["pay.total"] == 5_000_000
    # Another company has told nobody.
    other = report(cast.b, joined(cast.b, None))
    theirs = browser(cast.b).post(f"/filings/{other.id}/figures", sent(text.format("X")))
    assert theirs.url == f"/filings/{other.id}/figures"


def test_file_waits_in_the_vault_and_goes_when_it_has_been_read(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/figures"
    client.post(url, sent(f"社員番号,謎\r\n{person.employee_code},1\r\n"))
    with cast.a.scope():
        assert Filing.objects.get(id=filing.id).figures_cell is not None

    client.post(url, {"column_0": "code", "column_1": "-"})

    with cast.a.scope():
        assert Filing.objects.get(id=filing.id).figures_cell is None
    assert len(leaf_of(cast.a, Action.SHEET_RECEIVED, filing)) == 1


def test_bad_cells_are_listed_and_good_ones_taken(cast: Cast) -> None:
    person = joined(cast.a, None)
    filing = report(cast.a, person)
    text = f"社員番号,支払金額,源泉徴収税額\r\n{person.employee_code},4000000,たくさん\r\nNOBODY,1,1\r\n"

    page = text_of(browser(cast.a).post(f"/filings/{filing.id}/figures", sent(text)))

    assert "1人分の金額などを入れました" in page
    assert "この帳票にいない人の行が1件ありました（NOBODY）" in page
    assert "金額や数は、1単位の数字で入力してください" in page
    told = asked(cast.a, filing)[0]
    assert (told["pay.total"], "pay.tax" in told) == (4_000_000, False)


def test_template_holds_everybody_with_what_is_known(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in three parts, each after the request."""
    monkeypatch.setattr(figures, "CHUNK", 2)
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
