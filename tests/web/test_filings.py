from datetime import date
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from pypdfium2 import PdfDocument

from azukari.filings.catalog.social_insurance import shfd0006
from azukari.jobs import filings as jobs
from azukari.progress.actions import of_subject
from azukari.tenancy.rights import RoleKind
from azukari.use import actions, queries
from azukari.use.models import Filing, FilingState
from tests.cast import Cast, Side
from tests.use.cast import fresh, joined, made, numbers, prepared
from tests.web.browser import browser, errors_of, holds_digits, see, text_of
from tests.web.filing import NEW, chosen, typed

pytestmark = pytest.mark.usefixtures("existing_routes")


def facts_in(side: Side, filing: Filing) -> list[dict[str, Any]]:
    with side.scope():
        return [one.asked for one in queries.subjects_of(filing)]


def test_from_choosing_to_the_file(cast: Cast) -> None:
    digits = numbers(2)
    people = [joined(cast.a, one, name="長谷川　山田　太郎之助") for one in digits]
    client = browser(cast.a)

    answer = client.post(NEW, chosen(cast.a, *people))
    with cast.a.scope():
        filing = Filing.objects.order_by("-id").first()
    assert filing is not None
    assert answer.url == f"/filings/{filing.id}/facts"
    answer = client.post(answer.url, typed(filing, cast.a, act="next"))
    assert answer.url == f"/filings/{filing.id}"
    assert ">作成する" in text_of(client.get(answer.url)).replace("\n", "")
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


