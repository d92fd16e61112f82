"""申請管理一覧 and 提出依頼 as an operator uses them."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from azukari.collect import applying, own, requesting
from azukari.collect.models import Application, Document, Mail, Request, RequestBatch
from azukari.collect.rules import ApplicationState, CollectProblem
from azukari.jobs import collect as jobs
from azukari.law.number import parse
from azukari.ledger.actions import Action
from azukari.progress.actions import Cancelled, cancelled
from azukari.register.models import NumberState, Person
from azukari.tenancy.rights import RoleKind
from azukari.web import collect_words
from azukari.web.lists import place_in
from azukari.web.operator import applications, requests
from tests.cast import Cast, Side, make_side
from tests.collect.cast import asked, filled_in, handed_in, me
from tests.collect.test_at_once import leaves
from tests.web.browser import (
    browser,
    employee,
    errors_of,
    family_member,
    holds_digits,
    new_number,
    payee,
    see,
    text_of,
)

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def applied(side: Side, person: Person) -> tuple[Application, str]:
    """One application for the person alone, and the digits handed in."""
    application = filled_in(side, person)
    digits = new_number()
    with side.scope():
        [item] = own.items_of(application)
        applying.put_number(item, parse(digits), actor=me(side, person))
        return applying.submit(application, actor=me(side, person)), digits


def csv_of(client: Client, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_papers_are_opened_compared_and_approved(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    person = employee(side, department="製造部")
    application, digits = applied(side, person)
    here = f"/applications/{application.id}"
    listed = text_of(client.get("/applications?department=製造部"))
    assert application.code in listed
    with side.scope():
        [item] = own.items_of(application)
        papers = list(Document.objects.filter(item=item))
    page = client.get(here)
    assert "まだ開いていない書類が2点" in text_of(page)
    form = {
        "version": application.version,
        f"number-{item.id}": "CARD",
        f"person-{item.id}": "CARD",
    }

    client.post(f"{here}/approve", form)
    assert "開いていない書類があります" in text_of(client.get(here))
    for paper in papers:
        opened = client.post(f"{here}/papers/{paper.id}")
        assert "data:image/jpeg;base64," in text_of(opened)
        assert opened.headers["Cache-Control"] == "no-store"
    wrong = client.post(f"{here}/compare", {"item": item.id, "number": new_number()}, follow=True)
    assert "申請された番号と違います" in text_of(wrong)
    right = client.post(f"{here}/compare", {"item": item.id, "number": digits}, follow=True)
    assert "一致しました" in text_of(right)
    assert not holds_digits(right, digits)
    missing = client.post(f"{here}/approve", {"version": application.version})
    assert "番号確認の方法を選んでください。" in errors_of(missing)

    done = client.post(f"{here}/approve", form, follow=True)

    assert "承認し、登録しました" in text_of(done)
    assert "廃棄済" in text_of(done)
    with side.scope():
        person.refresh_from_db()
        assert person.number_state == NumberState.ACTIVE
    assert "先に、ほかの担当者が処理したか" in text_of(
        client.post(f"{here}/approve", form, follow=True)
    )


def test_return_tells_what_to_do_and_forgets_nothing(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    application, _ = applied(side, employee(side))
    here = f"/applications/{application.id}/return"
    said = {"reason": "other", "comment": "", "version": application.version}

    assert "直してほしいことを入力してください" in " ".join(errors_of(client.post(here, said)))
    leaked = client.post(here, {**said, "comment": f"正しくは {new_number()}"})
    assert "12桁" in " ".join(errors_of(leaked))
    client.post(here, {**said, "reason": "paper_unreadable", "comment": "明るい所で撮ってください"})

    with side.scope():
        application.refresh_from_db()
        assert application.state == ApplicationState.RETURNED
    page = text_of(client.get(f"/applications/{application.id}"))
    assert "明るい所で撮ってください" in page
    assert "書類が読み取れない" in page


def test_people_are_asked_by_a_file_of_codes(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    people = [employee(side, mail="a@example.jp"), employee(side)]
    family_member(side, people[0], category3=True)
    text = "氏名,社員番号\r\n" + "".join(f"誰か,{one.employee_code}\r\n" for one in people)
    said = {
        "title": "年末調整", "kind": "employee", "with_family": "on", "channel": "mail",
        "deadline": (timezone.localdate() + timedelta(days=7)).isoformat(), "act": "ask",
    }  # fmt: skip

    counted = client.post("/requests/new", {**said, "act": "count", "file": _file(text)})
    assert "未登録の人は3人です" in text_of(counted)
    wrong = client.post("/requests/new", {**said, "file": _file(text + "誰か,居ない人\r\n")})
    assert "登録のない番号が1件" in " ".join(errors_of(wrong))
    done = client.post("/requests/new", {**said, "file": _file(text)}, follow=True)

    assert "2人" in text_of(done)
    with side.scope():
        batch = RequestBatch.objects.get(title="年末調整")
        asked = {one.person_id: one.channel for one in Request.objects.filter(batch=batch)}
        assert asked == {people[0].id: "mail", people[1].id: "letter"}
        assert Mail.objects.filter(request__batch=batch).count() == 1
    again = client.post("/requests/new", {**said, "file": _file(text)}, follow=True)
    assert "依頼済みの人 3人" in text_of(again)


@pytest.mark.parametrize("people", [1, requesting.AT_ONCE + 1])
def test_double_click_makes_one_wave(cast: Cast, people: int) -> None:
    side, department = cast.a, f"二度押しの部{people}"
    for _ in range(people):
        employee(side, department=department)
    clients = [browser(side) for _ in range(3)]
    [key] = see(clients[0].get("/requests/new")).all("input", name="key")
    said = {
        "title": department, "kind": "employee", "department": department, "channel": "screen",
        "deadline": (timezone.localdate() + timedelta(days=7)).isoformat(),
        "act": "ask", "key": key.attrs["value"],
    }  # fmt: skip
    begin = Barrier(len(clients))

    def click(client: Client) -> tuple[int, str]:
        begin.wait()
        try:
            answer = client.post("/requests/new", said)
            return answer.status_code, answer.headers["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as threads:
        answers = set(threads.map(click, clients))
    late = clients[0].post("/requests/new", said, follow=True)
    other = clients[0].post(
        "/requests/new", {**said, "title": f"戻って直した{people}"}, follow=True
    )

    with side.scope():
        batch = RequestBatch.objects.get(title=department)
        task = requesting.progress_of(batch)
    assert answers == {(302, f"/requests/waves/{batch.id}")}
    assert (task is None) == (people == 1)
    assert late.redirect_chain == [(f"/requests/waves/{batch.id}", 302)]
    assert "この画面からは、もう依頼しています" in text_of(late)
    assert "もう依頼しています" not in text_of(other)
    with side.scope():
        assert RequestBatch.objects.filter(title=f"戻って直した{people}").count() == 1


def test_many_are_asked_by_a_worker_that_can_be_stopped(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    department = "大人数の部"
    people = [employee(side, department=department) for _ in range(requesting.AT_ONCE + 1)]
    said = {
        "title": "大人数", "kind": "employee", "department": department, "channel": "letter",
        "deadline": (timezone.localdate() + timedelta(days=7)).isoformat(), "act": "ask",
        "declaration_name": "扶養控除等申告書",
    }  # fmt: skip
    answer = client.post("/requests/new", said)
    wave = answer.url
    with side.scope():
        batch = RequestBatch.objects.get(title="大人数")
        task = requesting.progress_of(batch)
    assert task is not None

    waiting = client.get(wave)
    others = [browser(cast.b).post(f"{wave}/stop"), browser(cast.b).get(wave)]
    reader = browser(side, RoleKind.OFFICER).post(f"{wave}/stop")
    with side.scope():
        task.refresh_from_db()
    assert not task.cancel_asked
    stopping = client.post(f"{wave}/stop", follow=True)
    with pytest.raises(Cancelled):
        jobs.make_requests(side.operator, task.id, batch.id)
    with side.scope():
        cancelled(task.id)
    stopped = client.get(wave)
    too_late = client.post(f"{wave}/stop", follow=True)
    again = client.post("/requests/new", said)
    with side.scope():
        rest = RequestBatch.objects.exclude(id=batch.id).get(title="大人数")
        rest_task = requesting.progress_of(rest)
    assert rest_task is not None
    jobs.make_requests(side.operator, rest_task.id, rest.id)
    done = client.get(again.url)

    assert "途中で止める" in text_of(waiting)
    assert [one.status_code for one in others] == [404, 404]
    assert reader.status_code == 403
    assert "切りのよいところで止めています。" in text_of(stopping)
    assert "途中で止める" not in text_of(stopping)
    assert "依頼が途中で止まりました。" in text_of(stopped)
    assert "途中で止める" not in text_of(stopped)
    assert "この依頼は、もう終わっています。" in text_of(too_late)
    assert f"{len(people)}人" in text_of(done)
    assert "途中で止める" not in text_of(done)
    with side.scope():
        asked = Request.objects.filter(person__department=department)
        assert asked.count() == len(people)
        assert {one.declaration_name for one in asked} == {"扶養控除等申告書"}


def test_nobody_to_ask_is_said_and_nothing_kept(cast: Cast) -> None:
    said = {
        "title": "だれもいない", "kind": "employee", "department": "", "channel": "mail",
        "deadline": (timezone.localdate() + timedelta(days=7)).isoformat(), "changed": "on",
        "codes": employee(cast.a).employee_code,
    }  # fmt: skip

    for act in ("count", "ask"):
        answer = browser(cast.a).post("/requests/new", {**said, "act": act})
        assert errors_of(answer) == [collect_words.say(CollectProblem.NOBODY_TO_ASK)]

    with cast.a.scope():
        assert not RequestBatch.objects.filter(title="だれもいない").exists()


def _file(text: str) -> io.BytesIO:
    file = io.BytesIO(text.encode("cp932"))
    file.name = "codes.csv"
    return file


def test_board_reminds_calls_back_and_prints(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    department = "板の部"
    mailed, written = (
        employee(side, department=department, mail="b@example.jp"),
        employee(side, department=department),
    )
    said = {
        "title": "板", "kind": "employee", "department": department, "channel": "mail",
        "deadline": timezone.localdate().isoformat(), "act": "ask",
    }  # fmt: skip
    client.post("/requests/new", said)
    board = f"/requests?department={department}"
    page = text_of(client.get(board))
    assert all(one.name in page for one in (mailed, written))
    assert "未回答 2人" in page

    letters = client.post(f"/requests/letters?department={department}")
    assert letters.headers["Content-Type"] == "application/pdf"
    act = f"/requests/act?department={department}"
    assert "1人に督促" in text_of(client.post(act, {"act": "remind-all"}, follow=True))
    with side.scope():
        request = Request.objects.get(person=written)
        assert (request.state, request.links.count()) == ("sent", 1)
    one = f"/requests/{request.id}"
    assert "未使用" in text_of(client.get(one))
    client.post(act, {"act": "call-back", "because": "退職", "selected": [str(request.id)]})
    assert "取消" in text_of(client.get(one))
    rows = csv_of(client, f"/requests/csv?department={department}")
    assert sorted(row["状態"] for row in rows) == ["取消", "未送信"]


def test_one_page_asks_again_once(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    request = asked(side, employee(side, mail="again@example.jp"))
    here = f"/requests/{request.id}"
    day = timezone.localdate() + timedelta(days=9)
    [seen] = see(client.get(here)).all("input", name="seen")
    said = {"channel": "mail", "deadline": day.isoformat(), "seen": seen.attrs["value"]}
    assert browser(cast.b).post(f"{here}/again", said).status_code == 404

    first, second, third = (
        text_of(client.post(f"{here}/again", one, follow=True))
        for one in (said, said, {**said, "seen": ""})
    )

    assert "もう一度依頼しました" in first
    assert all("重ねては依頼していません" in text for text in (second, third))
    with side.scope():
        request.refresh_from_db()
        assert (request.channel, request.deadline) == ("mail", day)
        assert Mail.objects.filter(request=request).count() == 1
    [seen] = see(client.get(here)).all("input", name="seen")
    said["seen"] = seen.attrs["value"]
    assert "もう一度依頼しました" in text_of(client.post(f"{here}/again", said, follow=True))


def test_letter_that_waits_to_be_printed_is_asked_for_once(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    request = asked(side, employee(side, department="封書の部"))
    here = f"/requests/{request.id}"
    day = timezone.localdate() + timedelta(days=9)

    def again(deadline: date, who: Any = client, *, channel: str = "letter") -> Any:
        [seen] = see(client.get(here)).all("input", name="seen")
        said = {"channel": channel, "deadline": str(deadline), "seen": seen.attrs["value"]}
        return who.post(f"{here}/again", said, follow=True)

    def times_asked() -> int:
        return leaves(side, Action.INVITATION_SENT, request)

    before = times_asked()
    assert "もう一度依頼しました" in text_of(again(day))
    assert "まだ印刷されていません" in text_of(again(day))
    assert "まだ印刷されていません" in text_of(again(day))
    assert times_asked() == before + 1
    assert again(day, browser(cast.b)).status_code == 404

    assert "もう一度依頼しました" in text_of(again(day + timedelta(days=1)))
    client.post("/requests/letters?department=封書の部")
    asked_and_printed = times_asked()
    assert asked_and_printed == before + 3
    assert "もう一度依頼しました" in text_of(again(day + timedelta(days=1)))
    assert "もう一度依頼しました" in text_of(again(day + timedelta(days=1), channel="screen"))
    assert times_asked() == asked_and_printed + 2


def test_what_came_on_paper_is_typed_and_approved_by_another(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    person = payee(side)
    digits = new_number()
    said = {f"number-{person.id}": digits, f"again-{person.id}": digits, "told": "on"}
    here = f"/requests/proxy/{person.id}"

    slipped = client.post(here, {**said, f"again-{person.id}": new_number()})
    assert errors_of(slipped)
    assert not holds_digits(slipped, digits)
    done = client.post(here, said, follow=True)

    assert "代理入力しました" in text_of(done)
    assert "ほかの担当者が承認します" in text_of(done)


def test_bulk_approval_says_what_it_passed_over(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    application, _ = applied(side, employee(side))
    answer = client.post("/applications/approve", {"selected": [str(application.id)]}, follow=True)
    assert "書類の確認が要る申請です" in text_of(answer)


def test_list_filters_and_comes_as_csv(cast: Cast) -> None:
    side, client = cast.a, browser(cast.a)
    application = handed_in(side, employee(side, department="帳票部"))
    with side.scope():
        Request.objects.filter(id=application.request_id).update(
            deadline=timezone.localdate() - timedelta(days=1)
        )
    rows = csv_of(client, "/applications/csv?department=帳票部&overdue=1")
    assert [row["申請番号"] for row in rows] == [application.code]
    assert application.code not in text_of(client.get("/applications?state=registered"))
    assert application.code not in text_of(browser(cast.b).get("/applications"))


def test_requests_come_whole_as_csv(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts of two, some of one moment, with a fuller list in another company."""
    monkeypatch.setattr(requests, "_CSV_PART", 2)
    people = [employee(cast.a, department="分割部", name=f"分割　{n}") for n in range(5)]
    others = [employee(cast.b, department="分割部") for _ in range(6)]
    made = [asked(cast.a, one).id for one in people]
    for one in others:
        asked(cast.b, one)
    with cast.a.scope():
        Request.objects.filter(id__in=made[:3]).update(created_at=timezone.now())
        newest = Request.objects.filter(id__in=made).order_by("-created_at", "-id")
        codes = [one.person.employee_code for one in newest.select_related("person")]

    rows = csv_of(browser(cast.a), "/requests/csv?department=分割部")

    assert list(rows[0]) == [
        "社員番号", "氏名", "部署", "方法", "状態", "依頼日時", "回答期限", "開いた日時",
        "回答日時", "督促の回数", "最後の督促", "提供しない理由",
    ]  # fmt: skip
    assert [row["社員番号"] for row in rows] == codes
    assert all(MOMENT.fullmatch(row["依頼日時"]) for row in rows)
    assert {row["回答期限"] for row in rows} == {str(timezone.localdate() + timedelta(days=14))}
    theirs = csv_of(browser(cast.b), "/requests/csv?department=分割部")
    assert {row["社員番号"] for row in theirs} == {one.employee_code for one in others}
    assert len(theirs) == len(others)


