"""Every fixture export, spoiled for a while: about a minute in all, spread over the importers.

The inputs are the same in every run; how many there are depends on the machine, whether they pass does not.
`CRM_FUZZ_SEED` and `CRM_FUZZ_SECONDS` choose others, and `python tests/safety/fuzzing.py` runs many more.
"""

from __future__ import annotations

import os

import pytest
from fuzzing import make, run

from crm.importers import IMPORTERS

SEED = int(os.environ.get("CRM_FUZZ_SEED", "1"))
SECONDS = float(os.environ.get("CRM_FUZZ_SECONDS", "1.5"))


@pytest.mark.parametrize("importer", IMPORTERS)
def test_no_spoiled_export_gets_past_the_boundary(importer: str) -> None:
    bad = [outcome for outcome in run(importer, SEED, seconds=SECONDS) if outcome.failure]
    again = f"python tests/safety/fuzzing.py --importer {importer} --seed {SEED} --only"
    assert not bad, "\n".join(f"{again} {outcome.number}: {outcome.failure}" for outcome in bad)


@pytest.mark.parametrize("number", range(12))
def test_an_input_is_the_same_whenever_it_is_made(number: int, tmp_path) -> None:
    made = []
    for copy in ("one", "two"):
        folder = tmp_path / copy
        folder.mkdir()
        path, owner = make("mastodon", 7, number, folder)
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        made.append(([(file.relative_to(folder), file.read_bytes()) for file in files], owner))
    assert made[0] == made[1]
