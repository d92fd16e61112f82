"""One act in a process of its own: `python -m bench.child MODULE ACT OUT ARGUMENTS`.

ARGUMENTS is a JSON object, the act's keyword arguments; OUT is the file its answer goes to.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from azukari.serve.installation import opened
from bench.measure import Measured, WrongResult
from bench.peers.django_alone import set_up

WRONG = 3
"""Exit code: the act ran, and its result is not right."""


def main() -> None:
    module, act, out, arguments = sys.argv[1:]
    try:
        answer = _run(module, act, json.loads(arguments))
    except WrongResult as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(WRONG)
    Path(out).write_text(json.dumps(answer), encoding="utf-8")


def _run(module: str, act: str, arguments: Mapping[str, Any]) -> Any:
    if module.startswith("bench.peers."):
        set_up()
        return _plain(_act(module, act)(**arguments))
    with opened(Path(os.environ["AZUKARI_DATA"]), migrate=False):
        return _plain(_act(module, act)(**arguments))


def _act(module: str, act: str) -> Callable[..., Any]:
    # Only now: models can be imported once Django is set up.
    found: Callable[..., Any] = getattr(import_module(module), act)
    return found


def _plain(answer: Mapping[str, Measured | str]) -> dict[str, Any]:
    return {
        name: asdict(value) if isinstance(value, Measured) else value
        for name, value in answer.items()
    }


if __name__ == "__main__":
    main()
