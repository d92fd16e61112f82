"""One act for everything a list shows, from two tenants: the count first, at once or by a worker."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from azukari.check.bulk import actions as bulk
from azukari.check.bulk.models import BulkOrder
from azukari.check.difference.models import DifferenceRow, Handling
from azukari.check.link.events import State
from azukari.check.link.models import PushedRecord
from azukari.collect.models import Request, RequestBatch
from azukari.dispose.models import DisposalItem
from azukari.jobs.bulk import dispose
from azukari.progress.models import Progress
from azukari.progress.models import State as ProgressState
from azukari.register.models import NumberRecord, Person
from azukari.tenancy.rights import RoleKind
from tests.cast import Cast, Side, make_side
from tests.check import test_link as link
from tests.check.test_link import hired, switch
from tests.register.sheet_files import of
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    new_code,
    new_number,
    text_of,
    with_number,
)
from tests.web.test_differences import compared, row

pytestmark = pytest.mark.usefixtures("existing_routes")


def strangers(side: Side, many: int) -> tuple[UUID, str]:
    """A run with so many people only payroll knows, and how their codes begin."""
    begin = new_code()
    return compared(side, of(*(row(f"{begin}{n}") for n in range(many)))), begin


def handlings(side: Side, run_id: UUID, begin: str) -> list[str]:
    with side.scope():
        rows = DifferenceRow.objects.filter(run_id=run_id, employee_code__startswith=begin)
        return list(rows.order_by("employee_code").values_list("handling", flat=True))


def waiting(side: Side, many: int) -> str:
    """So many people were pushed and wait for somebody; how their codes begin."""
    begin = new_code()
    switch(side, automatic=())
    link.push(side, *(hired(f"{begin}{n}") for n in range(many)))
    return begin


def states(side: Side, begin: str) -> list[str]:
    with side.scope():
        rows = PushedRecord.objects.filter(employee_code__startswith=begin)
        return list(rows.order_by("id").values_list("state", flat=True))


def last_order(side: Side) -> tuple[UUID, UUID]:
    """Its progress and itself."""
    with side.scope():
        task = Progress.objects.filter(kind__startswith="bulk").latest("created_at")
        return task.id, BulkOrder.objects.latest("ordered_at").id


def test_top_screen_tells_what_payroll_pushed_and_nobody_decided(cast: Cast) -> None:
    side = make_side("PUSHTOP")
    label = "反映を待っている連携"
    waiting(side, 2)

    def told(client: Any) -> list[tuple[str, int]]:
        links = client.get("/").context["waiting"]
        return [(one.label, one.count) for one in links if one.label == label]

    assert told(browser(side)) == [(label, 2)]
    assert told(browser(side, RoleKind.AUDITOR)) == []
    assert told(browser(make_side("PUSHTOP2"))) == []


def test_everything_a_list_shows_is_taken_over_after_the_count(cast: Cast) -> None:
    run_id, begin = strangers(cast.a, 3)
    client, url = browser(cast.a), f"/differences/{run_id}/bulk?q={begin}&act=take"

    shown = client.get(f"/differences/{run_id}?q={begin}")
    asked = client.get(url)
    done = client.post(url, {"count": "3"}, follow=True)

    assert "条件に合う3件すべてに行います" in text_of(shown)
    assert "3件" in text_of(asked)
    assert "3件：給与の値を反映にしました。" in text_of(done)
    assert handlings(cast.a, run_id, begin) == [Handling.TAKEN] * 3
    with cast.a.scope():
        assert Person.objects.filter(employee_code__startswith=begin).count() == 3


def test_count_that_has_changed_is_asked_again(cast: Cast) -> None:
    run_id, begin = strangers(cast.a, 2)
    url = f"/differences/{run_id}/bulk?q={begin}&act=take"

    again = browser(cast.a).post(url, {"count": "1"})

    assert "その間に件数が変わりました" in text_of(again)
    assert handlings(cast.a, run_id, begin) == [Handling.OPEN] * 2


def test_setting_all_aside_wants_a_reason_and_is_taken_back(cast: Cast) -> None:
    run_id, begin = strangers(cast.a, 2)
    client, url = browser(cast.a), f"/differences/{run_id}/bulk?q={begin}"

    bare = client.post(f"{url}&act=aside", {"count": "2"})
    client.post(f"{url}&act=aside", {"count": "2", "because": "出向者のため"})
    put = handlings(cast.a, run_id, begin)
    client.post(f"{url}&act=open&handling=aside", {"count": "2"})

    assert errors_of(bare) == ["理由を入力してください。"]
    assert put == [Handling.ASIDE] * 2
    assert handlings(cast.a, run_id, begin) == [Handling.OPEN] * 2


def test_many_are_left_to_a_worker_who_goes_on_where_it_was_killed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "_PER_STEP", 2)
    run_id, begin = strangers(cast.a, 5)
    url = f"/differences/{run_id}/bulk?q={begin}&act=take"
    taken: list[Any] = []
    take = bulk._DO[bulk.Act.TAKE]

    def killed(*asked: Any) -> bulk.Outcome:
        taken.append(asked)
        if len(taken) == 2:
            raise KeyboardInterrupt
        return take(*asked)

    page = browser(cast.a).get(url)
    away = browser(cast.a).post(url, {"count": "5"})
    task, order = last_order(cast.a)
    monkeypatch.setattr(bulk, "_DO", {**bulk._DO, bulk.Act.TAKE: killed})
    with pytest.raises(KeyboardInterrupt):
        bulk.carry_out(cast.a.operator, task, order)
    half = handlings(cast.a, run_id, begin)
    bulk.carry_out(cast.a.operator, task, order)
    shown = browser(cast.a).get(away.url)

    assert "裏側で順に進めます" in text_of(page)
    assert away.url == f"/progress/{task}"
    assert half == [Handling.TAKEN] * 2 + [Handling.OPEN] * 3
    assert handlings(cast.a, run_id, begin) == [Handling.TAKEN] * 5
    with cast.a.scope():
        made, progress = BulkOrder.objects.get(id=order), Progress.objects.get(id=task)
        assert (made.rows, made.position, made.done, made.refused) == ([], 5, 5, 0)
        assert (progress.state, progress.note) == (ProgressState.DONE, "5件を処理しました。")
    assert "5件を処理しました。" in text_of(shown)
    assert browser(cast.b).get(away.url).status_code == 404


def test_everything_pushed_is_reflected_held_or_discarded(cast: Cast) -> None:
    begin, others = waiting(cast.a, 3), waiting(cast.b, 1)
    client, url = browser(cast.a), f"/pushes/bulk?q={begin}"

    held = client.post(f"{url}&act=hold", {"count": "3", "because": "確認中"}, follow=True)
    bare = client.post(f"{url}&act=discard", {"count": "3"})
    with cast.a.scope():
        PushedRecord.objects.filter(employee_code=f"{begin}2").update(state=State.ERROR)
    done = client.post(f"{url}&act=reflect&state=held", {"count": "2"}, follow=True)
    gone = client.post(f"{url}&act=discard", {"count": "1", "because": "誤って送られた"})

    assert "3件：保留にしました。" in text_of(held)
    assert errors_of(bare) == ["理由を入力してください。"]
    assert "2件：反映にしました。" in text_of(done)
    assert gone.status_code == 302
    assert states(cast.a, begin) == [State.REFLECTED, State.REFLECTED, State.DISCARDED]
    assert states(cast.b, others) == [State.WAITING]


def test_what_cannot_be_asked(cast: Cast) -> None:
    run_id, begin = strangers(cast.a, 1)
    url = f"/differences/{run_id}/bulk"

    unknown = browser(cast.a).get(f"{url}?act=everything", follow=True)
    assert unknown.redirect_chain[0][0].startswith(f"/differences/{run_id}?")
    assert "することを選んでください。" in text_of(unknown)
    not_of_pushes = browser(cast.a).get("/pushes/bulk?act=take", follow=True)
    assert "することを選んでください。" in text_of(not_of_pushes)
    assert browser(cast.b).get(f"{url}?act=take").status_code == 404
    assert browser(cast.b).post(f"{url}?act=take&q={begin}", {"count": "1"}).status_code == 404
    assert browser(cast.a, RoleKind.OFFICER).get(f"{url}?act=take").status_code == 403
    nobody = browser(cast.a).get(f"{url}?act=take&q=nobody", follow=True)
    assert "条件に合うものはありません。" in text_of(nobody)
    assert handlings(cast.a, run_id, begin) == [Handling.OPEN]


def test_disposal_of_what_may_not_go_yet_is_refused(cast: Cast) -> None:
    run_id, begin = strangers(cast.a, 1)
    url = f"/differences/{run_id}/bulk?q={begin}&act=dispose"

    answer = browser(cast.a).post(url, {"count": "1"}, follow=True)

    assert answer.redirect_chain == [(f"/differences/{run_id}?q={begin}", 302)]
    assert handlings(cast.a, run_id, begin) == [Handling.OPEN]


def test_numbers_are_asked_of_everybody_the_list_shows_however_many(cast: Cast) -> None:
    begin = new_code()
    for at in range(3):
        employee(cast.a, employee_code=f"{begin}{at}", name=f"依頼　{at}", kana="イライ　タロウ")
    run_id = compared(cast.a, of(*(row(f"{begin}{at}") for at in range(4))))
    asking = {
        "title": f"差分から{begin}", "with_family": "on", "channel": "letter",
        "deadline": (timezone.localdate() + timedelta(days=7)).isoformat(), "act": "ask",
    }  # fmt: skip
    client = browser(cast.a)

    url = f"/differences/{run_id}/bulk?q={begin}&act=ask"
    away = client.post(url, {"count": str(client.get(url).context["count"])})
    shown = client.get(away.url)
    stranger = browser(cast.b).get(away.url)
    done = client.post(away.url, asking)
    nobody = client.post(away.url.replace(begin, "nobody"), asking)

    assert away.url.startswith(f"/requests/new?difference={run_id}&found=")
    assert begin + "0" not in away.url
    assert "社員3人とその家族です。登録のない1人には依頼できない" in text_of(shown)
    assert stranger.status_code == 404
    assert done.status_code == 302
    assert "依頼できる人がいません" in " ".join(errors_of(nobody))
    with cast.a.scope():
        wave = RequestBatch.objects.get(title=asking["title"])
        assert (wave.whom, wave.asked) == (
            "従業員（家族の分もまとめて）・差分チェックで選んだ3人",
            3,
        )
        assert Request.objects.filter(batch=wave).count() == 3
    assert client.get("/requests/new?difference=none").status_code == 404


def test_what_cannot_be_taken_over_stays_with_its_reason(cast: Cast) -> None:
    begin = new_code()
    content = of(row(f"{begin}0"), row(f"{begin}1", 氏名="誤り　一郎", 氏名カナ="誤り"))
    run_id = compared(cast.a, content)
    client, url = browser(cast.a), f"/differences/{run_id}/bulk?q={begin}&act=take"
    why = "給与の値がそのままでは登録できません"

    done = client.post(url, {"count": "2"}, follow=True)
    file = client.get(f"/differences/{run_id}/differences.csv?q={begin}&refused=on")

    assert done.redirect_chain == [(f"/differences/{run_id}?q={begin}&refused=on", 302)]
    page = text_of(done)
    assert "1件：給与の値を反映にしました。" in page
    assert "1件はできず、そのまま残っています。" in page
    assert "誤り　一郎" in page
    assert why in page
    assert [one["code"] for one in done.context["rows"]] == [f"{begin}1"]
    assert [one.label for one in done.context["applied"]] == [
        f"社員番号・氏名：{begin}",
        "できなかったものだけ",
    ]
    lines = text_of(file).splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("できなかった理由")
    assert why in lines[1]
    assert browser(cast.b).get(f"/differences/{run_id}?refused=on").status_code == 404

    client.post(
        f"/differences/{run_id}/bulk?q={begin}&act=aside", {"count": "1", "because": "確認中"}
    )

    with cast.a.scope():
        assert not DifferenceRow.objects.filter(run_id=run_id).exclude(problem="").exists()


def test_disposal_of_many_is_proposed_by_a_worker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    begin = new_code()
    people = [
        with_number(cast.a, employee(cast.a, employee_code=f"{begin}{at}"), new_number())
        for at in range(3)
    ]
    with cast.a.scope():
        kept = NumberRecord.objects.filter(person=people[2])
        kept.update(due_on=None)
        others = NumberRecord.objects.filter(person__in=people[:2])
        others.update(due_on=timezone.localdate() - timedelta(days=1))
    left = {"退職年月日": "2020/03/31"}
    run_id = compared(cast.a, of(*(row(one.employee_code, **left) for one in people)))
    url = f"/differences/{run_id}/bulk?q={begin}&kind=left_with_number&act=dispose"
    client = browser(cast.a)

    asked = client.get(url)
    away = client.post(url, {"count": "3"})
    task, order = last_order(cast.a)
    dispose(cast.a.operator, task, order)
    dispose(cast.a.operator, task, order)
    shown = client.get(away.url)
    refused = client.get(f"/differences/{run_id}?q={begin}&refused=on")

    assert "裏側で順に進めます" in text_of(asked)
    assert away.url == f"/progress/{task}"
    assert "2件を処理しました。1件はできず" in text_of(shown)
    assert "まだ保存期間が過ぎていない" in text_of(refused)
    assert browser(cast.b).get(away.url).status_code == 404
    with cast.a.scope():
        items = DisposalItem.objects.filter(person_id__in=[one.id for one in people])
        assert {one.person_id for one in items} == {one.id for one in people[:2]}
        assert len({one.batch_id for one in items}) == 1
        made = BulkOrder.objects.get(id=order)
        assert (made.rows, made.position, made.done, made.refused) == ([], 3, 2, 1)
