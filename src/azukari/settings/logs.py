"""Structured logs: one JSON object per line, with whatever looks like an individual number masked.

Masking is the last net, not the first.  Of an exception only its type and the places in the code
are written: its text may quote what was being worked on, and local variables may hold it.
"""

import logging
import logging.config
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from azukari.law.number import problem_of
from azukari.ledger.number_in_text import holds_number

# Twelve digits, also full-width, spaced or hyphenated.
_TWELVE = re.compile(r"(?<![0-9０-９])(?:[0-9０-９][ 　\-‐－]?){11}[0-9０-９](?![0-9０-９])")
MASK = "************"
WITHHELD = "(withheld: looks like an individual number)"
_STANDARD = frozenset(vars(logging.makeLogRecord({})))
_LARGEST_FILE = 10_000_000  # bytes


def masked(text: str) -> str:
    """The text with numbers masked where they stand; withheld whole where they hide better."""
    plain = _TWELVE.sub(
        lambda found: MASK if problem_of(found.group()) is None else found.group(), text
    )
    return WITHHELD if holds_number(plain) else plain


def masked_value(value: Any) -> Any:
    """An extra of any shape; what JSON does not know becomes text, so that it can be looked at."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return MASK if problem_of(str(value)) is None else value
    if isinstance(value, Mapping):
        return {masked(str(key)): masked_value(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [masked_value(each) for each in value]
    return masked(str(value))


class MaskNumbers(logging.Filter):
    """Masks the message and every extra."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = masked(_message(record))
        record.args = ()
        for name, value in list(vars(record).items()):
            if name not in _STANDARD:
                setattr(record, name, masked_value(value))
        if record.exc_info:
            record.exc_text = masked(_where(record.exc_info[1], record.exc_info[2]))
            record.exc_info = None
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a message that does not fit its arguments
        return str(record.msg)


def _where(error: BaseException | None, trace: TracebackType | None) -> str:
    frames = "".join(traceback.format_tb(trace))
    return f"{frames}{' <- '.join(_kinds(error))}"


def _kinds(error: BaseException | None) -> list[str]:
    """Names of the exception's type and of those it came from."""
    found: list[str] = []
    while error is not None and len(found) < 10:
        found.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def configure(file: Path | None = None) -> None:
    """Everything goes to the standard error, or into `file`, which is made 0600."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"mask": {"()": "azukari.settings.logs.MaskNumbers"}},
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                    "datefmt": "%Y-%m-%dT%H:%M:%S%z",
                    "json_ensure_ascii": False,
                }
            },
            "handlers": {
                "out": {**_target(file), "formatter": "json", "filters": ["mask"]},
                "nowhere": {"class": "logging.NullHandler"},
            },
            "root": {"handlers": ["out"], "level": "WARNING"},
            "loggers": {
                "azukari": {"level": "INFO"},
                "django.server": {"level": "ERROR"},
                "django.security.DisallowedHost": {"level": "ERROR"},
                # Each statement with its parameters: never, whatever the root level is.
                "django.db.backends": {
                    "level": "CRITICAL",
                    "propagate": False,
                    "handlers": ["nowhere"],
                },
                "procrastinate": {"level": "WARNING"},
            },
        }
    )
    logging.captureWarnings(capture=True)
    # Python's own last words would print the text of the exception.
    sys.excepthook = _log_uncaught
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_thread


def keep_in_file(folder: Path) -> Path:
    """Logs go on into `azukari.log` in the folder, one older one beside it; gives the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "azukari.log"
    file.touch(mode=0o600)
    if file.stat().st_size > _LARGEST_FILE:
        file.replace(file.with_suffix(".log.1"))
        file.touch(mode=0o600)
    configure(file)
    return file


def _target(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {"class": "logging.StreamHandler"}
    return {"class": "logging.FileHandler", "filename": str(file), "encoding": "utf-8"}


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logging.getLogger("azukari").error("not caught", exc_info=(kind, error, trace))


def _log_unraisable(happened: "sys.UnraisableHookArgs") -> None:
    if happened.exc_value is not None:
        _log_uncaught(happened.exc_type, happened.exc_value, happened.exc_traceback)


def _log_thread(happened: "threading.ExceptHookArgs") -> None:
    if happened.exc_value is not None:
        _log_uncaught(happened.exc_type, happened.exc_value, happened.exc_traceback)
