"""What a URL of a PostgreSQL server may look like, and how it is connected to.

The decision to know: URLs mean what libpq says they mean (its manual, "Connection URIs"), so that one that
works in `psql` works here: several hosts, of which the first that will do is taken, a socket's folder as the
host, percent signs everywhere. SQLAlchemy alone takes only some of these. No part of a URL that cannot be
read is ever repeated: its password may be in there.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import sqlalchemy
from sqlalchemy import URL

from crm.domain.errors import DatabaseError

NAMES = ("postgres", "postgresql", "postgresql+psycopg")
_MEANT = re.compile(r"postgres(?:ql)?(?:\+\w+)?:", re.IGNORECASE)
_PARTS = re.compile(r"(?P<login>[^:/?@]*(?::[^@]*)?@)?(?P<hosts>[^/?]*)(?P<rest>.*)", re.DOTALL)
"""As SQLAlchemy splits, and libpq: a password ends at the first @, and may hold whatever else."""
_HOST = re.compile(r"[\w.-]*(?::\d+)?")
"""One of several; SQLAlchemy takes no address in brackets there."""
_HINT = "give a path, or postgresql://USER@HOST/DATABASE"
_USUAL: dict[str, Any] = {
    "connect_timeout": 10,  # seconds, for each host
    "fallback_application_name": "crm",
    # a server whose cable was pulled says nothing; the system alone would notice after two hours
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def is_meant(given: str) -> bool:
    """Say whether somebody meant a URL of a database, also where it is written wrongly."""
    return "://" in given or _MEANT.match(given) is not None


def parsed(given: str) -> URL:
    """Return the parts of a URL.

    Raises:
        DatabaseError: it is none; the message holds nothing of it.

    """
    scheme, slashes, rest = given.partition("://")
    try:
        if slashes and scheme.lower() in NAMES:
            return _of_server(scheme.lower(), rest)
        return sqlalchemy.make_url(given)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise DatabaseError("that is no database URL", _HINT) from None


def _of_server(scheme: str, given: str) -> URL:
    found = _PARTS.fullmatch(given)
    assert found is not None  # every part may be empty
    login, hosts, rest = found["login"] or "", found["hosts"], found["rest"]
    if "@" in hosts:
        raise DatabaseError(
            "that is no database URL: there is more than one @ in it", "write an @ in a password as %40"
        )
    if "," in hosts and not all(_HOST.fullmatch(host) for host in hosts.split(",")):
        raise ValueError
    plain = "," not in hosts and "%" not in hosts
    url = sqlalchemy.make_url(f"{scheme}://{login}{hosts if plain else ''}{rest}")
    if not plain:
        names = [unquote(name) for name in hosts.split(",")]
        if len(names) == 1 and names[0].startswith("/"):  # the folder of a socket
            folder, _, port = names[0].partition(":")
            url = url.update_query_dict({"host": folder} | ({"port": port} if port else {}))
        else:
            url = url.update_query_pairs([("host", name) for name in names], append=True)
    return url.set(database=unquote(url.database)) if url.database else url


def connecting(url: URL) -> dict[str, Any]:
    """Return what the driver is told besides the URL; what that says itself stays."""
    told = {name: value for name, value in _USUAL.items() if name not in url.query}
    # prepared statements belong to one connection of the server: behind a pooler they are another's
    return told | {"prepare_threshold": None}
