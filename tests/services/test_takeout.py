"""Google's Takeout is several exports in one: each product is one entry, and nothing is lost in silence."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from crm.importers import IMPORTERS
from crm.services import importing
from crm.services.views import Recognised

EXPORTS = Path(__file__).resolve().parents[1] / "exports"
PRODUCTS = {
    "mail": ("mail/takeout-german", "Mail"),
    "google_contacts": ("google_contacts/takeout", "Contacts"),
    "youtube": ("youtube/takeout-2025", "YouTube and YouTube Music"),
    "blogger": ("blogger/takeout-2024", "Blogger"),
}
THERE = sorted(
    name
    for name, (case, folder) in PRODUCTS.items()
    if name in IMPORTERS and (EXPORTS / case / "Takeout" / folder).is_dir()
)
UNKNOWN = {
    "Takeout/Fit/Activities/2024-01-01.json": '{"steps": 9000}',
    "Takeout/Drive/Glasuren.txt": "Zinn und Kobalt\n",
    "Takeout/archive_browser.html": "<html><title>Takeout</title></html>",
}


def takeout(folder: Path) -> Path:
    """Write a Takeout as it is after unpacking."""
    for name in THERE:
        case, product = PRODUCTS[name]
        shutil.copytree(EXPORTS / case / "Takeout" / product, folder / "Takeout" / product)
    for name, text in UNKNOWN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def zipped(target: Path, files: list[Path], base: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(base).as_posix())
    return target


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return takeout(tmp_path / "unpacked")


@pytest.fixture(params=["folder", "folder of it", "ZIP"])
def form(request: pytest.FixtureRequest, whole: Path, tmp_path: Path) -> Path:
    if request.param == "folder":
        return whole / "Takeout"
    if request.param == "folder of it":
        return whole
    return zipped(tmp_path / "takeout-20240501T120000Z-001.zip", files_in(whole), whole)


def the_entries(found: list[Recognised]) -> list[Recognised]:
    assert [one.error for one in found if one.error] == []
    assert sorted(one.importer or "" for one in found) == THERE
    return found


def test_every_product_is_one_entry_and_the_first_names_the_unknown(form: Path) -> None:
    entries = the_entries(importing.recognise([form]))
    assert {folder for one in entries for folder in one.folders} == {PRODUCTS[name][1] for name in THERE}
    assert [one.beside for one in entries] == [("Drive", "Fit"), *[()] * (len(THERE) - 1)]


def test_everything_of_it_is_imported_and_the_unknown_is_told_as_unread(form: Path, store) -> None:
    runs = {}
    for entry in the_entries(importing.recognise([form])):
        runs[entry.importer] = importing.run_import(store, entry, stated="Ada Byron")
    assert runs["mail"].interactions_new > 0
    assert runs["google_contacts"].contacts_new + runs["google_contacts"].contacts_known > 0
    assert runs["youtube"].interactions_new > 0
    if "blogger" in runs:
        assert runs["blogger"].posts_new > 0
    unread = {name: run.unread for name, run in runs.items()}
    assert {"Drive/", "Fit/"} <= set(unread[THERE[0]])
    for name, left in unread.items():
        others = tuple(f"{PRODUCTS[other][1]}/" for other in THERE if other != name)
        assert not [one for one in left if one.startswith(others)]


def split(files: list[Path], base: Path, folder: Path) -> list[Path]:
    """Write two parts of a Takeout, file by file in turn."""
    folder.mkdir(exist_ok=True)
    return [
        zipped(folder / f"takeout-20240501T120000Z-00{part + 1}.zip", files[part::2], base)
        for part in range(2)
    ]


def test_two_parts_bring_what_the_whole_brings(whole: Path, tmp_path: Path, store) -> None:
    files = files_in(whole)
    parts = split(files, whole, tmp_path / "parts")
    entries = the_entries(importing.recognise(parts))
    assert {entry.paths for entry in entries} == {tuple(map(str, parts))}
    assert [one.beside for one in entries] == [("Drive", "Fit"), *[()] * (len(THERE) - 1)]
    runs = {entry.importer: importing.run_import(store, entry, stated="Ada Byron") for entry in entries}
    assert runs["youtube"].interactions_new > 0
    for entry in importing.recognise([zipped(tmp_path / "all.zip", files, whole)]):
        again = importing.run_import(store, entry, stated="Ada Byron")
        assert (again.interactions_new, again.posts_new, again.contacts_new) == (0, 0, 0)
        before = runs[entry.importer]
        assert again.interactions_known == before.interactions_new + before.interactions_known


def test_the_parts_are_one_in_any_order_of_naming_them(whole: Path, tmp_path: Path) -> None:
    parts = split(files_in(whole), whole, tmp_path / "parts")
    assert importing.recognise(parts[::-1]) == importing.recognise(parts)


def test_what_nobody_would_know_alone_is_read_with_the_other_part(whole: Path, tmp_path: Path, store) -> None:
    first, second = (
        tmp_path / "takeout-20240501T120000Z-1-001.zip",
        tmp_path / "takeout-20240501T120000Z-1-002.zip",
    )
    title = [file for file in files_in(whole) if file.name == "channel.csv"]
    zipped(first, [file for file in files_in(whole) if file not in title], whole)
    zipped(second, title, whole)
    [entry] = [one for one in importing.recognise([first, second]) if one.importer == "youtube"]
    assert entry.paths == (str(first), str(second))
    assert not [one for one in importing.run_import(store, entry).unread if "channel.csv" in one]


def test_a_part_of_nothing_but_pictures_is_no_error(whole: Path, tmp_path: Path, store) -> None:
    first, second = (
        tmp_path / "takeout-20240501T120000Z-001.zip",
        tmp_path / "takeout-20240501T120000Z-002.zip",
    )
    zipped(first, files_in(whole), whole)
    with zipfile.ZipFile(second, "w") as archive:
        archive.writestr("Takeout/Google Photos/2024/IMG_1.jpg", b"\xff\xd8")
    entries = the_entries(importing.recognise([first, second]))
    assert entries[0].beside == ("Drive", "Fit", "Google Photos")
    assert "Google Photos/" in importing.run_import(store, entries[0], stated="Ada Byron").unread


def test_two_takeouts_of_different_days_stay_two(whole: Path, tmp_path: Path) -> None:
    videos = [file for file in files_in(whole) if "YouTube and YouTube Music" in file.parts]
    names = ("takeout-20230501T120000Z-001.zip", "takeout-20240501T120000Z-001.zip")
    found = importing.recognise([zipped(tmp_path / name, videos, whole) for name in names])
    assert [(one.importer, len(one.paths)) for one in found] == [("youtube", 1), ("youtube", 1)]


def test_parts_in_a_folder_of_downloads_are_joined(whole: Path, tmp_path: Path) -> None:
    parts = split(files_in(whole), whole, tmp_path / "downloads")
    (tmp_path / "downloads" / "holiday.jpg").write_bytes(b"\xff\xd8")
    entries = [one for one in importing.recognise([tmp_path / "downloads"]) if one.importer]
    the_entries(entries)
    assert {entry.paths for entry in entries} == {tuple(map(str, parts))}


def test_a_takeout_of_youtube_alone_is_one_entry(tmp_path: Path) -> None:
    [entry] = importing.recognise([EXPORTS / "youtube" / "takeout-2023-dutch"])
    assert entry.importer == "youtube"
