"""What GitHub's records look like, in a migration archive and in the answers of its API.

The decision to know: both are read by one struct. An archive links records by web addresses (`user` is
`https://github.com/ada`), the API puts the linked thing itself there (`user` is an object with `login` and
`id`); whatever can be either is `Any` here, and the functions below read it.
Sources: GitHub's REST documentation; Gitea's restorer of migration archives (`github.go`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

_NOTHING = msgspec.Raw(b"null")
_LOGIN = re.compile(r"[A-Za-z\d](?:[A-Za-z\d-]{0,38})(?:\[bot\])?")
_PROFILE = re.compile(r"https?://([^/\s]+)/(?:apps/)?([^/?#\s]+)/?")
_REPOSITORY = re.compile(r"https?://([^/\s]+)/(?:api/v3/)?(?:repos/)?([^/?#\s]+)/([^/?#\s]+)")
_AVATAR = re.compile(r"/u/(\d+)(?:\?|$)")
_FRAGMENT = re.compile(r"#(issuecomment|pullrequestreview|discussion_r|commitcomment|r)-?(\d+)$")
_THREAD = re.compile(r"https?://[^/\s]+/[^/\s]+/[^/\s]+/(?:issues|pull|discussions|commit)/\w+")


class Place(msgspec.Struct, kw_only=True, gc=False):
    """Where a record stands and who wrote it, which is all that the first pass needs."""

    url: Any = None
    html_url: Any = None
    user: Any = None
    author: Any = None
    issue: Any = None
    pull_request: Any = None


class Item(Place, kw_only=True, gc=False):
    """One record of any kind."""

    type: Any = None
    id: Any = None
    actor: Any = None
    owner: Any = None
    login: Any = None
    name: Any = None
    full_name: Any = None
    company: Any = None
    emails: Any = None
    email: Any = None
    avatar_url: Any = None
    title: Any = None
    body: Any = None
    state: Any = None
    created_at: Any = None
    submitted_at: Any = None
    published_at: Any = None
    starred_at: Any = None
    repo: Any = None
    thread: Any = msgspec.field(default=None, name="pull_request_review_thread")
    reactions: msgspec.Raw = _NOTHING
    payload: Any = None


class Account(NamedTuple):
    """Somebody as one record names them."""

    login: str
    id: str | None
    is_bot: bool


def account(value: Any) -> Account | None:
    """Return who is behind the address of a profile, a login, or an account's object."""
    if isinstance(value, dict):
        login, number = value.get("login"), value.get("id")
        if not isinstance(login, str) or not _LOGIN.fullmatch(login):
            return None
        known = str(number) if isinstance(number, int) and not isinstance(number, bool) else None
        return Account(login, known, value.get("type") == "Bot" or login.endswith("[bot]"))
    return _account(value) if isinstance(value, str) else None


@lru_cache(maxsize=8192)
def _account(value: str) -> Account | None:
    match = _PROFILE.fullmatch(value)
    login = match[2] if match else value
    if not _LOGIN.fullmatch(login):
        return None
    return Account(login, None, login.endswith("[bot]") or "/apps/" in value)


def avatar_id(value: Any) -> str | None:
    """Return the number of an account, which is in the address of its picture."""
    match = _AVATAR.search(value) if isinstance(value, str) else None
    return match[1] if match else None


def text_of(value: Any) -> str:
    """Return what should be text as text, with one kind of line ends; "" for anything else."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def address(item: Place) -> str | None:
    """Return the web address of a record: `html_url` in the API, `url` in an archive."""
    for value in (item.html_url, item.url):
        if isinstance(value, str) and value.startswith(("https://", "http://")):
            return value
    return None


def key_of(url: str) -> str:
    """Return the key of a record, the same in an archive and in the API, whose addresses differ."""
    match = _FRAGMENT.search(url)
    if match is None:
        return url
    kind = "discussion_r" if match[1] == "r" else match[1]
    place = _REPOSITORY.match(url)
    host = place[1].lower() if place else "github.com"
    return f"{kind}:{match[2]}" if host == "github.com" else f"{host}:{kind}:{match[2]}"


def thread_of(item: Place) -> str | None:
    """Return the address of the issue, pull request or commit that a record belongs to, or is."""
    for value in (item.issue, item.pull_request, address(item)):
        match = _THREAD.match(value) if isinstance(value, str) else None
        if match:
            return match[0]
    return None


def owner_of(url: str | None) -> str | None:
    """Return the login of whose repository an address is in."""
    match = _REPOSITORY.match(url) if url else None
    return match[2] if match and _LOGIN.fullmatch(match[2]) else None
