"""Own articles: `Articles/Articles/*.html`, one page each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.records import Left, PostRecord, Record
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.markup import HTML_LIMIT, html_to_text
from crm.importers.kit.text import decode
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn
from crm.importers.linkedin.people import PLATFORM

_ADDRESS = re.compile(
    r"<h1\b[^>]{0,200}>\s{0,99}<a\b[^>]{0,500}?href=\"(https?://[^\"<>\s]{1,2000})\"", re.IGNORECASE
)
_TITLE = re.compile(r"<h1\b[^>]{0,200}>(.{0,2000}?)</h1>", re.IGNORECASE | re.DOTALL)
_PULSE = re.compile(r"linkedin\.com/pulse/([^/?#\"]+)")
_WRITTEN = re.compile(r"(Published|Created) on ([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2})\s*")
_IN_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_BODY = re.compile(r"<body\b[^>]{0,500}>", re.IGNORECASE)
_HEAD = 20_000
"""Characters in which the title is looked for; patterns on the whole of a hostile page take minutes."""


def find_articles(export: Export) -> list[str]:
    """Return the members that are articles."""
    return [name for name in export.find("Articles/*.html", "Articles/*.htm") if "/" in name]


def read_articles(export: Export, names: list[str]) -> Iterator[Record]:
    """Yield own articles as posts: title, text, and the day they appeared; drafts are left out."""
    keys = Keys()
    drafts = 0
    for name in names:
        with export.open(name) as stream:
            page, _ = decode(stream.read(HTML_LIMIT))
        written = dict(_WRITTEN.findall(page))
        if "Created" in written and "Published" not in written:
            drafts += 1
            continue
        times = TimeColumn(name)
        moment = _when(times, written.get("Published"), name)
        address = _ADDRESS.search(page[:_HEAD])
        title = _TITLE.search(page[:_HEAD])
        heading = html_to_text(title[1]) if title else ""
        body = _BODY.search(page[:_HEAD])
        yield PostRecord(
            PLATFORM,
            _key(keys, address[1] if address else "", heading, moment),
            moment.at,
            _WRITTEN.sub("", html_to_text(page[body.end() :] if body else page)).strip() or None,
            url=address[1] if address else None,
            precision=moment.precision,
            zone_assumed=moment.assumed,
        )
        problem = times.problem()
        if problem is not None:
            yield problem
    if drafts:
        yield Left("drafts of articles", drafts)


def _when(times: TimeColumn, published: str | None, name: str) -> Moment:
    """Return when an article appeared: the page says it, else its file's name begins with the day."""
    in_name = _IN_NAME.match(name.rpartition("/")[2])
    if published:
        return times.read(published, 1)
    return times.read(in_name[0], 1) if in_name else UNKNOWN


def _key(keys: Keys, address: str, heading: str, moment: Moment) -> str:
    pulse = _PULSE.search(address)
    return f"article:{pulse[1]}" if pulse else keys.make("article", "", moment.at, "me", heading)
