"""Connections to a test's databases that outlive their store: the next store gets them, as behind a pooler.

The decision to know: a new connection costs the server 5 ms of processor time and its user 1 ms, more than
most tests do with it. One that was invalidated, or is in the midst of something, is closed as ever.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Engine, event

_KEPT = 2
"""Idle connections per database; tests with more stores at once make theirs anew."""


class KeptConnections:
    """What is open to the databases of one server; `lend` lets an engine take from it."""

    def __init__(self) -> None:
        self._idle: defaultdict[str, list[Any]] = defaultdict(list)
        self._lent: defaultdict[str, dict[int, Any]] = defaultdict(dict)

    def lend(self, engine: Engine) -> Engine:
        """Let an engine take connections from here, and bring them back instead of closing them."""
        database = _name(engine.url)

        @event.listens_for(engine, "do_connect")
        def take(_dialect: Any, _record: Any, args: list[Any], options: dict[str, Any]) -> Any:
            idle = self._idle[database]
            while idle:
                connection = idle.pop()
                if not connection.closed:
                    break
            else:
                connection = psycopg.connect(*args, **options)
            self._lent[database][id(connection)] = connection
            return connection

        def give_back(connection: Any) -> None:
            self._lent[database].pop(id(connection), None)
            idle = self._idle[database]
            quiet = connection.info.transaction_status is TransactionStatus.IDLE
            if connection.closed or not quiet or len(idle) >= _KEPT:
                connection.close()
            else:
                connection.autocommit = False
                connection.isolation_level = connection.read_only = None
                idle.append(connection)

        def end(connection: Any) -> None:
            self._lent[database].pop(id(connection), None)
            connection.close()

        engine.dialect.do_close = give_back  # type: ignore[method-assign,assignment]
        engine.dialect.do_terminate = end  # type: ignore[method-assign,assignment]
        return engine

    def quiet(self, database: str) -> list[int]:
        """Close what a test has left open to a database; return the processes of those that stay idle."""
        for connection in self._lent.pop(database, {}).values():
            with suppress(psycopg.Error):
                connection.close()
        return [one.info.backend_pid for one in self._idle[database] if not one.closed]

    def close(self, database: str) -> None:
        """Close everything that is open to a database."""
        self.quiet(database)
        for connection in self._idle.pop(database, []):
            connection.close()


def _name(url: URL) -> str:
    assert url.database is not None
    return url.database
