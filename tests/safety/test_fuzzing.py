"""Every fixture export, spoiled: a few inputs for each importer, the same ones in every run.

`CRM_FUZZ_SEED` and `CRM_FUZZ_INPUTS` choose others and more; `CRM_FUZZ_SECONDS` goes on for so long with each
importer. `python tests/safety/fuzzing.py --inputs 100000` runs very many by hand.
"""

from __future__ import annotations

import os

import pytest
from fuzzing import make, run

from crm.importers import IMPORTERS

SEED = int(os.environ.get("CRM_FUZZ_SEED", "1"))
INPUTS = int(os.environ.get("CRM_FUZZ_INPUTS", "12"))
SECONDS = float(os.environ["CRM_FUZZ_SECONDS"]) if "CRM_FUZZ_SECONDS" in os.environ else None


@pytest.mark.parametrize("importer", IMPORTERS)
def test_no_spoiled_export_gets_past_the_boundary(importer: str) -> None:
    inputs = INPUTS if SECONDS is None else None
    bad = [outcome for outcome in run(importer, SEED, inputs=inputs, seconds=SECONDS) if outcome.failure]
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
