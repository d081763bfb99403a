"""Etsy: a shop's sold orders and reviews, and, unconfirmed, the archive of a privacy request.

The decision to know: a buyer is the account by its user name; guests, and reviewers whose order is not in the
export, are known by name only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Problem,
    Record,
)
from crm.importers.etsy.orders import PLATFORM, Order, find_tables, is_day_first, read_orders
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import stream_array
from crm.importers.kit.keys import digest, normal_text
from crm.importers.kit.markup import unescape_once
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn, day_month_year, dotted, iso, us_short
from crm.importers.kit.unconfirmed import read_unconfirmed

_PEEK = 16384
_PRIVACY = re.compile(
    r"(?:^|/)[\w -]{0,40}(?:messages?|conversations?|convos?|favou?rites?|followers?|following|circles?)"
    r"[\w -]{0,40}\.json$",
    re.IGNORECASE,
)
_MOST_FILES = 500
_MOST_STARS = 5


class Review(msgspec.Struct):
    """One element of reviews.json."""

    reviewer: str | None = None
    date_reviewed: str | None = None
    star_rating: int | float | str | None = None
    message: str | None = None
    order_id: int | str | None = None


class Importer:
    """Reads EtsySoldOrders, EtsySoldOrderItems and reviews.json, of all years."""

    name = "etsy"
    title = "Etsy"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Etsy: Shop Manager > Settings > Options > Download Data: Orders and Order Items of each year, and "
        "reviews. Messages are only in Account > Privacy > Request a copy of your data"
    )
    page = "https://www.etsy.com/your/shops/me/download"
    reads = "who bought from you and what; reviews you received; unconfirmed: messages of the privacy archive"
    cannot_show = (
        "messages and favourites (unless the privacy archive has them), and what you bought yourself"
    )
    directions = Directions.THEIRS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether there is a table of orders, a list of reviews, or an archive that speaks of Etsy."""
        return bool(find_tables(export) or _reviews(export) or _privacy_files(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield purchases, then reviews, then what the privacy archive surely says.

        Raises:
            QuestionError: there are messages, and it is not known which of those who write is the user.
            ExportError: there is nothing of Etsy in it, or the reviews are cut off.

        """
        tables, reviews = find_tables(export), _reviews(export)
        files = _privacy_files(export)
        if not (tables or reviews or files):
            raise ExportError(f"{export.path.name} has nothing of Etsy in it", self.how_to_get)
        orders: dict[str, Order] = {}
        yield from read_orders(export, tables, orders)
        day_first = owner.dates == "day-first" or (owner.dates is None and is_day_first(orders))
        yield from _purchases(orders, day_first)
        for name in reviews:
            yield from _read_reviews(export, name, orders)
        yield from read_unconfirmed(export, files, PLATFORM, owner)


def _reviews(export: Export) -> list[str]:
    names = [name for name in export.find("*.json") if export.size(name)]
    found = names if len(names) == 1 else [name for name in names if "review" in name.casefold()]
    return [name for name in found[:20] if _is_reviews(export.peek(name, _PEEK))]


def _is_reviews(head: bytes) -> bool:
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["
    return begins and b'"star_rating"' in head and b'"date_reviewed"' in head


def _privacy_files(export: Export) -> list[str]:
    """Return the JSON files of a privacy archive: named so, in an archive that is named after Etsy.

    That they speak of Etsy is not enough: people send one another links.
    """
    files = [name for name in export.find("*.json") if _PRIVACY.search(name) and export.size(name)]
    named = PLATFORM in f"{export.path.name}/{export.outer}".casefold()
    return files if named and len(export.names) <= _MOST_FILES else []


def _purchases(orders: dict[str, Order], day_first: bool) -> Iterator[Record]:
    left: Counter[str] = Counter()
    times: dict[str, TimeColumn] = {}
    for number, order in orders.items():
        buyer = order.buyer
        if order.cancelled:
            left["cancelled orders"] += 1
        elif buyer is None:
            left["sales to nobody who is named"] += 1
        else:
            column = times.setdefault(order.where, _times(order.where))
            moment = _day(order.date, order.line, column, day_first)
            yield InteractionRecord(
                PLATFORM,
                f"order:{number}",
                buyer,
                moment.at,
                Direction.IN,
                Kind.PURCHASE,
                "; ".join((order.items or {}).values()) or None,
                f"{PLATFORM}:order:{number}",
                None,
                moment.precision,
                moment.assumed,
            )
    for column in times.values():
        if (problem := column.problem()) is not None:
            yield problem
    yield from (Left(what, count) for what, count in sorted(left.items()))


def _times(where: str) -> TimeColumn:
    return TimeColumn(where, _month_first, iso, day_month_year, dotted)


def _month_first(text: str) -> Moment | None:
    """Read `09/03/24`: Etsy puts the month first in every country, so nothing is assumed."""
    moment = us_short(text)
    return moment and moment._replace(assumed=False)


def _day(written: str, line: int, times: TimeColumn, day_first: bool) -> Moment:
    parts = written.split("/")
    if day_first and len(parts) == 3:
        moment = times.read(f"{parts[1]}/{parts[0]}/{parts[2]}", line)
        return moment._replace(assumed=moment.at is not None)
    return times.read(written, line) if written else UNKNOWN


def _read_reviews(export: Export, name: str, orders: dict[str, Order]) -> Iterator[Record]:
    """Yield the reviews; several of one order (one for each thing in it) are told apart by what they say."""
    times = _times(name)
    found: dict[str, list[Review]] = {}
    for number, item in enumerate(stream_array(export.open(name), Review, name)):
        if isinstance(item, Problem):
            yield item
            continue
        order = clean_id(item.order_id)
        if order is None and not item.reviewer:
            yield Problem(f"{name}[{number}]", "says neither who wrote it nor of which order")
        else:
            found.setdefault(order or f"by {item.reviewer}", []).append(item)
    for order, reviews in found.items():
        seen: set[str] = set()
        for position, review in enumerate(sorted(reviews, key=_said)):
            key = f"review:{order}" if position == 0 else f"review:{order}:{digest(*_said(review))}"
            if key not in seen:
                seen.add(key)
                yield _review(review, key, order, orders.get(order), times)
    if (problem := times.problem()) is not None:
        yield problem


def _said(review: Review) -> tuple[str, str, str]:
    day = _month_first(review.date_reviewed or "")
    return f"{day.at if day else ''}", normal_text(review.message), str(review.star_rating)


def _review(review: Review, key: str, order: str, sold: Order | None, times: TimeColumn) -> InteractionRecord:
    name = " ".join(unescape_once(clean_value(review.reviewer or "")).split())
    who = sold.buyer if sold else None
    if who is None and name:
        who = IdentityRef(PLATFORM, external_id=f"name:{normal_text(name).casefold()}", name=name)
    if who is None:
        who = IdentityRef(PLATFORM, external_id=f"order:{order}")
    moment = _day((review.date_reviewed or "").strip(), 1, times, day_first=False)
    text = unescape_once(clean_value(review.message or "")).strip()
    stars = _stars(review.star_rating)
    return InteractionRecord(
        PLATFORM,
        key,
        who,
        moment.at,
        Direction.IN,
        Kind.REVIEW,
        "\n\n".join(part for part in (stars, text) if part) or None,
        None if order.startswith("by ") else f"{PLATFORM}:order:{order}",
        None,
        moment.precision,
        moment.assumed,
    )


def _stars(rating: float | str | None) -> str:
    try:
        number = int(float(rating)) if rating is not None else 0
    except (ValueError, OverflowError):
        return ""
    return f"{number} of {_MOST_STARS} stars" if 1 <= number <= _MOST_STARS else ""
