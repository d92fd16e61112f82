"""The comparison with payroll as a plain pandas script does it: two frames, merged and compared.

Less than ours does: the columns and notations of this one file are known beforehand, the file lies
open on the disk, nothing is remembered of earlier runs or of what was set aside.
"""

import csv
import json
from datetime import date
from pathlib import Path

import pandas as pd
from django.db import connection, transaction

from bench.measure import Measured, expect, measuring
from bench.peers.django_alone import make_tables

TABLES = """
CREATE TABLE person (
    id bigserial PRIMARY KEY, employee_code varchar(20) NOT NULL, family_code smallint NOT NULL,
    name varchar(80) NOT NULL, kana varchar(120) NOT NULL, birth_date date NOT NULL,
    sex varchar(1) NOT NULL, relationship varchar(24) NOT NULL, tax_dependent boolean NOT NULL,
    category3 boolean NOT NULL, postcode varchar(7) NOT NULL, address varchar(200) NOT NULL,
    ended_on date, has_number boolean NOT NULL, UNIQUE (employee_code, family_code));
CREATE TABLE difference (
    id bigserial PRIMARY KEY, kind varchar(28) NOT NULL, field varchar(16) NOT NULL,
    employee_code varchar(20) NOT NULL, family_code smallint NOT NULL, person_id bigint,
    there varchar(200) NOT NULL, here varchar(200) NOT NULL, spelling_only boolean NOT NULL);
"""
_COLUMNS = {
    "社員番号": "employee_code", "家族連番": "family_code", "氏名": "name", "氏名カナ": "kana",
    "生年月日": "birth_date", "性別": "sex", "続柄": "relationship", "郵便番号": "postcode",
    "住所": "address", "扶養区分": "tax_dependent", "退職年月日": "ended_on",
}  # fmt: skip
_FIELDS = {
    "name": "氏名", "kana": "氏名カナ", "birth_date": "生年月日", "sex": "性別",
    "relationship": "続柄", "postcode": "郵便番号", "address": "住所", "ended_on": "退職年月日",
    "tax_dependent": "扶養区分",
}  # fmt: skip
_OF_FAMILY = {"relationship", "tax_dependent"}
_KEY = ["employee_code", "family_code"]
_KINDS = {"missing_in_payroll": "only_here", "missing_in_registry": "only_there"}
_VARIANTS = str.maketrans("髙﨑邊齋濱澤", "高崎辺斎浜沢")
_STATEMENT = """
    SELECT id, employee_code, family_code::text, name, kana, birth_date::text, sex, relationship,
        tax_dependent, category3, postcode, address, coalesce(ended_on::text, ''), has_number
    FROM person"""
_NAMES = [
    "id", *_KEY, "name", "kana", "birth_date", "sex", "relationship", "tax_dependent", "category3",
    "postcode", "address", "ended_on", "has_number",
]  # fmt: skip


def compare(folder: str) -> dict[str, Measured]:
    make_tables(TABLES)
    place = Path(folder)
    _load(place)
    with measuring() as cost:
        there = _there(place / "payroll" / "payroll.csv")
        found = _differences(there, _here())
        _store(found)
    _check(found, place / "payroll" / "diff_truth.jsonl")
    return {"difference": Measured(len(there), cost)}


def _there(path: Path) -> pd.DataFrame:
    read = pd.read_csv(path, dtype=str, keep_default_na=False, usecols=list(_COLUMNS))
    there = read.rename(columns=_COLUMNS)
    for name in ("birth_date", "ended_on"):
        there[name] = there[name].str.replace("/", "-", regex=False)
    there["postcode"] = there["postcode"].str.replace("-", "", regex=False)
    return there


def _here() -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT)
        here = pd.DataFrame(cursor.fetchall(), columns=_NAMES)
    here["tax_dependent"] = here["tax_dependent"].map({True: "1", False: "0"})
    return here


