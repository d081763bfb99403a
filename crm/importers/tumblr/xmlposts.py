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
                yield post, _attribute(element, "state").casefold() or "published"


def blogs_of(export: Export, name: str) -> str | None:
    """Return the blog whose posts a file holds, by its first post."""
    with export.open(name) as stream:
        for _, element in stream_elements(stream, ("post",), name):
            return blog(_attribute(element, "tumblelog")) or blog_in(_attribute(element, "url"))
    return None


def _post(element: etree._Element, clock: WallClock) -> Post | None:
    number = clean_id(_attribute(element, "id"))
    if number is None:
        return None
    kind = _attribute(element, "type").casefold()
    texts, lines = _texts(element)
    source_url = _attribute(element, "reblogged-from-url")
    root_url = _attribute(element, "reblogged-root-url")
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
        moment=_moment(element, clock),
        url=_attribute(element, "url-with-slug") or _attribute(element, "url") or None,
        kind=kind,
        title=title,
        body=body,
        is_reblog=_attribute(element, "is_reblog").casefold() in ("true", "1"),
        source=blog(_attribute(element, "reblogged-from-name")) or blog_in(source_url),
        thread_post=post_in(root_url) or post_in(source_url),
        question=texts.get("question", ""),
        asker=blog(_attribute(element, "asking-name")) if kind == "answer" else None,
    )


def _moment(element: etree._Element, clock: WallClock) -> Moment:
    moment = moments.seconds(_attribute(element, "unix-timestamp"))
    if moment.at is None:
        moment = moments.written(_attribute(element, "date-gmt"))
    return moment if moment.at is not None else moments.wall(_attribute(element, "date"), clock)


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


def _attribute(element: etree._Element, name: str) -> str:
    """Return an attribute in either spelling: `reblogged-from-name`, `reblogged_from_name`."""
    value = element.get(name)
    if value is None and "-" in name:
        value = element.get(name.replace("-", "_"))
    return clean_value(value).strip() if value else ""
