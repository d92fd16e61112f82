"""The service behind a proxy that ends TLS: `gunicorn azukari.serve.behind_proxy:application`.

The peer's certificate then arrives in a header, which counts only together with the shared
secret and from a listed peer; whatever else claims to be a certificate is dropped.  In the same way
the proxy says at which door a visitor stands (`X-Azukari-Listener: portal`) and from where.  Run
`azukari migrate` before and `azukari worker` beside it.
"""

import logging
import os
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azukari.settings.service")
django.setup()

from django.conf import settings  # noqa: E402

from azukari.serve.proxy import (  # noqa: E402
    ProxyRefusal,
    certificate_from_proxy,
    told_by_proxy,
)
from azukari.serve.schema import (  # noqa: E402
    bring_up_to_date,
    refuse_unreachable,
    refuse_unsafe_role,
)
from azukari.serve.service import wsgi_application  # noqa: E402
from azukari.settings import logs  # noqa: E402

logs.configure()
refuse_unreachable()
refuse_unsafe_role()
bring_up_to_date(None)

log = logging.getLogger("azukari.serve")
_inner = wsgi_application()


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    certificate = certificate_from_proxy(
        environ, secret=settings.PROXY_SECRET.encode(), trusted_peers=settings.PROXY_PEERS
    )
    if isinstance(certificate, ProxyRefusal):
        log.warning("certificate header refused", extra={"reason": certificate.value})
        certificate = None
    door, address = told_by_proxy(
        environ, secret=settings.PROXY_SECRET.encode(), trusted_peers=settings.PROXY_PEERS
    )
    environ["azukari.peer_certificate"] = certificate if door == "operator" else None
    environ["azukari.listener"] = door
    environ["REMOTE_ADDR"] = address
    return _inner(environ, start_response)