def _differences(there: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    both = there.merge(here, how="outer", on=_KEY, suffixes=("_there", "_here"), indicator=True)
    is_family = both["family_code"] != "0"
    found = [
        _found(both[both["_merge"] == "left_only"], "only_there", there="name_there"),
        _found(both[both["_merge"] == "right_only"], "only_here", here="name_here"),
    ]
    known = both["_merge"] == "both"
    for field in _FIELDS:
        told = both[f"{field}_there"]
        differs = known & (told != both[f"{field}_here"]) & (told != "")
        if field in _OF_FAMILY:
            differs &= is_family
        rows = both[differs]
        found.append(_found(rows, "differs", field, f"{field}_there", f"{field}_here"))
    return pd.concat([*found, *_about_numbers(both, known=known, is_family=is_family)])


def _about_numbers(
    both: pd.DataFrame, *, known: "pd.Series[bool]", is_family: "pd.Series[bool]"
) -> list[pd.DataFrame]:
    today = date.today().isoformat()  # noqa: DTZ011
    held = both["has_number"] == True  # noqa: E712  absent where only payroll knows somebody
    told = both["ended_on_there"].fillna("")
    over = both["ended_on_here"].fillna("").where(lambda day: day != "", told)
    ended = (over != "") & (over < today)
    left = ~is_family & (told != "") & (told < today)
    hosts = set(both.loc[left, "employee_code"])
    no_dependant = (both["tax_dependent_there"] == "0") & (both["category3"] == False)  # noqa: E712
    gone = ended | both["employee_code"].isin(hosts) | (known & no_dependant)
    return [
        _found(both[(both["has_number"] == False) & known & ~ended], "no_number"),  # noqa: E712
        _found(both[held & ~is_family & ended], "left_with_number", here="ended_on_here"),
        _found(both[held & is_family & gone], "not_dependent_with_number", here="ended_on_here"),
    ]


def _found(
    rows: pd.DataFrame, kind: str, field: str = "", there: str = "", here: str = ""
) -> pd.DataFrame:
    found = rows[[*_KEY, "id"]].assign(
        kind=kind,
        field=field,
        there=rows[there].fillna("") if there else "",
        here=rows[here].fillna("") if here else "",
        spelling_only=False,
    )
    if field in {"name", "kana"}:
        found["spelling_only"] = _folded(found["there"]) == _folded(found["here"])
    return found


def _folded(names: "pd.Series[str]") -> "pd.Series[str]":
    return names.str.normalize("NFKC").str.translate(_VARIANTS).str.replace(r"\s", "", regex=True)


def _store(found: pd.DataFrame) -> None:
    rows = found[["kind", "field", *_KEY, "id", "there", "here", "spelling_only"]]
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(
            "COPY difference (kind, field, employee_code, family_code, person_id, there, here,"
            " spelling_only) FROM STDIN"
        ) as copy,
    ):
        for kind, field, code, family, person, there, here, spelling in rows.itertuples(
            index=False
        ):
            person_id = None if pd.isna(person) else int(person)
            copy.write_row((kind, field, code, family, person_id, there, here, spelling))


# not measured ---------------------------------------------------------------------------------


def _load(place: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(
            "COPY person (employee_code, family_code, name, kana, birth_date, sex, relationship,"
            " tax_dependent, category3, postcode, address, ended_on, has_number) FROM STDIN"
        ) as copy:
            for name in ("employees", "families"):
                with (place / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
                    for row in csv.DictReader(file):
                        copy.write_row(_person(row))
        cursor.execute("ANALYZE person")


def _person(row: dict[str, str]) -> tuple[object, ...]:
    return (
        row["社員番号"],
        int(row.get("家族連番") or 0),
        row["氏名"],
        row["氏名カナ"],
        row["生年月日"].replace("/", "-"),
        row["性別"],
        row.get("続柄", ""),
        row.get("扶養区分") == "1",
        row.get("第3号区分") == "1",
        row.get("郵便番号", "").replace("-", ""),
        row.get("住所", ""),
        row.get("退職年月日", "").replace("/", "-") or None,
        bool(row["個人番号"]),
    )


def _check(found: pd.DataFrame, truth: Path) -> None:
    about = found[found["kind"].isin({"only_here", "only_there", "differs"})]
    told = about[~about["spelling_only"]]
    labels = told["field"].map(_FIELDS).fillna("")
    rows = zip(told["employee_code"], told["family_code"], told["kind"], labels, strict=True)
    wanted = {
        (one["社員番号"], one["家族連番"], _KINDS.get(one["kind"], "differs"), one.get("field", ""))
        for one in map(json.loads, truth.read_text(encoding="utf-8").splitlines())
    }
    expect("differences found", set(rows) == wanted, True)
