"""`azukari VERB`: what people and scripts do on the server, with the same actions as the screens.

Exit codes: 0 fine · 1 found something · 2 wrong use · 3 not available (docs/host/commands).
"""

import importlib
import sys
from typing import Any, NoReturn

import click

_VERBS = {
    "demo": "azukari.cli.demo:demo",
    "serve": "azukari.cli.service:serve",
    "worker": "azukari.cli.service:worker",
    "migrate": "azukari.cli.service:migrate",
    "makemigrations": "azukari.cli.service:makemigrations",
    "check": "azukari.cli.check:check",
    "contract": "azukari.cli.contract:contract",
    "certificate": "azukari.cli.certificate:certificate",
    "account": "azukari.cli.account:account",
    "user": "azukari.cli.user:user",
    "ledger": "azukari.cli.ledger:ledger",
    "vault": "azukari.cli.vault:vault",
    "person": "azukari.cli.person:person",
    "backup": "azukari.cli.backup:backup",
    "restore": "azukari.cli.restore:restore",
    "sheet": "azukari.cli.sheet:sheet",
    "export": "azukari.cli.export:export",
    "payroll": "azukari.cli.payroll:payroll",
    "request": "azukari.cli.request:request",
    "dispose": "azukari.cli.dispose:dispose",
    "filing": "azukari.cli.filing:filing",
    "forms": "azukari.cli.forms:forms",
}
_INTERRUPTED = 130  # as shells count: 128 + SIGINT


class _Verbs(click.Group):
    """Loads a verb when it is asked for: `--help` must not need a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        place = _VERBS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuses a number among the arguments before anything could show or keep it."""
        from azukari.cli.session import NUMBER_AMONG_ARGUMENTS, WRONG_USE, stop  # noqa: PLC0415
        from azukari.ledger.number_in_text import holds_number  # noqa: PLC0415

        if holds_number(" ".join(args)):
            stop(NUMBER_AMONG_ARGUMENTS, WRONG_USE)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **settings: Any) -> NoReturn:
        """Click's own, but what went wrong is told in Japanese and never as a traceback."""
        from azukari.cli.session import stop  # noqa: PLC0415
        from azukari.cli.wording import sentence  # noqa: PLC0415

        try:
            code = super().main(*args, **{**settings, "standalone_mode": False})
        except click.ClickException as error:
            stop(sentence(error), error.exit_code)
        except click.Abort:
            stop("中止しました。", _INTERRUPTED)
        sys.exit(code if isinstance(code, int) else 0)


@click.command(cls=_Verbs)
@click.version_option("0.1.0", prog_name="azukari")
def main() -> None:
    """預かり: マイナンバーの収集・保管・利用・廃棄を、証拠とともに。"""
