"""廃棄対象 and 廃棄案 on screen, as two tenants."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from azukari.dispose import due as listing
from azukari.dispose import running
from azukari.dispose.models import BatchState, DisposalBatch, DisposalItem, ItemState
from azukari.law.name import search_key
from azukari.progress import actions as progress
from azukari.register.models import NumberRecord, Person
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side
from tests.dispose.cast import (
    TODAY,
    again,
    approved,
    due_people,
    items,
    proposed,
    ran,
    second_person,
)
from tests.web.browser import browser, errors_of, new_code, new_number, see, text_of


@pytest.fixture
def side(cast: Cast) -> Side:
    return cast.a


def marked(side: Side, count: int = 1, *, due_on: date = TODAY) -> tuple[str, list[NumberRecord]]:
    """People that a search for this word finds, and nobody else."""
    word = new_code()
    return word, due_people(side, count, due_on, name=f"満了 {word}", search_key=search_key(word))


def newest(side: Side) -> DisposalBatch:
    with side.scope():
        return DisposalBatch.objects.order_by("-proposed_at").first()


# 廃棄対象 ---------------------------------------------------------------------------------------


def test_due_numbers_are_listed_and_others_are_not(side: Side) -> None:
    word, _ = marked(side)
    marked(side, due_on=TODAY + timedelta(days=1))
    client = browser(side)

    page = text_of(client.get("/disposals/due", {"q": word}))
    nobody = text_of(client.get("/disposals/due", {"q": word, "kind": "family"}))

    assert f"満了 {word}" in page
    assert "扶養控除等申告書" in page
    assert "条件に合う廃棄対象はありません" in nobody


def test_who_may_not_open_a_person_is_offered_no_way_to_one(side: Side) -> None:
    word, [row] = marked(side)

    led = text_of(browser(side).get("/disposals/due", {"q": word}))
    steward = text_of(browser(side, RoleKind.STEWARD).get("/disposals/due", {"q": word}))

    assert f'href="/people/{row.person_id}"' in led
    assert f"満了 {word}" in steward
    assert "/people/" not in steward


def test_what_comes_later_is_seen_by_looking_ahead(side: Side) -> None:
    ahead = TODAY + timedelta(days=90)
    word, _ = marked(side, due_on=ahead)
    client = browser(side)

    assert f"満了 {word}" not in text_of(client.get("/disposals/due", {"q": word}))
    page = text_of(client.get("/disposals/due", {"q": word, "until": ahead.isoformat()}))
    assert f"満了 {word}" in page
    assert "になるまで実行できません。" in page


def test_what_is_held_back_stands_apart(side: Side) -> None:
    word, [record] = marked(side)
    with side.scope():
        Person.objects.filter(id=record.person_id).update(on_hold=True)
    client = browser(side)

    assert f"満了 {word}" not in text_of(client.get("/disposals/due", {"q": word}))
    held = text_of(client.get("/disposals/due", {"q": word, "show": "held"}))
    assert f"満了 {word}" in held
    assert "廃棄案を作る" not in held


def test_list_pages_by_keyset_in_each_order(side: Side) -> None:
    word, records = marked(side, 55)
    client = browser(side)

    for sort in ("due", "-due", "code", "-code", "name"):
        first = see(client.get("/disposals/due", {"q": word, "sort": sort}))
        [way] = [a for a in first.all("a") if a.text == "次のページ"]
        second = see(client.get(f"/disposals/due{way.attrs['href']}"))
        shown = [
            {row.attrs["value"] for row in page.all("input", name="selected")}
            for page in (first, second)
        ]
        assert [len(one) for one in shown] == [50, 5]
        assert shown[0] | shown[1] == {str(record.id) for record in records}


def test_number_as_search_word_is_refused(side: Side) -> None:
    assert browser(side).get("/disposals/due", {"q": new_number()}).url == "/disposals/due"


def test_other_tenants_numbers_are_not_there(cast: Cast) -> None:
    word, [record] = marked(cast.a)

    assert f"満了 {word}" not in text_of(browser(cast.b).get("/disposals/due"))
    answer = browser(cast.b).post(
        "/disposals/due/propose", {"act": "selected", "selected": [str(record.id)]}, follow=True
    )
    assert "廃棄案に入れられる個人番号がありません。" in text_of(answer)


# waves ------------------------------------------------------------------------------------------


def test_waves_count_every_coming_number_once(database: object) -> None:
    from tests.cast import make_side

    side = make_side("WAVES")
    today = date(2026, 11, 23)
    for day, count in (
        (date(2026, 11, 23), 2),
        (date(2026, 11, 24), 1),
        (date(2026, 12, 31), 1),
        (date(2027, 1, 11), 3),
        (date(2029, 10, 31), 1),
        (date(2029, 11, 1), 1),
        (date(2034, 1, 11), 2),
    ):
        due_people(side, count, day)

    with side.scope():
        waves = listing.coming_waves(today)

    assert waves.now == 2
    assert [(w.first, w.last, w.count, w.peak) for w in waves.coming if w.count] == [
        (date(2026, 11, 24), date(2026, 11, 30), 1, False),
        (date(2026, 12, 1), date(2026, 12, 31), 1, False),
        (date(2027, 1, 1), date(2027, 1, 31), 3, True),
        (date(2029, 10, 1), date(2029, 10, 31), 1, False),
        (date(2029, 11, 1), date(2029, 12, 31), 1, False),
        (date(2034, 1, 1), date(2034, 12, 31), 2, False),
    ]
    spans = [(wave.first, wave.last) for wave in waves.coming]
    assert spans[0][0] == today + timedelta(days=1)
    assert all(ends + timedelta(days=1) == begins for (_, ends), (begins, _) in pairwise(spans))


def test_each_wave_leads_to_its_list_and_the_table_comes_as_csv(side: Side) -> None:
    first_january = date(TODAY.year + 1, 1, 11)
    word, _ = marked(side, due_on=first_january)
    client = browser(side)

    page = see(client.get("/disposals/due"))
    name = f"{first_january.year}年1月（1月11日を含む）"
    [way] = [a for a in page.all("a") if a.text == name]

    assert f"満了 {word}" in text_of(client.get(f"{way.attrs['href']}&q={word}"))
    file = client.get("/disposals/due/waves.csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "時期,はじめの日,おわりの日,件数"
    [line] = [line for line in lines if line.startswith(name)]
    year = first_january.year
    assert line == f"{name},{year}-01-01,{year}-01-31,{_count(side, first_january)}"


def _count(side: Side, january: date) -> int:
    with side.scope():
        return NumberRecord.objects.filter(
            due_on__year=january.year, due_on__month=1, ended_at__isnull=True,
            person__on_hold=False,
        ).count()  # fmt: skip


# the whole way ----------------------------------------------------------------------------------


def test_from_the_list_to_the_certificate_by_two_people(side: Side) -> None:
    word, records = marked(side, 3)
    operator, officer = browser(side), browser(side, RoleKind.OFFICER)
    with second_person(side, wanted=True):
        answer = operator.post(f"/disposals/due/propose?q={word}", {"act": "all"})
        batch = newest(side)
        assert answer.url == f"/disposals/batches/{batch.id}"
        out = items(side, batch)[0]
        kept = operator.post(
            f"{answer.url}/exclude",
            {"act": "exclude", "because": "問い合わせ中", "selected": [str(out.id)]},
            follow=True,
        )
        assert "1件を除外しました。" in text_of(kept)
        reviewed = operator.post(f"{answer.url}/review", follow=True)
        assert "責任者の承認を待っています。" in text_of(reviewed)
        assert operator.get(f"{answer.url}/approve").status_code == 403

        approving = officer.get(f"{answer.url}/approve")
        assert "2件" in text_of(approving)
        wrong = officer.post(f"{answer.url}/approve", {"typed_count": "3"})
        [said] = errors_of(wrong)
        assert said.endswith("件数が違います。上に書かれている件数をもう一度ご確認ください。")
        officer.post(f"{answer.url}/approve", {"typed_count": "２件"})
        assert again(side, batch).state == BatchState.APPROVED

        started = operator.post(f"{answer.url}/run", {"typed_count": "2"}, follow=True)
        assert "廃棄を始めました。" in text_of(started)
    with side.scope():
        task = progress.of_subject(batch.id)
    assert task is not None
    running.run(side.operator, task.id, batch.id)

    done = again(side, batch)
    assert (done.state, done.done, done.excluded) == (BatchState.CERTIFIED, 2, 1)
    page = text_of(operator.get(answer.url))
    assert "問い合わせ中" in page
    [way] = [
        a.attrs["href"]
        for a in see(operator.get(answer.url)).all("a")
        if ".json" in (a.attrs.get("href") or "")
    ]
    document = text_of(operator.get(way))
    certified = [str(record.cell) in document for record in records]
    assert certified == [False, True, True]


def test_failures_are_worded_with_what_to_do_and_tried_again(side: Side) -> None:
    [record] = due_people(side, 1)
    batch = approved(side, [record])
    with side.scope():
        Person.objects.filter(id=record.person_id).update(on_hold=True)
    ran(side, batch)
    client = browser(side)

    page = text_of(client.get(f"/disposals/batches/{batch.id}"))
    assert "廃棄が保留されています。" in page
    assert "保留が解除されたら、もう一度実行してください。" in page
    answer = client.post(f"/disposals/batches/{batch.id}/retry", follow=True)
    assert "もう一度実行しています。" in text_of(answer)
    assert [item.state for item in items(side, batch)] == [ItemState.PENDING]


def test_everything_that_fits_a_search_is_excluded_and_taken_back(side: Side) -> None:
    word, records = marked(side, 2)
    other = due_people(side, 1)
    batch = proposed(side, [*records, *other])
    client, url = browser(side), f"/disposals/batches/{batch.id}"

    client.post(f"{url}/exclude?q={word}", {"act": "exclude-all", "because": "確認中"})
    assert [one.state for one in items(side, batch)] == ["excluded", "excluded", "pending"]
    client.post(f"{url}/exclude?q={word}", {"act": "include-all"})
    assert [one.state for one in items(side, batch)] == ["pending"] * 3


def test_excluding_says_what_is_missing(side: Side) -> None:
    batch = proposed(side, due_people(side, 1))
    client, url = browser(side), f"/disposals/batches/{batch.id}"

    no_reason = client.post(f"{url}/exclude", {"act": "exclude-all", "because": ""}, follow=True)
    number = client.post(f"{url}/exclude", {"act": "exclude-all", "because": "123456789012"})

    assert "理由を入力してください。" in text_of(no_reason)
    assert "12桁の数字が入っています。" in errors_of(number)[0]
    assert [one.state for one in items(side, batch)] == ["pending"]


def test_cancelling_needs_a_reason(side: Side) -> None:
    batch = proposed(side, due_people(side, 1))
    client, url = browser(side), f"/disposals/batches/{batch.id}/cancel"

    assert errors_of(client.post(url, {"because": ""})) == ["取りやめる理由を入力してください。"]
    answer = client.post(url, {"because": "日付の誤り"}, follow=True)

    assert "取りやめました。" in text_of(answer)
    assert again(side, batch).state == BatchState.CANCELLED


def test_those_who_only_look_are_offered_no_act(side: Side) -> None:
    batch = proposed(side, due_people(side, 1))
    for kind in (RoleKind.AUDITOR, RoleKind.STEWARD):
        client = browser(side, kind)
        page = see(client.get(f"/disposals/batches/{batch.id}"))
        assert [
            form
            for form in page.all("form", method="post")
            if "sign-out" not in (form.attrs.get("action") or "")
        ] == []
        for act in ("exclude", "cancel"):
            answer = client.post(f"/disposals/batches/{batch.id}/{act}", {"because": "なし"})
            assert answer.status_code == 403


@pytest.mark.parametrize(
    "act", ["", "/exclude", "/review", "/run", "/stop", "/retry", "/certificates", "/cancel"]
)
def test_other_tenants_batch_is_not_found(cast: Cast, act: str) -> None:
    batch = proposed(cast.a, due_people(cast.a, 1))
    client = browser(cast.b)

    url = f"/disposals/batches/{batch.id}{act}"
    answer = client.post(url, {}) if act else client.get(url)

    assert answer.status_code == 404
    assert batch.code not in text_of(client.get("/disposals/batches")) or _has_one(cast.b, batch)


def _has_one(side: Side, batch: DisposalBatch) -> bool:
    with side.scope():
        return DisposalBatch.objects.filter(code=batch.code).exists()


# one number -------------------------------------------------------------------------------------


def test_one_number_waits_for_the_officer_and_goes_with_the_approval(side: Side) -> None:
    [record] = due_people(side, 1, None)
    with side.scope():
        person = Person.objects.get(id=record.person_id)
    url = f"/people/{person.id}/number/dispose"
    operator, officer = browser(side), browser(side, RoleKind.OFFICER)
    with second_person(side, wanted=True):
        assert "まだ廃棄の時期ではありません。" in text_of(operator.get(url))
        form = {"reason": "left", "note": "", "typed_code": person.employee_code}
        assert "まだ使う目的がある個人番号です。" in errors_of(operator.post(url, form))[0]
        asked = operator.post(url, {**form, "reason": "recorded_by_mistake"}, follow=True)
        assert "廃棄の承認を依頼しました" in text_of(asked)
        batch = newest(side)
        assert f"{person.employee_code}　{person.name}" in text_of(
            officer.get(f"/disposals/batches/{batch.id}/approve")
        )
        officer.post(f"/disposals/batches/{batch.id}/approve", {"typed_count": "1"})
    with side.scope():
        task = progress.of_subject(batch.id)
    assert task is not None
    running.run(side.officer, task.id, batch.id)

    assert again(side, batch).state == BatchState.CERTIFIED
    with side.scope():
        assert DisposalItem.objects.get(batch=batch).state == ItemState.DONE


# the top screen ---------------------------------------------------------------------------------


def test_top_tells_what_is_due_and_what_waits_for_whom(database: object) -> None:
    from tests.cast import make_side

    side = make_side("TOP")
    records = due_people(side, 3)
    batch = proposed(side, records[:1])
    operator = text_of(browser(side).get("/"))
    assert "廃棄できる個人番号" in operator
    assert "確認を待っている廃棄案" in operator
    with second_person(side, wanted=True):
        browser(side).post(f"/disposals/batches/{batch.id}/review")

    assert "承認を待っている廃棄案" in text_of(browser(side, RoleKind.OFFICER).get("/"))
    assert "承認を待っている廃棄案" not in text_of(browser(side).get("/"))


@pytest.mark.parametrize("path", ["due", "batches", "batch", "run", "cancel"])
def test_pages_have_one_heading_and_unique_ids(side: Side, path: str) -> None:
    batch = approved(side, due_people(side, 2))
    urls = {
        "batch": f"batches/{batch.id}",
        **{a: f"batches/{batch.id}/{a}" for a in ("run", "cancel")},
    }

    page = see(browser(side).get(f"/disposals/{urls.get(path, path)}"))

    assert len(page.all("h1")) == 1
    assert len(page.ids) == len(set(page.ids))
