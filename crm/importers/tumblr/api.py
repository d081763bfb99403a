"""Posts as Tumblr's second API gives them and backup tools save them (tumblr-utils: `json/<id>.json`).

The decision to know: this is the only source with notes, that is, with what others did to a post. A post that
the owner reblogged has the notes of everybody in the chain: of those only reblogs taken from the owner are
towards them.

Source: Tumblr's API documentation (github.com/tumblr/docs), with its "Neue Post Format".
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Direction, InteractionRecord, Kind, Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import decode_each, read_document, stream_array
from crm.importers.kit.keys import Keys
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.tumblr import moments
from crm.importers.tumblr.acts import Post
from crm.importers.tumblr.bodies import words
from crm.importers.tumblr.names import PLATFORM, Blogs, Me, blog

Id = str | int | None
_NONE = msgspec.Raw(b"null")


class Blog(msgspec.Struct, gc=False):
    """A blog in its short form."""

    name: str | None = None
    uuid: str | None = None


class Added(msgspec.Struct, gc=False):
    """What a reblogger added."""

    comment: str | None = None


class ApiPost(msgspec.Struct, kw_only=True, gc=False):
    """One post; every type has its own fields."""

    id: Id = None
    id_string: str | None = None
    blog_name: str | None = None
    blog: Blog | None = None
    post_url: str | None = None
    timestamp: Id = None
    date: str | None = None
    type: str | None = None
    original_type: str | None = None
    state: str | None = None
    title: str | None = None
    body: str | None = None
    caption: str | None = None
    text: str | None = None
    source: str | None = None
    url: str | None = None
    description: str | None = None
    question: str | None = None
    answer: str | None = None
    asking_name: str | None = None
    reblogged_from_id: Id = None
    reblogged_from_name: str | None = None
    reblogged_from_uuid: str | None = None
    reblogged_root_id: Id = None
    reblog: Added | None = None
    dialogue: msgspec.Raw = _NONE
    content: msgspec.Raw = _NONE
    layout: msgspec.Raw = _NONE
    notes: msgspec.Raw = _NONE

    def number(self) -> str | None:
        """Return its id, which as a number would outgrow JavaScript's."""
        return clean_id(self.id_string) or clean_id(self.id)


class Response(msgspec.Struct, gc=False):
    """What a request returns."""

    posts: list[msgspec.Raw] = []


class Document(ApiPost, kw_only=True, gc=False):
    """A file: one post, or the answer to a request for several."""

    response: Response | None = None
    posts: list[msgspec.Raw] | None = None


class Note(msgspec.Struct, kw_only=True, gc=False):
    """What somebody did to a post."""

    type: str | None = None
    timestamp: Id = None
    blog_name: str | None = None
    blog_uuid: str | None = None
    reply_text: str | None = None
    added_text: str | None = None
    post_id: Id = None
    reblog_parent_blog_name: str | None = None


def posts_in(export: Export, name: str) -> Iterator[ApiPost | Problem]:
    """Yield the posts of a file: one, a list, or an answer with several."""
    head = export.peek(name, 512).lstrip(b"\xef\xbb\xbf \t\r\n")
    with export.open(name) as stream:
        if head.startswith(b"["):
            yield from stream_array(stream, ApiPost, name)
            return
        try:
            document = read_document(stream, Document, name)
        except ExportError as error:
            yield Problem(name, f"could not be used: {error.message.removeprefix(name).strip()}")
            return
    raws = document.posts if document.response is None else document.response.posts
    if raws is None:
        yield document
    else:
        yield from decode_each(raws, ApiPost, name)


def as_post(post: ApiPost) -> Post | None:
    """Return a post in the form all sources have; None if it has no id."""
    number = post.number()
    if number is None:
        return None
    moment = moments.seconds(post.timestamp)
    kind = (post.original_type or post.type or "").casefold()
    question, asker, asker_id = post.question or "", post.asking_name, None
    blocks = _blocks(post.content)
    title, body = words(post.title or ""), _body(post)
    if blocks:
        asked, found = _ask(post.layout)
        body = _markup(block for index, block in enumerate(blocks) if index not in asked)
        if asked:
            kind, question = "answer", _markup(blocks[index] for index in asked if index < len(blocks))
            asker, asker_id = (found.name, found.uuid) if found else (None, None)
    if kind == "link" and post.url:
        title = "\n".join(part for part in (title, clean_value(post.url)) if part)
    source = blog(post.reblogged_from_name)
    added = (post.reblog.comment or "") if post.reblog else None
    return Post(
        id=number,
        moment=moment if moment.at is not None else moments.written(post.date),
        url=post.post_url,
        kind=kind,
        title=title,
        body=post.answer or "" if kind == "answer" and not blocks else body,
        is_reblog=source is not None or clean_id(post.reblogged_from_id) is not None,
        source=source,
        source_id=post.reblogged_from_uuid,
        thread_post=clean_id(post.reblogged_root_id) or clean_id(post.reblogged_from_id),
        # in the new format a post's own content is what was added; the chain has its own place
        added=body if blocks else added,
        question=question,
        asker=None if asker and asker.casefold() == "anonymous" else blog(asker),
        asker_id=asker_id,
    )


