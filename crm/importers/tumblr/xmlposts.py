"""`posts.xml` of a blog export: every post, in the vocabulary of Tumblr's first API.

The decision to know: `is_reblog` says that a post was taken from somebody, seldom from whom; the name is then
in its text (`bodies`), or nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import Moment
from crm.importers.kit.wallclock import WallClock
from crm.importers.kit.xmlstream import local_name, stream_elements, text_of
from crm.importers.tumblr import moments
from crm.importers.tumblr.acts import Post
from crm.importers.tumblr.bodies import words
from crm.importers.tumblr.names import blog, blog_in, post_in

_CAPTIONS = ("regular-body", "photo-caption", "video-caption", "audio-caption", "link-description")
_TITLES = ("regular-title", "link-text", "conversation-title")


def read(export: Export, name: str, clock: WallClock) -> Iterator[tuple[Post, str] | Problem]:
    """Yield every post with its state (`published`, `draft`, `queued`, `private`).

    Raises:
        ExportError: the file is damaged or cut off; what came before was given.

    """
    with export.open(name) as stream:
        for number, (_, element) in enumerate(stream_elements(stream, ("post",), name)):
            post = _post(element, clock)
            if post is None:
                yield Problem(f"{name}: post {number + 1}", "is a post without an id")
            else:
                yield post, (element.get("state") or "published").strip().casefold()


def blogs_of(export: Export, name: str) -> str | None:
    """Return the blog whose posts a file holds, by its first post."""
    with export.open(name) as stream:
        for _, element in stream_elements(stream, ("post",), name):
            said = _attributes(element)
            return blog(said.get("tumblelog", "")) or blog_in(said.get("url", ""))
    return None


def _post(element: etree._Element, clock: WallClock) -> Post | None:
    said = _attributes(element)
    number = clean_id(said.get("id"))
    if number is None:
        return None
    kind = said.get("type", "").casefold()
    texts, lines = _texts(element)
    source_url = said.get("reblogged_from_url", "")
    root_url = said.get("reblogged_root_url", "")
    body = next((texts[key] for key in _CAPTIONS if texts.get(key)), "")
    title = words(next((texts[key] for key in _TITLES if texts.get(key)), ""))
    if kind == "quote":
        body = "<br>".join(part for part in (texts.get("quote-text"), texts.get("quote-source")) if part)
    elif kind == "link" and texts.get("link-url"):
        title = "\n".join(part for part in (title, clean_value(texts["link-url"])) if part)
    elif kind == "conversation":
        body = "<br>".join(lines) or texts.get("conversation-text", "").replace("\n", "<br>")
    elif kind == "answer":
        body = texts.get("answer", "")
    return Post(
        id=number,
        moment=_moment(said, clock),
        url=said.get("url_with_slug", "") or said.get("url", "") or None,
        kind=kind,
        title=title,
        body=body,
        is_reblog=said.get("is_reblog", "").casefold() in ("true", "1"),
        source=blog(said.get("reblogged_from_name", "")) or blog_in(source_url),
        thread_post=post_in(root_url) or post_in(source_url),
        question=texts.get("question", ""),
        asker=blog(said.get("asking_name", "")) if kind == "answer" else None,
    )


def _moment(said: dict[str, str], clock: WallClock) -> Moment:
    moment = moments.seconds(said.get("unix_timestamp", ""))
    if moment.at is None:
        moment = moments.written(said.get("date_gmt", ""))
    return moment if moment.at is not None else moments.wall(said.get("date", ""), clock)


def _texts(element: etree._Element) -> tuple[dict[str, str], list[str]]:
    """Return the texts of a post's parts, of several of one name the first, and the lines of a chat."""
    texts: dict[str, str] = {}
    lines: list[str] = []
    for child in element:
        name = local_name(child)
        if name == "conversation":
            for line in child:
                label, said = line.get("label") or f"{line.get('name') or ''}:", text_of(line)
                lines.append(f"{label} {said}".strip(" :") if label == ":" else f"{label} {said}")
        elif name not in texts and name != "tag":
            texts[name] = text_of(child)
    return texts, lines


def _attributes(element: etree._Element) -> dict[str, str]:
    """Return the attributes in one spelling: `reblogged_from_name` for `reblogged-from-name` as well."""
    return {str(name).replace("-", "_"): str(value).strip() for name, value in element.items()}
