"""Exports that change while they are read, and disks that fail: one error in words, and nothing imported."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_files import tar_of, write_folder, zip_bytes
from hostile import message, telegram
from measured import Community
from test_hostile_messages import mail_from

from crm.importers import mail
from crm.importers import telegram as telegrams
from crm.importers.kit import folders

LINE = b"From zoe@example.org Fri Mar 01 11:00:00 2024\n"
MAILBOX = b"".join(
    LINE + mail_from("Zoe <zoe@example.org>", number) + b"pots and kilns\n" * 1500 + b"\n"
    for number in range(20)
)
TELEGRAM = telegram((message(number) for number in range(4000)), None).encode()
CARDS = b"".join(
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo %d\r\nNOTE:%b\r\nEND:VCARD\r\n" % (number, b"x" * 900)
    for number in range(500)
)
EXPORTS = {"inbox.mbox": MAILBOX, "result.json": TELEGRAM, "people.vcf": CARDS}
AS = ("--as", "mara@example.org")


@pytest.fixture
def when_read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what arranges for something to happen when the second block of a file has been read."""

    def arrange(act: Callable[[], object], name: str) -> None:
        read = folders._Watched.readinto
        done: list[object] = []

        def readinto(self: folders._Watched, buffer: Any) -> int | None:
            count = read(self, buffer)
            if self._member.name == name and self.tell() > 1 << 17 and not done:
                done.append(name)
                act()
            return count

        monkeypatch.setattr(folders._Watched, "readinto", readinto)

    return arrange


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("change", ["cut", "grown", "emptied", "rewritten"])
def test_a_file_that_is_written_to_while_it_is_read_is_refused(
    change: str, name: str, tmp_path: Path, community: Community, when_read: Callable[..., None]
) -> None:
    data = EXPORTS[name]
    path = write_folder(tmp_path, {name: data}) / name
    os.utime(path, (1, 1))
    after = {"cut": data[: len(data) // 2], "grown": data * 2, "emptied": b"", "rewritten": data}[change]

    def write() -> None:
        with path.open("r+b") as file:  # the same file, not another one of its name
            file.truncate(0)
            file.write(after)

    when_read(write, name)
    community.refuses(path, f"{name} was changed while it was read")


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("change", ["deleted", "replaced", "locked", "a link"])
def test_a_file_that_goes_away_while_it_is_read_is_read_as_it_was_or_refused(
    change: str, name: str, tmp_path: Path, community: Community, when_read: Callable[..., None]
) -> None:
    path = write_folder(tmp_path, {name: EXPORTS[name]}) / name
    plain = community.quick("import", path, "--dry-run", *AS)
    assert plain.code == 0, plain.err
    other = write_folder(tmp_path / "other", {name: EXPORTS[name][:9000]}) / name

    def link() -> None:
        path.unlink()
        path.symlink_to(other)

    acts: dict[str, Callable[[], object]] = {
        "deleted": path.unlink,
        "replaced": lambda: other.replace(path),
        "locked": lambda: path.chmod(0),
        "a link": link,
    }
    when_read(acts[change], name)
    taken = community.quick("import", path, "--dry-run", *AS)
    assert taken.out == plain.out if taken.code == 0 else taken.code == 5
    if taken.code:  # some are read twice
        assert f"{name} is no longer there" in taken.err or "was changed while" in taken.err


@pytest.mark.parametrize("archive", ["x.zip", "x.tar"])
@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_an_archive_that_is_cut_while_it_is_read_is_refused(
    share: float, archive: str, tmp_path: Path, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"result.json": TELEGRAM, "z.txt": os.urandom(300_000)}
    path = tmp_path / archive
    path.write_bytes(zip_bytes(files, 0) if archive == "x.zip" else tar_of(files))
    extract = telegrams.Importer.extract

    def cut_and_extract(self: telegrams.Importer, *args: Any) -> Any:
        os.truncate(path, int(share * len(TELEGRAM)))
        return extract(self, *args)

    monkeypatch.setattr(telegrams.Importer, "extract", cut_and_extract)
    community.refuses(path, "result.json")


def test_a_member_of_a_folder_that_vanishes_is_told(
    tmp_path: Path, community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = {f"mail/{number}.eml": mail_from("Zoe <zoe@example.org>", number) for number in range(9)}
    folder = write_folder(tmp_path / "export", mails)
    extract = mail.Importer.extract

    def remove_and_extract(self: mail.Importer, *args: Any) -> Any:
        (folder / "mail" / "3.eml").unlink()
        return extract(self, *args)

    monkeypatch.setattr(mail.Importer, "extract", remove_and_extract)
    taken = community.quick("import", folder, *AS)
    assert taken.code == 0, taken.err
    assert "3.eml is no longer there" in taken.out
    assert "interactions  8 new" in taken.out


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
@pytest.mark.parametrize("name", EXPORTS)
def test_a_disk_that_fails_while_a_file_is_read_is_one_error(
    name: str, number: int, tmp_path: Path, community: Community, when_read: Callable[..., None]
) -> None:
    path = write_folder(tmp_path, {name: EXPORTS[name]}) / name

    def fail() -> None:
        raise OSError(number, os.strerror(number))

    when_read(fail, name)
    taken = community.refuses(path, f"{name} cannot be read: {os.strerror(number)}")
    assert "[Errno" not in taken.err
