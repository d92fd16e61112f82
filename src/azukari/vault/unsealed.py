"""The strong room of this process, unsealed once."""

from functools import cache
from threading import Lock
from typing import Final

from django.conf import settings

from azukari.vault import strongroom
from azukari.vault.core import Core

_UNSEALING: Final = Lock()


def core() -> Core:
    # Threads of a service that has just started must not unseal side by side.
    with _UNSEALING:
        return _core()


@cache
def _core() -> Core:
    return strongroom.unseal(settings.DATA_FOLDER)


def forget_core() -> None:
    """The next use unseals anew, as a start does."""
    _core.cache_clear()
