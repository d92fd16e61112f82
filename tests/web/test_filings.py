from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.jobs import filings as jobs
from azukari.progress.actions import of_subject
from azukari.tenancy.rights import RoleKind
from azukari.use import queries
from azukari.use.models import Filing, FilingState
from tests.cast import Cast, Side
from tests.use.cast import fresh, joined, made, numbers, prepared
from tests.web.browser import browser, errors_of, holds_digits, see, text_of

pytestmark = pytest.mark.usefixtures("existing_routes")


def chosen(side: Side, *people: Any, **more: str) -> dict[str, Any]:
    return {
        "form": "2200700",
        "office": str(side.office.id),
        "selected": [str(person.id) for person in people],
        "act": "selected",
        **more,
    }


def typed(filing: Filing, side: Side, **changes: Any) -> dict[str, Any]:
    """The facts page as a browser sends it back, with the same changes for everybody."""
    sent: dict[str, Any] = {"act": "save"}
    with side.scope():
        for one in queries.subjects_of(filing):
            facts = {
                "pay_currency": "300000",
                "acquired_on": one.facts.acquired_on or "",
                "insured_kind": one.facts.insured_kind,
                "acquisition_class": one.facts.acquisition_class,
                "has_dependents": "0",
                **{key: value for key, value in changes.items() if key != "act"},
            }
            sent |= {f"p{one.person.id.hex}-{name}": value for name, value in facts.items()}
    return sent | ({"act": changes["act"]} if "act" in changes else {})


def facts_in(side: Side, filing: Filing) -> list[Any]:
    with side.scope():
        return [one.facts for one in queries.subjects_of(filing)]


def test_from_choosing_to_the_file(cast: Cast) -> None:
    digits = numbers(2)
    people = [joined(cast.a, one, name="長谷川　山田　太郎之助") for one in digits]
    client = browser(cast.a)

    answer = client.post("/filings/new", chosen(cast.a, *people))
    with cast.a.scope():
        filing = Filing.objects.order_by("-id").first()
    assert filing is not None
    assert answer.url == f"/filings/{filing.id}/facts"
    answer = client.post(answer.url, typed(filing, cast.a, act="next"))
    assert answer.url == f"/filings/{filing.id}"
    assert "ファイルを作成する" in text_of(client.get(answer.url))
    answer = client.post(f"/filings/{filing.id}/make")
    assert answer.url == f"/filings/{filing.id}"
    assert "hx-get" in text_of(client.get(answer.url))
    with cast.a.scope():
        task = of_subject(filing.id)
    assert task is not None
    jobs.make(cast.a.operator, task.id, filing.id)
    page = client.get(f"/filings/{filing.id}")
    answer = client.post(f"/filings/{filing.id}/file")

    done = fresh(cast.a, filing)
    assert done.sha256 in text_of(page)
    assert not any(holds_digits(page, one) for one in digits)
    assert answer["Content-Disposition"] == 'attachment; filename="SHFD0006.CSV"'
    assert [
        record[12] == one
        for record, one in zip(shfd0006.read(answer.content).records, digits, strict=True)
    ] == [True, True]


