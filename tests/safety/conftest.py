"""What the tests of hostile input share."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.register_assert_rewrite("measured", "hostile")


@pytest.fixture
def community(tmp_path: Path):
    """Return a database with one contact, and the program as a measured process on it."""
    from measured import Community

    folder = tmp_path / "community"
    folder.mkdir()
    return Community(folder)
