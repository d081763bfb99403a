"""What the tests of hostile input share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.register_assert_rewrite("measured", "hostile")


@pytest.fixture
def community(tmp_path: Path, database_of: Callable[[Path], str]):
    """Return a database with one contact, and the program as a measured process on it."""
    from measured import Community

    folder = tmp_path / "community"
    folder.mkdir()
    return Community(folder, database_of)
