"""What every export offers, whatever it is on disk: names, streams, patterns, what was not read."""

from __future__ import annotations

import errno
import gzip
import os
import sys
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from archive_files import tar_of, write_folder, write_zip, zip_bytes
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit import containers, folders
from crm.importers.kit.export import Export
from crm.importers.kit.names import Names, unread_list

FILES = {
    "data/tweets.js": b"window.YTD.tweets.part0 = []",
    "data/tweets_media/1.jpg": b"\xff\xd8",
    "data/tweets_media/2.jpg": b"\xff\xd8",
    "Your archive.html": b"<html>",
}
NAMES = ("Your archive.html", "data/tweets.js", "data/tweets_media/1.jpg", "data/tweets_media/2.jpg")
CHANGED = datetime(2024, 2, 29, 12, 30, 42, tzinfo=UTC)


def offered(form: str, folder: Path, files: dict[str, bytes]) -> Path:
    if form == "folder":
        return write_folder(folder / "export", files)
    if form == "ZIP":
        return write_zip(folder / "export.zip", files)
    path = folder / f"export.{form}"
    data = tar_of(files)
    path.write_bytes(gzip.compress(data) if form == "tar.gz" else data)
    return path


@pytest.mark.parametrize("form", ["folder", "ZIP", "tar", "tar.gz"])
@pytest.mark.parametrize("outer", ["", "twitter-2024/", "./", "Zoe\u0308 2024/"])
def test_every_form_offers_the_same_members(form: str, outer: str, tmp_path: Path) -> None:
    path = offered(form, tmp_path, {outer + name: data for name, data in FILES.items()})
    with Export(path) as export:
        assert export.kind == form
        assert export.names == NAMES
        assert export.problems == []
        assert {name: export.open(name).read() for name in export.names} == FILES
        assert export.size("data/tweets.js") == len(FILES["data/tweets.js"])


