"""A route of the operators' site or the portal, and the words for who may use it."""

from dataclasses import dataclass

ANYONE = "anyone"  # also without a certificate: health, help
CERTIFICATE = "certificate"  # a certificate of a contract, nobody signed in yet
SIGNED_IN = "signed-in"  # any user of the contract

GET = ("GET",)
POST = ("POST",)
BOTH = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """`view` is `module.function` below `azukari.web`; `need` a permission or one of the words
    above; `passive` routes (polling) do not keep an idle session awake.  Before a `fresh` route
    the password or a one-time code is asked for, unless that was done in the last five minutes
    (`freshness`); for what shows, changes or destroys numbers.
    """

    name: str
    path: str
    view: str
    need: str
    methods: tuple[str, ...] = GET
    passive: bool = False
    fresh: bool = False
