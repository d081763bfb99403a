"""What every test may use: the project's root, and the team's reference files where they exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# How fast is measured in the benchmarks; on a busy machine a deadline would fail what is right.
settings.register_profile("crm", deadline=None)
settings.load_profile("crm")

PROJECT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes what the importers read, for review, instead of comparing it."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write tests/exports/*/*.expected.jsonl from what the importers yield now",
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the team's folder of reference files beside the project; skip the test where it is absent."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference files are not on this machine")
    return folder
