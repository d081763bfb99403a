"""Downloads that were cut off: an archive cut anywhere is refused with a hint, never read as if whole."""

from __future__ import annotations

import gzip
import random
import zipfile
from pathlib import Path

import pytest
from archive_files import tar_of, zip_bytes
from hostile import message, telegram

from crm.domain.errors import ExportError
from crm.importers.kit.export import Export

TELEGRAM = telegram(message(number) for number in range(6)).encode()
FILES = {"result.json": TELEGRAM, "z.txt": random.Random(3).randbytes(9000)}
TAR = tar_of(FILES).rstrip(b"\0")  # what is cut off of the blocks of zeros behind it is no loss
WHOLE = {
    "t.zip": zip_bytes(FILES),
    "stored.zip": zip_bytes(FILES, zipfile.ZIP_STORED),
    "nested.zip": zip_bytes({"a.zip": zip_bytes(FILES), "b.txt": b"x" * 9000}, zipfile.ZIP_STORED),
    "t.tar": TAR,
    "t.tar.gz": gzip.compress(TAR),
    "result.json.gz": gzip.compress(TELEGRAM + FILES["z.txt"]),
    "pieces.json.gz": gzip.compress(TELEGRAM) + gzip.compress(FILES["z.txt"]),
}


@pytest.mark.parametrize("twentieth", range(1, 20))
@pytest.mark.parametrize("name", WHOLE)
def test_an_archive_cut_off_at_every_twentieth_of_its_length_is_refused_with_a_hint(
    name: str, twentieth: int, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(WHOLE[name][: len(WHOLE[name]) * twentieth // 20])
    with pytest.raises(ExportError, match=r"cut off|ends before|damaged") as caught, Export(path) as export:
        for member in export.names:
            with export.open(member) as stream:
                stream.read()
    assert caught.value.hint == "the download was probably cut off; download it again"
