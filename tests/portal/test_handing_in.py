"""Handing in: what one may do with an application in each of its states, page by page."""

import io

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from azukari.collect import applying, power_of_attorney, reviewing, setting
from azukari.collect.models import Application, ApplicationItem, Document, Request
from azukari.collect.rules import ApplicationState, ReturnReason
from azukari.collect.terms import Terms
from azukari.ledger.actions import Action
from azukari.register.models import Person
from azukari.vault import door
from tests.cast import Cast, Side
from tests.collect.cast import asked, filled_in, handed_in, me
from tests.pictures import samples
from tests.portal.entering import account_of, inside, with_option
from tests.web.browser import employee, family_member, new_number, text_of


@pytest.fixture(name="a")
def side_a(cast: Cast) -> Side:
    with_option(cast.a)
    return cast.a


def enter(side: Side, person: Person) -> Client:
    return inside(side, account_of(side, person))


def fresh(side: Side, application: Application) -> Application:
    with side.scope():
        return Application.objects.get(id=application.id)


def items(side: Side, application: Application) -> list[ApplicationItem]:
    with side.scope():
        return list(application.items.select_related("person").order_by("position"))


def papers_of(side: Side, item: ApplicationItem) -> list[Document]:
    with side.scope():
        return list(item.documents.filter(destroyed_at__isnull=True))


def begun(side: Side, person: Person) -> Application:
    """An application whose purposes were read, with nothing in it yet."""
    with_option(side)
    request = asked(side, person)
    with side.scope():
        application = applying.start(request, signed_in=True, actor=me(side, person))
        applying.see_purposes(application, actor=me(side, person))
    return application


def returned(side: Side, person: Person, reason: ReturnReason, *, which: int = 0) -> Application:
    application = handed_in(side, person)
    chosen = items(side, application)[which]
    with side.scope():
        reviewing.give_back(
            application, [chosen.id], reason, "もう一度お願いします。", version=application.version,
            actor=side.operator,
        )  # fmt: skip
    return fresh(side, application)


def page(application: Application, item: ApplicationItem, name: str) -> str:
    return f"/applications/{application.id}/people/{item.id}/{name}"


def upload(content: bytes, kind: str = "CARD_BACK", name: str = "IMG.jpg") -> dict[str, object]:
    return {"kind": kind, "file": SimpleUploadedFile(name, content, "image/jpeg")}


def test_nothing_can_be_entered_before_the_purposes_were_read(a: Side) -> None:
    person = employee(a)
    request = asked(a, person)
    client = enter(a, person)
    client.post(f"/requests/{request.id}")
    with a.scope():
        application = Application.objects.get(request=request)
    [item] = items(a, application)

    early = client.get(page(application, item, "number"))
    forced = client.post(page(application, item, "number"), {"number": new_number()})

    assert early.headers["Location"] == f"/applications/{application.id}/purposes"
    assert forced.headers["Location"] == f"/applications/{application.id}/purposes"


def test_a_number_goes_into_the_vault_and_comes_back_to_no_page(a: Side) -> None:
    person = employee(a)
    application, client = begun(a, person), enter(a, person)
    [item] = items(a, application)
    digits = new_number()

    other = client.post(
        page(application, item, "number"), {"number": digits, "number_again": new_number()}
    )
    done = client.post(
        page(application, item, "number"), {"number": digits, "number_again": digits}
    )
    again = client.get(page(application, item, "number"))

    assert "2回の入力が違います" in text_of(other)
    assert digits not in text_of(other)
    assert done.headers["Location"].endswith("/papers")
    assert "番号は入力済みです" in text_of(again)
    assert digits not in text_of(again)
    assert items(a, application)[0].cell is not None


def test_a_photo_is_kept_as_a_clean_picture_and_destroyed_when_taken_back(a: Side) -> None:
    person = employee(a)
    application, client = begun(a, person), enter(a, person)
    [item] = items(a, application)

    done = client.post(page(application, item, "papers"), upload(samples.photo_with_place()))
    [document] = papers_of(a, item)
    seen = client.get(f"/applications/{application.id}/papers/{document.id}")
    client.post(f"/applications/{application.id}/papers/{document.id}/remove")

    assert done.status_code == 302
    assert (document.media_type, seen.headers["Content-Type"]) == ("image/jpeg", "image/jpeg")
    assert seen.content.startswith(b"\xff\xd8")
    assert b"Canary" not in seen.content
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert papers_of(a, item) == []
    with a.scope():
        assert document.cell is not None
        assert door.is_destroyed(a.company.id, document.cell)


