"""The ledger's sequencer as a thread of this process; one of an installation's threads leads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sequencing() -> Iterator[None]:
    from azukari.ledger.sequencer import SequencerLoop  # noqa: PLC0415  needs Django
    from azukari.tenancy.signing import ledger_signer  # noqa: PLC0415

    stop = threading.Event()
    loop = SequencerLoop(ledger_signer())
    thread = threading.Thread(target=loop.run, args=[stop], name="sequencer")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)
