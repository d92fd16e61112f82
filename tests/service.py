"""The real service as a process: started, asked, watched and ended."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent


def clean_environment(**more: str) -> dict[str, str]:
    """Ours without what the tests' own Django was told."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AZUKARI", "DJANGO"))}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **more}


@dataclass
class Service:
    """A running demo or service; `facts` is the one line it printed when it was ready."""

    process: subprocess.Popen[str]
    facts: dict[str, Any]
    data: Path

    @property
    def url(self) -> str:
        return str(self.facts["operator_url"])

    def health(self) -> int:
        """Status of /health by the authority that its own certificate comes from; 0: no answer."""
        trusted = self.data / "keys" / "server" / "authority" / "ca.pem"
        context = ssl.create_default_context(cafile=trusted)
        port = urlsplit(self.url).port
        line = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
        try:
            line.request("GET", "/health")
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit code; what it printed since it was ready is nothing."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        assert self.process.stdout is not None
        assert self.process.stdout.read() == ""
        return code

    def relatives(self) -> list[int]:
        """Every process that works on the data folder, by number."""
        return processes_on(self.data)


def start_demo(data: Path, *, employees: int = 60, port: int = 0) -> Service:
    return start("demo", "--port", port, "--employees", employees, data=data)


def start(*words: object, data: Path, environment: Mapping[str, str] | None = None) -> Service:
    log = data.parent / f"{data.name}.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "azukari", *map(str, words), "--json", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=log.open("a"),
        text=True,
        env=environment or clean_environment(),
        cwd=data.parent,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"{words[0]} did not start: {log.read_text()[-2000:]}"
    return Service(process, json.loads(line), data)


def processes_on(folder: Path) -> list[int]:
    """Numbers of living processes that were started with the folder among their words."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:  # ended meanwhile
            continue
        if str(folder).encode() in words:
            found.append(int(entry.name))
    return found


def wait_until(is_so: Callable[[], object], *, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False
