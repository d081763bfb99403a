"""The single files of Pixelfed's data export: statuses, and whom one follows. Unconfirmed.

The decision to know: a status says by a number whose it answers; who that is can be told only where they are
mentioned as well. Source: Pixelfed's `ExportSettings` and `StatusTransformer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit import times
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.mastodon import addresses
from crm.importers.mastodon.activities import follow
from crm.importers.mastodon.layout import Holds, Layout
from crm.importers.mastodon.people import PLATFORM, People

_PAGE = re.compile(r"https?://[^/]+/@?([\w.-]+)/?")


class _Account(msgspec.Struct, kw_only=True, gc=False):
    id: Any = None
    username: str | None = None
    acct: str | None = None
    display_name: str | None = None
    url: str | None = None


class _Status(msgspec.Struct, kw_only=True, gc=False):
    id: Any = None
    uri: str | None = None
    url: str | None = None
    in_reply_to_id: Any = None
    in_reply_to_account_id: Any = None
    content: str | None = None
    content_text: str | None = None
    spoiler_text: str | None = None
    created_at: str | None = None
    visibility: str | None = None
    mentions: list[_Account] | None = None
    account: _Account | None = None


def read(layout: Layout, people: People, known: bool) -> Iterator[Record]:
    """Yield the records of Pixelfed's files; the owner too, unless they are known already."""
    latest = times.latest()
    for item in layout.rows(Holds.PIXELFED_STATUSES, _Status):
        if isinstance(item, Problem):
            yield item
            continue
        status = item[0]
        uri = status.uri or status.url
        if not uri:
            yield Problem(item[1], "is a status without an address")
            continue
        mine = _ref(status.account, people) if status.account else None
        if mine and not known:
            known = True
            yield SelfRecord((mine,), mine.name)
        yield from _records(status, uri, people, latest)
    for what, direction in (
        (Holds.PIXELFED_FOLLOWING, Direction.OUT),
        (Holds.PIXELFED_FOLLOWERS, Direction.IN),
    ):
        for row in layout.rows(what, str):
            if isinstance(row, Problem):
                yield row
                continue
            who = _by_page(row[0], people)
            yield follow(who, direction, _key(who)) if who else Problem(row[1], "is no address of an account")


def _records(status: _Status, uri: str, people: People, latest: int) -> Iterator[Record]:
    moment = times.iso(status.created_at or "")
    good = moment is not None and moment.at is not None and times.EARLIEST <= moment.at <= latest
    text = clean_value(status.content_text or "") or html_to_text(status.content or "")
    parent = clean_id(status.in_reply_to_id)
    host = addresses.host_of(uri)
    base = PostRecord(
        PLATFORM,
        clean_value(f"mastodon:status:{uri}"),
        moment.at if moment and good else None,
        "\n\n".join(part for part in (clean_value(status.spoiler_text or ""), text) if part) or None,
        f"mastodon:https://{host}/{parent}" if parent else None,
        clean_value(uri),
        moment.precision if moment and good else Precision.UNKNOWN,
    )
    acts = list(_acts(status, base, people))
    yield from acts or (base,)


def _acts(status: _Status, base: PostRecord, people: People) -> Iterator[InteractionRecord]:
    own = clean_id(status.account.id) if status.account else None
    answered = clean_id(status.in_reply_to_account_id)
    named = {clean_id(one.id) or one.url: _ref(one, people) for one in status.mentions or ()}
    named.pop(own, None)
    if status.visibility == "direct":
        for key, who in named.items():
            yield _act(base, who, Kind.MESSAGE, f"{base.external_id}:{key}")
        return
    if clean_id(status.in_reply_to_id) and answered != own:
        yield _act(base, named.pop(answered, None), Kind.REPLY, base.external_id)
    for key, who in named.items():
        if who is not None:
            yield _act(base, who, Kind.MENTION, f"{base.external_id}:mention:{key}")


def _ref(account: _Account, people: People) -> IdentityRef | None:
    name = account.acct or account.username
    host = addresses.host_of(account.url or "")
    if not name or not ("@" in name or host):
        return None
    found = people.by_handle(clean_value(name if "@" in name.removeprefix("@") else f"{name}@{host}"))
    return found._replace(name=clean_value(account.display_name or "") or None)


def _by_page(url: str, people: People) -> IdentityRef | None:
    """Return whose page this is: `https://host/name` on Pixelfed itself, anything else elsewhere."""
    match = _PAGE.fullmatch(url)
    if match:
        return people.by_handle(clean_value(f"{match[1]}@{addresses.host_of(url)}"))
    return people.by_uri(url)


def _key(who: IdentityRef) -> str:
    return (who.handle or who.external_id or "").lower()


def _act(base: PostRecord, who: IdentityRef | None, kind: Kind, key: str) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM, key, who, base.at, Direction.OUT, kind, base.text, base.thread, base.url, base.precision
    )