def test_applications_come_whole_as_csv(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, also those that wait, which the list shows the other way round."""
    monkeypatch.setattr(applications, "_CSV_PART", 2)
    mine = [handed_in(cast.a, employee(cast.a, department="申請部")) for _ in range(5)]
    theirs = handed_in(cast.b, employee(cast.b, department="申請部"))
    with cast.a.scope():
        ids = [one.id for one in mine]
        Application.objects.filter(id__in=ids[:3]).update(submitted_at=timezone.now())
        newest = Application.objects.filter(id__in=ids).order_by("-submitted_at", "-id")
        codes = list(newest.values_list("code", flat=True))

    rows = csv_of(browser(cast.a), "/applications/csv?department=申請部")

    assert list(rows[0]) == [
        "申請番号", "社員番号", "氏名", "部署", "きっかけ", "提出申告書名", "状態", "申請日時",
        "回答期限", "確認した人", "確認日時", "差戻しの理由",
    ]  # fmt: skip
    assert [row["申請番号"] for row in rows] == codes
    assert all(MOMENT.fullmatch(row["申請日時"]) for row in rows)
    assert all(date.fromisoformat(row["回答期限"]) for row in rows)
    (row,) = csv_of(browser(cast.b), "/applications/csv?department=申請部")
    assert row["申請番号"] == theirs.code


# settings ------------------------------------------------------------------------------------


def test_terms_hold_from_their_day_on(cast: Cast) -> None:
    steward = browser(cast.b, RoleKind.STEWARD)
    asking, papers = (f"/settings/collection/terms?part={one}" for one in ("asking", "papers"))
    said = _fields(see(steward.get(asking)))
    tomorrow = timezone.localdate() + timedelta(days=1)

    past = steward.post(asking, {**said, "effective_from": "2020-01-01"})
    assert "過去の設定は変えられません" in " ".join(errors_of(past))
    wrong = steward.post(asking, {**said, "reminder_days": "3日前"})
    assert "空白で区切って" in " ".join(errors_of(wrong))
    then_on = {"effective_from": tomorrow.isoformat()}
    done = steward.post(asking, {**said, **then_on, "reminder_days": "-5 2"}, follow=True)
    assert "から有効な設定を保存しました" in text_of(done)
    assert "予定" in text_of(done)
    assert "期限の3日前、期限の1日後" in text_of(done)
    chosen = {"papers-employee_self-number": ["CARD_BACK"], "papers-employee_self-person": []}
    steward.post(papers, {**_fields(see(steward.get(papers))), **chosen, **then_on})

    from azukari.collect import setting
    from azukari.law.verification import Check, Provision

    with cast.b.scope():
        now, then = setting.terms_on(timezone.localdate()), setting.terms_on(tomorrow)
        assert now.reminder_days == (-3, 1)
        assert then.reminder_days == (-5, 2)
        asked = then.asked_papers(Provision.EMPLOYEE_SELF)
        assert [kind.code for kind in asked[Check.NUMBER]] == ["CARD_BACK"]
        assert asked[Check.PERSON] == ()


def _fields(page) -> dict[str, object]:
    """What a browser would send of the form as it is shown."""
    said: dict[str, object] = {}
    for box in page.all("input"):
        name, kind = box.attrs.get("name"), box.attrs.get("type")
        if not name or name == "csrfmiddlewaretoken":
            continue
        if kind == "checkbox":
            if "checked" in box.attrs:
                said.setdefault(name, [])
                said[name].append(box.attrs.get("value", "on"))  # type: ignore[attr-defined]
        else:
            said[name] = box.attrs.get("value") or ""
    return said


def test_words_of_a_mail_are_checked_shown_and_restored(cast: Cast) -> None:
    steward = browser(cast.b, RoleKind.STEWARD)
    here = "/settings/mail-templates/request/ja"
    good = {"subject": "番号のお願い", "body": "{氏名}さん\n{リンク}"}

    wrong = steward.post(here, {**good, "body": "{氏名}さん {電話番号}"})
    assert "「{電話番号}」は差し込めません" in " ".join(errors_of(wrong))
    preview = steward.post(here, {**good, "act": "preview"})
    assert "年金　太郎さん" in text_of(preview)
    steward.post(here, {**good, "act": "save"})
    shown = text_of(steward.get(here))
    assert "番号のお願い" in shown
    assert "変更済" in text_of(steward.get("/settings/mail-templates"))
    test = steward.post(here, {"act": "test"}, follow=True)
    assert "メールアドレスが登録されていません" in text_of(test)
    steward.post(here, {"act": "restore"})
    assert "はじめからの文面" in text_of(steward.get(here))
    assert steward.get("/settings/mail-templates/nothing/ja").status_code == 404


def test_what_waits_stays_listed_when_it_is_sorted_and_paged(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = make_side("APPLIST", web_collection=True)
    monkeypatch.setattr(applications, "place_in", partial(place_in, size=1))
    waiting = [applied(side, employee(side))[0].id for _ in range(2)]
    done, _ = applied(side, employee(side))
    with side.scope():
        Application.objects.filter(id=done.id).update(state=ApplicationState.REJECTED)
    client = browser(side)

    def listed(query: str) -> tuple[list[UUID], str]:
        context = client.get(f"/applications{query}").context
        return [row["application"].id for row in context["rows"]], context["next_url"]

    first, following = listed("")
    second, last = listed(following)
    assert ([*first, *second], last) == (waiting, "")
    turned, following = listed("?sort=-submitted")
    assert [*turned, *listed(following)[0]] == waiting[::-1]
    assert listed("?state=every")[0] == [done.id]
    assert done.code not in text_of(browser(cast.b).get("/applications?state=every"))
