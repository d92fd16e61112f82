"""Options of a contract, and everything that belongs to each: the one place that decides.

Without the option its functions are no rights of anybody, its routes answer 404, its fields are not
on the forms, its mails are not written and its commands refuse.  Nothing is deleted: switched on
again, everything is where it was.  The employees' portal belongs to `WEB_COLLECTION` as a whole.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from azukari.tenancy.models import Contract
from azukari.tenancy.rights import Function


class Option(StrEnum):
    """The value is the field of the contract."""

    WEB_COLLECTION = "web_collection"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {Option.WEB_COLLECTION: "Web収集オプション"}


@dataclass(frozen=True)
class Gate:
    """What an option opens.  `fields` by form, as (form, field)."""

    functions: frozenset[Function]
    routes: frozenset[str]
    fields: frozenset[tuple[str, str]]
    commands: frozenset[str]
    portal: bool = False
    mails: bool = False


GATES: Final[dict[Option, Gate]] = {
    Option.WEB_COLLECTION: Gate(
        functions=frozenset({Function.APPLICATION, Function.COLLECTION, Function.ACCOUNT}),
        routes=frozenset(
            {
                # 依頼
                "requests", "requests-act", "requests-csv", "requests-letters", "request",
                "request-again", "request-new", "request-wave", "request-wave-stop",
                "proxy-entry",
                # 申請管理一覧
                "applications", "applications-approve", "applications-csv", "application",
                "application-paper", "application-compare", "application-approve",
                "application-return", "application-reject",
                # 設定とメール
                "collection-settings", "collection-terms", "collection-terms-drop",
                "mail-templates", "mail-template", "mails", "mail-again", "demo-outbox",
                # 従業員アカウント
                "accounts", "accounts-open", "employee-account", "account-act",
            }
        ),
        fields=frozenset(
            {
                ("user", "mail_kinds"),
                ("user", "employee_code"),
                ("company", "declaration_name"),
            }
        ),
        commands=frozenset({"request", "account"}),
        portal=True,
        mails=True,
    ),
}  # fmt: skip


def options_of(contract: Contract) -> frozenset[Option]:
    return frozenset(option for option in Option if getattr(contract, option.value))


def route_is_open(name: str, options: Collection[Option]) -> bool:
    return all(option in options for option, gate in GATES.items() if name in gate.routes)


def has_field(form: str, field: str, options: Collection[Option]) -> bool:
    return all(option in options for option, gate in GATES.items() if (form, field) in gate.fields)


def functions_open(options: Collection[Option]) -> frozenset[Function]:
    shut = [gate.functions for option, gate in GATES.items() if option not in options]
    return frozenset(Function).difference(*shut)


def rights_open(permissions: Collection[str], options: Collection[Option]) -> frozenset[str]:
    """Those of the permissions whose function the contract has."""
    open_now = {function.value for function in functions_open(options)}
    return frozenset(one for one in permissions if one.partition(":")[0] in open_now)


def sends_mail(contract: Contract) -> bool:
    return all(option in options_of(contract) for option, gate in GATES.items() if gate.mails)


def has_portal(contract: Contract) -> bool:
    return all(option in options_of(contract) for option, gate in GATES.items() if gate.portal)
