"""廃棄証明書 on screen: issue, papers, notice, verification."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from azukari.dispose import certificates
from azukari.dispose.models import Certificate, Disposal
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.ledger.checkpoint import fingerprint
from azukari.tenancy.rights import RoleKind
from azukari.tenancy.signing import ledger_signer
from tests.cast import Cast
from tests.dispose.certified import batch_of, disposed, issued
from tests.web.browser import browser, errors_of, see, text_of


def copies(cast: Cast, done: Disposal) -> list[Certificate]:
    with cast.a.scope():
        return list(certificates.copies_of(done))


def pdf_text(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))


def sent(content: bytes, **more: str) -> dict[str, object]:
    file = SimpleUploadedFile("D.json", content, content_type="application/json")
    return {"file": file, **more}


# one disposal -----------------------------------------------------------------------------------


def test_certificate_is_issued_and_listed_with_its_papers(cast: Cast) -> None:
    done = disposed(cast.a)
    client = browser(cast.a)

    assert "まだ発行していません。" in text_of(client.get(f"/disposals/{done.id}"))
    answer = client.post(f"/disposals/{done.id}/certificates", follow=True)

    (copy,) = copies(cast, done)
    text = text_of(answer)
    assert f"廃棄証明書 {copy.code} を発行しました。" in text
    assert copy.digest[:16] in text
    assert f"/disposals/certificates/{copy.id}.pdf" in text
    assert f"/disposals/certificates/{copy.id}.json" in text


def test_document_is_accepted_by_the_program_handed_out_beside_it(
    cast: Cast, tmp_path: Path
) -> None:
    done = disposed(cast.a)
    copy = issued(cast.a, done)
    client = browser(cast.a, RoleKind.AUDITOR)
    files = {
        "verify_ledger.py": client.get("/disposals/verifier"),
        "certificate.json": client.get(f"/disposals/certificates/{copy.id}.json"),
    }
    for name, answer in files.items():
        (tmp_path / name).write_bytes(answer.content)

    ran = subprocess.run(
        [sys.executable, "-I", "-S", *files, "--key", fingerprint(ledger_signer().public_key)],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode()
    assert f'filename="{copy.code}.json"' in files["certificate.json"]["Content-Disposition"]


def test_paper_names_the_person_and_the_digest(cast: Cast) -> None:
    done = disposed(cast.a, name="証明　紙子")
    copy = issued(cast.a, done)

    answer = browser(cast.a).get(f"/disposals/certificates/{copy.id}.pdf")

    text = pdf_text(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert f"証明書番号{copy.code}" in text
    assert "証明紙子" in text
    assert copy.digest in text


def test_certificate_of_the_batch_is_shown_with_each_of_its_numbers(cast: Cast) -> None:
    batch = batch_of(cast.a, 2)
    copy = issued(cast.a, batch)
    with cast.a.scope():
        one = Disposal.objects.filter(batch=batch).first()
    assert one is not None

    text = text_of(browser(cast.a).get(f"/disposals/{one.id}"))

    assert "まとめて廃棄したときの証明書" in text
    assert copy.code in text
    assert "健康保険法施行規則第34条" in text


def test_disposal_whose_keys_wait_says_so_and_gives_no_papers(cast: Cast) -> None:
    done = disposed(cast.a)
    with cast.a.scope():
        Disposal.objects.filter(id=done.id).update(keys_destroyed_at=None)
    client = browser(cast.a)

    page = text_of(client.get(f"/disposals/{done.id}"))
    refused = client.post(f"/disposals/{done.id}/certificates", follow=True)
    notice = client.get(f"/disposals/{done.id}/receipt", follow=True)

    assert "鍵の消去を待っています。" in page
    assert "廃棄証明書を発行する" not in page
    for answer in (refused, notice):
        assert "鍵の消去がまだ終わっていないため、発行できません。" in text_of(answer)
    assert copies(cast, done) == []


def test_everybody_who_oversees_sees_the_page(cast: Cast) -> None:
    done = disposed(cast.a)

    for kind in RoleKind:
        assert browser(cast.a, kind).get(f"/disposals/{done.id}").status_code == 200


@pytest.mark.parametrize("path", ["", "/receipt", "/certificates"])
def test_other_tenants_disposal_is_not_found(cast: Cast, path: str) -> None:
    done = disposed(cast.a, name="見えない　丙")
    ask = browser(cast.b).post if path == "/certificates" else browser(cast.b).get

    answer = ask(f"/disposals/{done.id}{path}")

    assert answer.status_code == 404
    assert "見えない" not in text_of(answer)
    assert "見えない" not in text_of(browser(cast.b).get("/disposals"))


@pytest.mark.parametrize("ending", ["pdf", "json"])
def test_other_tenants_papers_are_not_found(cast: Cast, ending: str) -> None:
    copy = issued(cast.a, disposed(cast.a))

    assert browser(cast.b).get(f"/disposals/certificates/{copy.id}.{ending}").status_code == 404


# the notice to the person -----------------------------------------------------------------------


def test_notice_tells_the_person_what_was_destroyed(cast: Cast) -> None:
    done = disposed(cast.a, name="通知　受子")
    client = browser(cast.a)

    form = see(client.get(f"/disposals/{done.id}/receipt"))
    pdf = client.post(f"/disposals/{done.id}/receipt", {"contact": "人事部　内線100", "as": "pdf"})
    page = client.post(
        f"/disposals/{done.id}/receipt", {"contact": "人事部　内線100", "as": "page"}
    )

    assert cast.a.company.name in form.one("input", name="contact").attrs["value"]
    for text in (pdf_text(pdf.content), re.sub(r"\s", "", text_of(page))):
        assert "通知受子" in text
        assert "誤って登録した" in text
        assert "人事部内線100" in text
        assert re.search("年[0-9]+月[0-9]+日から(は復元できませ)?", text)
    with cast.a.scope():
        asked = ledger.Filter(subject=done.person_id, actions=(Action.RECEIPT_ISSUED,))
        assert len(ledger.records(cast.a.company.id, asked).entries) == 2


def test_notice_without_a_contact_is_not_made(cast: Cast) -> None:
    done = disposed(cast.a)

    answer = browser(cast.a).post(f"/disposals/{done.id}/receipt", {"contact": "", "as": "pdf"})

    assert errors_of(answer) == ["お問い合わせ先を入力してください。"]


# 証明書の検証 -----------------------------------------------------------------------------------


def test_genuine_certificate_is_confirmed_step_by_step(cast: Cast) -> None:
    copy = issued(cast.a, disposed(cast.a))

    answer = browser(cast.a, RoleKind.AUDITOR).post("/disposals/verify", sent(bytes(copy.document)))

    text = text_of(answer)
    assert "この証明書は本物です。" in text
    assert "検証鍵は、お手元の鍵と一致します。" in text
    assert "1件すべての廃棄の記録が、署名された台帳にあります。" in text
    assert copy.code in text


def test_altered_certificate_is_refused_with_the_step(cast: Cast) -> None:
    copy = issued(cast.a, disposed(cast.a))
    document = bytes(copy.document).replace(b'"recorded_by_mistake"', b'"recorded_by_mistakE"')

    text = text_of(browser(cast.a).post("/disposals/verify", sent(document)))

    assert "この証明書は信頼できません。" in text
    assert "本文が、発行したときと違います。" in text


@pytest.mark.parametrize("content", [b"{}", b"\x00\xff", b"<script>alert(1)</script>"])
def test_any_other_file_is_refused_kindly(cast: Cast, content: bytes) -> None:
    text = text_of(browser(cast.a).post("/disposals/verify", sent(content)))

    assert "証明書の書式と違います(1行目)。" in text
    assert "<script>alert" not in text


def test_key_that_is_none_is_told(cast: Cast) -> None:
    copy = issued(cast.a, disposed(cast.a))

    answer = browser(cast.a).post("/disposals/verify", sent(bytes(copy.document), key="nonsense"))

    assert errors_of(answer) == [
        "検証鍵、またはその指紋：検証鍵の書式が違います。受け取ったものをそのまま入力してください。"
    ]
    assert "この証明書は" not in text_of(answer)


def test_key_of_another_house_is_told(cast: Cast) -> None:
    copy = issued(cast.a, disposed(cast.a))
    other = " ".join(["0a1b"] * 16)

    text = text_of(browser(cast.a).post("/disposals/verify", sent(bytes(copy.document), key=other)))

    assert "検証鍵が、お手元の鍵と違います。" in text


def test_nothing_sent_is_kept(cast: Cast) -> None:
    from azukari.progress.models import Progress
    from azukari.register.models import Sheet

    copy = issued(cast.a, disposed(cast.a))
    document = json.loads(bytes(copy.document))
    assert document["statement"]["code"] == copy.code

    def rows() -> list[int]:
        with cast.a.scope():
            tables = (Certificate, Sheet, Progress, Disposal)
            return [table.objects.count() for table in tables]

    before = rows()
    browser(cast.a).post("/disposals/verify", sent(bytes(copy.document)))

    assert rows() == before


def test_pages_have_one_heading_and_unique_ids(cast: Cast) -> None:
    done = disposed(cast.a)
    issued(cast.a, done)
    client = browser(cast.a)

    for path in (f"/disposals/{done.id}", f"/disposals/{done.id}/receipt", "/disposals/verify"):
        page = see(client.get(path))
        assert len(page.all("h1")) == 1
        assert len(page.ids) == len(set(page.ids))
