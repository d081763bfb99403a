"""Servers under test, each on a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_runner import Crm, settings_in
from served import Serve, Served


@pytest.fixture
def settings(tmp_path: Path, database_of: Callable[[Path], str]) -> dict[str, str]:
    """Return the environment variables of a test: a database of its own, a fixed moment, no configuration."""
    return settings_in(tmp_path, database_of(tmp_path / "crm.db"))


@pytest.fixture
def crm(settings: dict[str, str]) -> Crm:
    """Return the command line on a database where one contact waits for an answer."""
    crm = Crm(settings)
    crm.run("add", "Ada Lovelace", "x:ada")
    crm.run(
        "log", "Ada", "Shall we publish the notes?", "--in", "--platform", "x", "--at", "2026-05-30 10:00"
    )
    return crm


@pytest.fixture
def serve(settings: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """Return a function that starts `crm serve` as a process; it is ended with the test."""
    running: list[Served] = []

    def start(*args: object) -> Served:
        running.append(Served(args or ("serve",), settings, tmp_path))
        return running[-1]

    yield start
    for one in running:
        one.end()


@pytest.fixture
def served(crm: Crm, serve: Serve) -> Served:
    """Return a running server on the database of `crm`."""
    return serve()
