"""The lists of Instagram and Threads: entries in the three shapes they have had, and what an entry says.

The decision to know: nothing is read by the name of a label, because labels are in the language of the
account (and damaged); the shape of a value tells what it is. `string_list_data` and `string_map_data` are of
2021, `label_values` of 2025; since 2025 the handle of a followed account stands in `title`. Sources: the
readers of d3i-infra/data-donation-task, which know real exports in several languages, and timelinize.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsonparts import DamagedError, Path, parts_of
from crm.importers.kit.meta.text import repair
from crm.importers.kit.meta.threads import moment
from crm.importers.kit.text import clean_value

Text = str | int | float | bool | None

HANDLE = re.compile(r"[A-Za-z0-9._]{1,30}")
"""What Instagram and Threads allow as a user name."""
MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9_](?:[A-Za-z0-9._]{0,28}[A-Za-z0-9_])?)")
_POST = re.compile(r"/(?:p|reel|reels|tv|post|t)/([A-Za-z0-9_-]{4,})")
_USER_BEFORE_POST = re.compile(r"/(?:@([A-Za-z0-9._]{1,30})/post|stories/([A-Za-z0-9._]{1,30}))/")
_NO_USER = frozenset(("p", "reel", "reels", "tv", "stories", "explore", "t", "s", "_u", "accounts", "direct"))
_USERNAME = frozenset(
    "username gebruikersnaam benutzername nutzername utilisateur usuario utente usuário brugernavn "  # noqa: SIM905
    "användarnamn brukernavn użytkownika kullanıcı пользователя".split()
)
_USERNAMES = frozenset(
    ("ユーザーネーム", "用户名", "用戶名稱", "使用者名稱", "사용자 이름", "kullanıcı adı", "имя пользователя")
)
_OWNER = ("owner", "eigenaar", "inhaber", "besitzer", "propriétaire", "propietario", "proprietario", "ejer")


class Item(msgspec.Struct, gc=False):
    """One value of an entry."""

    href: Text = None
    value: Text = None
    timestamp: Text = None


class Label(msgspec.Struct):
    """One labelled value, or a group of them."""

    label: Text = None
    value: Text = None
    href: Text = None
    title: Text = None
    timestamp_value: Text = None
    inner: list[Label] | None = msgspec.field(default=None, name="dict")


class Entry(msgspec.Struct):
    """One entry of a list, in any of its shapes."""

    title: Text = None
    string_list_data: list[Item] | None = None
    string_map_data: dict[str, Item] | None = None
    timestamp: Text = None
    label_values: list[Label] | None = None
    fbid: str | int | None = None


class Reply(msgspec.Struct, gc=False):
    """What Threads says of a post beyond what Instagram does."""

    is_reply: bool | None = None


class Media(msgspec.Struct):
    """A picture or film of a post; it holds the caption where it is the only one."""

    title: Text = None
    creation_timestamp: Text = None
    text_app_post: Reply | None = None


class Post(Media):
    """A post, or a story, which is one medium."""

    media: list[Media] | None = None


class Fact(NamedTuple):
    """What one entry says. Texts are repaired."""

    at: int | None
    """Microseconds since 1970 UTC."""
    handle: str | None = None
    """Of the other side."""
    name: str | None = None
    """Of the other side, where it is not the handle."""
    text: str | None = None
    url: str | None = None
    number: str | None = None
    """Meta's own number of the act (`fbid`)."""

    @property
    def code(self) -> str | None:
        """The short code of the post that the address leads to."""
        match = _POST.search(self.url) if self.url else None
        return match[1] if match else None


def entries(export: Export, name: str, kind: type[Any]) -> Iterator[tuple[str, int, Any]]:
    """Yield the entries of a file with the key of their list ("" for a bare one) and their number in it.

    Also a `Problem` for each that cannot be read, and one behind the others where the file is damaged.

    Raises:
        ExportError: what reading the file raises, or one entry is beyond all bounds.

    """

    def choose(path: Path, is_list: bool) -> type[Any] | None:
        if is_list:
            return kind if len(path) <= 1 else None
        return dict[str, Item] if path == ("string_map_data",) else None  # a list of one, without the list

    with export.open(name) as stream:
        try:
            for path, items in parts_of(stream, choose, name):
                key = repair(path[0]) if path else ""
                for number, item in enumerate(items):
                    if isinstance(item, dict):
                        yield "", number, Entry(string_map_data=item)
                    else:
                        yield key, number, item
        except DamagedError as error:
            yield "", 0, Problem(name, f"could not be read to its end: {error.message}")


def plain(value: Text) -> str | None:
    """Return a value as repaired text; None where there is nothing."""
    if value is None or isinstance(value, bool):
        return None
    text = value if isinstance(value, str) else str(value)
    if not text.isascii() or "\x00" in text:
        text = repair(text)
    return text.strip() or None


def time_of(value: Text) -> int | None:
    """Return epoch seconds as microseconds; None for what is no time."""
    return moment(value) if isinstance(value, int | float) else None


def handle_like(text: str | None) -> str | None:
    """Return a text that could be a handle."""
    return text if text and HANDLE.fullmatch(text) and not text.isspace() else None


