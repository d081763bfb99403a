"""The team's corpus: 404 files of 22 public test suites and 40 hand-made hard ones, where it is there.

The floors that were set for it: every card found, every line accounted for, 99.5 % of the cards the same
after writing and reading, vobject in agreement about all that is written.
"""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from vcard_helpers import read, says

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Problem
from crm.exporters.vcard_check import disagreements
from crm.importers.kit.export import Export
from crm.importers.vcard import Importer
from crm.vcard.model import Card, head_text
from crm.vcard.names import display_name
from crm.vcard.reader import read_text
from crm.vcard.writer import write_card

pytestmark = pytest.mark.shared

# Their groups have a dot in them, or they have a component inside: other readers refuse such lines.
RENAMED = {"resources_vcard_067.vcf", "spec_examples_example1.vcf"}


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[tuple[Path, int]]:
    base = shared / "vcards"
    return [
        *((base / row["file"], int(row["cards"])) for row in rows(base / "CORPUS.tsv")),
        *(
            (base / "synthetic" / row["file"], int(row["own_prototype_cards"]))
            for row in rows(base / "synthetic" / "EXPECTED.tsv")
        ),
    ]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def all_cards(corpus: list[tuple[Path, int]]) -> Iterator[tuple[str, Card]]:
    for path, _ in corpus:
        for item in read(path.read_bytes()):
            if isinstance(item, Card):
                yield path.name, item


def test_every_file_has_as_many_cards_as_were_counted_by_hand(corpus: list[tuple[Path, int]]) -> None:
    wrong = {}
    for path, expected in corpus:
        found = sum(isinstance(item, Card) for item in read(path.read_bytes()))
        if found != expected:
            wrong[path.name] = (found, expected)
    assert wrong == {}


def test_every_line_is_in_a_property_a_stray_or_a_problem(corpus: list[tuple[Path, int]]) -> None:
    checked = 0
    for path, _ in corpus:
        items = read(path.read_bytes())
        held = "\n".join(text for item in items if isinstance(item, Card) for text in texts(item))
        reported = {number for item in items if isinstance(item, Problem) for number in numbers_of(item)}
        for number, line in enumerate(
            re.split(rb"\r*\n|\r", path.read_bytes().removeprefix(b"\xef\xbb\xbf")), 1
        ):
            value = plain_value(line)
            if value and number not in reported:
                checked += 1
                assert value in held, (path.name, number, line)
    assert checked > 15_000


def texts(card: Card) -> Iterator[str]:
    for prop in card.properties:
        yield from (f"{head_text(prop.head)}:{prop.raw}", prop.value)
    for stray in card.strays:
        yield stray.text


def numbers_of(problem: Problem) -> range:
    first, *last = map(int, re.findall(r"\d+", problem.where))
    return range(first, (last[0] if last else first) + 1)


def plain_value(line: bytes) -> str:
    """Return the value on a physical line, or the part of one; empty where something encodes it."""
    head, colon, value = line.decode("latin-1").partition(":")
    text = value if colon and head.strip() == head else line.decode("latin-1")
    if not text.isascii() or any(char in line for char in b'="\0\\'):
        return ""
    return "" if head.strip().upper() in ("BEGIN", "END") else text.strip()


def test_no_name_is_lost(corpus: list[tuple[Path, int]]) -> None:
    for name, card in all_cards(corpus):
        if card.get("FN") or card.get("EMAIL"):
            assert display_name(card), name


def test_the_kept_text_of_every_card_is_the_same_card(corpus: list[tuple[Path, int]]) -> None:
    for name, card in all_cards(corpus):
        again = read_text(card.text)
        assert again is not None
        assert [(p.group, p.name, p.raw) for p in again.properties] == [
            (p.group, p.name, p.raw) for p in card.properties
        ], name


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize("fold", [True, False])
def test_nearly_every_card_says_the_same_after_writing_and_reading(
    corpus: list[tuple[Path, int]], version: str, fold: bool
) -> None:
    count, changed = 0, set()
    for name, card in all_cards(corpus):
        count += 1
        again = read(write_card(card, version, fold=fold))
        if len(again) != 1 or not isinstance(again[0], Card) or says(again[0]) != says(card):
            changed.add(name)
    assert count > 1000
    assert changed <= RENAMED
    assert len(changed) / count <= 0.005


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_vobject_agrees_about_every_written_card(corpus: list[tuple[Path, int]], version: str) -> None:
    for name, card in all_cards(corpus):
        assert disagreements(write_card(card, version), card) == [], name


def test_vobject_reads_the_same_in_well_formed_files(corpus: list[tuple[Path, int]]) -> None:
    """The oracle: version 3.0 in UTF-8 without a text that vobject is known to cut or to change."""
    compared = 0
    for path, _ in corpus:
        for item in read(path.read_bytes()):
            if isinstance(item, Card) and well_formed(item):
                compared += 1
                text = item.text.replace("\n", "\r\n").encode()
                assert disagreements(text, item) == [], path.name
    assert compared > 150


def well_formed(card: Card) -> bool:
    plain = all(
        "\\" not in prop.raw
        and "," not in prop.raw
        and prop.raw.strip() == prop.raw
        and not prop.head.encoding
        for prop in card.properties
        if prop.key in ("FN", "N", "TEL", "EMAIL", "ADR", "BDAY")
    )
    odd = any(
        prop.key in ("AGENT", "PROFILE", "BEGIN", "END", "PHOTO")
        or '"' in head_text(prop.head)
        or "^" in head_text(prop.head)
        for prop in card.properties
    )
    return (
        plain
        and not odd
        and not card.notes
        and card.version == "3.0"
        and bool(card.get("FN") and card.get("N"))
    )


def test_files_made_to_hang_a_reader_do_not(shared: Path) -> None:
    for path in sorted((shared / "vcards" / "synthetic").glob("*.vcf")):
        start = time.process_time()
        read(path.read_bytes())
        assert time.process_time() - start < 1, path.name


def test_every_file_can_be_imported_or_is_an_error_with_a_sentence(corpus: list[tuple[Path, int]]) -> None:
    for path, cards in corpus:
        try:
            with Export(path) as export:
                records = list(Importer().extract(export, Owner()))
        except ExportError as error:
            assert not cards, path.name
            assert error.hint
        else:
            assert records, path.name
