"""Documents for papers, without a database."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from azukari.dispose import certificate_document as document
from azukari.dispose.certificate_document import (
    Act,
    Erasure,
    Forgetting,
    Number,
    Party,
    Read,
    Statement,
)
from azukari.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint, verifier_key
from azukari.ledger.queries import LeafProof
from azukari.pki.signing import SigningKey
from azukari.vault.door import ErasureClass

REALM = UUID(int=77)
SIGNER = SigningKey.create()
AT = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
NAMES = ("髙島　﨑子", "齋藤　𠮷郎", "渡邉　葵")  # 𠮷 is not in the typeface


def number(place: int) -> Number:
    at = (AT + timedelta(seconds=place)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Number(
        str(UUID(int=place)), f"E{place:06d}", "employee", str(UUID(int=10**9 + place)),
        "period_over", ["R-HI-01", "R-PEN-01"], "2026-01-11", at, 12, 1000 + place,
        b64encode(bytes(32)).decode(),
    )  # fmt: skip


def names(count: int) -> dict[str, str]:
    return {str(UUID(int=place)): NAMES[place % 3] for place in range(1, count + 1)}


def a_statement(count: int, erasure_class: ErasureClass = ErasureClass.RETENTION) -> Statement:
    erasure = Erasure(
        erasure_class, AT, AT + timedelta(seconds=count), (Forgetting(12, count, date(2027, 1, 6), False),)
    )  # fmt: skip
    return Statement(
        id=str(UUID(int=5)), code="D2026-000012", issued_at=AT + timedelta(hours=1),
        issued_by="運用　太郎",
        company=Party(str(REALM), "001", "株式会社髙島﨑商店", "7000012050002", "100001"),
        batch={"code": "2026-0001", "due_until": "2026-11-30", "excluded": 2, "failed": 0},
        note="",
        acts=(Act("起案", "運用　太郎", AT - timedelta(days=3)), Act("承認", "責任　一郎", AT - timedelta(days=1)),
              Act("実行", "運用　太郎", AT)),
        erasure=erasure,
        reasons={"period_over": "保存期間の満了"},
        rules={"R-HI-01": {"applies_to": "健康保険に関する書類", "article": "健康保険法施行規則第34条"},
               "R-PEN-01": {"applies_to": "厚生年金保険に関する書類", "article": "厚生年金保険法施行規則第28条"}},
        count=count,
    )  # fmt: skip


def issued_document(count: int, erasure_class: ErasureClass = ErasureClass.RETENTION) -> bytes:
    part = document.certified_part(
        a_statement(count, erasure_class), map(number, range(1, count + 1))
    )
    note = sign_checkpoint(Checkpoint(origin_of(REALM), 123_456, bytes(range(32))), SIGNER)
    key = verifier_key(origin_of(REALM), SIGNER.public_key)
    return part + document.seal(LeafProof(9, "{}", []), [], note, key)


def read(count: int, first: int = 1000) -> Read:
    return document.read(issued_document(count), first=first)
