"""Why a number is kept, holds and periods, as pages; two tenants throughout."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from azukari.law.purpose import Purpose
from azukari.register.models import Hold, Person, RetentionChoice
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, make_side
from tests.register.test_clocks import ALL, hold_number, set_facts
from tests.register.test_holds import REASON, in_days, place
from tests.web.browser import browser, employee, errors_of, family_member, see, text_of


def rows_of(answer: object) -> list[str]:
    return [row.text.strip() for row in see(answer).all("tr")]


def test_a_person_at_work_is_explained_by_purposes(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), [Purpose.HEALTH_PENSION])

    answer = browser(cast.a).get(f"/people/{record.person_id}")

    assert "利用目的が続いているため、廃棄できる日はまだ決まっていません。" in text_of(answer)
    assert (
        "健康保険・厚生年金保険届出事務利用目的が続いています"
        "健康保険法第48条、厚生年金保険法第27条在職中退職するまで利用中"
    ) in rows_of(answer)


def test_a_leaver_is_explained_by_rules(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)
    set_facts(cast.a, record.person, left_on=date(2026, 3, 31))

    answer = browser(cast.a).get(f"/people/{record.person_id}")

    assert "2034年1月11日（令和16年）から廃棄できます。" in text_of(answer)
    assert any(
        "所得税法施行規則第76条の3" in row
        and "2026年3月31日（令和8年）　退職" in row
        and "2027年1月11日（令和9年）から2034年1月10日（令和16年）まで保存中" in row
        for row in rows_of(answer)
    )
    assert "提出期限：2027年1月31日（令和9年）" in text_of(answer)


def test_a_family_member_is_explained_by_the_employee(cast: Cast) -> None:
    host = employee(cast.a)
    member = family_member(cast.a, host)
    hold_number(cast.a, member, [Purpose.HEALTH_PENSION])
    set_facts(cast.a, host, left_on=date(2023, 3, 31))

    text = text_of(browser(cast.a).get(f"/family/{member.id}"))

    assert "2025年4月1日（令和7年）から廃棄できるようになっています。" in text
    assert "社員の退職" in text


def test_without_a_number_nothing_is_explained(cast: Cast) -> None:
    assert "保管している理由" not in text_of(browser(cast.a).get(f"/people/{employee(cast.a).id}"))


# holds -----------------------------------------------------------------------------------------


def test_a_hold_is_placed_shown_and_released(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)
    client = browser(cast.a, RoleKind.OFFICER)
    url = f"/people/{record.person_id}/hold"

    placed = client.post(url, {"reason": REASON, "review_on": in_days(30).isoformat()})
    with cast.a.scope():
        hold = Hold.objects.get(person_id=record.person_id)
    shown = text_of(client.get(f"/people/{record.person_id}"))
    listed = text_of(client.get("/disposals/holds"))
    released = client.post(
        f"/disposals/holds/{hold.id}", {"act": "release", "reason": "和解したため"}
    )
    with cast.a.scope():
        hold.refresh_from_db()

    assert placed.url == f"/people/{record.person_id}"
    assert "廃棄を保留しています" in shown
    assert REASON in shown
    assert REASON in listed
    assert (released.url, hold.release_reason) == ("/disposals/holds", "和解したため")


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"reason": "", "review_on": "2027/1/1"}, ["保留の理由を入力してください。"]),
        ({"reason": "係争", "review_on": "2027/1/1"},
         ["あとで見る人が分かるように、4文字以上で入力してください。"]),
        ({"reason": REASON, "review_on": "2020/1/1"}, ["明日以降の日付を入力してください。"]),
        ({"reason": REASON, "review_on": "2040/1/1"},
         ["1年より先の日付です。保留は長くても1年ごとに見直すため、1年以内の日付を入力してください。"]),
    ],
)  # fmt: skip
def test_what_a_hold_lacks_is_said(cast: Cast, sent: dict[str, str], errors: list[str]) -> None:
    answer = browser(cast.a, RoleKind.OFFICER).post(f"/people/{employee(cast.a).id}/hold", sent)

    assert [error.split("：", 1)[-1] for error in errors_of(answer)] == errors


def test_a_review_needs_its_next_day(cast: Cast) -> None:
    [hold] = place(cast.a, employee(cast.a))
    client = browser(cast.a, RoleKind.OFFICER)
    url = f"/disposals/holds/{hold.id}"

    answer = client.post(url, {"act": "put_off", "reason": "控訴されたため"})
    done = client.post(
        url, {"act": "put_off", "reason": "控訴されたため", "review_on": in_days(60).isoformat()}
    )
    with cast.a.scope():
        hold.refresh_from_db()

    assert [error.split("：", 1)[-1] for error in errors_of(answer)] == [
        "次の見直し日を入力してください。"
    ]
    assert (done.status_code, hold.review_on) == (302, in_days(60))


def test_a_held_number_cannot_be_disposed_of_in_the_browser(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)
    place(cast.a, record.person)

    answer = browser(cast.a).post(
        f"/people/{record.person_id}/number/dispose",
        {"reason": "left", "note": "", "typed_code": record.person.employee_code},
        follow=True,
    )

    assert "廃棄を保留しています。廃棄するときは、先に保留を解除してください。" in text_of(answer)


def test_the_top_page_counts_holds_past_their_review() -> None:
    side = make_side("HT")
    [hold] = place(side, employee(side))
    with side.scope():
        Hold.objects.filter(id=hold.id).update(review_on=timezone.localdate() - timedelta(days=1))

    text = text_of(browser(side, RoleKind.OFFICER).get("/"))

    assert "見直し日を過ぎた廃棄の保留" in text


def test_the_other_company_sees_neither_hold_nor_person(cast: Cast) -> None:
    person = employee(cast.a, name="秘密　太郎")
    [hold] = place(cast.a, person)
    client = browser(cast.b, RoleKind.OFFICER)

    answers = [
        client.get(f"/disposals/holds/{hold.id}"),
        client.post(f"/disposals/holds/{hold.id}", {"act": "release", "reason": "和解したため"}),
        client.get(f"/people/{person.id}/hold"),
        client.post(
            f"/people/{person.id}/hold", {"reason": REASON, "review_on": in_days(9).isoformat()}
        ),
    ]
    listed = text_of(client.get("/disposals/holds"))
    with cast.a.scope():
        hold.refresh_from_db()

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "秘密" not in "".join(map(text_of, answers)) + listed
    assert hold.released_at is None


# periods ---------------------------------------------------------------------------------------


def test_every_rule_is_shown_with_its_article(cast: Cast) -> None:
    rows = rows_of(browser(cast.a, RoleKind.AUDITOR).get("/settings/periods"))

    assert len(rows) == 1 + 16
    assert any("健康保険法施行規則第34条" in row and "2年" in row for row in rows)
    assert not any("変更する" in row for row in rows)


def test_a_period_shows_what_it_moves_then_is_set() -> None:
    side = make_side("PB")
    record = hold_number(side, employee(side), [Purpose.TAX_WITHHOLDING])
    set_facts(side, record.person, left_on=date(2025, 6, 30))
    client = browser(side, RoleKind.STEWARD)
    url = "/settings/periods/R-TAX-06"

    asked = client.post(url, {"length": "3"})
    with side.scope():
        unchanged = RetentionChoice.objects.exists()
    done = client.post(url, {"length": "3", "sure": "1"})

    assert "廃棄できる日が1件変わります（遅くなる 1件、早くなる 0件）。" in text_of(asked)
    assert not unchanged
    assert done.url.startswith("/progress/")
    with side.scope():
        assert RetentionChoice.objects.get().length == 3
    assert "3年" in text_of(client.get("/settings/periods"))
    assert text_of(client.get(done.url))


def test_a_period_of_the_other_company_stays() -> None:
    side, other = make_side("PC"), make_side("PD")
    browser(side, RoleKind.STEWARD).post("/settings/periods/R-TAX-06", {"length": "5", "sure": "1"})

    with other.scope():
        assert not RetentionChoice.objects.exists()


@pytest.mark.parametrize("rule", ["R-HI-01", "R-NO-99"])
def test_what_the_law_sets_is_not_offered(cast: Cast, rule: str) -> None:
    answer = browser(cast.a, RoleKind.STEWARD).get(f"/settings/periods/{rule}")

    assert answer.status_code == 404


def test_people_of_the_other_company_are_explained_to_nobody(cast: Cast) -> None:
    record = hold_number(cast.a, employee(cast.a), ALL)
    with cast.a.scope():
        assert Person.objects.filter(id=record.person_id).exists()

    assert browser(cast.b).get(f"/people/{record.person_id}").status_code == 404
