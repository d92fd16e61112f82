"""A small payroll service: people of its own in a database of its own, pushed as things happen.

What happens is written into an outbox first and pushed from there under a key that stands for
those very events; after `kill -9` at any moment the next run sends them again, and nothing is
done twice.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Protocol

from azukari.cli.payroll_client import Item
from azukari.synthetic.generator import people
from azukari.synthetic.payroll import yearly_figures
from azukari.synthetic.persons import Employee, Family

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS batch (
        first INTEGER PRIMARY KEY, last INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0
    );
"""
_PER_BATCH = 100
_DEPARTMENTS = ("人事部", "経理部", "営業部", "開発部", "製造部")


class Service(Protocol):
    """Where pushes go; `payroll_client.Client` is one."""

    def push(self, items: Sequence[Item], key: str) -> Any: ...

    def push_figures(self, year: int, items: Sequence[Item], key: str) -> Any: ...


class Simulator:
    """`employees` work there when it begins; numbers are not kept here, payroll has none."""

    def __init__(self, file: Path, *, employees: int, seed: int) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(_SCHEMA)
        self._employees = employees
        self._seed = seed

    def close(self) -> None:
        self._database.close()

    def begin(self) -> None:
        """Everybody who works there is an event of its own; once."""
        if self._count("event"):
            return
        with self._transaction():
            for household in people(self._employees, seed=self._seed):
                self._happen(_hired(household.employee))
                for member in household.family:
                    self._happen(_added(member))
                if household.employee.left is not None:
                    self._happen(
                        {
                            "event": "left",
                            "employee_code": household.employee.employee_no,
                            "on": household.employee.left.isoformat(),
                        }
                    )

    def live(self, events: int, today: date) -> None:
        """So many things happen: people move, marry, leave, come."""
        start = self._count("event")
        random = Random(f"{self._seed}/{start}")  # noqa: S311  invented people
        with self._transaction():
            for turn in range(events):
                self._happen(self._event(random, start + turn, today))

    def happen(self, items: Iterable[Item]) -> None:
        """These things, in this order."""
        with self._transaction():
            for item in items:
                self._happen(item)

    def close_year(self, year: int) -> None:
        """年末調整 of everybody who worked there when it began."""
        with self._transaction():
            for household in people(self._employees, seed=self._seed):
                person = household.employee
                if person.hired.year > year or (person.left and person.left.year < year):
                    continue
                self._happen(
                    {
                        "year": year,
                        "employee_code": person.employee_no,
                        "figures": yearly_figures(person),
                    }
                )

    def push(self, client: Service, *, step: Callable[[int], None] = lambda _: None) -> int:
        """Sends what was not sent, batch by batch; how many events.  Raises NotPushed."""
        sent = 0
        for first, last in self._batches():
            rows = self._database.execute(
                "SELECT body FROM event WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)
            ).fetchall()
            events = [json.loads(body) for (body,) in rows]
            self._send(client, events, f"sim-{self._seed}-{first}-{last}")
            self._database.execute("UPDATE batch SET done = 1 WHERE first = ?", (first,))
            sent += len(rows)
            step(sent)
        return sent

    def _send(self, client: Service, events: list[Item], key: str) -> None:
        """Figures go a way of their own; each part of a batch has a key of its own."""
        parts = groupby(events, key=lambda event: event.get("year"))
        for turn, (year, some) in enumerate(parts):
            its_key = f"{key}.{turn}" if turn else key
            if year is None:
                client.push(list(some), its_key)
            else:
                told = [{name: one[name] for name in ("employee_code", "figures")} for one in some]
                client.push_figures(year, told, its_key)

    def happened(self) -> list[Item]:
        rows = self._database.execute("SELECT body FROM event ORDER BY id").fetchall()
        return [json.loads(body) for (body,) in rows]

    def _batches(self) -> Iterator[tuple[int, int]]:
        """Batches begun before come first, with the same events and so the same key."""
        with closing(self._database.cursor()) as cursor:
            yield from cursor.execute(
                "SELECT first, last FROM batch WHERE done = 0 ORDER BY first"
            ).fetchall()
        while True:
            done = self._database.execute("SELECT coalesce(max(last), 0) FROM batch").fetchone()[0]
            [(first, last)] = self._database.execute(
                "SELECT min(id), max(id) FROM"
                " (SELECT id FROM event WHERE id > ? ORDER BY id LIMIT ?)",
                (done, _PER_BATCH),
            ).fetchall()
            if first is None:
                return
            self._database.execute("INSERT INTO batch (first, last) VALUES (?, ?)", (first, last))
            yield first, last

    def _event(self, random: Random, turn: int, today: date) -> Item:
        code = f"E{random.randrange(self._employees) + 1:07d}"
        choice = random.random()
        if choice < 0.5:
            facts: dict[str, Any] = {"department": random.choice(_DEPARTMENTS)}
            return {"event": "changed", "employee_code": code, "facts": facts}
        if choice < 0.7:
            return {
                "event": "family_added",
                "employee_code": code,
                "family_code": 100 + turn % 800,
                "facts": {
                    "name": "新井　光", "kana": "アライ　ヒカリ", "relationship": "子",
                    "birth_date": (today - timedelta(days=random.randrange(1, 300))).isoformat(),
                    "tax_dependent": True,
                },
            }  # fmt: skip
        if choice < 0.8:
            return {"event": "left", "employee_code": code, "on": today.isoformat()}
        return {
            "event": "hired",
            "employee_code": f"N{turn:07d}",
            "facts": {
                "name": "新人　歩", "kana": "シンジン　アユム", "sex": "1",
                "birth_date": "2003-04-02", "hired_on": today.isoformat(),
            },
        }  # fmt: skip

    def _happen(self, item: Item) -> None:
        body = json.dumps(item, ensure_ascii=False)
        self._database.execute("INSERT INTO event (body) VALUES (?)", (body,))

    def _count(self, table: str) -> int:
        [(count,)] = self._database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(count)

    def _transaction(self) -> sqlite3.Connection:
        self._database.execute("BEGIN IMMEDIATE")
        return self._database


def _hired(person: Employee) -> Item:
    return {
        "event": "hired",
        "employee_code": person.employee_no,
        "facts": {
            "name": person.name, "kana": person.kana, "birth_date": person.birth.isoformat(),
            "sex": person.sex.value, "hired_on": person.hired.isoformat(),
            "department_code": person.department_code, "department": person.department,
            "postcode": person.postcode, "address": person.address, "mail": person.mail,
        },
    }  # fmt: skip


def _added(member: Family) -> Item:
    return {
        "event": "family_added",
        "employee_code": member.employee_no,
        "family_code": member.sequence,
        "facts": {
            "name": member.name, "kana": member.kana, "birth_date": member.birth.isoformat(),
            "sex": member.sex.value, "relationship": member.relationship.label,
            "lives_together": member.lives_together, "tax_dependent": member.tax_dependent,
            "health_dependent": member.health_dependent, "category3": member.category3,
        },
    }  # fmt: skip