def user_in(url: str | None) -> str | None:
    """Return whose profile, story or post (of Threads) an address leads to."""
    if not url:
        return None
    match = _USER_BEFORE_POST.search(url)
    if match:
        return match[1] or match[2]
    try:
        segments = [clean_value(unquote(part)) for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return None
    if segments[:1] == ["_u"]:
        segments = segments[1:]
    if len(segments) != 1 or segments[0] in _NO_USER:
        return None
    return handle_like(segments[0].removeprefix("@"))


def relations(entry: Entry) -> list[Fact]:
    """Return whom an entry of a list of accounts names; none for accounts that exist no more."""
    if entry.label_values:
        return [_labelled(entry)]
    title = plain(entry.title)
    facts = []
    for item in entry.string_list_data or (Item(),):
        value, href = plain(item.value), plain(item.href)
        handle = handle_like(value) or user_in(href) or handle_like(title)
        name = title if title != handle else None
        facts.append(Fact(time_of(item.timestamp) or time_of(entry.timestamp), handle, name))
    return facts


def acts(entry: Entry) -> list[Fact]:
    """Return the acts towards one account that an entry lists: likes, taps on a story."""
    if entry.label_values:
        return [_labelled(entry)]
    if entry.string_map_data:
        return [_mapped(entry.string_map_data)]
    title = plain(entry.title)
    facts = []
    for item in entry.string_list_data or ():
        url = plain(item.href)
        handle = handle_like(title) or user_in(url)
        name = title if title != handle else None
        at = time_of(item.timestamp) or time_of(entry.timestamp)
        facts.append(Fact(at, handle, name, plain(item.value), url, plain(entry.fbid)))
    return facts


def _labelled(entry: Entry) -> Fact:
    """Return what labelled values say: the address of what it is about, and in a group whose that is."""
    url = text = None
    at = time_of(entry.timestamp)
    people: list[tuple[Text, str]] = []
    for label in entry.label_values or ():
        at = at or time_of(label.timestamp_value)
        if label.inner:
            people += _leaves(label.inner)
            continue
        value = plain(label.href) or plain(label.value)
        if value and value.startswith(("https://", "http://")):
            url = url or value
        elif _is_owner(label.label):
            people.append((label.label, value or ""))
        else:
            text = text or plain(label.value)
    handle = _username(people) or user_in(url)
    others = [value for _, value in people if value != handle and not value.startswith("http")]
    return Fact(at, handle, others[0] if others else None, text, url, plain(entry.fbid))


def _leaves(labels: list[Label], depth: int = 0) -> list[tuple[Text, str]]:
    found = []
    for label in labels:
        if label.inner and depth < 8:
            found += _leaves(label.inner, depth + 1)
        elif value := plain(label.href) or plain(label.value):
            found.append((label.label, value))
    return found


def _username(people: list[tuple[Text, str]]) -> str | None:
    """Return the handle among what is said of an account: URL, name and user name, in this order."""
    for label, value in people:
        if is_username(label) and handle_like(value):
            return value
    for _, value in people:
        if value.startswith("http") and (user := user_in(value)):
            return user
    return next((value for _, value in reversed(people) if handle_like(value)), None)


@lru_cache(maxsize=512)
def _is_owner(label: Text) -> bool:
    folded = (plain(label) or "").casefold()
    return any(word in folded for word in _OWNER)


@lru_cache(maxsize=512)
def is_username(label: Text) -> bool:
    """Say whether a label stands for a user name, in one of the languages we know."""
    words = (plain(label) or "").casefold()
    return words in _USERNAMES or not _USERNAME.isdisjoint(
        words.replace("'", " ").replace("\u2019", " ").split()
    )


def _mapped(values: dict[str, Item]) -> Fact:
    """Return what a map of localised keys says: a time, and in this order a text and whose post it is."""
    at = next((when for item in values.values() if (when := time_of(item.timestamp))), None)
    url = next((href for item in values.values() if (href := plain(item.href))), None)
    texts = [(key, value) for key, item in values.items() if (value := plain(item.value))]
    owner = next((value for key, value in texts if _is_owner(key)), None)
    if owner is None and len(texts) > 1:
        owner = next((value for _, value in reversed(texts) if handle_like(value)), None)
        texts = [pair for pair in texts if pair[1] != owner] or texts[:1]
    else:
        texts = [pair for pair in texts if not _is_owner(pair[0])]
    return Fact(at, handle_like(owner), None, texts[0][1] if texts else None, url)


class Published(NamedTuple):
    """A post of the user's."""

    at: int | None
    text: str | None
    is_reply: bool


def published(post: Post) -> Published:
    """Return what a post says: its caption stands outside for several pictures, inside for a single one."""
    inner = post.media or ()
    text = plain(post.title) or next((caption for one in inner if (caption := plain(one.title))), None)
    times = (time_of(one.creation_timestamp) for one in (post, *inner))
    at = next((when for when in times if when), None)
    return Published(
        at, text, any(one.text_app_post and one.text_app_post.is_reply for one in (post, *inner))
    )
