"""What the reader has to say to each injected mistake, and that it says nothing else."""

import csv
import io
import os
from pathlib import Path

from azukari.law.era import parse_date
from azukari.register.sheets.codes import Weight
from azukari.synthetic.csv_layout import DateStyle
from azukari.synthetic.mistakes import KINDS
from tests.register.sheet_files import FILES, Read, company_files, truth, write

SEEDS = range(1, 1 + int(os.environ.get("AZUKARI_TEST_SEEDS", "2")))
"""A couple every day; AZUKARI_TEST_SEEDS=50 for as many more."""

# The kind of a mistake → codes, any of which is right.  No code: read without a word, since there
# is only one way to read it.
EXPECTED = {
    "bad_check_digit": {"number_check_digit"},
    "transposed_digits": {"number_check_digit"},
    # Whether the one left out was a zero in front nobody can tell.
    "eleven_digits": {"number_length", "number_leading_zero_lost"},
    "leading_zero_lost": {"number_leading_zero_lost", "number_length"},
    "scientific": {"number_spreadsheet_exponent"},
    "letters": {"number_not_digits"},
    "missing_number": {"number_missing"},
    "duplicate_number": {"number_twice"},
    "fullwidth_number": {"number_full_width"},
    "hyphen_number": {"number_hyphens"},
    "space_number": {"number_spaces"},
    "apostrophe_number": {"number_apostrophe"},
    "halfwidth_kana": {"kana_rewritten"},
    "hiragana_kana": {"kana_rewritten"},
    "kanji_in_kana": {"kana_wrong"},
    "missing_kana": {"kana_missing"},
    "missing_name": {"name_missing"},
    "name_half_space": {"name_spaces"},
    "impossible_date": {"date_impossible"},
    "impossible_wareki": {"date_impossible"},
    "era_out_of_range": {"date_outside_era"},
    "future_birth": {"birth_in_future", "date_out_of_range"},
    "wareki_date": set[str](),
    "wareki_short": set[str](),
    "excel_serial": {"date_from_serial"},
    "date_no_zero": set[str](),
    "duplicate_employee": {"employee_twice"},
    "missing_employee_no": {"employee_code_missing"},
    "orphan_family": set[str](),  # only the register can know: employee_unknown
    "unknown_relation": {"relationship_unknown"},
    "unknown_gender": {"sex_unknown"},
    "retire_before_join": {"left_before_hired"},
    "trailing_space": {"spaces_trimmed"},
    "embedded_newline": {"address_newline"},
    "control_char": {"control_character"},
    "formula_cell": {"formula"},
    "outside_cp932": {"name_outside_cp932"},
}
assert EXPECTED.keys() == KINDS.keys()

ORPHAN = "orphan_family"
_FACTS = {
    "個人番号": "number", "氏名カナ": "kana", "氏名": "name", "社員番号": "employee_code",
    "生年月日": "birth_date", "住所": "address",
}  # fmt: skip
_ASIDE = {"name_outside_cp932"}  # names of the pools that CP932 lacks, in rows without a mistake
_PAYEE_HEADINGS = {
    "社員番号": "支払先コード", "氏名": "氏名", "氏名カナ": "氏名カナ", "生年月日": "生年月日",
    "性別": "性別", "郵便番号": "郵便番号", "住所": "住所", "電話番号": "電話番号",
    "メールアドレス": "メールアドレス", "個人番号": "個人番号",
}  # fmt: skip


def files_with_mistakes(
    folder: Path, count: int, *, seed: int, encoding: str
) -> dict[str, tuple[bytes, dict[int, dict[str, str]]]]:
    """本人, 家族 and 支払先: the file and what was spoilt in it, by row."""
    style = DateStyle.MIXED if seed % 2 == 0 else DateStyle.SLASH
    files = company_files(
        folder, count, seed=seed, encoding=encoding, error_rate=0.4, date_style=style
    )
    found = {name: (files[name], truth(folder, name)) for name in FILES}
    return {**found, "payees": _as_payees(*found["employees"], encoding)}


def _as_payees(
    content: bytes, wrong: dict[int, dict[str, str]], encoding: str
) -> tuple[bytes, dict[int, dict[str, str]]]:
    """The employees as people the company pays, who have neither been hired nor left."""
    rows = csv.DictReader(io.StringIO(content.decode(encoding), newline=""))
    lines = [[row[heading] for heading in _PAYEE_HEADINGS] for row in rows]
    kept = {
        row: {**line, "field": _PAYEE_HEADINGS[line["field"]]}
        for row, line in wrong.items()
        if line["field"] in _PAYEE_HEADINGS
    }
    text = write(list(_PAYEE_HEADINGS.values()), *lines).decode()
    return text.encode(encoding), kept


def assert_read_as_meant(found: Read, wrong: dict[int, dict[str, str]]) -> None:
    """Every reject refused with its code and at its cell, every fix repaired, nobody else."""
    must_go = {
        row for row, line in wrong.items() if line["class"] == "reject" and line["kind"] != ORPHAN
    }
    assert set(found.rows) - set(found.good) == must_go
    by_row: dict[int, set[tuple[str, str]]] = {row: set() for row in found.rows}
    for one in found.problems:
        if one.row:
            by_row[one.row].add((one.column, one.code.value))
    for row, said in by_row.items():
        line = wrong.get(row)
        if line is None:
            assert {code for _, code in said} <= _ASIDE
            continue
        expected = EXPECTED[line["kind"]]
        about = {(column, code) for column, code in said if code in expected or code not in _ASIDE}
        assert {column for column, _ in about} == ({line["field"]} if expected else set())
        assert len(about) == bool(expected)
        assert {code for _, code in about} <= expected
        if line["class"] == "fix":
            assert_repaired(found.facts[row], line)
    weights = {one.weight for one in found.problems if one.row and one.row not in must_go}
    assert weights <= {Weight.FIX, Weight.WARN}


def assert_repaired(facts: dict[str, object], line: dict[str, str]) -> None:
    """The row says what it said before it was spoilt."""
    name = _FACTS[line["field"].replace("支払先コード", "社員番号")]
    meant: object = line["original"]
    if name == "birth_date":
        meant = parse_date(line["original"])
    elif line["kind"] == "outside_cp932":
        meant = line["written"]
    elif name == "address":
        # Where the line broke there is a blank now.
        facts = {**facts, name: str(facts[name]).replace("\u3000", "")}
        meant = line["original"].replace("\u3000", "")
    assert facts[name] == meant
