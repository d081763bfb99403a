"""What the tests of the X importer share: importing files as an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archive_files import write_folder
from x_archive import (
    ACCOUNT,
    acts,
    read,
    script,
)

from crm.domain.records import (
    Owner,
    Record,
)


@pytest.fixture
def import_(tmp_path: Path) -> Any:
    """Import files as `data/...` of an archive whose owner is `me_now`, if `account.js` says no other."""

    def imported(files: dict[str, bytes], owner: Owner | None = None, account: bool = True) -> list[Record]:
        named = {f"data/{name}": data for name, data in files.items()}
        if account:
            named.setdefault("data/account.js", ACCOUNT)
        return read(write_folder(tmp_path / "archive", named), owner)

    return imported


@pytest.fixture
def tweets(import_: Any) -> Any:
    """Import tweets and return what became of them."""

    def imported(*rows: dict[str, Any], **files: bytes) -> list[Record]:
        named = {f"{name.replace('_', '-')}.js": data for name, data in files.items()}
        return acts(import_({"tweets.js": script("tweets", list(rows)), **named}))

    return imported