def test_second_download_is_refused_with_words(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    client = browser(cast.a)
    client.post(f"/filings/{filing.id}/file")

    answer = client.post(f"/filings/{filing.id}/file", follow=True)

    assert "このファイルはダウンロード済みです" in text_of(answer)
    assert "text/html" in answer["Content-Type"]
    assert "ファイルをダウンロードする" not in text_of(answer)


def test_double_click_on_make_makes_one(cast: Cast) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    filing = prepared(cast.a, joined(cast.a))
    client = browser(cast.a)

    for _ in range(2):
        client.post(f"/filings/{filing.id}/make")

    assert ProcrastinateJob.objects.filter(args__filing_id=str(filing.id)).count() == 1


def test_choosing_nobody_says_so_and_keeps_the_page(cast: Cast) -> None:
    answer = browser(cast.a).post("/filings/new", chosen(cast.a))

    assert errors_of(answer) == ["届け出る人が1人も選ばれていません。1人以上選んでください。"]


def test_choosing_everybody_of_the_filter(cast: Cast) -> None:
    people = [joined(cast.a, None, hired_on=date(2019, 6, 3)) for _ in range(3)]
    joined(cast.a, None, hired_on=date(2019, 6, 4))
    period = urlencode({"hired_from": "令和元年6月3日", "hired_to": "2019/6/3"})

    browser(cast.a).post(f"/filings/new?{period}", chosen(cast.a, act="all"))

    with cast.a.scope():
        filing = Filing.objects.order_by("-id")[0]
        on_it = {one.person.id for one in queries.subjects_of(filing)}
    assert on_it == {person.id for person in people}


def test_candidates_show_what_is_missing(cast: Cast) -> None:
    person = joined(cast.a, None, birth_date=None)

    page = browser(cast.a).get("/filings/new", {"q": person.employee_code})

    assert "生年月日、個人番号" in text_of(page)


def test_number_is_not_searched_for(cast: Cast) -> None:
    answer = browser(cast.a).get("/filings/new", {"q": numbers(1)[0]})

    assert answer.url == "/filings/new"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "pay_currency",
            "三十万",
            "報酬月額（通貨）：金額を1円単位の数字で入力してください（例：300000）。",
        ),
        (
            "acquired_on",
            "令和8年13月1日",
            "資格取得年月日：存在しない日付です。年月日をもう一度ご確認ください。",
        ),
    ],
)
def test_facts_that_cannot_be_read_are_told_and_kept(
    cast: Cast, field: str, value: str, said: str
) -> None:
    filing = prepared(cast.a, joined(cast.a), pay=None)

    answer = browser(cast.a).post(
        f"/filings/{filing.id}/facts", typed(filing, cast.a, **{field: value})
    )

    assert errors_of(answer) == [said]
    assert f'value="{value}"' in text_of(answer)
    assert facts_in(cast.a, filing)[0].pay_currency is None


def test_facts_take_wide_digits_and_both_calendars(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), pay=None)
    sent = typed(filing, cast.a, pay_currency="３００，０００円", acquired_on="R8.4.2",
                 marks=["short_time"], note="週３日")  # fmt: skip

    browser(cast.a).post(f"/filings/{filing.id}/facts", sent)

    [facts] = facts_in(cast.a, filing)
    assert (facts.pay_currency, facts.acquired_on) == (300_000, date(2026, 4, 2))
    assert (facts.short_time, facts.rehired, facts.note) == (True, False, "週３日")


def test_note_with_a_number_is_refused_at_its_field(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a))

    answer = browser(cast.a).post(
        f"/filings/{filing.id}/facts", typed(filing, cast.a, note=f"番号{numbers(1)[0]}")
    )

    assert "備考：12桁の数字が入っています。" in errors_of(answer)[0]
    assert facts_in(cast.a, filing)[0].note == ""


def test_one_value_for_everybody(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), joined(cast.a))
    sent = typed(filing, cast.a, act="apply-all") | {
        "all-pay_currency": "210000", "all-certificate_needed": "1",
    }  # fmt: skip

    browser(cast.a).post(f"/filings/{filing.id}/facts", sent)

    assert [(one.pay_currency, one.certificate_needed) for one in facts_in(cast.a, filing)] == [
        (210_000, True)
    ] * 2


def test_people_are_taken_off(cast: Cast) -> None:
    staying, leaving = joined(cast.a), joined(cast.a)
    filing = prepared(cast.a, staying, leaving)
    sent = typed(filing, cast.a, act="leave-out") | {"selected": [str(leaving.id)]}

    browser(cast.a).post(f"/filings/{filing.id}/facts", sent)

    with cast.a.scope():
        assert [one.person.id for one in queries.subjects_of(filing)] == [staying.id]


def test_facts_page_shows_conversions_and_what_is_missing(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), pay=None)

    page = unescape(text_of(browser(cast.a).get(f"/filings/{filing.id}/facts")))

    assert "ヤマダ　タロウ → <b>ﾔﾏﾀﾞ ﾀﾛｳ</b>" in page
    assert "項番21 報酬月額 通貨によるものの額／記入されていません" in page


def test_hundred_people_stand_on_one_page_and_the_rest_on_the_next(cast: Cast) -> None:
    people = [joined(cast.a, None) for _ in range(101)]
    filing = prepared(cast.a, *people)
    client = browser(cast.a)

    first = text_of(client.get(f"/filings/{filing.id}/facts"))
    second = text_of(client.get(f"/filings/{filing.id}/facts?from=101"))
    answer = client.post(
        f"/filings/{filing.id}/facts",
        {key: value for key, value in typed(filing, cast.a, act="next").items()
         if people[100].id.hex not in key},
    )  # fmt: skip

    assert first.count('-pay_currency"') - first.count('all-pay_currency"') >= 100
    assert people[100].id.hex not in first
    assert people[100].id.hex in second
    assert answer.url == f"/filings/{filing.id}/facts?from=101"


