"""A database on the server with our schema, and a store on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clocks import Clock
from postgres_server import PostgresServer

from crm.db.store import Store


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    """Return the URL of a database with the tables in it."""
    made = postgres.ready()
    yield made
    postgres.drop(made)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return a store on it, whose clock stands still."""
    opened = Store.open(url, now=Clock())
    yield opened
    opened.close()
