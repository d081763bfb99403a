"""Posts: a row in `posts.csv` and, beside it, `posts/<number>.<slug>.html` with the text.

The decision to know: only what is published is a post; `post_id` is the number, which never changes, and the
slug, which may.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Left, PostRecord, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.markup import HTML_LIMIT, html_to_text, unescape_once
from crm.importers.kit.tables import Row, Table
from crm.importers.kit.text import clean_value, decode
from crm.importers.kit.times import ANY_NOTATION, UNKNOWN, TimeColumn

PLATFORM = "substack"
POSTS = (("post id", "post date", "is published", "title"),)
"""The way the header of the table looks."""
# "Subscribe", "Share": Substack puts them in, the author does not say them. Bounded, so that it stays linear.
_BUTTON = re.compile(r'<p class="button-wrapper"[^>]{0,4000}>.{0,2000}?</p>', re.DOTALL)
_YES = frozenset(("true", "1", "yes", "wahr"))


def read_posts(export: Export, name: str, publication: str | None) -> Iterator[Record]:
    """Yield a post for each published row.

    Args:
        export: where the texts are as well.
        name: the table.
        publication: the first part of its address, where it is known.

    """
    pages = {page.rpartition("/")[2].casefold(): page for page in export.find("*.html")}
    times, left = TimeColumn(name, *ANY_NOTATION), Counter[str]()
    seen: set[str] = set()
    for row in Table(export.open(name), name, *POSTS, mendable=True):
        if isinstance(row, Problem):
            yield row
            continue
        number, _, slug = clean_value(row["post id"]).strip().partition(".")
        if not number:
            yield Problem(f"{name}, line {row.line}", "has no post id")
        elif row["is published"].strip().casefold() not in _YES:
            left["drafts"] += 1
        elif number not in seen:
            seen.add(number)
            page = pages.get(f"{clean_value(row['post id']).strip()}.html".casefold())
            yield _post(export, row, number, slug, page, publication, times)
    if (problem := times.problem()) is not None:
        yield problem
    yield from (Left(what, count) for what, count in left.items())


def _post(
    export: Export,
    row: Row,
    number: str,
    slug: str,
    page: str | None,
    publication: str | None,
    times: TimeColumn,
) -> PostRecord:
    moment = times.read(row["post date"], row.line) if row["post date"].strip() else UNKNOWN
    title = " ".join(unescape_once(clean_value(row["title"])).split())
    subtitle = " ".join(unescape_once(clean_value(row["subtitle"])).split())
    body = _body(export, page) if page else ""
    text = "\n\n".join(part for part in (title, subtitle, body, row["podcast url"].strip()) if part)
    url = f"https://{publication}.substack.com/p/{slug}" if publication and slug else None
    return PostRecord(
        PLATFORM, f"post:{number}", moment.at, text or None, None, url, moment.precision, moment.assumed
    )


def _body(export: Export, page: str) -> str:
    try:
        with export.open(page) as stream:
            return html_to_text(_BUTTON.sub("", decode(stream.read(HTML_LIMIT))[0]))
    except ExportError:
        return ""  # the row stands without it; the archive's own problems tell of the file
