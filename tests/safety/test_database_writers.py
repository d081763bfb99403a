"""Programs that write at the same time: nothing is lost, whoever waits is told, and nobody waits for ever."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cli_runner import Crm, settings_in

from crm.cli import environment
from crm.db import engine
from crm.db.store import Store, Work
from crm.domain.errors import DatabaseError
from crm.services import contacts, editing

pytestmark = pytest.mark.sqlite(reason="its locks; test_postgresql.py has what a server does")

PROGRAMS, TIMES = 4, 200


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with closing(Store.open(tmp_path / "crm.db")) as store:
        store.write(editing.add, "Ada Byron")
        store.write(editing.edit, [1], editing.Edits(title="0"))
    return tmp_path / "crm.db"


@contextmanager
def another_writes(file: Path, seconds: float | None = None) -> Iterator[threading.Event]:
    """Let another program write: for so long, or until the event that is given is set."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            begun.set()
            over.wait(seconds)
            connection.execute("COMMIT")

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    try:
        yield over
    finally:
        if seconds is None:
            over.set()
        thread.join()


def _count_up(file: str, times: int) -> None:
    def once(work: Work) -> None:
        number = int(work.connection.exec_driver_sql("SELECT title FROM contact").scalar_one())
        editing.edit(work, [1], editing.Edits(title=str(number + 1)))

    with closing(Store.open(file)) as store:
        for _ in range(times):
            store.write(once)


# R077
def test_four_programs_that_read_and_write_back_two_hundred_times_lose_no_update(file):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crm.services.editing", "crm.services.contacts"])
    programs = [context.Process(target=_count_up, args=(str(file), TIMES)) for _ in range(PROGRAMS)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert [program.exitcode for program in programs] == [0] * PROGRAMS
    with closing(Store.open(file)) as store:
        title = store.read(lambda work: work.connection.exec_driver_sql("SELECT title FROM contact").scalar())
    assert title == str(PROGRAMS * TIMES)


def test_a_command_that_waits_for_another_program_says_so_and_then_does_its_work(file, tmp_path, monkeypatch):
    crm = Crm(settings_in(tmp_path, file))
    say = environment.Environment._wait

    with another_writes(file) as over:

        def said(its: environment.Environment) -> None:
            say(its)
            over.set()

        monkeypatch.setattr(environment.Environment, "_wait", said)
        answer = crm.answer("note", "ada", "hello")
    assert answer.code == 0, answer
    assert answer.err.count("waiting for another program") == 1
    with closing(Store.open(file)) as store:
        assert store.read(contacts.show, 1).notes == "hello"


def test_reading_waits_for_nobody(file):
    with closing(Store.open(file)) as store, another_writes(file):
        store.waiting = pytest.fail
        assert store.read(contacts.count) == 1


def test_a_short_wait_is_not_worth_a_word(file, monkeypatch):
    told = []
    monkeypatch.setattr(engine, "TELL_AFTER", 3600)  # short beside that, however slow the machine is
    with closing(Store.open(file)) as store, another_writes(file, 0.3):
        store.waiting = lambda: told.append(1)
        store.write(editing.note, 1, "hello")
    assert not told


def test_who_waits_too_long_is_told_that_nothing_was_changed(file, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 0.3)
    monkeypatch.setattr(engine, "_BUSY_MILLISECONDS", 100)
    with closing(Store.open(file)) as store:
        with another_writes(file), pytest.raises(DatabaseError, match="still writing") as caught:
            store.write(editing.note, 1, "hello")
        assert caught.value.hint
        assert store.read(contacts.show, 1).notes == ""
        store.write(editing.note, 1, "again")  # and the store is of use afterwards
        assert store.read(contacts.show, 1).notes == "again"
