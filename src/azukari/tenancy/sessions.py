"""Session store that keeps only the hash of the session key (OWASP ASVS 5.0 7.2.4).

Django's own database store keeps keys in clear, so that whoever reads the table (or a backup)
can sign in as anybody; here the cookie's value is hashed on the way in.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


def _hashed(key: str | None) -> str:
    return hashlib.sha256((key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from azukari.tenancy.models import Session  # noqa: PLC0415  models need loaded apps

        return Session

    def _get_session_from_db(self) -> Any:
        from django.utils import timezone  # noqa: PLC0415

        row = self.model.objects.filter(
            session_key=_hashed(self.session_key), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=_hashed(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        return self.model(
            session_key=_hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key if session_key is not None else self.session_key
        if key is not None:
            self.model.objects.filter(session_key=_hashed(key)).delete()