def test_each_download_is_counted_on_the_page(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    client = browser(cast.a)

    first, second = (client.post(f"/filings/{filing.id}/file").content for _ in range(2))

    assert first == second
    assert "2回（最後は" in text_of(client.get(f"/filings/{filing.id}"))


def test_after_its_time_a_file_is_fetched_again_for_a_reason(cast: Cast) -> None:
    filing = made(cast.a, prepared(cast.a, joined(cast.a)))
    with cast.a.scope():
        Filing.objects.filter(id=filing.id).update(expires_at=timezone.now())
    client = browser(cast.a)
    late = client.post(f"/filings/{filing.id}/file", follow=True)

    asked = client.post(f"/filings/{filing.id}/again", {"reason": "記載の確認"}, follow=True)

    assert "ダウンロードの期限が過ぎました" in text_of(late)
    assert "もう一度ダウンロードできます" in text_of(asked)
    answer = client.post(f"/filings/{filing.id}/file")
    assert len(shfd0006.read(answer.content).records) == 1


def test_passphrase_is_chosen_with_the_output_and_shown_once(cast: Cast) -> None:
    person = joined(cast.a, None, postcode="1000013", address="東京都千代田区")
    client = browser(cast.a)
    form = "/filings/new/gensen_kyuyo_recipient"
    assert "PDFをパスワードで暗号化する" in text_of(client.get(form))
    assert "暗号化する" not in text_of(client.get(NEW))  # a data file is what the office takes
    client.post(form, chosen(cast.a, person, year="2025", output="pdf", locked="on"))
    with cast.a.scope():
        filing = Filing.objects.order_by("-id")[0]
    assert filing.locked
    done = locked_and_made(cast.a, filing)

    shown = client.post(f"/filings/{done.id}/passphrase")
    again = client.post(f"/filings/{done.id}/passphrase", follow=True)

    passphrase = shown.context["passphrase"]
    assert passphrase in text_of(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert "パスワードは1回だけ表示しました" in text_of(again)
    assert passphrase not in text_of(again)
    content = client.post(f"/filings/{done.id}/file").content
    assert len(PdfDocument(content, password=passphrase)) == 1
    officer = browser(cast.a, RoleKind.OFFICER)
    assert officer.post(f"/filings/{done.id}/passphrase").status_code == 403


def locked_and_made(side: Side, filing: Filing) -> Filing:
    with side.scope():
        [one] = queries.subjects_of(filing)
        paid = {one.person.id: {**one.asked, "pay.total": 3_600_000, "pay.tax": 52_000}}
        actions.set_facts(filing, paid, actor=side.operator)
    done = made(side, filing)
    assert (done.state, done.problems) == (FilingState.MADE, [])
    return done


def test_double_click_on_make_makes_one(cast: Cast) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    filing = prepared(cast.a, joined(cast.a))
    client = browser(cast.a)

    for _ in range(2):
        client.post(f"/filings/{filing.id}/make")

    assert ProcrastinateJob.objects.filter(args__filing_id=str(filing.id)).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (
            "pay_currency",
            "三十万",
            "報酬月額（通貨）：金額を1円単位の数字で入力してください（例：300000）。",
        ),
        (
            "acquired",
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
    assert "ev.pay_currency" not in facts_in(cast.a, filing)[0]


def test_facts_take_wide_digits_and_both_calendars(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), pay=None)
    sent = typed(filing, cast.a, pay_currency="３００，０００円", acquired="R8.4.2")

    browser(cast.a).post(f"/filings/{filing.id}/facts", sent)

    [facts] = facts_in(cast.a, filing)
    assert (facts["ev.pay_currency"], facts["ev.acquired"]) == (300_000, date(2026, 4, 2))
    assert facts["ev.insured_kind"] == "1"  # what stands folded away stays


def test_every_question_stands_on_the_page_of_the_person(cast: Cast) -> None:
    person = joined(cast.a)
    filing = prepared(cast.a, person)
    client, url = browser(cast.a), f"/filings/{filing.id}/facts/{person.id}"
    sent = {"own-ev__pay_currency": "250000", "own-ev__short_time": "on", "own-ev__note": "週３日"}

    answer = client.post(url, sent)
    refused = client.post(url, {**sent, "own-ev__note": f"番号{numbers(1)[0]}"})

    assert answer.url == f"/filings/{filing.id}/facts"
    assert facts_in(cast.a, filing) == [
        {"ev.pay_currency": 250_000, "ev.short_time": True, "ev.note": "週３日"}
    ]
    assert "備考：12桁の数字が入っています。" in errors_of(refused)[0]


def test_one_value_for_everybody(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), joined(cast.a))
    sent = typed(filing, cast.a, act="apply-all") | {
        "all-ev__pay_currency": "210000", "all-ev__certificate_needed": "1",
    }  # fmt: skip

    browser(cast.a).post(f"/filings/{filing.id}/facts", sent)

    found = facts_in(cast.a, filing)
    assert [(one["ev.pay_currency"], one["ev.certificate_needed"]) for one in found] == [
        (210_000, True)
    ] * 2


def test_people_are_taken_off(cast: Cast) -> None:
    staying, leaving = joined(cast.a), joined(cast.a)
    filing = prepared(cast.a, staying, leaving)
    sent = typed(filing, cast.a, act="leave-out") | {"selected": [str(leaving.id)]}

    browser(cast.a).post(f"/filings/{filing.id}/facts", sent)

    with cast.a.scope():
        assert [one.person.id for one in queries.subjects_of(filing)] == [staying.id]


def test_what_is_missing_and_what_is_rewritten_is_told_before(cast: Cast) -> None:
    filing = prepared(cast.a, joined(cast.a), pay=None)
    client = browser(cast.a)

    facts = unescape(text_of(client.get(f"/filings/{filing.id}/facts")))
    last = unescape(text_of(client.get(f"/filings/{filing.id}")))

    assert "報酬月額（通貨）／記入されていません" in facts
    assert "<td>ヤマダ　タロウ</td><td><b>ﾔﾏﾀﾞ ﾀﾛｳ</b></td>" in last
    assert f'href="/filings/{filing.id}/facts/' in last  # where it is mended


def test_fifty_people_stand_on_one_page_and_the_rest_on_the_next(cast: Cast) -> None:
    people = [joined(cast.a, None) for _ in range(51)]
    filing = prepared(cast.a, *people)
    client = browser(cast.a)

    first = text_of(client.get(f"/filings/{filing.id}/facts"))
    second = text_of(client.get(f"/filings/{filing.id}/facts?from=51"))
    answer = client.post(
        f"/filings/{filing.id}/facts",
        {key: value for key, value in typed(filing, cast.a, act="next").items()
         if people[50].id.hex not in key},
    )  # fmt: skip

    assert first.count('-ev__pay_currency"') - first.count('all-ev__pay_currency"') >= 50
    assert people[50].id.hex not in first
    assert people[50].id.hex in second
    assert answer.url == f"/filings/{filing.id}/facts?from=51"


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
    assert f"/filings/{filing.id}/make" not in page


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
        door.keep_until(cast.a.company.id, [filing.cell], timezone.now())
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
    assert "/make" not in text_of(officer.get(f"/filings/{open_one.id}"))
    assert officer.post(f"/filings/{filing.id}/file").status_code == 403
    assert officer.post(f"/filings/{filing.id}/make").status_code == 403
    assert officer.get("/filings/new").status_code == 403


def test_auditor_and_steward_do_not_see_filings(cast: Cast) -> None:
    for kind in (RoleKind.AUDITOR, RoleKind.STEWARD):
        assert browser(cast.a, kind).get("/filings").status_code == 403


def test_other_contract_gets_not_found_on_every_address(cast: Cast) -> None:
    person = joined(cast.a, name="秘密　太郎")
    filing = made(cast.a, prepared(cast.a, person))
    stranger = browser(cast.b)

    answers = [
        stranger.get(f"/filings/{filing.id}"),
        stranger.get(f"/filings/{filing.id}/facts"),
        stranger.post(f"/filings/{filing.id}/facts", {"act": "save"}),
        stranger.get(f"/filings/{filing.id}/facts/{person.id}"),
        stranger.get(f"/filings/{filing.id}/preview"),
        stranger.get(f"/filings/{filing.id}/figures"),
        stranger.get(f"/filings/{filing.id}/figures.csv"),
        stranger.post(f"/filings/{filing.id}/make"),
        stranger.post(f"/filings/{filing.id}/file"),
        stranger.post(f"/filings/{filing.id}/passphrase"),
        stranger.post(f"/filings/{filing.id}/again", {"reason": "x"}),
        stranger.post(f"/filings/{filing.id}/follow", {"act": "cancel"}),
        stranger.post(f"/filings/{filing.id}/destroy"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert not any("秘密" in text_of(answer) or "A商事" in text_of(answer) for answer in answers)
    assert str(filing.id) not in text_of(stranger.get("/filings"))
