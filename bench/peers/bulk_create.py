"""Registration of a company as a careful plain Django project does it.

Two CSV files, read row by row; checks written by hand; duplicates refused by sets in memory and
unique indexes; the number in a field encrypted with `cryptography.fernet`, findable by an HMAC;
`bulk_create` in batches; one line of an audit table per person.  One transaction per file.

Less than ours does: one key for all numbers (so that nothing can be destroyed by its key), no
check before the application, no repairs, an audit table that whoever can write can also rewrite.
"""

import csv
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.db import models, transaction
from django.utils import timezone

from bench.measure import Measured, expect, measuring
from bench.peers.django_alone import make_tables
from bench.samples import sample_numbers

BATCH = 1000
_KANA = re.compile(r"[ァ-ヶー・\s]+")
_CODE = re.compile(r"[0-9A-Za-z_-]{1,20}")
_POSTCODE = re.compile(r"\d{3}-?\d{4}")
_TELEPHONE = re.compile(r"[0-9-]{10,13}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SEXES = {"1", "2"}

TABLES = """
CREATE TABLE person (
    id bigserial PRIMARY KEY, employee_code varchar(20) NOT NULL, family_code smallint NOT NULL,
    host_id bigint, relationship varchar(24) NOT NULL, name varchar(80) NOT NULL,
    kana varchar(120) NOT NULL, birth_date date NOT NULL, sex varchar(1) NOT NULL,
    hired_on date, left_on date, department_code varchar(20) NOT NULL,
    department varchar(80) NOT NULL, postcode varchar(7) NOT NULL, address varchar(200) NOT NULL,
    telephone varchar(20) NOT NULL, mail varchar(254) NOT NULL, lives_together boolean,
    tax_dependent boolean NOT NULL, category3 boolean NOT NULL, number bytea NOT NULL,
    number_index bytea NOT NULL, created_at timestamptz NOT NULL,
    UNIQUE (employee_code, family_code), UNIQUE (number_index));
CREATE INDEX ON person (host_id);
CREATE INDEX ON person (kana);
CREATE TABLE audit (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL, actor varchar(60) NOT NULL,
    action varchar(32) NOT NULL, person_id bigint NOT NULL, purpose varchar(200) NOT NULL);
CREATE INDEX ON audit (person_id);
"""

_SECRET = Fernet.generate_key()
_FERNET = Fernet(_SECRET)
_INDEX_KEY = hashlib.sha256(_SECRET).digest()


class EncryptedField(models.BinaryField):
    """What the packages of encrypted fields do: sealed on the way in, opened on the way out."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else _FERNET.encrypt(value.encode())

    def from_db_value(self, value: Any, *_: Any) -> str | None:
        return None if value is None else _FERNET.decrypt(bytes(value)).decode()


class Person(models.Model):
    employee_code = models.CharField(max_length=20)
    family_code = models.SmallIntegerField(default=0)
    host_id = models.BigIntegerField(null=True)
    relationship = models.CharField(max_length=24)
    name = models.CharField(max_length=80)
    kana = models.CharField(max_length=120)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1)
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    department_code = models.CharField(max_length=20)
    department = models.CharField(max_length=80)
    postcode = models.CharField(max_length=7)
    address = models.CharField(max_length=200)
    telephone = models.CharField(max_length=20)
    mail = models.EmailField()
    lives_together = models.BooleanField(null=True)
    tax_dependent = models.BooleanField(default=False)
    category3 = models.BooleanField(default=False)
    number = EncryptedField()
    number_index = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "bench_peer"
        db_table = "person"
        managed = False

    def __str__(self) -> str:
        return self.name


class Audit(models.Model):
    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=60)
    action = models.CharField(max_length=32)
    person_id = models.BigIntegerField()
    purpose = models.CharField(max_length=200)

    class Meta:
        app_label = "bench_peer"
        db_table = "audit"
        managed = False

    def __str__(self) -> str:
        return self.action


class RowRefused(ValueError):
    """Names the column that is wrong."""


def register(folder: str, persons: int) -> dict[str, Measured]:
    make_tables(TABLES)
    place = Path(folder)
    with measuring() as cost:
        hosts = _apply(place / "employees.csv", {})
        _apply(place / "families.csv", hosts)
    _check(place, persons)
    return {"registration": Measured(persons, cost)}


def _apply(path: Path, hosts: dict[str, int]) -> dict[str, int]:
    """Ids by employee code of those added."""
    added: dict[str, int] = {}
    seen: set[Any] = set()
    read = _employee if path.name == "employees.csv" else _family
    with path.open(encoding="utf-8-sig", newline="") as file, transaction.atomic():
        people = (read(row, hosts, seen) for row in csv.DictReader(file))
        for batch in _batches(people):
            Person.objects.bulk_create(batch, batch_size=BATCH)
            Audit.objects.bulk_create(
                [
                    Audit(
                        actor="運用 太郎",
                        action="NUMBER_RECORDED",
                        person_id=person.id,
                        purpose="税・社会保険",
                    )
                    for person in batch
                ],
                batch_size=BATCH,
            )
            added |= {person.employee_code: person.id for person in batch}
    return added


def _batches(people: Iterator[Person]) -> Iterator[list[Person]]:
    while batch := list(islice(people, BATCH)):
        yield batch


def _employee(row: dict[str, str], _hosts: dict[str, int], seen: set[Any]) -> Person:
    code = _matching(row, "社員番号", _CODE)
    _once(("person", code), seen)
    born, hired = _day(row, "生年月日"), _day(row, "入社年月日")
    left = _day(row, "退職年月日") if row["退職年月日"] else None
    if hired < born or (left and left < hired):
        raise RowRefused("入社年月日")
    return Person(
        employee_code=code,
        relationship="",
        **_name(row),
        birth_date=born,
        hired_on=hired,
        left_on=left,
        department_code=row["部署コード"].strip()[:20],
        department=unicodedata.normalize("NFKC", row["部署名"].strip())[:80],
        postcode=_matching(row, "郵便番号", _POSTCODE).replace("-", ""),
        address=_text(row, "住所", 200),
        telephone=_matching(row, "電話番号", _TELEPHONE),
        mail=_matching(row, "メールアドレス", _MAIL),
        **_number(row, seen),
    )


def _family(row: dict[str, str], hosts: dict[str, int], seen: set[Any]) -> Person:
    code = _matching(row, "社員番号", _CODE)
    if code not in hosts:
        raise RowRefused("社員番号")
    member = int(row["家族連番"])
    _once(("person", code, member), seen)
    return Person(
        employee_code=code,
        family_code=member,
        host_id=hosts[code],
        relationship=_text(row, "続柄", 24),
        **_name(row),
        birth_date=_day(row, "生年月日"),
        lives_together=row["同居区分"] == "1",
        tax_dependent=row["扶養区分"] == "1",
        category3=row["第3号区分"] == "1",
        **_number(row, seen),
    )


def _name(row: dict[str, str]) -> dict[str, Any]:
    kana = unicodedata.normalize("NFKC", _text(row, "氏名カナ", 120))
    if not _KANA.fullmatch(kana):
        raise RowRefused("氏名カナ")
    if row["性別"] not in _SEXES:
        raise RowRefused("性別")
    return {"name": _text(row, "氏名", 80), "kana": kana, "sex": row["性別"]}


def _number(row: dict[str, str], seen: set[Any]) -> dict[str, Any]:
    digits = unicodedata.normalize("NFKC", row["個人番号"]).strip()
    if len(digits) != 12 or not digits.isdecimal() or not _check_digit_fits(digits):
        raise RowRefused("個人番号")
    index = index_of(digits)
    _once(index, seen)
    return {"number": digits, "number_index": index}


def index_of(digits: str) -> bytes:
    return hmac.digest(_INDEX_KEY, digits.encode(), "sha256")


def _check_digit_fits(digits: str) -> bool:
    """総務省令第85号 (平成26年) 第5条."""
    rest = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5)
        for n, digit in enumerate(reversed(digits[:11]), 1)
    )
    rest %= 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def _once(key: Any, seen: set[Any]) -> None:
    if key in seen:
        raise RowRefused("重複")
    seen.add(key)


def _text(row: dict[str, str], column: str, limit: int) -> str:
    text = row[column].strip()
    if not text or len(text) > limit or (not text.isprintable() and "\u3000" not in text):
        raise RowRefused(column)
    return text


def _matching(row: dict[str, str], column: str, pattern: re.Pattern[str]) -> str:
    text = unicodedata.normalize("NFKC", row[column]).strip()
    if not pattern.fullmatch(text):
        raise RowRefused(column)
    return text


def _day(row: dict[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column].strip().replace("/", "-"))
    except ValueError:
        raise RowRefused(column) from None


def _check(folder: Path, persons: int) -> None:
    expect("people", Person.objects.count(), persons)
    expect("audit", Audit.objects.count(), persons)
    for (code, member), number in sample_numbers(folder).items():
        kept = Person.objects.get(employee_code=code, family_code=member)
        expect(f"number of {code}/{member} is the one of the file", kept.number == number, True)
