"""Choosing whom a filing is about."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from azukari.jobs import filings as jobs
from azukari.law.purpose import Purpose
from azukari.progress.actions import of_subject
from azukari.use import preparing, queries
from azukari.use.models import Filing
from tests.cast import Cast
from tests.use.cast import joined, numbers
from tests.web.browser import browser, errors_of, text_of
from tests.web.filing import NEW, NOBODY, chosen

pytestmark = pytest.mark.usefixtures("existing_routes")


def test_many_people_are_waited_for_on_a_page_of_their_own(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "AT_ONCE", 1)
    people = [joined(cast.a), joined(cast.a)]
    client = browser(cast.a)

    answer = client.post(NEW, chosen(cast.a, *people))
    page = client.get(answer.url)
    refused = client.get(f"{answer.url}/facts", follow=True)

    with cast.a.scope():
        filing = Filing.objects.order_by("-id")[0]
        task = of_subject(filing.id)
    assert answer.url == f"/filings/{filing.id}"
    assert "選んだ人の内容を準備しています" in text_of(page)
    assert "hx-get" in text_of(page)
    assert "内容を準備しています" in text_of(refused)
    assert task is not None
    jobs.prepare(cast.a.operator, task.id, filing.id)
    assert client.get(f"/filings/{filing.id}/facts").status_code == 200


def test_choosing_nobody_says_so_and_keeps_the_page(cast: Cast) -> None:
    answer = browser(cast.a).post(NEW, chosen(cast.a))

    assert errors_of(answer) == [NOBODY]


def test_choosing_everybody_of_the_filter(cast: Cast) -> None:
    people = [joined(cast.a, None, hired_on=date(2019, 6, 3)) for _ in range(3)]
    joined(cast.a, None, hired_on=date(2019, 6, 4))
    period = urlencode({"hired_from": "令和元年6月3日", "hired_to": "2019/6/3"})

    browser(cast.a).post(f"{NEW}?{period}", chosen(cast.a, act="all"))

    with cast.a.scope():
        filing = Filing.objects.order_by("-id")[0]
        on_it = {one.person.id for one in queries.subjects_of(filing)}
    assert on_it == {person.id for person in people}


def test_pasted_codes_choose_people_and_strangers_are_named(cast: Cast) -> None:
    people = [joined(cast.a, None) for _ in range(2)]
    stranger = joined(cast.b, None)
    codes = "\n".join(person.employee_code for person in people)
    client = browser(cast.a)

    refused = client.post(
        NEW, chosen(cast.a, act="codes", codes=f"{codes}、{stranger.employee_code}")
    )
    answer = client.post(NEW, chosen(cast.a, act="codes", codes=codes))

    assert errors_of(refused) == [
        f"社員番号を貼り付ける：{stranger.employee_code} の人はいません。番号を確かめるか、取り除いてください。"
    ]
    with cast.a.scope():
        filing = Filing.objects.order_by("-id")[0]
        assert [one.person.id for one in queries.subjects_of(filing)] == [one.id for one in people]
    assert answer.url == f"/filings/{filing.id}/facts"


def test_candidates_show_whether_the_number_fits(cast: Cast) -> None:
    other = joined(cast.a, purposes=[Purpose.TAX_WITHHOLDING])

    page = browser(cast.a).get(NEW, {"q": other.employee_code})

    assert "利用目的が違います" in text_of(page)


def test_number_is_not_searched_for(cast: Cast) -> None:
    answer = browser(cast.a).get(NEW, {"q": numbers(1)[0]})

    assert answer.url == NEW


def test_page_begins_with_those_who_are_waited_for(cast: Cast) -> None:
    today = timezone.localdate()
    waiting = joined(cast.b, None, hired_on=today, name="入社　待子")
    joined(cast.b, None, hired_on=date(2019, 4, 1), name="古参　一郎")
    client = browser(cast.b)

    first, everybody = client.get(NEW), client.get(NEW, {"due": "0"})

    assert ("待子" in text_of(first), "古参" in text_of(first)) == (True, False)
    assert "古参" in text_of(everybody)
    client.post(NEW, chosen(cast.b, act="all"))
    with cast.b.scope():
        filing = Filing.objects.order_by("-id")[0]
        assert waiting.id in {one.person.id for one in queries.subjects_of(filing)}


def test_people_of_another_contract_cannot_be_chosen(cast: Cast) -> None:
    stranger = joined(cast.a)

    answer = browser(cast.b).post(NEW, chosen(cast.b, stranger))

    assert errors_of(answer) == [NOBODY]
