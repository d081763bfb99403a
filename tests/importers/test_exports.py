"""One test for all importers: every fixture export, in every form it may reach us, against its records.

`pytest tests/importers/test_exports.py --update-expected` writes the expected records; review what changed.
"""

from __future__ import annotations

import json
import pkgutil
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from export_cases import EXPORTS, NAMES, Case, extracted, find_cases

import crm.importers
from crm.domain.errors import ExportError
from crm.domain.platforms import PLATFORMS
from crm.domain.records import (
    ContactRecord,
    IdentityRef,
    InteractionRecord,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers import IMPORTERS, load
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions, Importer

CASES = find_cases()
BY_NAME = [pytest.param(case, id=f"{case.importer}-{case.path.name}") for case in CASES]
BY_FORM = [
    pytest.param(case, form, id=f"{case.importer}-{case.path.name}-{form}")
    for case in CASES
    for form in case.forms
]
DAY = 86_400_000_000
CENTURY = 130 * 365 * DAY  # until about 2100
DAMAGED_COPIES = 12
NO_EXPORTS = {
    "holiday.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200),
    "notes.txt": b"Buy milk.\nFrom here on, nothing.\n",
    "data.json": b'{"hello": ["world"]}',
    "table.csv": b"a,b,c\n1,2,3\n",
    "page.html": b"<!doctype html><title>x</title><p>hello",
    "feed.xml": b"<?xml version='1.0'?><unknown/>",
    "noise.bin": bytes(range(256)) * 20,
}


def modules() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(crm.importers.__path__)} - {"kit"}


@cache
def importers() -> tuple[Importer, ...]:
    """Return every importer that exists; that the list is complete has its own test."""
    return tuple(load(name) for name in sorted(modules()))


def identified(path: Path) -> list[str]:
    with Export(path) as export:
        return [importer.name for importer in importers() if importer.identify(export)]


@pytest.mark.parametrize(("case", "form"), BY_FORM)
def test_exactly_one_importer_reads_it_and_yields_what_is_expected(
    case: Case, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = case.offer(form, tmp_path)
    assert identified(path) == [case.importer]
    lines = extracted(load(case.importer), path, case.owner())
    if request.config.getoption("--update-expected") and form == case.forms[0]:
        case.expected.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    if not case.expected.exists():
        pytest.fail(f"no {case.expected.name}; write it with --update-expected and review it")
    expected = case.expected.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [json.loads(line) for line in expected]


@pytest.mark.parametrize("case", BY_NAME)
def test_its_records_are_well_formed(case: Case, tmp_path: Path) -> None:
    importer = load(case.importer)
    with Export(case.offer(case.forms[0], tmp_path)) as export:
        records = records_of(importer, export, case.owner())
    for record in records:
        assert type(record) in NAMES
        assert not [text for text in texts(record) if "\x00" in text or not printable(text)]
        for who in identities(record):
            assert who.platform in PLATFORMS
            assert who.handle or who.external_id
        if isinstance(record, InteractionRecord | PostRecord):
            assert record.platform in importer.platforms
            check_time(record)
        if isinstance(record, Problem):
            assert record.where.strip()
            assert record.reason.strip()
    keys = Counter(
        (record.platform, record.external_id)
        for record in records
        if isinstance(record, InteractionRecord | PostRecord)
    )
    assert [key for key, count in keys.items() if count > 1] == []
    assert all(number for _, number in keys)


@pytest.mark.parametrize("case", BY_NAME)
def test_a_damaged_copy_costs_records_or_is_an_error_with_a_sentence(case: Case, tmp_path: Path) -> None:
    chance = random.Random(case.path.name)
    importer = load(case.importer)
    for number in range(DAMAGED_COPIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = case.offer(case.forms[0], folder)
        damage(chance.choice([path] if path.is_file() else files_in(path)), chance)
        try:
            with Export(path) as export:
                importer.identify(export)
                records = records_of(importer, export, case.owner())
        except ExportError as error:
            assert error.message
        else:
            assert not [text for record in records for text in texts(record) if not printable(text)]
        shutil.rmtree(folder)


def test_the_list_of_importers_is_what_the_folder_holds() -> None:
    assert set(IMPORTERS) == modules()
    assert list(IMPORTERS) == sorted(IMPORTERS)


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_has_a_fixture(name: str) -> None:
    assert [case for case in CASES if case.importer == name]


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_describes_itself(name: str) -> None:
    importer = load(name)
    assert importer.name == name
    assert set(importer.platforms) <= set(PLATFORMS)
    assert importer.confidence in Confidence
    assert importer.directions in Directions
    assert not importer.page or importer.page.startswith("https://")
    for text in (importer.title, importer.how_to_get, importer.reads, importer.cannot_show):
        assert text == text.strip()
        assert text


def test_every_fixture_belongs_to_an_importer() -> None:
    assert {case.importer for case in CASES} <= set(IMPORTERS)
    known = {path for case in CASES for path in (case.expected, case.path)}
    left = [path for path in EXPORTS.glob("*/*.expected.jsonl") if path not in known]
    assert left == []


@pytest.mark.parametrize("name", NO_EXPORTS)
def test_what_is_no_export_is_nobodys(name: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / name).write_bytes(NO_EXPORTS[name])
    assert identified(tmp_path) == []
    assert identified(tmp_path / "sub" / name) == []


def records_of(importer: Importer, export: Export, owner: Owner) -> list[Record]:
    """Return the records; a fixture may be one that is answered with an error."""
    records = []
    try:
        for record in importer.extract(export, owner):
            records.append(record)
    except ExportError:
        pass
    return records


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def damage(file: Path, chance: random.Random) -> None:
    """Cut the file off, overwrite a stretch, or repeat one: what downloads and disks do."""
    data = file.read_bytes()
    at = chance.randrange(len(data) + 1)
    stretch = chance.randrange(1, 40)
    way = chance.randrange(4)
    if way == 0:
        data = data[:at]
    elif way == 1:
        data = data[:at] + chance.randbytes(stretch) + data[at + stretch :]
    elif way == 2:
        data = data[:at] + data[at + stretch :]
    else:
        data = data[:at] + data[max(0, at - stretch) :]
    file.write_bytes(data)


def check_time(record: InteractionRecord | PostRecord) -> None:
    assert (record.at is None) == (record.precision is Precision.UNKNOWN)
    if record.at is not None:
        assert 0 < record.at < CENTURY
        assert record.precision is not Precision.DAY or record.at % DAY == 0


def printable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)


def identities(record: Record) -> Iterator[IdentityRef]:
    if isinstance(record, ContactRecord | SelfRecord):
        yield from record.identities
    elif isinstance(record, InteractionRecord) and record.who is not None:
        yield record.who
