"""A file that an export is written to: complete under its name, or as it was before."""

from __future__ import annotations

import errno
import io
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError, UsageError
from crm.exporters import files
from crm.exporters.files import Folder, drafted, file_stem, replacing

ODD_NAMES = [
    "two words.vcf",
    "what?#50%41&x=1.vcf",
    os.fsdecode("ä ö 🌻.vcf".encode()),
    os.fsdecode(b"caf\xe9 \xff.vcf"),
    "-.vcf",
    "n" * 251 + ".vcf",
]


def only_files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "friends.vcf"
    file.write_bytes(b"as it was")
    return file


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_exact_file_is_written_and_nothing_is_left_beside_it(name: str, tmp_path: Path) -> None:
    with replacing(tmp_path / name) as draft:
        draft.write(b"one ")
        draft.write(b"two")
        assert not (tmp_path / name).exists()
    assert (tmp_path / name).read_bytes() == b"one two"
    assert draft.size == 7
    assert only_files(tmp_path) == {name}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_files_and_folders_are_private_whatever_the_umask(mask: int, old: Path, tmp_path: Path) -> None:
    old.chmod(0o644)
    before = os.umask(mask)
    try:
        with replacing(old) as draft:
            draft.write(b"x")
            (part,) = [path for path in tmp_path.iterdir() if path != old]
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
        with Folder(tmp_path / "each") as folder:
            folder.add("Ada", ".vcf", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "each").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "each" / "Ada.vcf").stat().st_mode) == 0o600


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_interrupts_it_the_older_file_stays(interruption: type[BaseException], old: Path) -> None:
    with pytest.raises(interruption), replacing(old) as draft:
        draft.write(b"half of ")
        raise interruption
    assert old.read_bytes() == b"as it was"
    assert only_files(old.parent) == {old.name}


