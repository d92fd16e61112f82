"""The verbs of requests: ask, remind, send again, call back, end what is over.

Requests are made in one go (`RequestBatch`), by somebody's choice or because of what happened.
"""

from azukari.collect.requesting.afterwards import (
    call_back,
    expire_old,
    mark_sent,
    remind,
    remind_by_schedule,
    send_again,
    standing_of,
)
from azukari.collect.requesting.asking import (
    AT_ONCE,
    CHUNK,
    AskedBefore,
    Asking,
    ask,
    households,
    how_many,
    make_requests,
    missing_among,
    progress_of,
    stop,
    with_number,
)
from azukari.collect.requesting.by_occasion import ask_by_occasion, ask_for_changed

__all__ = [
    "AT_ONCE",
    "CHUNK",
    "AskedBefore",
    "Asking",
    "ask",
    "ask_by_occasion",
    "ask_for_changed",
    "call_back",
    "expire_old",
    "households",
    "how_many",
    "make_requests",
    "mark_sent",
    "missing_among",
    "progress_of",
    "remind",
    "remind_by_schedule",
    "send_again",
    "standing_of",
    "stop",
    "with_number",
]
