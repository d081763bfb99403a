"""The people a text links to: whoever a blog entry names with a link to their profile is spoken of.

The decision to know: only addresses that are a profile count (`from_url`); a link to a page, a post or a site
names nobody, because entries link to thousands of pages whose authors their writer never thought of.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crm.domain.handles import from_url
from crm.domain.records import IdentityRef
from crm.importers.kit.markup import unescape_once

_LINK = re.compile(r"""\bhref\s*+=\s*+(?:"([^"<>]{8,1000})"|'([^'<>]{8,1000})')""", re.IGNORECASE)
_MOST = 200
"""People named in one entry; a longer list is a blogroll."""
_NO_PEOPLE = frozenset(
    (
        "www",
        "en",
        "de",
        "fr",
        "es",
        "support",
        "help",
        "learn",
        "developer",
        "developers",
        "wp",
        "blog",
        "about",
    )
)
"""Subdomains and names that platforms keep for themselves."""


def people_linked(markup: str) -> list[IdentityRef]:
    """Return the accounts to whose profiles a piece of HTML links, each once, in their order."""
    if "href" not in markup and "HREF" not in markup:
        return []
    found: dict[tuple[str, str], IdentityRef] = {}
    for match in _LINK.finditer(markup):
        account = _account((match[1] or match[2]).strip())
        if account is not None and account not in found:
            found[account] = IdentityRef(*account)
            if len(found) == _MOST:
                break
    return list(found.values())


@lru_cache(maxsize=4096)
def _account(address: str) -> tuple[str, str] | None:
    address = unescape_once(address)
    if not address.lower().startswith(("http://", "https://")):
        return None
    account = from_url(address)
    return None if account is None or account[1] in _NO_PEOPLE else account