class FullDisk(io.BytesIO):
    """Takes nothing, when written to or when closed."""

    def __init__(self, real: io.BufferedWriter, at: str) -> None:
        super().__init__()
        self._real, self._at = real, at

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._refuse("write")
        return self._real.write(data)

    def flush(self) -> None:
        self._refuse("flush")

    def fileno(self) -> int:
        return self._real.fileno()

    def close(self) -> None:
        self._real.close()
        self._refuse("close")

    def _refuse(self, at: str) -> None:
        if at == self._at:
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("at", ["write", "flush", "close"])
def test_a_full_disk_is_an_error_in_plain_words_and_the_older_file_stays(
    at: str, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.fdopen
    monkeypatch.setattr(files.os, "fdopen", lambda *args, **how: FullDisk(opened(*args, **how), at))
    full = pytest.raises(ExportError, match=r"the disk is full: .*friends.vcf was not written")
    with full as caught, replacing(old) as draft:
        draft.write(b"more than there is room for")
    assert "as it was" in (caught.value.hint or "")
    monkeypatch.undo()
    assert old.read_bytes() == b"as it was"
    assert only_files(old.parent) == {old.name}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_when_it_is_to_keep_the_data_is_noticed(
    code: int, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(ExportError), replacing(old) as draft:
        draft.write(b"x")
    assert old.read_bytes() == b"as it was"


def test_a_link_is_followed_and_stays_a_link(old: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.vcf"
    link.symlink_to(old)
    with replacing(link) as draft:
        draft.write(b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"


def test_a_link_to_a_file_that_is_not_there_makes_it(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "link.vcf").symlink_to(tmp_path / "far" / "new.vcf")
    with replacing(tmp_path / "link.vcf") as draft:
        draft.write(b"new")
    assert (tmp_path / "far" / "new.vcf").read_bytes() == b"new"


def test_a_folder_and_a_database_are_not_replaced(tmp_path: Path) -> None:
    database = tmp_path / "crm.db"
    database.write_bytes(b"SQLite format 3\0 and the rest")
    for target, said in ((tmp_path, "is a folder"), (database, "is a database")):
        with pytest.raises(UsageError, match=said), replacing(target):
            raise AssertionError("nothing may be written")
    assert database.read_bytes().startswith(b"SQLite")


@pytest.mark.parametrize("name", ["missing/folder/x.vcf", "n" * 300 + ".vcf"])
def test_a_place_where_no_file_can_be_is_an_error_with_a_hint(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot write") as caught, replacing(tmp_path / name):
        raise AssertionError("nothing may be written")
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_written_to_when_all_is_there(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with replacing(pipe) as draft:
        draft.write(b"a" * 200_000)
    reader.join(10)
    assert read == [b"a" * 200_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_device_that_is_full_is_an_error() -> None:
    with pytest.raises(ExportError, match="the disk is full"), replacing(Path("/dev/full")) as draft:
        draft.write(b"x" * 100_000)


def test_what_is_drafted_without_a_name_is_handed_over_whole(tmp_path: Path) -> None:
    found = []
    with drafted(tmp_path) as draft:
        draft.write(b"one ")
        draft.write(b"two")
        draft.hand_over(lambda stream: found.append(stream.read()))
    assert found == [b"one two"]
    assert only_files(tmp_path) == set()


def test_a_folder_of_files_appears_when_all_of_them_are_there(tmp_path: Path) -> None:
    with Folder(tmp_path / "each") as folder:
        folder.add("Ada", ".vcf", b"1")
        folder.add("ADA", ".vcf", b"2")
        folder.add("../../etc/passwd", ".vcf", b"3")
        assert not (tmp_path / "each").exists()
    found = {path.name: path.read_bytes() for path in (tmp_path / "each").iterdir()}
    assert found == {"Ada.vcf": b"1", "ADA (2).vcf": b"2", ".. .. etc passwd.vcf".lstrip(". "): b"3"}
    assert folder.size == 3
    assert only_files(tmp_path) == {"each"}


def test_files_of_other_names_stay_in_a_folder_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "Ada.vcf").write_bytes(b"old")
    (tmp_path / "notes.txt").write_bytes(b"mine")
    with Folder(tmp_path) as folder:
        folder.add("Ada", ".vcf", b"new")
        folder.add("Bo", ".vcf", b"new")
        assert (tmp_path / "Ada.vcf").read_bytes() == b"old"
    assert only_files(tmp_path) == {"Ada.vcf", "Bo.vcf", "notes.txt"}
    assert (tmp_path / "Ada.vcf").read_bytes() == b"new"


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_a_folder_that_is_not_finished_leaves_no_trace(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    (tmp_path / "Ada.vcf").write_bytes(b"old")
    for target in (tmp_path, tmp_path / "new"):
        with pytest.raises(interruption), Folder(target) as folder:
            folder.add("Ada", ".vcf", b"new")
            raise interruption
    assert only_files(tmp_path) == {"Ada.vcf"}
    assert (tmp_path / "Ada.vcf").read_bytes() == b"old"


def test_a_folder_cannot_be_where_a_file_is(old: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"), Folder(old):
        raise AssertionError("nothing may be written")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Ada Byron", "Ada Byron"),
        ('a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j"),
        ("...", "contact"),
        ("", "contact"),
        ("\x1b[2J\n", "[2J"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        ("a\u202egnp", "a gnp"),
        ("Ада Байрон", "Ада Байрон"),
        (" .hidden. ", "hidden"),
    ],
)
def test_a_name_becomes_one_that_every_file_system_takes(name: str, stem: str) -> None:
    assert file_stem(name) == stem


@given(st.text(max_size=400))
def test_any_name_becomes_a_plain_short_file_name(name: str) -> None:
    stem = file_stem(name)
    assert stem
    assert stem == stem.strip(" .")
    assert len(stem.encode()) <= 201
    assert not set(stem) & set('/\\:*?"<>|\0\n\r\t')
    assert Path(stem).name == stem
