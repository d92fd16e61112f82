"""People of the files to look for afterwards."""

import csv
from pathlib import Path
from random import Random

PER_FILE = 50


def sample_numbers(folder: Path) -> dict[tuple[str, int], str]:
    """(employee code, family code) → digits, of some people of both files."""
    found: dict[tuple[str, int], str] = {}
    for name in ("employees.csv", "families.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in Random(1).sample(rows, min(PER_FILE, len(rows))):
            found[row["社員番号"], int(row.get("家族連番") or 0)] = row["個人番号"]
    return found
