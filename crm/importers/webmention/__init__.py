"""Webmentions: who answered, liked, reposted or mentioned your pages, from webmention.io or saved pages.

The decision to know: of saved pages only those count that the user wrote, or that answer a page of theirs, so
their sites must be known; webmention.io's own files tell them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import QuestionError
from crm.domain.handles import normalise
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.kit.jsonmember import ListIn
from crm.importers.kit.keys import digest, normal_text
from crm.importers.kit.members import is_media
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.sites import Own, author_of, host_of, person_at, site_of
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn, iso
from crm.importers.webmention.mentions import KINDS, Item, Mention, mention_of
from crm.importers.webmention.pages import Page, is_page, read_pages

PLATFORM = "blog"
_PEEK = 1 << 16
_MOST_FILES = 20_000
_MOST_LOOKED_AT = 20
_LARGEST_PAGE = 8 << 20
_JSON = (".json", ".jf2")
_PAGES = (".html", ".htm")
_COMPANIONS = (".css", ".js", ".md", ".txt")
_LISTS = ("children", "links")
_BRIDGES = ("brid.gy", "brid-gy.appspot.com", "fed.brid.gy")
"""They speak for people of other platforms; a page of theirs is nobody's."""
_MOST_CHOICES = 12
_LONGEST_ID = 200


class Importer:
    """Reads mentions.jf2 and mentions.json of webmention.io, and saved pages with microformats2."""

    name = "webmention"
    title = "Webmentions"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "webmention.io: sign in with your site, Settings shows your API key; save "
        "https://webmention.io/api/mentions.jf2?token=KEY&per-page=1000 (and &page=1, 2 ... for more)"
    )
    page = "https://webmention.io/settings"
    reads = (
        "replies, likes, reposts, bookmarks and mentions of your pages; saved pages (microformats2) that "
        "answer yours, or with which you answered others"
    )
    cannot_show = "what you answered, unless you saved those pages too"
    directions = Directions.THEIRS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is nothing but mentions and saved pages."""
        names = _members(export)
        if not names:
            return False
        lists = [name for name in names if name.casefold().endswith(_JSON)]
        pages = [name for name in names if name.casefold().endswith(_PAGES)][:_MOST_LOOKED_AT]
        if len(names) == 1 and not (lists or pages):
            return _is_list(export, names[0])
        others = len(names) - len(lists) - sum(name.casefold().endswith(_PAGES) for name in names)
        if others or not all(_is_list(export, name) for name in lists[:_MOST_LOOKED_AT]):
            return False
        found = sum(is_page(export.peek(name, _PEEK)) for name in pages)
        return bool(lists) or found * 2 > len(pages)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield who did what to your pages, and what you did to others'.

        Raises:
            QuestionError: it is not known which of the sites in it is the user's.
            ExportError: a file is cut off.

        """
        names = _members(export)
        pages = [name for name in names if name.casefold().endswith(_PAGES)]
        lists = [name for name in names if name not in set(pages)]
        reading = _Reading(Own(owner))
        targets = reading.survey(export, lists)
        read = list(_pages(export, pages))
        reading.decide(targets, read, owner.stated)
        me = tuple(ref for site in targets if (ref := person_at(site)) is not None)
        if me:
            yield SelfRecord(me)
        for name in lists:
            yield from reading.mentions(export, name)
        for name, page in read:
            yield from reading.page(page, name)
        yield from reading.ending()


def _members(export: Export) -> list[str]:
    names = [name for name in export.names if export.size(name) and not is_media(name)]
    if len(names) > 1:
        names = [name for name in names if not name.casefold().endswith(_COMPANIONS)]
    return names if len(names) <= _MOST_FILES else []


def _is_list(export: Export, name: str) -> bool:
    head = export.peek(name, _PEEK)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return False
    return (
        b'"wm-target"' in head
        or b'"wm-property"' in head
        or (b'"verified_date"' in head and b'"links"' in head)
    )


def _pages(export: Export, names: list[str]) -> Iterator[tuple[str, Page]]:
    for name in names:
        with export.open(name) as stream:
            data = stream.read(_LARGEST_PAGE)
        if is_page(data):
            yield from ((name, page) for page in read_pages(data))


