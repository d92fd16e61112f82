"""check --deploy: what is insecure about an installation."""

import sys
from pathlib import Path

import click

from azukari.cli.session import FOUND_SOMETHING, answer, common, installation

# Django's own deploy checks that do not fit: TLS ends in this server (plain HTTP is not served at
# all, so nothing is redirected), HSTS preloading is for whole public domains, and on HSTS, secret
# and hosts our own say more (azukari.W011, E010, E008).
_NOT_OURS = {f"security.W{number:03d}" for number in (4, 5, 8, 9, 20, 21)}


@click.command()
@common
@click.option("--deploy", is_flag=True, help="本番で使うときの点検も行う")
def check(*, data: Path, as_json: bool, deploy: bool) -> None:
    """設定を点検する。見つけたものがあれば終了コード1。"""
    with installation(data):
        from django.core.checks import run_checks  # noqa: PLC0415

        found = [
            message
            for message in run_checks(include_deployment_checks=deploy)
            if message.id not in _NOT_OURS
        ]
        rows = [
            {
                "id": message.id,
                "level": "error" if message.is_serious() else "warning",
                "message": str(message.msg),
                "hint": message.hint or "",
            }
            for message in sorted(found, key=lambda one: (-one.level, one.id or ""))
        ]
        text = "\n".join(f"[{r['id']}] {r['message']}{r['hint']}" for r in rows)
        answer(as_json, {"ok": not rows, "findings": rows}, text or "問題は見つかりませんでした。")
        if rows:
            sys.exit(FOUND_SOMETHING)
