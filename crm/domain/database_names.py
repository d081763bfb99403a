"""How a database on a server is written for people and compared: without its password, always the same way.

The decision to know: this is text alone. A shell prompt asks for it and must not load a database library.
"""

from __future__ import annotations

import re

SECRETS = frozenset(("password", "sslpassword"))
"""Parameters of a URL that nobody may see, from libpq's "Parameter Key Words"."""

# SQLAlchemy splits in the same way: a password ends at the first @, whatever else is in it
_PARTS = re.compile(
    r"(?:(?P<user>[^:/]*)(?P<password>:[^@]*)?@)?(?P<place>[^?]*)(?:\?(?P<query>.*))?", re.DOTALL
)


def is_server(database: object) -> bool:
    """Say whether this is the URL of a database that is no file."""
    return isinstance(database, str) and "://" in database and not database.startswith("sqlite")


def without_password(url: str) -> str:
    """Return a server's URL without the driver and every secret, its parameters in order."""
    scheme, rest = url.split("://", 1)
    kind = scheme.split("+")[0]
    found = _PARTS.fullmatch(rest)
    assert found is not None  # every part may be empty
    user = f"{found['user']}@" if found["user"] is not None else ""
    query = _parameters(found["query"]) if found["query"] else ""
    return f"{'postgresql' if kind == 'postgres' else kind}://{user}{found['place']}{query}"


def has_password(url: str) -> bool:
    """Say whether a URL holds a secret, also one that was made unreadable."""
    found = _PARTS.fullmatch(url.split("://", 1)[1])
    assert found is not None
    return bool(found["password"]) or _secret(found["query"])


def _secret(query: str | None) -> bool:
    return query is not None and any(part.partition("=")[0] in SECRETS for part in query.split("&"))


def _parameters(query: str) -> str:
    from urllib.parse import parse_qsl, urlencode

    kept = sorted((name, value) for name, value in parse_qsl(query) if name not in SECRETS)
    return f"?{urlencode(kept)}" if kept else ""