def test_one_file_is_an_export_of_one_member(tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    path.write_bytes(b"BEGIN:VCARD\r\n")
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    with Export(path) as export:
        assert export.kind == "file"
        assert export.names == ("cards.vcf",)
        assert export.open("CARDS.vcf").readline() == b"BEGIN:VCARD\r\n"
        assert export.modified("cards.vcf") == int(CHANGED.timestamp()) * 1_000_000


def test_one_gzipped_file_is_an_export_of_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox.gz"
    path.write_bytes(gzip.compress(b"From x\n" * 1000) + gzip.compress(b"From y\n"))
    with Export(path) as export:
        assert export.names == ("all.mbox",)
        assert export.peek("all.mbox", 6) == b"From x"
        assert export.open("all.mbox").read() == b"From x\n" * 1000 + b"From y\n"


def test_times_of_zip_members_are_taken_as_utc(tmp_path: Path) -> None:
    with Export(write_zip(tmp_path / "a.zip", {"a.txt": b"x", "b.txt": b"y"})) as export:
        assert export.modified("a.txt") == int(CHANGED.timestamp()) * 1_000_000


def test_only_opened_members_count_as_read(tmp_path: Path) -> None:
    with Export(write_zip(tmp_path / "x.zip", FILES)) as export:
        assert export.peek("Your archive.html", 3) == b"<ht"
        export.open("data/tweets.js").close()
        assert export.unread() == ["Your archive.html", "data/tweets_media/ (2 files)"]


def test_progress_counts_every_byte_once_and_expects_no_media(tmp_path: Path) -> None:
    with Export(write_zip(tmp_path / "x.zip", FILES)) as export:
        assert export.bytes_total == len(FILES["data/tweets.js"]) + len(FILES["Your archive.html"])
        for _ in range(2):
            export.open("data/tweets.js").read()
            export.open("Your archive.html").read()
        assert export.bytes_read == export.bytes_total


def test_unread_media_are_one_entry_for_each_kind_of_folder() -> None:
    names = [f"media_attachments/files/{number}/original/x.png" for number in range(30)]
    names += [f"messages/inbox/friend{number}/photos/{number}.jpg" for number in range(1200)]
    names += [f"messages/inbox/friend{number}/message_1.json" for number in range(1200)]
    names += ["avatar.png", "header.png", "posts/one.jpg", "posts/1.json", "z/only.mp4"]
    unread = [name for name in names if not name.endswith("message_1.json")]
    index = Names(names, "")
    assert unread_list(index.names, unread) == [
        "2 media files",
        "media_attachments/ (30 files)",
        "messages/inbox/*/photos/ (1,200 files)",
        "posts/1.json",
        "posts/one.jpg",
        "z/ (1 file)",
    ]


def test_data_in_a_media_folder_is_listed_by_name(tmp_path: Path) -> None:
    files = {"media/list.json": b"[]", "media/1.bin": b"x", "media/2.bin": b"x", "a.txt": b"x"}
    with Export(write_folder(tmp_path / "e", files)) as export:
        assert export.unread() == ["a.txt", "media/ (2 media files)", "media/list.json"]


def test_patterns_match_the_path_or_its_last_part_in_any_case(tmp_path: Path) -> None:
    files = {
        "outer/Messages/Inbox/ada/message_1.json": b"",
        "outer/Messages/Inbox/bo/message_2.JSON": b"",
        "outer/notes [old].txt": b"",
        "outer/README": b"",
    }
    with Export(write_folder(tmp_path / "e", files)) as export:
        found = ["Messages/Inbox/ada/message_1.json", "Messages/Inbox/bo/message_2.JSON"]
        assert export.find("message_*.json") == found
        assert export.find("messages/inbox/*/message_?.json", "message_1.json") == found
        assert export.find("outer/messages/*") == found
        assert export.find("message_[2-9].json") == found[1:]
        assert export.find("read*", "notes [[]old].txt") == ["README", "notes [old].txt"]
        assert export.find("*.csv", "inbox") == []
        assert export.open("OUTER/readme").read() == b""


def test_a_folder_of_the_export_itself_can_be_named(tmp_path: Path) -> None:
    write_folder(tmp_path / "twitter", FILES)
    with Export(tmp_path / "twitter" / "data") as export:
        assert export.find("data/*.js") == ["tweets.js"]
        assert export.open("data/tweets.js").read() == FILES["data/tweets.js"]


def test_a_folder_named_like_one_inside_it_confuses_nobody(tmp_path: Path) -> None:
    write_folder(tmp_path / "data", {"data/x.js": b"1", "y.js": b"2"})
    with Export(tmp_path / "data") as export:
        assert export.open("data/x.js").read() == b"1"
        assert export.open("y.js").read() == b"2"


@pytest.mark.parametrize("own", ["data", "messages", "cur"])
def test_folders_of_the_export_itself_are_not_taken_for_its_wrapping(own: str, tmp_path: Path) -> None:
    files = {f"outer/{own}/a/1.json": b"", f"outer/{own}/b/2.json": b""}
    with Export(write_zip(tmp_path / "x.zip", files)) as export:
        assert export.names == (f"{own}/a/1.json", f"{own}/b/2.json")


def test_a_folder_unpacked_into_a_folder_of_its_name_is_stripped_twice(tmp_path: Path) -> None:
    files = {"mine/mine/a/x.json": b"", "mine/mine/b.json": b""}
    with Export(write_zip(tmp_path / "x.zip", files)) as export:
        assert export.names == ("a/x.json", "b.json")
    files = {"mine/theirs/a/x.json": b"", "mine/theirs/b.json": b""}
    with Export(write_zip(tmp_path / "y.zip", files)) as export:
        assert export.names == ("theirs/a/x.json", "theirs/b.json")
    files = {"takeout-2024/Takeout/Mail/a.mbox": b"", "takeout-2024/Takeout/archive_browser.html": b""}
    with Export(write_zip(tmp_path / "z.zip", files)) as export:
        assert export.names == ("Mail/a.mbox", "archive_browser.html")
        assert export.find("Takeout/Mail/*.mbox") == ["Mail/a.mbox"]


PATTERNS = st.text(alphabet="ab.*?/[]A", max_size=8)
PATHS = st.text(alphabet="ab.A[", min_size=1, max_size=4)


@given(st.lists(st.lists(PATHS, min_size=1, max_size=3).map("/".join), unique_by=str.casefold), PATTERNS)
def test_the_index_finds_what_trying_every_name_finds(names: list[str], pattern: str) -> None:
    def fits(name: str) -> bool:
        folded = name.casefold()
        return any(fnmatchcase(part, pattern.casefold()) for part in (folded, folded.rpartition("/")[2]))

    assert Names(names, "").find([pattern]) == sorted(filter(fits, names))


def test_junk_of_operating_systems_is_not_there(tmp_path: Path) -> None:
    files = dict(FILES)
    for name in (
        "__MACOSX/data/._tweets.js",
        "data/._tweets.js",
        ".DS_Store",
        "data/Thumbs.db",
        "desktop.ini",
    ):
        files[name] = b"junk"
    for form in ("folder", "ZIP", "tar.gz"):
        with Export(offered(form, tmp_path, files)) as export:
            assert export.names == NAMES
            assert export.problems == []


def test_parts_share_one_tree_and_equal_members_are_one(tmp_path: Path) -> None:
    first = write_zip(tmp_path / "fb-1.zip", {"start.html": b"hi", "messages/a/message_1.json": b"[1]"})
    second = write_zip(tmp_path / "fb-2.zip", {"start.html": b"hi", "messages/b/message_1.json": b"[2]"})
    third = write_folder(tmp_path / "fb-3", {"start.html": b"hi", "posts/1.json": b"[3]"})
    with Export([first, second, third, first]) as export:
        assert export.path == first
        assert export.names == (
            "messages/a/message_1.json",
            "messages/b/message_1.json",
            "posts/1.json",
            "start.html",
        )
        assert export.problems == []


def test_members_of_two_parts_that_differ_are_both_kept_and_named(tmp_path: Path) -> None:
    parts = [
        write_zip(tmp_path / "1.zip", {"a/likes.json": b"[1]", "b": b"", "LICENSE": b"x"}),
        write_folder(tmp_path / "2", {"a/Likes.json": b"[2]", "LICENSE": b"y"}),
        write_zip(tmp_path / "3.zip", {"a/likes.json": b"[2]", "c": b""}),
        write_zip(tmp_path / "4.zip", {"a/likes.json": b"[4, 4]", "d": b""}),
    ]
    with Export(parts) as export:
        assert export.find("likes*.json") == ["a/Likes~2.json", "a/likes.json", "a/likes~3.json"]
        assert [export.open(name).read() for name in export.find("likes*")] == [b"[2]", b"[1]", b"[4, 4]"]
        assert export.open("license~2").read() == b"y"
        assert sorted(problem.where for problem in export.problems) == [
            "LICENSE",
            "a/Likes.json",
            "a/likes.json",
        ]


def test_each_part_may_be_wrapped_in_a_folder_of_its_own_name(tmp_path: Path) -> None:
    parts = [
        write_zip(tmp_path / "x-part1.zip", {"x-part1/data/a.js": b"1", "x-part1/index.html": b"x"}),
        write_zip(tmp_path / "x-part2.zip", {"x-part2/data/b.js": b"2"}),
    ]
    with Export(parts) as export:
        assert export.names == ("data/a.js", "data/b.js", "index.html")


def test_a_zip_inside_is_opened_one_level_deep(tmp_path: Path) -> None:
    deepest = zip_bytes({"far.txt": b"far"})
    inner = zip_bytes({"posts.xml": b"<tumblr/>", "deeper.zip": deepest})
    files = {"posts.zip": inner, "media/1.zip": deepest, "a.txt": b"a"}
    for method in (0, 8):
        with Export(write_zip(tmp_path / f"{method}.zip", files, method)) as export:
            assert export.names == ("a.txt", "media/1.zip", "posts.zip/deeper.zip", "posts.zip/posts.xml")
            assert export.open("posts.zip/posts.xml").read() == b"<tumblr/>"
            assert [problem.where for problem in export.problems] == ["posts.zip/deeper.zip"]
            assert "nested too deep" in export.problems[0].reason
    with Export(write_folder(tmp_path / "folder", files)) as export:
        assert export.open("posts.zip/posts.xml").read() == b"<tumblr/>"
    (tmp_path / "t.tar").write_bytes(tar_of(files))
    with Export(tmp_path / "t.tar") as export:
        assert export.open("posts.zip/posts.xml").read() == b"<tumblr/>"


def test_a_zip_alone_in_a_zip_or_folder_is_the_export(tmp_path: Path) -> None:
    inner = zip_bytes({f"twitter-2024/{name}": data for name, data in FILES.items()})
    for path in (
        write_zip(tmp_path / "again.zip", {"twitter.zip": inner}),
        write_folder(tmp_path / "downloads", {"twitter.zip": inner}),
    ):
        with Export(path) as export:
            assert export.names == NAMES


def test_a_zip_inside_that_is_damaged_stays_a_member_and_is_named(tmp_path: Path) -> None:
    files = {"broken.zip": zip_bytes(FILES)[:-30], "a.txt": b"a"}
    with Export(write_folder(tmp_path / "x", files)) as export:
        assert export.names == ("a.txt", "broken.zip")
        assert [problem.where for problem in export.problems] == ["broken.zip"]
        assert "cut off" in export.problems[0].reason


def test_zips_inside_are_opened_up_to_a_number_and_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zip_bytes({"x.bin": os.urandom(3000)}, 0)
    files = {f"{number:03}.zip": inner for number in range(5)}
    monkeypatch.setattr(containers, "MOST_NESTED", 4)
    with Export(write_folder(tmp_path / "x", files)) as export:
        assert [name for name in export.names if name.endswith(".zip")] == ["004.zip"]
        assert len(export.problems) == 1
    monkeypatch.setattr(containers, "NESTED_LIMIT", 2 * len(inner) + 100)
    with Export(write_zip(tmp_path / "x.zip", files, 8)) as export:
        assert [name for name in export.names if name.endswith(".zip")] == ["002.zip", "003.zip", "004.zip"]
        assert "compressed twice" in export.problems[0].reason


def test_ten_thousand_zips_inside_are_a_few_problems(tmp_path: Path) -> None:
    inner = zip_bytes({"x": b""}, 0)
    with Export(write_zip(tmp_path / "x.zip", {f"{n}.zip": inner for n in range(10_000)}, 0)) as export:
        assert len(export.problems) == 21
        assert "9,880 more" in export.problems[-1].reason


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX file names and links")
def test_zips_inside_share_the_members_that_one_archive_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 10)
    inside = {f"{letter}.zip": zip_bytes({f"{n}.json": b"{}" for n in range(6)}) for letter in "abc"}
    inside["d.zip"] = zip_bytes({f"{n}.json": b"{}" for n in range(4)})
    inside["e.zip"] = zip_bytes({"e.json": b"{}"})
    with Export(write_folder(tmp_path / "export", inside)) as export:
        assert sum(name.endswith(".json") for name in export.names) == 10
        assert {problem.where: problem.reason for problem in export.problems} == {
            "b.zip": "b.zip states more than 4 members",
            "c.zip": "c.zip states more than 4 members",
            "e.zip": "the ZIP files before it hold 10 members; not opened",
        }