def test_pages_of_a_pdf_become_a_document_each(a: Side) -> None:
    person = employee(a)
    application, client = begun(a, person), enter(a, person)
    [item] = items(a, application)

    client.post(page(application, item, "papers"), upload(samples.pdf(2), name="scan.pdf"))

    assert len(papers_of(a, item)) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (samples.HTML, "このファイルは使えません"),
        (samples.photo()[:3000], "壊れていて開けません"),
        (samples.pdf(encrypt="secret"), "パスワードの付いたPDF"),
        (b"", "中身が空です"),
    ],
    ids=["html", "cut", "locked", "empty"],
)
def test_a_file_that_cannot_be_used_says_why(a: Side, content: bytes, said: str) -> None:
    person = employee(a)
    application, client = begun(a, person), enter(a, person)
    [item] = items(a, application)

    answer = client.post(page(application, item, "papers"), upload(content))

    assert answer.status_code == 200
    assert said in text_of(answer)
    assert papers_of(a, item) == []


def test_only_what_was_returned_can_be_corrected(a: Side) -> None:
    person = employee(a)
    family_member(a, person, health_dependent=True)
    application = returned(a, person, ReturnReason.PAPER_UNREADABLE)
    mine, theirs = items(a, application)
    client = enter(a, person)

    home, shown = text_of(client.get("/")), text_of(client.get(f"/applications/{application.id}"))
    shut = client.get(page(application, theirs, "number"))
    client.post(page(application, mine, "papers"), upload(samples.photo(), "CARD_BACK"))
    client.post(page(application, mine, "papers"), upload(samples.photo(), "CARD_FRONT"))
    done = client.post(f"/applications/{application.id}/review")

    assert "直して、もう一度提出してください" in home
    assert "もう一度お願いします。" in shown
    assert "書類が読み取れない" in shown
    assert shut.headers["Location"] == f"/applications/{application.id}"
    assert done.headers["Location"] == f"/applications/{application.id}"
    assert fresh(a, application).state == ApplicationState.SUBMITTED


def test_nothing_changes_after_it_was_handed_in(a: Side) -> None:
    person = employee(a)
    application = handed_in(a, person)
    [item] = items(a, application)
    client = enter(a, person)
    digits = new_number()

    client.post(page(application, item, "number"), {"number": digits, "number_again": digits})
    client.post(page(application, item, "papers"), upload(samples.photo()))
    again = client.post(f"/applications/{application.id}/review")

    assert fresh(a, application).version == application.version
    assert items(a, application)[0].cell == item.cell
    assert again.status_code == 302


def test_withdrawing_destroys_and_is_over_once_somebody_checks(a: Side) -> None:
    mine, other = employee(a), employee(a)
    first, second = handed_in(a, mine), handed_in(a, other)
    [item] = items(a, first)
    with a.scope():
        reviewing.begin_check(second, actor=a.operator)

    enter(a, mine).post(f"/applications/{first.id}/withdraw")
    late = enter(a, other)
    late.post(f"/applications/{second.id}/withdraw")

    assert fresh(a, first).state == ApplicationState.WITHDRAWN
    with a.scope():
        assert item.cell is not None
        assert door.is_destroyed(a.company.id, item.cell)
    assert fresh(a, second).state == ApplicationState.CHECKING
    assert "確認を始めた" in text_of(late.get(f"/applications/{second.id}"))


def test_declining_wants_a_reason_and_no_number_in_it(a: Side) -> None:
    person = employee(a)
    request = asked(a, person)
    client = enter(a, person)
    url = f"/requests/{request.id}/decline"

    without = client.post(url, {"reason": "other", "comment": ""})
    number = client.post(url, {"reason": "other", "comment": f"番号は{new_number()}"})
    done = client.post(url, {"reason": "not_wished", "comment": ""})

    assert "事情を書いてください" in text_of(without)
    assert "取り除いてください" in text_of(number)
    assert done.status_code == 302
    with a.scope():
        assert Request.objects.get(id=request.id).state == "declined"
    assert "提出しない" in text_of(client.get(f"/requests/{request.id}"))


def test_somebody_of_the_family_may_be_left_out_but_not_the_last(a: Side) -> None:
    person = employee(a)
    family_member(a, person, health_dependent=True)
    application, client = begun(a, person), enter(a, person)
    mine, theirs = items(a, application)

    client.post(page(application, theirs, "leave-out"), {"reason": "not_dependent"})
    last = client.get(page(application, mine, "leave-out"))

    assert items(a, application)[1].left_out == "not_dependent"
    assert last.headers["Location"] == f"/requests/{application.request_id}/decline"


