"""Check D3: a certificate is accepted by a stranger, and an altered one is not."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.dispose import actions, certificate_document, certificates
from azukari.dispose.certificates import KeysWait, NothingDisposed
from azukari.dispose.models import Certificate, Disposal, DisposalBatch
from azukari.dispose.rules import Reason
from azukari.ledger import queries as ledger
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.checkpoint import fingerprint, origin_of, verifier_key
from azukari.ledger.export import export_ledger
from azukari.ledger.standalone import verify_ledger as verifier
from azukari.pki.signing import SigningKey
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.signing import ledger_signer
from azukari.vault import door
from tests.cast import Cast, Side
from tests.dispose.certified import batch_of, disposed, failed, issued, verdict
from tests.web.browser import employee, family_member, new_number, with_number


def export_of(side: Side) -> list[str]:
    sequencer.sequence(side.company.id)
    sequencer.checkpoint_now(side.company.id, ledger_signer())
    return list(export_ledger(side.company.id, ledger_signer().public_key))


def steps_of(found: verifier.Verdict) -> dict[str, bool | None]:
    return {step.kind: step.good for step in found.steps}


def company_key(side: Side) -> str:
    return verifier_key(origin_of(side.company.id), ledger_signer().public_key)


# issuing ----------------------------------------------------------------------------------------


def test_certificate_of_one_number_proves_everything_by_itself(cast: Cast) -> None:
    done = disposed(cast.a)

    copy = issued(cast.a, done)

    found = verdict(copy.document, company_key(cast.a))
    assert steps_of(found) == {
        "form": True, "signed": True, "trusted": True, "certified": True, "unchanged": True,
        "agrees": True, "destroyed": True,
    }  # fmt: skip
    assert found.facts["certificate"] == copy.code
    assert found.facts["company"] == cast.a.company.name
    assert found.facts["digest"] == copy.digest
    assert re.fullmatch(r"D\d{4}-\d{6}", copy.code)


def test_document_says_who_what_why_and_until_when(cast: Cast) -> None:
    done = disposed(cast.a)

    document = json.loads(issued(cast.a, done).document)

    (row,) = document["numbers"]
    told = dict(zip(document["statement"]["columns"], row, strict=True))
    assert told["person"] == str(done.person_id)
    assert told["handle"] == str(done.cell)
    assert told["reason"] == "recorded_by_mistake"
    statement = document["statement"]
    assert statement["reasons"] == {"recorded_by_mistake": "誤って登録した"}
    assert [(act["label"], act["name"]) for act in statement["acts"]] == [
        ("廃棄の指示", cast.a.operator.name)
    ]
    assert done.generation is not None
    assert done.keys_destroyed_at is not None
    reached = door.finality(done.generation, done.keys_destroyed_at)
    assert statement["erasure"]["final_on"] == reached.final_on.isoformat()
    assert statement["erasure"]["class"] == reached.erasure_class.value
    assert "紙" in statement["erasure"]["excludes"]


def test_member_of_a_family_is_named_by_the_code_of_the_host_and_the_place(cast: Cast) -> None:
    host = employee(cast.a)
    member = with_number(cast.a, family_member(cast.a, host), new_number())
    with cast.a.scope():
        done = actions.dispose_number(member, Reason.RECORDED_BY_MISTAKE, "", actor=cast.a.operator)

    document = json.loads(issued(cast.a, done).document)

    (row,) = document["numbers"]
    told = dict(zip(document["statement"]["columns"], row, strict=True))
    assert told["code"] == f"{host.employee_code}-{member.family_code}"
    assert told["kind"] == "family"


def test_names_of_people_are_not_in_the_document(cast: Cast) -> None:
    copy = issued(cast.a, disposed(cast.a, name="名前の　出ない人", kana="ナマエノ　デナイヒト"))

    text = copy.document.decode()

    assert "名前の" not in text
    assert "ナマエノ" not in text


def test_issue_is_in_the_ledger_with_the_digest(cast: Cast) -> None:
    done = disposed(cast.a)

    copy = issued(cast.a, done)

    with cast.a.scope():
        asked = ledger.Filter(subject=done.person_id, actions=(Action.DISPOSAL_CERTIFIED,))
        (entry,) = ledger.records(cast.a.company.id, asked).entries
    assert entry.record.details["file_hash"] == copy.digest
    assert entry.record.details["certificate"] == copy.code


def test_copies_are_numbered_by_company_and_year(cast: Cast) -> None:
    done, other = disposed(cast.a), disposed(cast.b)

    first, second, foreign = issued(cast.a, done), issued(cast.a, done), issued(cast.b, other)

    assert int(second.code[-6:]) == int(first.code[-6:]) + 1
    assert foreign.code[:6] == first.code[:6]
    with cast.a.scope():
        assert [copy.code for copy in certificates.copies_of(done)] == [second.code, first.code]
    with cast.b.scope():
        assert list(certificates.copies_of(done)) == []


def test_batch_is_certified_as_a_whole_and_matched_with_the_ledger(cast: Cast) -> None:
    batch = batch_of(cast.a, 25)

    copy = issued(cast.a, batch)

    assert steps_of(verdict(copy.document))["destroyed"] is None
    lines = export_of(cast.a)
    found = verdict(copy.document, company_key(cast.a), verifier.read_export(iter(lines)))
    assert found.good
    assert steps_of(found)["destroyed"] is True
    assert steps_of(found)["in-export"] is True
    document = json.loads(copy.document)
    assert document["statement"]["batch"]["code"] == batch.code
    assert document["statement"]["count"] == len(document["numbers"]) == 25
    assert [act["label"] for act in document["statement"]["acts"]] == ["起案", "承認", "実行"]
    assert document["statement"]["rules"]["R-HI-01"]["article"] == "健康保険法施行規則第34条"


def test_ledger_without_the_destructions_is_told(cast: Cast) -> None:
    copy = issued(cast.a, batch_of(cast.a, 21))
    lines = export_of(cast.a)
    cut = [line for line in lines if '\\"NUMBER_DISPOSED\\"' not in line]

    found = verdict(copy.document, "", verifier.read_export(iter(cut)))
    foreign = verdict(copy.document, "", verifier.read_export(iter(export_of(cast.b))))

    assert steps_of(found)["destroyed"] is False
    assert steps_of(found)["in-export"] is False
    assert steps_of(foreign)["destroyed"] is False
    assert steps_of(foreign)["in-export"] is False


def test_disposal_whose_keys_wait_gets_no_certificate(cast: Cast) -> None:
    done = disposed(cast.a)
    with cast.a.scope():
        Disposal.objects.filter(id=done.id).update(keys_destroyed_at=None)

    with cast.a.scope(), pytest.raises(KeysWait):
        certificates.issue(done, actor=cast.a.operator)
    done.keys_destroyed_at = None
    with cast.a.scope(), pytest.raises(KeysWait):
        certificates.issue_receipt(done, actor=cast.a.operator)


def test_destruction_without_its_record_gets_no_certificate(cast: Cast) -> None:
    done = disposed(cast.a)
    with cast.a.scope():
        Disposal.objects.filter(id=done.id).update(
            keys_destroyed_at=datetime(2020, 1, 1, tzinfo=UTC)
        )

    with cast.a.scope(), pytest.raises(KeysWait):
        certificates.issue(done, actor=cast.a.operator)


def test_batch_that_destroyed_nothing_gets_no_certificate(cast: Cast) -> None:
    with cast.a.scope():
        empty = DisposalBatch.objects.create(
            company_id=cast.a.company.id, code="2099-9999", due_until=datetime.now(UTC).date(),
            proposed_by_name="起案　者",
        )  # fmt: skip
        with pytest.raises(NothingDisposed):
            certificates.issue(empty, actor=cast.a.operator)


def test_issue_and_receipt_need_the_right(cast: Cast) -> None:
    done = disposed(cast.a)
    nobody = type(cast.a.operator)(cast.a.contract.id, cast.a.company.id, None, "だれか")

    with cast.a.scope(), pytest.raises(NotPermitted):
        certificates.issue(done, actor=nobody)
    with cast.a.scope(), pytest.raises(NotPermitted):
        certificates.issue_receipt(done, actor=nobody)


def test_issue_that_fails_leaves_no_trace(cast: Cast) -> None:
    done = disposed(cast.a)
    before = len(export_of(cast.a))

    with pytest.raises(RuntimeError), cast.a.scope():
        certificates.issue(done, actor=cast.a.operator)
        raise RuntimeError

    with cast.a.scope():
        assert list(certificates.copies_of(done)) == []
    assert len(export_of(cast.a)) == before
    assert verdict(issued(cast.a, done).document).good


def test_own_document_is_read_as_it_was_written(cast: Cast) -> None:
    copy = issued(cast.a, batch_of(cast.a, 22))

    read = certificate_document.read(copy.document, first=3)
    whole = certificate_document.read(copy.document, first=100)

    assert read.digest == copy.digest
    assert read.numbers == whole.numbers[:3]
    assert len(whole.numbers) == 22
    assert read.statement["code"] == copy.code
    assert read.key == company_key(cast.a)


# trust ------------------------------------------------------------------------------------------


def test_key_is_compared_with_what_the_reader_has(cast: Cast) -> None:
    document = issued(cast.a, disposed(cast.a)).document
    printed = fingerprint(ledger_signer().public_key)
    stranger = SigningKey.create().public_key

    assert steps_of(verdict(document))["trusted"] is None
    assert steps_of(verdict(document, printed))["trusted"] is True
    assert steps_of(verdict(document, printed.replace(" ", "").upper()))["trusted"] is True
    assert failed(document, fingerprint(stranger)) == ["trusted"]
    assert failed(document, verifier_key(origin_of(cast.a.company.id), stranger)) == ["trusted"]
    assert failed(document, company_key(cast.b)) == ["trusted"]
    with pytest.raises(verifier.WrongUse):
        verdict(document, "nonsense")


# altering ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def genuine(cast: Cast) -> dict[str, bytes]:
    """One number with its own proof, and a batch without."""
    return {
        "one": bytes(issued(cast.a, disposed(cast.a)).document),
        "batch": bytes(issued(cast.a, batch_of(cast.a, 23)).document),
    }


@settings(max_examples=150)
@given(st.sampled_from(["one", "batch"]), st.floats(0, 1), st.integers(1, 255), st.data())
def test_any_changed_byte_is_refused(
    genuine: dict[str, bytes], which: str, place: float, mask: int, data: st.DataObject
) -> None:
    document = bytearray(genuine[which])
    # Half of the tries fall on the seal, which no digest covers.
    start = document.rindex(b'\n"seal":') if data.draw(st.booleans()) else 0
    at = start + int(place * (len(document) - 1 - start))
    document[at] ^= mask

    assert failed(bytes(document)) != []


@settings(max_examples=60)
@given(st.sampled_from(["one", "batch"]), st.floats(0, 1), st.binary(max_size=3), st.integers(0, 3))
def test_anything_cut_out_or_put_in_is_refused(
    genuine: dict[str, bytes], which: str, place: float, added: bytes, cut: int
) -> None:
    document = genuine[which]
    at = int(place * len(document))
    altered = document[:at] + added + document[at + cut :]
    if altered == document:
        return

    assert failed(altered) != []


def every_field(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [place for key, one in value.items() for place in every_field(one, (*path, key))]
    if isinstance(value, list):
        return [place for at, one in enumerate(value) for place in every_field(one, (*path, at))]
    return [path]


def laid_out(document: dict[str, Any]) -> bytes:
    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    rows = ",\n".join(text(row) for row in document["numbers"])
    return (
        f'{{"format":{text(document["format"])},\n"statement":{text(document["statement"])},\n'
        f'"numbers":[\n{rows}\n],\n"seal":{text(document["seal"])}}}\n'
    ).encode()


def changed(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    return value + 1 if isinstance(value, int) else value + "1"


@pytest.mark.parametrize("which", ["one", "batch"])
def test_every_changed_field_is_refused(genuine: dict[str, bytes], which: str) -> None:
    document = json.loads(genuine[which])
    assert laid_out(document) == genuine[which]
    accepted = []
    for path in every_field(document):
        if path[0] == "numbers" and path[1] > 1:
            continue  # rows are alike
        altered = json.loads(genuine[which])
        inner = altered
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = changed(inner[path[-1]])
        if not failed(laid_out(altered)):
            accepted.append(path)

    assert accepted == []


def test_row_taken_out_or_doubled_is_refused_even_with_a_right_looking_count(
    genuine: dict[str, bytes],
) -> None:
    fewer, more = json.loads(genuine["batch"]), json.loads(genuine["batch"])
    fewer["numbers"].pop()
    fewer["statement"]["count"] -= 1
    more["numbers"].append(more["numbers"][0])
    more["statement"]["count"] += 1

    assert "unchanged" in failed(laid_out(fewer))
    assert "unchanged" in failed(laid_out(more))


def test_seal_of_another_certificate_does_not_fit(genuine: dict[str, bytes], cast: Cast) -> None:
    other = json.loads(issued(cast.a, disposed(cast.a)).document)
    mixed = json.loads(genuine["one"]) | {"seal": other["seal"]}

    assert {"unchanged", "agrees", "destroyed"} <= set(failed(laid_out(mixed)))


def test_self_made_certificate_shows_another_key(genuine: dict[str, bytes], cast: Cast) -> None:
    """Whoever signs with a key of their own is told by the key alone."""
    document = json.loads(genuine["one"])
    forger = SigningKey.create()
    key = verifier_key(origin_of(cast.a.company.id), forger.public_key)

    document["seal"]["key"] = key

    assert failed(laid_out(document)) == ["signed"]
    assert failed(laid_out(document), company_key(cast.a)) == ["signed", "trusted"]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"format":"other",\n']
)
def test_anything_else_is_refused_in_its_first_line(content: bytes) -> None:
    found = verdict(content)

    assert (found.good, steps_of(found)) == (False, {"form": False})


def test_deep_nesting_is_refused(genuine: dict[str, bytes]) -> None:
    lines = genuine["one"].splitlines(keepends=True)
    lines[1] = b'"statement":' + b"[" * 100_000 + b",\n"

    assert failed(b"".join(lines)) == ["form"]


def test_words_from_the_file_cannot_steer_a_terminal(genuine: dict[str, bytes]) -> None:
    document = json.loads(genuine["one"])
    document["statement"]["company"]["name"] = "\x1b[2J株式会社"

    assert verdict(laid_out(document)).facts["company"] == "\ufffd[2J株式会社"


def test_certificates_stay_as_they_were_issued(cast: Cast) -> None:
    from django.db import ProgrammingError

    copy = issued(cast.a, disposed(cast.a))

    with pytest.raises(ProgrammingError), cast.a.scope():
        Certificate.objects.filter(id=copy.id).update(code="D2020-000001")
