"""The links of a notice, freed of the redirections that count clicks.

The decision to know: an address is only taken out of another where it stands there readable; nothing is ever
fetched, so what a platform hides behind a number stays hidden.
"""

from __future__ import annotations

import binascii
import json
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree
from lxml.html import HTMLParser

from crm.importers.kit.htmltags import is_overloaded

MOST = 300
"""Links of one message that are looked at."""
_LONGEST = 2000
_DEEPEST = 3
_URL = re.compile(r"https?://[^\s<>\"'\]\[{}|\\^`]{3,2000}")
_CLOSING = ".,;:!?)*_"
_INSIDE = re.compile(r"/(?:CL0|L0)/(https?:[^/]{3,})", re.IGNORECASE)
_PACKED = re.compile(r"^/redirect/2/([\w-]{20,4000})")
_WRAPPERS = frozenset(
    ("url", "u", "z", "q", "target", "redirect", "redirect_url", "continue", "next", "to", "e")
)
_LABEL = 200


class Link(NamedTuple):
    """One link: where it leads, and the words it stands behind (in plain text: those before it)."""

    url: str
    label: str
    in_text: bool = False


def links_in_html(markup: str) -> list[Link]:
    """Return the links of an HTML page in their order, each with its words or the image's."""
    if "<a" not in markup and "<A" not in markup:
        return []
    data = markup.encode("utf-8", "replace")
    if is_overloaded(data):
        return []
    try:
        root = etree.fromstring(data, HTMLParser(encoding="utf-8", no_network=True))
    except etree.LxmlError:
        return []
    found: list[Link] = []
    if root is None:
        return found
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if not href.lower().startswith(("http://", "https://")) or len(href) > _LONGEST:
            continue
        words = " ".join("".join(str(part) for part in anchor.itertext()).split())
        if not words:
            words = next((image.get("alt") or "" for image in anchor.iter("img")), "")
        found.append(Link(unwrapped(href), words[:_LABEL]))
        if len(found) >= MOST:
            break
    return found


def links_in_text(text: str) -> list[Link]:
    """Return the addresses in a plain text, each with what precedes it in its line or the line before."""
    found: list[Link] = []
    for match in _URL.finditer(text):
        before = text[max(match.start() - 2 * _LABEL, 0) : match.start()].rstrip(" (<:\n")
        label = before.rpartition("\n")[2].strip()
        found.append(Link(unwrapped(match[0].rstrip(_CLOSING)), label[-_LABEL:], in_text=True))
        if len(found) >= MOST:
            break
    return found


def unwrapped(url: str) -> str:
    """Return the address to which one that counts clicks leads, where it holds it, else the address."""
    for _ in range(_DEEPEST):
        inner = _inside(url)
        if inner is None:
            return url
        url = inner
    return url


def _inside(url: str) -> str | None:
    packed = _INSIDE.search(url)
    if packed:
        return _as_url(unquote(packed[1]))
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.path in ("/n/", "/nd/") and host.endswith("facebook.com"):
            return _of_facebook(parts.query)
        if host.endswith("linkedin.com") and parts.path.startswith("/comm/"):
            return url.replace("/comm/", "/", 1)
        if host.endswith("substack.com") and (packed := _PACKED.match(parts.path)):
            return _of_substack(packed[1])
        if "%3A" not in parts.query and "%3a" not in parts.query and "=http" not in parts.query:
            return None
        for name, value in parse_qsl(parts.query, max_num_fields=100):
            if name.lower() in _WRAPPERS and (inner := _as_url(value)):
                return inner
    except ValueError:
        return None
    return None


def _as_url(text: str) -> str | None:
    return text if text.startswith(("http://", "https://")) else None


def _of_facebook(query: str) -> str:
    """Undo `/n/?profile.php&id=1&mid=2`, as Facebook writes links in its mail."""
    path, _, rest = query.partition("&")
    return f"https://www.facebook.com/{unquote(path).lstrip('/')}" + (f"?{rest}" if rest else "")


def _of_substack(packed: str) -> str | None:
    """Undo `/redirect/2/` with a JSON in Base64 behind it."""
    try:
        data = json.loads(binascii.a2b_base64(packed.replace("-", "+").replace("_", "/") + "=="))
    except (ValueError, RecursionError):
        return None
    return _as_url(data["e"]) if isinstance(data, dict) and isinstance(data.get("e"), str) else None
