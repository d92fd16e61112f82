"""The exported ledger: JSON Lines a stranger can read and check (`standalone/verify_ledger.py`).

    {"format": "azukari-ledger-export/1", "key": <C2SP verifier key>, "origin": …, "size": n}
    {"type": "leaf", "index": 0, "body": "<the canonical bytes as text>"}        in order
    {"type": "hashes", "start": 0, "hashes": "<base64 of up to 256 leaf hashes>"} after their leaves
    {"type": "checkpoint", "note": "<signed note>"}                              oldest first

The list of hashes repeats what the bodies say: with it the verifier can name the leaf that was
touched, where the signed root alone would only tell that something was.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from azukari.ledger.checkpoint import verifier_key
from azukari.ledger.merkle import leaf_hashes

EXPORT_FORMAT: Final = "azukari-ledger-export/1"
HASHES_PER_LINE: Final = 256


def export_lines(
    origin: str, public_key: bytes, size: int, bodies: Iterable[bytes], notes: Iterable[str]
) -> Iterator[str]:
    """Lines with their newline; `bodies` are the leaves 0 … size - 1, `notes` the checkpoints."""
    key = verifier_key(origin, public_key)
    yield _line({"format": EXPORT_FORMAT, "key": key, "origin": origin, "size": size})
    leaves, start = iter(bodies), 0
    while block := list(islice(leaves, HASHES_PER_LINE)):
        for index, body in enumerate(block, start):
            yield _line({"type": "leaf", "index": index, "body": body.decode()})
        joined = b64encode(b"".join(leaf_hashes(block))).decode()
        yield _line({"type": "hashes", "start": start, "hashes": joined})
        start += len(block)
    for note in notes:
        yield _line({"type": "checkpoint", "note": note})


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"
