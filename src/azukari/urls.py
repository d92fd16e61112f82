"""The URL conf, made from the one table of routes."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, path

from azukari.web.api.v1 import api
from azukari.web.guard import View, guard
from azukari.web.routes import ROUTES, Route


def _view(route: Route) -> View:
    module, _, function = route.view.rpartition(".")
    view: View = getattr(import_module(f"azukari.web.{module}"), function)
    return view


urlpatterns: list[URLPattern | URLResolver] = [
    *(path(route.path, guard(route, _view(route)), name=route.name) for route in ROUTES),
    # Other software, by a token of its own: web/api.
    path("api/v1/", api.urls),
]

handler400 = "azukari.web.errors.bad_request"
handler403 = "azukari.web.errors.forbidden"
handler404 = "azukari.web.errors.not_found"
handler500 = "azukari.web.errors.server_error"
