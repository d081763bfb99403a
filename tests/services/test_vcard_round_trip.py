"""The team's corpus of address books, in and out and in again: the same contacts, whatever the file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.domain.errors import ExportError
from crm.domain.records import Owner
from crm.exporters.vcard import written
from crm.importers.kit.export import Export
from crm.importers.vcard import Importer
from crm.services import contacts, importing
from crm.services.contacts import ContactQuery
from crm.services.outgoing import people
from crm.services.outgoing_cards import cards
from crm.services.spooling import Spool

pytestmark = [
    pytest.mark.shared,
    pytest.mark.once(reason="what is lost of a card on its way, whatever holds it meanwhile"),
]

CHANGED: set[str] = set()
"""Files with contacts that are not the same afterwards; none is known."""


class TakenBack(Exception):  # noqa: N818 - it ends a transaction
    pass


def taken_back(store, do: Callable[[Any], Any]) -> Any:
    """Do something in an empty database, and leave it empty; return what came of it."""
    result = []

    def run(work) -> None:
        result.append(do(work))
        raise TakenBack

    with pytest.raises(TakenBack):
        store.write(run)
    return result[0]


def bring(work, file: Path) -> list[int]:
    with Export(file) as export, Spool() as spool:
        spool.fill(Importer().extract(export, Owner()), lambda _: None, lambda: False)
        importing.write_run(work, "vcard", file.name, spool)
    return sorted(contacts.list_ids(work, ContactQuery(archived=None)))


def facts(work, ids: list[int]) -> Counter[tuple[Any, ...]]:
    """Return everything about each contact but its id; of its cards the key of the main one."""
    return Counter(
        (
            (person.name, person.nickname, person.organisation, person.title, person.notes, person.tags),
            (person.birthday, person.anniversary),
            frozenset(person.identities),
            next((kept.key for kept in person.cards), None),
        )
        for person in people(work, ids)
    )


def test_nearly_every_contact_of_the_corpus_is_the_same_after_export_and_import(shared, store, tmp_path):
    base = shared / "vcards"
    with (base / "CORPUS.tsv").open(encoding="utf-8", newline="") as table:
        files = [base / row["file"] for row in csv.DictReader(table, delimiter="\t")]
    files += sorted((base / "synthetic").glob("*.vcf"))
    count, changed = 0, {}
    for file in files:

        def out(work, file=file) -> Counter[tuple[Any, ...]]:
            try:
                ids = bring(work, file)
            except ExportError:
                return Counter()
            for version in ("3.0", "4.0"):
                data = b"".join(written(card, version) for _, card in cards(work, ids, version))
                (tmp_path / f"{version}.vcf").write_bytes(data)
            return facts(work, ids)

        before = taken_back(store, out)
        if not before:
            continue
        count += before.total()
        for version in ("3.0", "4.0"):
            again = tmp_path / f"{version}.vcf"
            after = taken_back(store, lambda work, again=again: facts(work, bring(work, again)))
            if lost := before - after:
                changed[f"{file.name} as {version}"] = (lost, after - before)
    report = "\n".join(f"{name}: {lost}\n  is now {found}" for name, (lost, found) in changed.items())
    assert count > 1000
    assert sum(lost.total() for lost, _ in changed.values()) <= 0.005 * 2 * count, report
    assert {name.split(" as ")[0] for name in changed} <= CHANGED, report
