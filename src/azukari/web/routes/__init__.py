"""The routes of the operator site and what each of them needs: the one table, a file for each room.

`urls.py` builds the URL conf from it and puts the guard in front of every view; the house tests
walk it route × role × tenant.  A view that is not here cannot be reached.
"""

from azukari.web.routes import (
    check,
    collect,
    dispose,
    oversee,
    register,
    settings,
    sheets,
    use,
    way_in,
)
from azukari.web.routes.route import ANYONE, BOTH, CERTIFICATE, GET, POST, SIGNED_IN, Route

__all__ = ["ANYONE", "BOTH", "CERTIFICATE", "GET", "POST", "ROUTES", "SIGNED_IN", "Route"]

ROUTES: tuple[Route, ...] = (
    *way_in.ROUTES,
    *collect.ROUTES,
    *register.ROUTES,
    *sheets.ROUTES,
    *check.ROUTES,
    *use.ROUTES,
    *dispose.ROUTES,
    *oversee.ROUTES,
    *settings.ROUTES,
)