def test_ninety_wrappings_are_not_all_taken_off(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "t.zip", {"takeout/" * 90 + name: b"{}" for name in ("a.json", "b.json")})
    with Export(path) as export:
        assert export.names[0].count("takeout/") == 82
        assert export.open(export.names[0]).read() == b"{}"


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_text("x")
    folder = write_folder(tmp_path / "export", {"a.txt": b"a", "b.txt": b"b"})
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "dir").symlink_to(tmp_path / "elsewhere")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    with Export(folder) as export:
        assert export.names == ("a.txt", "b.txt")
        assert export.problems == [
            Problem("dir", "a link; links are not followed"),
            Problem("link.txt", "a link; links are not followed"),
            Problem("loop", "a link; links are not followed"),
            Problem("pipe", "not a plain file"),
        ]
        (folder / "a.txt").unlink()
        (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
        with pytest.raises(ExportError, match=r"a\.txt"):
            export.open("a.txt")
        (folder / "b.txt").unlink()
        os.mkfifo(folder / "b.txt")
        with pytest.raises(ExportError, match=r"b\.txt"):
            export.open("b.txt")
    (tmp_path / "way").symlink_to(folder)
    (folder / "c.txt").write_text("c")
    with Export(tmp_path / "way") as export:
        assert export.names == ("c.txt",)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_text_can_still_be_read(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / os.fsdecode(b"x/caf\xe9.txt")).write_bytes(b"text")
    (tmp_path / "x" / "a\nb.txt").write_bytes(b"text")
    with Export(tmp_path / "x") as export:
        assert export.names == ("a\nb.txt", "caf\ufffd.txt")
        assert all(export.open(name).read() == b"text" for name in export.names)


def test_names_that_differ_in_case_only_are_one_by_rule(tmp_path: Path) -> None:
    files = {"dup.json": b"1", "DUP.JSON": b"2", "other": b""}
    with Export(write_zip(tmp_path / "x.zip", files)) as export:
        assert export.names == ("DUP.JSON", "other")
        assert export.open("dup.json").read() == b"2"
        assert [problem.where for problem in export.problems] == ["DUP.JSON"]
        assert '"dup.json"' in export.problems[0].reason


def test_placeholders_of_icloud_are_named_with_the_way_out(tmp_path: Path) -> None:
    with Export(write_folder(tmp_path / "x", {".a.json.icloud": b"plist", "b.json": b"{}"})) as export:
        assert export.names == ("b.json",)
        assert "iCloud" in export.problems[0].reason


def test_files_and_folders_that_may_not_be_read_cost_only_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "x", {"a.txt": b"a", "b.txt": b"b", "sub/c.txt": b"c"})
    scandir = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("sub"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(folders.os, "access", lambda path, mode: not path.endswith("b.txt"))
    monkeypatch.setattr(folders.os, "scandir", refuse)
    with Export(folder) as export:
        assert export.names == ("a.txt",)
        assert [problem.where for problem in export.problems] == ["b.txt", "sub/"]
    monkeypatch.setattr(folders.os, "access", lambda path, mode: False)
    with pytest.raises(ExportError, match="nothing in x can be read"):
        Export(folder)


def test_a_path_that_cannot_be_opened_is_an_error_with_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExportError, match="there is no file or folder") as missing:
        Export(tmp_path / "gone.zip")
    assert missing.value.hint
    (tmp_path / "empty.zip").touch()
    with pytest.raises(ExportError, match=r"empty\.zip is empty") as empty:
        Export(tmp_path / "empty.zip")
    assert empty.value.hint
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ExportError, match="nothing holds no files"):
        Export(tmp_path / "nothing")
    (tmp_path / "a.txt").write_text("x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(folders.os, "scandir", refuse)
    for name in ("a.txt", "nothing"):
        with pytest.raises(ExportError, match=f"{name} may not be read") as denied:
            Export(tmp_path / name)
        assert denied.value.hint


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs POSIX devices")
def test_a_device_is_no_export() -> None:
    with pytest.raises(ExportError, match="neither a file nor a folder"):
        Export(Path("/dev/null"))


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"7z\xbc\xaf\x27\x1c\0", "7z"), (b"Rar!\x1a\x07\x01", "RAR"), (b"\xfd7zXZ\x00", "xz")],
)
def test_archives_of_other_kinds_are_named_with_the_way_out(start: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / "export.bin").write_bytes(start + bytes(100))
    with pytest.raises(ExportError, match=f"a {kind} archive") as caught:
        Export(tmp_path / "export.bin")
    assert "npack it" in str(caught.value.hint)


def test_a_folder_of_far_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    folder = write_folder(tmp_path / "home", {f"{number}": b"" for number in range(4)})
    with pytest.raises(ExportError, match="more than 3 files"):
        Export(folder)


def test_members_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with Export(write_folder(tmp_path / "x", {"a.txt": b"a"})) as export:
        for call in (export.open, export.peek, export.size, export.modified):
            with pytest.raises(ExportError, match=r"x holds no b\.txt"):
                call("b.txt")


def test_everything_is_closed_afterwards(tmp_path: Path) -> None:
    with Export(write_zip(tmp_path / "x.zip", FILES)) as export:
        pass
    with pytest.raises(ExportError):
        export.open("data/tweets.js").read()
    export.close()
