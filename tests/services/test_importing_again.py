"""An export that is imported again unchanged: a run like any other, without being read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from crm.db import search
from crm.db.store import Store, Work
from crm.db.tables import contact, identity, import_run, interaction, setting
from crm.domain.records import Owner
from crm.importers import x
from crm.services import again, forgetting, identities, importing
from crm.services.views import RunView

_EXPORT = Path(__file__).parent.parent / "exports" / "x" / "2018-root-layout"


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every export that was read, in order."""
    read: list[Path] = []
    extract = x.Importer.extract

    def noted(self: x.Importer, export: Any, owner: Owner) -> Any:
        read.append(export.path)
        return extract(self, export, owner)

    monkeypatch.setattr(x.Importer, "extract", noted)
    return read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export that a test may change."""
    made = tmp_path / "twitter"
    for file in _EXPORT.rglob("*"):
        if file.is_file():
            to = made / file.relative_to(_EXPORT)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
    return made


def _import(store: Store, path: Path, **said: Any) -> RunView:
    [recognised] = importing.recognise([path])
    return importing.run_import(store, recognised, **said)


def _number(store: Store, table: Any) -> int:
    return store.read(lambda work: work.connection.scalar(select(func.count()).select_from(table)))


def _do(store: Store, statement: Any) -> None:
    store.write(lambda work: work.connection.execute(statement))


def test_it_is_not_read_once_more_and_everything_is_known(
    store: Store, folder: Path, reading: list[Path]
) -> None:
    first = _import(store, folder)
    second = _import(store, folder)
    assert reading == [folder]
    assert second.run == (first.run or 0) + 1
    assert (second.interactions_new, second.posts_new, second.identities_new, second.contacts_new) == (0,) * 4
    assert second.interactions_known == first.interactions_new
    assert second.posts_known == first.posts_new
    assert second.contacts_known == first.contacts_new
    same = ("importer", "path", "problems", "left", "unread", "since", "until")
    assert [getattr(second, name) for name in same] == [getattr(first, name) for name in same]


def test_reading_it_all_the_same_says_the_same(store: Store, folder: Path, reading: list[Path]) -> None:
    _import(store, folder)
    known = _import(store, folder)
    _do(store, delete(setting).where(setting.c.name.startswith("export:")))
    read = _import(store, folder)
    assert len(reading) == 2
    assert replace(read, run=known.run, at=known.at) == known


def test_either_run_can_be_taken_back_and_the_other_keeps_what_both_saw(store: Store, folder: Path) -> None:
    first, second = _import(store, folder), _import(store, folder)
    number = _number(store, interaction)
    assert importing.take_back(store, first.run or 0).interactions == 0
    assert _number(store, interaction) == number
    assert importing.take_back(store, second.run or 0).interactions == number
    assert (_number(store, interaction), _number(store, contact)) == (0, 0)


def test_a_run_that_was_taken_back_vouches_for_nothing(
    store: Store, folder: Path, reading: list[Path]
) -> None:
    first = _import(store, folder)
    importing.take_back(store, first.run or 0)
    assert _import(store, folder).interactions_new == first.interactions_new
    assert len(reading) == 2


def test_a_dry_run_tells_the_same_and_writes_nothing(store: Store, folder: Path, reading: list[Path]) -> None:
    first = _import(store, folder)
    tried = _import(store, folder, dry_run=True)
    assert (tried.run, tried.interactions_known) == (None, first.interactions_new)
    assert (_number(store, import_run), len(reading)) == (1, 1)


def test_a_dry_run_is_no_import(store: Store, folder: Path) -> None:
    tried = _import(store, folder, dry_run=True)
    assert _import(store, folder).interactions_new == tried.interactions_new > 0


def _drop_an_act(store: Store) -> None:
    def drop(work: Work) -> None:
        last = work.connection.scalar(select(func.max(interaction.c.id)))
        search.remove(work.connection, [last])
        work.connection.execute(delete(interaction).where(interaction.c.id == last))

    store.write(drop)


def _log_another_under_its_id(store: Store) -> None:
    last = select(func.max(interaction.c.id)).scalar_subquery()
    _do(store, update(interaction).where(interaction.c.id == last).values(external_id="own:1", run_id=None))


def _drop_an_identity(store: Store) -> None:
    someone = select(func.max(identity.c.id)).where(identity.c.contact_id.is_not(None)).scalar_subquery()
    _do(store, update(interaction).where(interaction.c.identity_id == someone).values(identity_id=None))
    _do(store, delete(identity).where(identity.c.id == someone))


def _take_somebody_for_oneself(store: Store) -> None:
    someone = select(func.max(identity.c.id)).where(identity.c.contact_id.is_not(None)).scalar_subquery()
    _do(store, update(identity).where(identity.c.id == someone).values(contact_id=None))


def _forget(store: Store) -> None:
    key = store.read(lambda work: work.connection.scalar(select(func.min(contact.c.id))))
    forgetting.forget(store, key)


@pytest.mark.parametrize(
    "change",
    [_drop_an_act, _log_another_under_its_id, _drop_an_identity, _take_somebody_for_oneself, _forget],
)
def test_what_is_no_longer_as_it_came_is_read_again(
    store: Store, folder: Path, reading: list[Path], change: Callable[[Store], None]
) -> None:
    _import(store, folder)
    before = _number(store, identity), _number(store, interaction)
    change(store)
    _import(store, folder)
    assert len(reading) == 2
    if change in (_drop_an_act, _drop_an_identity):
        assert (_number(store, identity), _number(store, interaction)) == before


def test_one_changed_byte_is_another_export(store: Store, folder: Path, reading: list[Path]) -> None:
    _import(store, folder)
    [account] = folder.rglob("account.js")
    account.write_bytes(account.read_bytes() + b"\n")
    assert _import(store, folder).interactions_new == 0
    assert len(reading) == 2


def test_what_changes_while_it_is_read_is_not_known(
    store: Store, folder: Path, reading: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "is_still", lambda content: False)
    _import(store, folder)
    _import(store, folder)
    assert len(reading) == 2


def test_another_program_reads_it_again(
    store: Store, folder: Path, reading: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(store, folder)
    monkeypatch.setattr(again, "_program", lambda importer: [("newer.py", 1, 1)])
    _import(store, folder)
    assert len(reading) == 2


def test_only_what_an_importer_asks_about_the_user_matters(
    store: Store, folder: Path, reading: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(store, folder)
    store.write(identities.add_me, "mira@example.org")
    _import(store, folder)
    assert len(reading) == 1  # the archive says itself whose it is
    extract = x.Importer.extract

    def asking(self: x.Importer, export: Any, owner: Owner) -> Any:
        assert owner.identities is not None
        yield from extract(self, export, owner)

    monkeypatch.setattr(x.Importer, "extract", asking)
    _do(store, delete(setting).where(setting.c.name.startswith("export:")))
    _import(store, folder)
    _import(store, folder)
    assert len(reading) == 2
    store.write(identities.add_me, "mira.lund@example.org")
    _import(store, folder)
    assert len(reading) == 3


def test_an_owner_is_told_apart_by_whatever_is_asked_for(store: Store) -> None:
    owner = Owner(names=frozenset({"mira"}))
    one, all_of_it, by_place = (again.Asking.of(owner) for _ in range(3))
    assert one.names == {"mira"}
    assert one.asked == {"names"}
    assert tuple(all_of_it) == tuple(owner)
    assert by_place[0] == owner[0]
    assert all_of_it.asked == by_place.asked == set(Owner._fields)


def test_an_importer_may_know_better_compare_and_remember_the_owner() -> None:
    owner = Owner(names=frozenset({"mira"}), stated="mira")
    changed, compared, kept = (again.Asking.of(owner) for _ in range(3))
    assert changed._replace(stated=None) == owner._replace(stated=None)
    assert compared == owner
    assert {owner: 1}[kept] == 1
    assert changed.asked == compared.asked == kept.asked == set(Owner._fields)


def test_a_folder_that_is_too_large_is_simply_read(
    store: Store, folder: Path, reading: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "_MOST", 10)
    _import(store, folder)
    _import(store, folder)
    assert len(reading) == 2
