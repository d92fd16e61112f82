"""What stands before every operation: the token, the scope of its company, its permission."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from azukari.tenancy import scope, tokens
from azukari.tenancy.tokens import Admitted, TokenNotValid

_Params = ParamSpec("_Params")
_Answer = TypeVar("_Answer")


class ApiRequest(HttpRequest):
    auth: Admitted


class TokenAuth(HttpBearer):
    """`Authorization: Bearer azk_…`; whatever is wrong with it, the answer is one 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Admitted | None:
        try:
            return tokens.admit(
                token,
                address=request.META.get("REMOTE_ADDR", ""),
                request_id=request.META.get("azukari.request_id", ""),
            )
        except TokenNotValid:
            return None


NEEDS: dict[str, str] = {}
"""Operation → the permission it asks for; the house tests look that every one has a line."""


def needs(
    permission: str,
) -> Callable[
    [Callable[Concatenate[ApiRequest, _Params], _Answer]],
    Callable[Concatenate[ApiRequest, _Params], _Answer],
]:
    """One transaction in the scope of the token's company.  Raises NotPermitted."""

    def before(
        operation: Callable[Concatenate[ApiRequest, _Params], _Answer],
    ) -> Callable[Concatenate[ApiRequest, _Params], _Answer]:
        @wraps(operation)
        def run(request: ApiRequest, *args: _Params.args, **values: _Params.kwargs) -> _Answer:
            actor = request.auth.actor
            actor.require(permission)
            place = scope.of(actor)
            with scope.enter(place):
                return operation(request, *args, **values)

        NEEDS[operation.__name__] = permission
        return cast("Callable[Concatenate[ApiRequest, _Params], _Answer]", run)

    return before