def named_in(post: ApiPost) -> Iterator[tuple[str, str]]:
    """Yield (opaque id, name) of every other blog that a post gives both of."""
    found: list[Any] = [post.reblogged_from_uuid and (post.reblogged_from_uuid, post.reblogged_from_name)]
    for block in _blocks(post.content):
        marks = block.get("formatting")
        for mark in marks if isinstance(marks, list) else ():
            other = mark.get("blog") if isinstance(mark, dict) else None
            if isinstance(other, dict):
                found.append((other.get("uuid"), other.get("name")))
    for pair in found:
        name = blog(pair[1]) if pair and isinstance(pair[0], str) and isinstance(pair[1], str) else None
        if name:
            yield pair[0], name


class Notes:
    """Makes the records of what others did to posts."""

    def __init__(self, me: Me, blogs: Blogs) -> None:
        self._me = me
        self._blogs = blogs
        self.of_others = 0
        """Notes on posts of others that the owner reblogged."""
        self.unknown = 0
        """Notes of types that are no acts towards the owner."""

    def records(self, post: ApiPost, is_reblog: bool, name: str) -> Iterator[InteractionRecord | Problem]:
        """Yield the acts towards the owner among a post's notes."""
        raw = bytes(post.notes)
        if not raw.startswith(b"["):
            return
        keys = Keys()
        number = post.number()
        for note in decode_each(msgspec.json.decode(raw, type=list[msgspec.Raw]), Note, f"{name}: notes"):
            if isinstance(note, Problem):
                yield note
                continue
            who = blog(note.blog_name)
            if who is None or self._me.is_me(who, note.blog_uuid):
                continue
            parent = blog(note.reblog_parent_blog_name)
            if is_reblog and not (parent and self._me.is_me(parent)):
                self.of_others += 1
                continue
            kind, text = _act(note)
            if kind is None:
                self.unknown += 1
                continue
            moment = moments.seconds(note.timestamp)
            key = keys.make(
                "note", f"{number}:{note.type}", moment.at, note.blog_uuid or who.casefold(), text
            )
            yield InteractionRecord(
                PLATFORM, f"tumblr:{key}", self._blogs.by_name(who, note.blog_uuid), moment.at, Direction.IN,
                kind, text, f"tumblr:post:{number}", post.post_url, moment.precision,
            )  # fmt: skip


def _act(note: Note) -> tuple[Kind | None, str | None]:
    kind = (note.type or "").casefold()
    if kind == "like":
        return Kind.REACTION, None
    if kind == "reblog":
        added = words(note.added_text or "") or None
        return (Kind.QUOTE if added else Kind.RESHARE), added
    if kind == "reply":
        return Kind.COMMENT, words(note.reply_text or "") or None
    return None, None


def _body(post: ApiPost) -> str:
    """Return the HTML of a post in the old format."""
    lines = _blocks(post.dialogue)
    if lines:
        return "<br>".join(
            html.escape(
                " ".join(str(line.get(key) or "") for key in ("label", "phrase")).strip(), quote=False
            )
            for line in lines
        )
    return next((text for text in (post.body, post.caption, post.text, post.description) if text), "") + (
        f"<br>{post.source}" if post.source and post.text else ""
    )


def _blocks(raw: msgspec.Raw) -> list[dict[str, Any]]:
    data = bytes(raw)
    if not data.startswith(b"["):
        return []
    found: list[Any] = msgspec.json.decode(data)
    return [block for block in found if isinstance(block, dict)]


def _markup(blocks: Any) -> str:
    """Return blocks of the new format as HTML, with those they mention as links."""
    parts = []
    for block in blocks:
        text = block.get("text") or block.get("title") or block.get("alt_text") or block.get("url")
        if not isinstance(text, str):
            continue
        parts.append(f"<p>{html.escape(text, quote=False)}</p>")
        marks = block.get("formatting")
        for mark in marks if isinstance(marks, list) else ():
            named = mark.get("blog") if isinstance(mark, dict) and mark.get("type") == "mention" else None
            name = blog(str(named.get("name"))) if isinstance(named, dict) else None
            if name:
                link = f'<a class="tumblelog" href="https://{name}.tumblr.com">@{name}</a>'
                parts[-1] = parts[-1].replace(f"@{name}", link, 1)
    return "".join(parts)


def _ask(raw: msgspec.Raw) -> tuple[list[int], Blog | None]:
    """Return which blocks are the question, and who asked it."""
    for layout in _blocks(raw):
        if layout.get("type") == "ask":
            blocks = layout.get("blocks")
            indices = [one for one in blocks if isinstance(one, int)] if isinstance(blocks, list) else []
            attribution = layout.get("attribution")
            asker = attribution.get("blog") if isinstance(attribution, dict) else None
            if isinstance(asker, dict):
                name, uuid = asker.get("name"), asker.get("uuid")
                return indices, Blog(str(name) if name else None, str(uuid) if uuid else None)
            return indices, None
    return [], None
