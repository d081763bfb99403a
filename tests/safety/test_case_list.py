"""Every case of the list of attacks and faults has a test that names it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

_ID = re.compile(r"\bR[0-9]{3}\b")


def test_every_case_is_named_by_a_test(shared: Path) -> None:
    with (shared / "CASES.tsv").open(encoding="utf-8", newline="") as file:
        cases = {row["id"]: row["case"] for row in csv.DictReader(file, delimiter="\t")}
    tests = Path(__file__).resolve().parents[1]
    named = {
        found
        for path in tests.rglob("*.py")
        if path.name.startswith("test_")
        for found in _ID.findall(path.read_text(encoding="utf-8"))
    }
    assert len(cases) > 60
    assert {key: case for key, case in cases.items() if key not in named} == {}
