"""The URL conf of the portal, made from its one table of routes."""

from importlib import import_module

from django.urls import URLPattern, path

from azukari.web.portal.guard import View, guard
from azukari.web.portal.routes import PORTAL_ROUTES
from azukari.web.routes import Route


def _view(route: Route) -> View:
    module, _, function = route.view.rpartition(".")
    view: View = getattr(import_module(f"azukari.web.{module}"), function)
    return view


urlpatterns: list[URLPattern] = [
    path(route.path, guard(route, _view(route)), name=route.name) for route in PORTAL_ROUTES
]

handler400 = "azukari.web.errors.bad_request"
handler403 = "azukari.web.errors.forbidden"
handler404 = "azukari.web.errors.not_found"
handler500 = "azukari.web.errors.server_error"