def test_refused_page_names_each_failure_by_person_and_item(cast: Cast) -> None:
    bad = joined(cast.a, name="髙橋　太郎")
    filing = made(cast.a, prepared(cast.a, joined(cast.a), bad))

    page = text_of(browser(cast.a).get(f"/filings/{filing.id}"))

    assert "項番8 被保険者氏名（漢字）／届書に使えない文字「髙」があります" in page
    assert f'href="/people/{bad.id}"' in page
    assert "媒体通番は進んでいません" in page


def test_prepared_page_with_failures_offers_no_making(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a, None))

    page = text_of(browser(cast.a).get(f"/filings/{filing.id}"))

    assert "まだ作成できません" in page
    assert "ファイルを作成する" not in page


def test_result_page_shows_what_the_cover_sheet_asks(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a), joined(cast.a)))

    page = text_of(browser(cast.a).get(f"/filings/{filing.id}"))

    for value in ("2件", "01－ｹｲﾄ", "12345", f"{filing.media_number:03d}"):
        assert value in page


def test_destroyed_file_leaves_its_record(cast: Cast) -> None:
    from azukari.use.actions import files_gone
    from azukari.vault import door

    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    with cast.a.scope():
        door.keep_until(cast.a.company.id, filing.cell, timezone.now())
        door.destroy_due(cast.a.company.id, files_gone)

    page = text_of(browser(cast.a).get(f"/filings/{filing.id}"))

    assert "ファイルは廃棄しました" in page
    assert filing.sha256 in page


@pytest.mark.parametrize("state", [FilingState.MAKING, FilingState.MADE])
def test_facts_of_a_filing_under_way_lead_back_to_it(cast: Cast, state: FilingState) -> None:
    filing = prepared(cast.a, joined(cast.a))
    with cast.a.scope():
        Filing.objects.filter(id=filing.id).update(state=state)

    answer = browser(cast.a).get(f"/filings/{filing.id}/facts")

    assert answer.url == f"/filings/{filing.id}"


def test_list_finds_by_state_and_pages(cast: Cast) -> None:
    for _ in range(51):
        prepared(cast.b, joined(cast.b, None), pay=None)
    client = browser(cast.b)

    first = see(client.get("/filings"))
    after = next(a.attrs["href"] for a in first.all("a") if "after=" in (a.attrs.get("href") or ""))
    second = client.get(f"/filings{after}")

    assert len(first.all("tr")) == 51
    assert "before=" in text_of(second)
    assert len(see(client.get("/filings", {"state": "destroyed"})).all("tr")) == 0


def test_officer_looks_and_cannot_make_or_take(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    open_one = prepared(cast.a, joined(cast.a))
    officer = browser(cast.a, RoleKind.OFFICER)

    page = officer.get(f"/filings/{filing.id}")

    assert page.status_code == 200
    assert "ダウンロードする権限がありません" in text_of(page)
    assert "ファイルを作成する" not in text_of(officer.get(f"/filings/{open_one.id}"))
    assert officer.post(f"/filings/{filing.id}/file").status_code == 403
    assert officer.post(f"/filings/{filing.id}/make").status_code == 403
    assert officer.get("/filings/new").status_code == 403


def test_auditor_and_steward_do_not_see_filings(cast: Cast) -> None:
    for kind in (RoleKind.AUDITOR, RoleKind.STEWARD):
        assert browser(cast.a, kind).get("/filings").status_code == 403


def test_other_contract_gets_not_found_on_every_address(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a, name="秘密　太郎")))
    stranger = browser(cast.b)

    answers = [
        stranger.get(f"/filings/{filing.id}"),
        stranger.get(f"/filings/{filing.id}/facts"),
        stranger.post(f"/filings/{filing.id}/facts", {"act": "save"}),
        stranger.post(f"/filings/{filing.id}/make"),
        stranger.post(f"/filings/{filing.id}/file"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert not any("秘密" in text_of(answer) or "A商事" in text_of(answer) for answer in answers)
    assert str(filing.id) not in text_of(stranger.get("/filings"))


def test_people_of_another_contract_cannot_be_chosen(cast: Cast) -> None:
    stranger = joined(cast.a)

    answer = browser(cast.b).post("/filings/new", chosen(cast.b, stranger))

    assert errors_of(answer) == ["届け出る人が1人も選ばれていません。1人以上選んでください。"]
