"""Structured logs, with anything that looks like an individual number masked."""

import logging
import logging.config
import re
import traceback
from types import TracebackType

from azukari.law.number import problem_of

# Twelve digits, also full-width, spaced or hyphenated.
_TWELVE = re.compile(r"(?<![0-9０-９])(?:[0-9０-９][ 　\-‐－]?){11}[0-9０-９](?![0-9０-９])")  # noqa: RUF100
MASK = "************"


def masked(text: str) -> str:
    return _TWELVE.sub(
        lambda found: MASK if problem_of(found.group()) is None else found.group(), text
    )


class MaskNumbers(logging.Filter):
    """Masks numbers in the message and in every extra; the last net, not the first."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = masked(record.getMessage())
        record.args = ()
        for name, value in list(vars(record).items()):
            if isinstance(value, str):
                setattr(record, name, masked(value))
        if record.exc_info:
            # Text of exceptions may quote what was being worked on; type and place suffice.
            record.exc_text = masked(_where(record.exc_info[0], record.exc_info[2]))
            record.exc_info = None
        return True


def _where(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    frames = "".join(traceback.format_tb(trace))
    return f"{frames}{kind.__module__}.{kind.__qualname__}" if kind else frames


def configure() -> None:
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"mask": {"()": "azukari.settings.logs.MaskNumbers"}},
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                }
            },
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "json",
                    "filters": ["mask"],
                }
            },
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "azukari": {"level": "INFO"},
                "django.server": {"level": "ERROR"},
                "django.security.DisallowedHost": {"level": "ERROR"},
                # Each statement with its parameters: never, whatever the root level is.
                "django.db.backends": {"level": "ERROR", "propagate": False},
                "procrastinate": {"level": "WARNING"},
            },
        }
    )
