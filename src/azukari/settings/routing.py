"""Which tables live in the key store.

The key store is a database of its own under a role of its own: neither the main database nor
the key store alone opens anything.
"""

from typing import Any

from django.db.models import Model

KEY_STORE_MODELS = {"bucketrow", "cellkeyrow", "countrow", "realmkeyrow"}


class KeyStoreRouter:
    """The vault's key tables go to the alias `keys`, everything else to `default`."""

    @staticmethod
    def _in_key_store(app_label: str, model_name: str | None) -> bool:
        return app_label == "vault" and model_name in KEY_STORE_MODELS

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        meta = model._meta  # noqa: SLF001  Django's documented interface
        inside = self._in_key_store(meta.app_label, meta.model_name)
        return "keys" if inside else "default"

    db_for_write = db_for_read

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool:
        if db == "ledger":  # the same tables as `default`
            return False
        inside = hints.get("in_key_store", self._in_key_store(app_label, model_name))
        return bool(inside) == (db == "keys")
