"""`azukari VERB`: what people and scripts do on the server, with the same actions as the screens.

Exit codes: 0 fine · 1 found something · 2 wrong use · 3 not available (docs/host/commands).
"""

import importlib

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
    "user": "azukari.cli.user:user",
    "ledger": "azukari.cli.ledger:ledger",
    "vault": "azukari.cli.vault:vault",
    "sheet": "azukari.cli.sheet:sheet",
    "filing": "azukari.cli.filing:filing",
}


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


@click.command(cls=_Verbs)
@click.version_option("0.1.0", prog_name="azukari")
def main() -> None:
    """預かり: マイナンバーの収集・保管・利用・廃棄を、証拠とともに。"""