class _Reading:
    """What all files of one export have in common."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._seen: set[str] = set()
        self._times: dict[str, TimeColumn] = {}
        self._left: Counter[str] = Counter()

    def survey(self, export: Export, lists: list[str]) -> list[str]:
        """Return the sites that are mentioned in lists: the user's."""
        sites: Counter[str] = Counter()
        for name in lists:
            for item in ListIn(export.open(name), Item, name, keys=_LISTS):
                if not isinstance(item, Problem) and (site := site_of(item.wm_target or item.target or "")):
                    sites[site] += 1
        return [site for site, _ in sites.most_common()]

    def decide(self, targets: list[str], pages: list[tuple[str, Page]], stated: str | None) -> None:
        """Make sure that something of it is the user's.

        Raises:
            QuestionError: nothing is known to be.

        """
        if targets and self._own.sites and not any(map(self._own.has_page, targets)):
            raise _question(targets, [], stated)
        for site in targets:
            if (ref := person_at(site)) is not None:
                self._own.add(ref)
        if not targets and pages and not any(self._is_mine(page) or self._to_me(page) for _, page in pages):
            sites = [
                home for _, page in pages for _, answered in page.responses if (home := site_of(answered))
            ]
            raise _question(sites, [page.home for _, page in pages if page.home], stated)

    def mentions(self, export: Export, name: str) -> Iterator[Record]:
        """Yield what a list of webmention.io holds."""
        for number, item in enumerate(ListIn(export.open(name), Item, name, keys=_LISTS), start=1):
            if isinstance(item, Problem):
                yield item
                continue
            mention = mention_of(item)
            if not mention.target:
                yield Problem(f"{name}[{number - 1}]", "does not say which page it mentions")
                continue
            yield from self._mention(mention, name, number)

    def _mention(self, mention: Mention, name: str, number: int) -> Iterator[InteractionRecord]:
        if self._own.has_page(mention.home or mention.source):
            self._left["mentions of your pages by yourself"] += 1
            return
        who = _author(mention.name, mention.home, (mention.url, mention.source))
        if who is None:
            self._left["mentions by nobody who is named"] += 1
            return
        key = f"webmention:{mention.number or digest(mention.source, mention.target)}"
        if key in self._seen:
            return
        self._seen.add(key)
        moment = self._moment(mention.published or mention.received, name, number)
        yield _act(
            key,
            who,
            moment,
            Direction.IN,
            KINDS.get(mention.how, Kind.MENTION),
            mention.text,
            mention.target,
            mention.url or mention.source,
        )

    def page(self, page: Page, name: str) -> Iterator[Record]:
        """Yield what a saved page is: an act of the user's, an act towards them, or a post of theirs."""
        moment = self._moment(page.published, name, 1) if page.published else UNKNOWN
        records = list(self._by_me(page, moment) if self._is_mine(page) else self._by_another(page, moment))
        if not records:
            self._left["pages that are neither by you nor to you"] += 1
        for record in records:
            if record.external_id not in self._seen:
                self._seen.add(record.external_id)
                yield record

    def _is_mine(self, page: Page) -> bool:
        return self._own.has_page(page.home) or self._own.has_page(page.url) or self._own.has_name(page.name)

    def _to_me(self, page: Page) -> list[tuple[str, str]]:
        """Return with what a page of somebody else's answers pages of the user's."""
        answered = [(how, target) for how, target in page.responses if self._own.has_page(target)]
        if answered:
            return answered
        return [("mention-of", link) for link in page.links if self._own.has_page(link)][:1]

    def _by_another(self, page: Page, moment: Moment) -> Iterator[InteractionRecord]:
        who = _author(page.name, page.home, (page.url,))
        for how, target in self._to_me(page) if who else ():
            kind = KINDS.get(how, Kind.MENTION)
            yield _act(_key(page, how, target), who, moment, Direction.IN, kind, page.text, target, page.url)

    def _by_me(self, page: Page, moment: Moment) -> Iterator[InteractionRecord | PostRecord]:
        others = [(how, target) for how, target in page.responses if not self._own.has_page(target)]
        for how, target in others:
            kind, who = KINDS.get(how, Kind.MENTION), author_of(target)
            yield _act(_key(page, how, target), who, moment, Direction.OUT, kind, page.text, target, page.url)
        if not others:
            url = page.url
            key = f"post:{url if 0 < len(url) <= _LONGEST_ID else _key(page, 'post', '')}"
            thread = _thread(url) if url else None
            yield PostRecord(
                PLATFORM,
                key,
                moment.at,
                page.text or None,
                thread,
                url or None,
                moment.precision,
                moment.assumed,
            )

    def _moment(self, written: str, name: str, number: int) -> Moment:
        times = self._times.setdefault(name, TimeColumn(name, iso))
        return times.read(written, number)

    def ending(self) -> Iterator[Record]:
        """Yield what could not be read, and what was left out."""
        for times in self._times.values():
            if (problem := times.problem()) is not None:
                yield problem
        yield from (Left(what, number) for what, number in sorted(self._left.items()))


def _author(name: str, home: str, pages: tuple[str, ...]) -> IdentityRef | None:
    """Return who speaks: the address they give, else the site or account their page is on, else the name."""
    if home and (found := person_at(home, name or None)) is not None:
        return found
    own = [page for page in pages if page and host_of(page) not in _BRIDGES]
    for page in own:
        if (found := author_of(page)) is not None:
            return found._replace(name=name or None)
    if not name:
        return None
    return IdentityRef(PLATFORM, external_id=f"name:{normal_text(name).casefold()}", name=name)


def _key(page: Page, how: str, target: str) -> str:
    """Return the external id of what a saved page says; saved again, it has the same."""
    source = page.url or digest(page.home, page.name, page.published, normal_text(page.text))
    return f"webmention:{digest(normalise('web', source), how, normalise('web', target))}"


def _thread(page: str) -> str:
    return f"{PLATFORM}:{normalise('web', page.partition('#')[0])}"


def _act(
    key: str,
    who: IdentityRef | None,
    moment: Moment,
    direction: Direction,
    kind: Kind,
    text: str,
    target: str,
    url: str,
) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM,
        key,
        who,
        moment.at,
        direction,
        kind,
        text or None,
        _thread(target),
        url or None,
        moment.precision,
        moment.assumed,
    )


def _question(sites: list[str], homes: list[str], stated: str | None) -> QuestionError:
    choices = dict.fromkeys(dict.fromkeys(sites), "your site: it was mentioned")
    choices |= {home: "your site: you wrote this" for home in dict.fromkeys(homes) if home not in choices}
    said = (
        f'nothing in this is by or to "{stated}"'
        if stated
        else "it is not known which of these sites is yours"
    )
    hint = "say it with --as and the address of your site"
    return QuestionError(said, hint, "as", tuple(choices.items())[:_MOST_CHOICES])