def test_a_changed_number_is_handed_in_without_being_asked(a: Side) -> None:
    person = employee(a)
    application = handed_in(a, person)
    with a.scope():
        applying.withdraw(application, actor=me(a, person))
    client = enter(a, person)
    newcomer = family_member(a, person, health_dependent=True)

    nobody = client.post("/begin", {})
    done = client.post("/begin", {"people": [str(newcomer.id)]})

    assert "選んでください" in text_of(nobody)
    assert "/purposes" in done.headers["Location"]


def test_terms_of_the_company_decide_what_is_offered(a: Side, cast: Cast) -> None:
    from django.utils import timezone

    side = cast.b
    with_option(side)
    person = employee(side)
    request = asked(side, person)
    client = enter(side, person)
    with side.scope():
        setting.save_terms(
            Terms(declining=False, own_start=False, file_kinds=("application/pdf",)),
            timezone.localdate(),
            actor=side.steward,
        )
    try:
        shown = text_of(client.get(f"/requests/{request.id}"))
        refused = client.get(f"/requests/{request.id}/decline")
        with side.scope():
            application = applying.start(request, signed_in=True, actor=me(side, person))
            applying.see_purposes(application, actor=me(side, person))
        [item] = items(side, application)
        photo = client.post(page(application, item, "papers"), upload(samples.photo()))
    finally:
        with side.scope():
            from azukari.collect.models import CollectionSetting

            setting.save_terms(
                Terms(), timezone.localdate(),
                version=CollectionSetting.objects.get(
                        effective_from=timezone.localdate()
                    ).version,
                    actor=side.steward,
            )  # fmt: skip

    assert "提出しない・提出できない" not in shown
    assert refused.headers["Location"] == f"/requests/{request.id}"
    assert "受け付けていません" in text_of(photo)


def test_power_of_attorney_is_a_paper_with_names_and_no_number(a: Side) -> None:
    facts = power_of_attorney.Facts(
        spouse="髙橋　花子", born=None, address="東京都千代田区", agent="髙橋　太郎",
        agent_code="E1", company="株式会社A", code="ABCD-EFGH",
    )  # fmt: skip

    paper = power_of_attorney.draw(facts, "髙橋 花子", "10,10 200,100 400,50;500,20")

    with pdfplumber.open(io.BytesIO(paper)) as opened:
        [sheet] = opened.pages
        text = sheet.extract_text()
        drawn = [*sheet.lines, *sheet.curves]
    assert "委任状" in text
    assert "髙橋　花子" in text.replace(" ", "　")
    assert "ABCD-EFGH" in text
    assert len(drawn) >= 2


def test_who_used_my_number_is_told_and_nobody_elses(a: Side) -> None:
    person, colleague = employee(a), employee(a)
    family = family_member(a, person, name="家族　次郎", health_dependent=True)
    application = handed_in(a, person)
    [mine, _] = items(a, application)
    document = papers_of(a, mine)[0]
    with a.scope():
        reviewing.open_document(document, actor=a.operator)
    client = enter(a, person)

    own = text_of(client.get("/uses"))
    theirs = text_of(client.get(f"/uses?who={family.id}"))
    stranger = text_of(client.get(f"/uses?who={colleague.id}&after=nonsense"))

    assert Action.EVIDENCE_VIEWED.label in own
    assert "Aの運用担当者" in own
    assert "家族　次郎" in theirs
    assert colleague.name not in stranger or colleague.name == person.name


def test_signing_needs_the_spouses_own_name(a: Side) -> None:
    person = employee(a)
    family_member(
        a, person, name="髙橋　花子", relationship="WIFE", health_dependent=True, category3=True
    )
    application = filled_in(a, person)
    spouse = items(a, application)[1]
    client = enter(a, person)
    url = page(application, spouse, "authority")

    wrong = client.post(url, {"signer_name": "別の 名前", "consent": "on", "strokes": "<svg>"})
    right = client.post(url, {"signer_name": "高橋花子", "consent": "on", "strokes": "<svg>"})

    assert "登録されている氏名と違います" in text_of(wrong)
    assert right.status_code == 302
    with a.scope():
        spouse.refresh_from_db()
    assert spouse.signer_name == "高橋花子"
