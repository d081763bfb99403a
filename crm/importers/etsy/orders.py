"""The shop's tables of sold orders and of what was in them.

Columns as several bookkeeping tools read them; British shops write `Date Posted` and `Delivery ...`. The
decision to know: an order is one purchase, however many rows and files tell of it, and of a buyer nothing is
kept but user name and full name: no address, no card, no price.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crm.domain.records import IdentityRef, Problem
from crm.importers.kit.export import Export
from crm.importers.kit.keys import normal_text
from crm.importers.kit.markup import unescape_once
from crm.importers.kit.tables import Row, Table, header_in
from crm.importers.kit.text import clean_value

PLATFORM = "etsy"
ORDERS = (("sale date", "order id", "buyer user id"), ("sale date", "order id", "full name", "buyer"))
ITEMS = (("sale date", "item name", "buyer", "order id"),)
_PEEK = 16384
_IN_BRACKETS = re.compile(r"(.*?)\s*\(([^()\s]{1,60})\)\s*")
_USER_NAME = re.compile(r"[A-Za-z0-9]{3,60}")
_CANCELLED = frozenset(("canceled", "cancelled", "storniert", "annul\u00e9e"))
_MOST_ITEMS = 50


@dataclass(slots=True)
class Order:
    """One order, from all tables that tell of it."""

    date: str = ""
    where: str = ""
    line: int = 0
    handle: str = ""
    number: str = ""
    """The buyer's id, where it is one and no user name."""
    name: str = ""
    items: dict[str, str] | None = None
    """What was bought, by transaction; None where no table tells, which spares memory."""
    cancelled: bool = False

    @property
    def buyer(self) -> IdentityRef | None:
        """Who bought: by user name, else (a guest) by full name; None for a sale in person."""
        name = self.name or None
        if self.handle or self.number:
            return IdentityRef(PLATFORM, self.handle or None, self.number or None, name)
        if name is None:
            return None
        return IdentityRef(PLATFORM, external_id=f"name:{normal_text(name).casefold()}", name=name)


def find_tables(export: Export) -> list[str]:
    """Return the members that are tables of orders or of their items."""
    return [
        name
        for name in export.find("*.csv")
        if export.size(name) and header_in(export.peek(name, _PEEK), *ORDERS, *ITEMS)
    ]


def read_orders(export: Export, names: list[str], orders: dict[str, Order]) -> Iterator[Problem]:
    """Collect the orders of tables by their id; yield a problem for each row that makes none."""
    for name in names:
        table = Table(export.open(name), name, *ORDERS, *ITEMS, mendable=True)
        for row in table:
            if isinstance(row, Problem):
                yield row._replace(raw=None)  # the row has an address in it
                continue
            number = clean_value(row["order id"]).strip()
            if not number:
                yield Problem(f"{name}, line {row.line}", "has no order id")
                continue
            _note(orders.setdefault(number, Order()), row, name)


def _note(order: Order, row: Row, where: str) -> None:
    if not order.date:
        order.date, order.where, order.line = row["sale date"].strip(), where, row.line
    _note_buyer(order, row)
    item = " ".join(unescape_once(clean_value(row["item name"])).split())
    transaction = row["transaction id"].strip() or f"{item}\n{row['variations']}"
    if item:
        items = order.items = order.items or {}
        if len(items) < _MOST_ITEMS:
            count = row["quantity"].strip()
            items.setdefault(transaction, f"{count} × {item}" if count not in ("", "1") else item)
    order.cancelled = order.cancelled or row["status"].strip().casefold() in _CANCELLED


def _note_buyer(order: Order, row: Row) -> None:
    written = " ".join(unescape_once(clean_value(row["buyer"])).split())
    full = " ".join(unescape_once(clean_value(row["full name"] or row["ship name"])).split())
    match = _IN_BRACKETS.fullmatch(written)
    if match:
        order.handle = order.handle or match[2]
        full = full or match[1]
    elif _USER_NAME.fullmatch(written) and written.casefold() != full.casefold():
        order.handle = order.handle or written
    else:
        full = full or written
    order.name = order.name or full
    user = clean_value(row["buyer user id"]).strip()
    if user.isdecimal():
        order.number = order.number or user
    elif _USER_NAME.fullmatch(user):
        order.handle = order.handle or user


def is_day_first(orders: dict[str, Order]) -> bool:
    """Say whether the days of orders stand before the months, as a spreadsheet abroad may have saved them."""
    firsts: Counter[bool] = Counter()
    for order in orders.values():
        parts = order.date.split("/")
        if len(parts) == 3 and all(part.isdecimal() and len(part) <= 2 for part in parts[:2]):
            if int(parts[0]) > 12 >= int(parts[1]):
                firsts[True] += 1
            elif int(parts[1]) > 12 >= int(parts[0]):
                firsts[False] += 1
    return firsts[True] > 0 and not firsts[False]
