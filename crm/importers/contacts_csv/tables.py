"""Which files are plain tables of people; most tables with names and addresses in them are not.

Orders, logs, messages and passwords have people in them too. The decision to know: in doubt a table is left
alone; the user can still say what its columns hold, and then it is read.
"""

from __future__ import annotations

import re

from crm.importers.contacts_csv.proposing import Column, columns_of, is_address, names_people
from crm.importers.kit.export import Export
from crm.importers.kit.people.formats import (
    Head,
    consists_of,
    find_tables,
    head_of,
    is_google,
    is_outlook,
    is_thunderbird,
)

_OTHERS = (
    # LinkedIn: connections, invitations, messages, profile, addresses, imported contacts, applications
    *({"connected on"}, {"sent at", "direction"}, {"conversation id"}, {"headline", "twitter handles"}),
    *({"confirmed", "primary"}, {"firstname", "lastname", "emails", "phonenumbers"}, {"application date"}),
    # shops and banks
    *({"order id"}, {"order number"}, {"sale date"}, {"transaction id"}, {"listing id"}, {"invoice number"}),
    *({"amount"}, {"currency"}, {"gross"}, {"price"}, {"quantity"}, {"sku"}, {"subtotal"}, {"iban"}),
    # newsletters and blogs, which know since when somebody reads
    *({"subscribed to emails"}, {"stripe customer id"}, {"complimentary plan"}, {"active subscription"}),
    *({"stripe plan"},),
    *({"email disabled"}, {"account address"}, {"post id"}, {"comment id"}, {"permalink"}, {"subreddit"}),
    # messages, logs, books, passwords
    *(
        {"message id"},
        {"subject", "body"},
        {"subject", "from"},
        {"timestamp"},
        {"ip address"},
        {"user agent"},
    ),
    *({"book id"}, {"isbn"}, {"isbn13"}, {"password"}, {"login password"}, {"totp"}, {"otpauth"}),
)
"""Columns of tables that are about something else, or that other importers read."""
_MASTODON = re.compile(
    r"(?:lists|bookmarks|(?:blocked|muted|following)_accounts|(?:blocked_)?domains?(?:_blocks)?)"
    r"(?: ?\(\d+\))?\.csv"
)
"""Tables without a header, whose accounts look like e-mail addresses."""


def is_people(export: Export) -> bool:
    """Say whether an export has nothing but plain tables of people, and pictures perhaps."""
    return consists_of(export, lambda name: _is_ours(export, name))


def tables_to_read(export: Export) -> list[str]:
    """Return the plain tables of people; where there are none, every table: the user will explain it."""
    tables = find_tables(export)
    return [name for name in tables if _is_ours(export, name)] or tables


def _is_ours(export: Export, name: str) -> bool:
    if _MASTODON.fullmatch(name.rpartition("/")[2].casefold()):
        return False
    head = head_of(export, name)
    if is_google(head) or is_outlook(head) or is_thunderbird(head):
        return False
    if any(set(head.columns) >= columns for columns in _OTHERS):
        return False
    if is_headless(head):
        if name.casefold().endswith(".txt"):
            return False
        head = head_of(export, name, headless=True)
    return names_people(columns_of(head), head)


def is_headless(head: Head) -> bool:
    """Say whether the first line is a person already: it has an e-mail address, where the others have one."""
    for column, title in zip(head.columns, head.titles, strict=True):
        if title and is_address(title):
            return len(head.columns) > 1 and any(is_address(row[column]) for row in head.rows if row[column])
    return False


def proposed(export: Export, name: str) -> tuple[list[Column], bool]:
    """Return the columns of a table, and whether it has no header."""
    headless = is_headless(head_of(export, name))
    return columns_of(head_of(export, name, headless)), headless
