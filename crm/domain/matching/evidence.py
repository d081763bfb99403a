"""Weighing what speaks for and against two contacts being one person, and saying it in plain words.

Each piece of evidence is worth the logarithm of how much likelier it is for one person than for two. Names,
handles made of them and addresses made of them say the same thing, so only the strongest of them counts
whole. Numbers with a reason beside them were chosen for it, and tuned on one made-up community only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crm.domain.matching.handles import Handle
from crm.domain.matching.likeness import NOTHING, Comparer, Fit, Likeness, Similar
from crm.domain.matching.names import Reader
from crm.domain.matching.rarity import Rarity
from crm.domain.matching.traits import Traits, is_role
from crm.domain.platforms import where_words
from crm.domain.text import clean

SINGLE = frozenset(
    ("linkedin", "facebook", "messenger", "whatsapp", "signal", "telegram", "goodreads", "skype")
)
"""Platforms where nearly everybody has one account."""
MANY = frozenset(
    [
        "email",
        "phone",
        "sms",
        "imessage",
        "web",
        "blog",
        "addressbook",
        "in-person",
        "letter",
        "discord",
        "slack",
        "tumblr",
        "wordpress",
        "blogger",
        "ghost",
        "substack",
        "webmention",
        "feeds",
        "reddit",
        "xmpp",
        "matrix",
    ]
)
"""Places where having several is nothing special."""
_SECOND_ACCOUNT = {True: -7.0, False: -3.5}
"""Where people have one; where some have a second one (work and private, an old one)."""
_TWO_CARDS = -6.0
_OTHER_BIRTHDAY = -10.0
_OTHER_PERSON = -9.0
_OTHER_LAST_NAME = -6.0
_OTHER_PSEUDONYM = -1.0
"""Names that do not look like a person's contradict each other little: people play with them."""
_OTHER_ADDRESS = -0.3
_OTHER_FIRM = -0.5
_ADDRESS, _NUMBER, _LINK, _SITE = 16.0, 15.0, 17.0, 12.0
_SHARED = 4.0
"""What a shared number or address is worth for two of the same name."""
_SAME_DAY = 7.5
"""Somebody else has the same birthday once in 365, less a little for wrong ones."""
_SAME_YEAR = 4.0
_FIRM_AT_MOST, _DOMAIN_AT_MOST = 7.0, 8.0
_SAME_SPELLING = 2.0
"""Namesakes make the same handle of their name too, though not as often as one person does."""
_SAME_STEM = 0.5
_SAME_DIGITS = 5.0
_OTHER_DIGITS = -4.0
_OTHER_PREFIX = -3.0
_FROM_HANDLE = 0.9
"""A name read out of a handle may be no name at all."""
_READ_INTO = 1.0
"""A handle can look like a name that it was not made of."""
_TELLING = 4
"""Letters from which a word in a handle is taken for one of the name."""
_REST_OF_HANDLE = 4.0
"""What the rest of a handle is worth, where it holds a word of the name that fits already."""
_RARE = 8.0
_TOLD_APART = 8
"""Of so many holders of a key the names are compared to see whether it is shared."""


@dataclass(slots=True)
class Weighed:
    """What a pair came to."""

    bits: float
    """All of it, with the rarity of any two contacts being one already taken off."""
    independent: bool = False
    """Something speaks for it other than names, and handles and addresses made of them."""
    reasons: list[tuple[float, str]] = field(default_factory=list)
    against: list[tuple[float, str]] = field(default_factory=list)

    def add(self, bits: float, why: str) -> None:
        """Add a piece of evidence; negative bits speak against."""
        self.bits += bits
        (self.reasons if bits > 0 else self.against).append((abs(bits), why))


class Scales:
    """Weighs pairs of contacts of one community."""

    def __init__(
        self, rarity: Rarity, reader: Reader, similar: Similar, holders: dict[str, list[Traits]]
    ) -> None:
        self._rarity = rarity
        self._reader = reader
        self._comparer = Comparer(rarity, similar, reader.is_first_name)
        self._similar = similar
        self._holders = holders
        self._shared: dict[str, bool] = {}

    def weigh(self, one: Traits, other: Traits) -> Weighed:
        """Weigh a pair."""
        weighed = Weighed(self._rarity.prior)
        like = self._names(one, other)
        self._weigh_names(weighed, one, other, like)
        self._weigh_handles(weighed, one, other, like)
        self._weigh_keys(weighed, one, other, like)
        if weighed.reasons:
            self._weigh_places(weighed, one, other)
            self._weigh_against(weighed, one, other)
        return weighed

    def _names(self, one: Traits, other: Traits) -> Likeness:
        """Return the best comparison of any two of their names; without a clash if there is one."""
        best: Likeness | None = None
        for name in one.names:
            for another in other.names:
                like = self._comparer.compare(name, another)
                if best is None or (not like.clash, like.bits) > (not best.clash, best.bits):
                    best = like
        return best or NOTHING

    def _weigh_names(self, weighed: Weighed, one: Traits, other: Traits, like: Likeness) -> None:
        certain = one.named and other.named
        if like.clash:
            if not (certain and one.person and other.person):
                weighed.add(_OTHER_PSEUDONYM, "different names")
            elif like.words and like.first_fits:
                weighed.add(_OTHER_LAST_NAME, "different last names")
            else:
                weighed.add(_OTHER_PERSON, "different names")
        elif like.words:
            weighed.add(like.bits * (1.0 if certain else _FROM_HANDLE), _name_words(one, other, like))

    def _weigh_handles(self, weighed: Weighed, one: Traits, other: Traits, like: Likeness) -> None:
        agree = like.words > 1 and not like.clash
        best: tuple[float, str, bool] | None = None
        for stem in one.stems.keys() & other.stems.keys():
            found = self._stem(one, other, stem, agree, like)
            if best is None or found[0] > best[0]:
                best = found
        if best is None and not agree:
            best = self._fit(one, other, like) or self._fit(other, one, like) or self._prefix(one, other)
        if best is not None:
            weighed.add(best[0], best[1])
            weighed.independent = weighed.independent or best[2]

    def _stem(
        self, one: Traits, other: Traits, stem: str, agree: bool, like: Likeness
    ) -> tuple[float, str, bool]:
        mine, theirs = one.stems[stem], other.stems[stem]
        bits = _digits(mine, theirs)
        form = one.forms.get(stem) or other.forms.get(stem)
        shown = _shown(mine, theirs)
        if form is None:
            return self._own_stem(stem, bits, shown, like)
        spelling = _SAME_SPELLING if mine.whole == theirs.whole else _SAME_STEM
        if agree:
            return bits + spelling, f"both make the handle {shown} of the name", bits > 0
        holder = one if stem in one.forms else other
        worth = self._form_bits(holder, form, like)
        return worth + spelling + bits, f"both use the handle {shown}", bits > 0

    def _own_stem(self, stem: str, bits: float, shown: str, like: Likeness) -> tuple[float, str, bool]:
        """Weigh a handle that is no usual form of the name; it can still hold a word of it."""
        key = self._reader.word(stem).sound
        worth = self._rarity.stem(stem)
        if key in like.sounds:
            worth = _SAME_STEM
        elif any(len(each) >= _TELLING and each in key for each in like.sounds):
            worth = min(worth, _REST_OF_HANDLE)
        rare = "rare " if worth > _RARE and self._rarity.holders(stem) <= _TOLD_APART else ""
        return worth + bits, f"both use the {rare}handle {shown}", worth + bits > _REST_OF_HANDLE - 1

    def _form_bits(self, holder: Traits, form: tuple[int, tuple[int, ...]], like: Likeness) -> float:
        """Return what a handle made of a name adds to what the names say by themselves."""
        number, places = form
        name = holder.names[number]
        new = [name.words[place].sound for place in places if name.words[place].sound not in like.sounds]
        bits = sum(self._rarity.word(key) for key in new)
        if len(places) == 1 and not like.words:
            bits += self._rarity.initial(name.words[0].text[0])
        elif len(new) > 1:
            bits -= self._rarity.company(new[0], new[1])
        return min(bits, self._rarity.homonyms(name))

    def _fit(self, named: Traits, other: Traits, like: Likeness) -> tuple[float, str, bool] | None:
        """Weigh a handle that is made of the other one's name, where no name of its own says the same."""
        best: tuple[float, str, bool] | None = None
        for handles in (other.stems, other.labels):
            for stem in named.forms.keys() & handles.keys():
                bits = self._form_bits(named, named.forms[stem], like) - _READ_INTO
                if bits > 0 and (best is None or bits > best[0]):
                    name = " ".join(
                        word.text.capitalize() for word in named.names[named.forms[stem][0]].words
                    )
                    written = clean(handles[stem].written, limit=60)
                    best = bits, f"{written} fits the name {clean(name)}", False
        return best

    def _prefix(self, one: Traits, other: Traits) -> tuple[float, str, bool] | None:
        for stem in one.stems:
            for another in other.stems:
                short, long = sorted((stem, another), key=len)
                if len(short) > 7 and long.startswith(short) and short not in {**one.forms, **other.forms}:
                    bits = self._rarity.stem(short) + _OTHER_PREFIX
                    written = [
                        clean(each.written, limit=60) for each in (one.stems[stem], other.stems[another])
                    ]
                    return bits, f"the handles {written[0]} and {written[1]} begin alike", bits > 3
        return None

    def _weigh_keys(self, weighed: Weighed, one: Traits, other: Traits, like: Likeness) -> None:
        found = []
        for key in one.keys & other.keys:
            bits, why = self._key(one, other, key, like)
            if bits > 0:
                found.append((bits, why))
        found.sort(reverse=True)
        for place, (bits, why) in enumerate(found[:3]):
            weighed.add(bits if place == 0 else 2.0, why)
            weighed.independent = True

    def _key(self, one: Traits, other: Traits, key: str, like: Likeness) -> tuple[float, str]:
        kind, _, rest = key.partition(":")
        shown = clean(rest, limit=60)
        if is_role(key):
            return 0.0, ""
        agree = like.words > 0 and not like.clash
        shared = self.is_shared(key) or len(self._holders.get(key, ())) > _TOLD_APART
        if shared or (like.clash and not like.first_fits and one.named and other.named):
            return (_SHARED if agree and like.words > 1 else 0.0), f"both have {shown}, which is shared"
        for owner, linking in ((one, other), (other, one)):
            if key in owner.owned and key in linking.links and kind not in ("email", "phone", "site"):
                if key in linking.owned:
                    break
                where = where_words(kind)
                return (
                    _LINK,
                    f"a profile of one links to the other's {where.removeprefix('on ')} account ({shown})",
                )
        if kind == "email":
            return _ADDRESS, f"both name the address {shown}"
        if kind == "phone":
            return _NUMBER, f"both have the number ending in {shown[-6:]}"
        if kind == "site":
            return _SITE, f"both name the website {shown}"
        return _SITE, f"both link to {shown} {where_words(kind)}"

    def is_shared(self, key: str) -> bool:
        """Say whether several people have a key: a family's number, a firm's website."""
        known = self._shared.get(key)
        if known is None:
            named = [each for each in self._holders.get(key, ()) if each.named][:_TOLD_APART]
            known = self._shared[key] = any(
                self._names(each, another).clash
                for place, each in enumerate(named)
                for another in named[place + 1 :]
            )
        return known

    def _weigh_places(self, weighed: Weighed, one: Traits, other: Traits) -> None:
        """Add firm, domain and birthday, which say little unless something else speaks for the pair."""
        if one.firm and other.firm:
            if one.firm == other.firm or self._similar(one.firm, other.firm) > 0.93:
                bits = min(self._rarity.firm(one.firm), self._rarity.firm(other.firm), _FIRM_AT_MOST)
                weighed.add(max(bits, 0.3), f"both at {clean(one.firm_written or '', limit=60)}")
                weighed.independent = weighed.independent or bits > 2
            else:
                weighed.bits += _OTHER_FIRM
        shared = one.keys & other.keys
        domains = {each for each in one.domains & other.domains if not any(each in key for key in shared)}
        if domains:
            domain = max(sorted(domains), key=self._rarity.domain)
            bits = min(self._rarity.domain(domain), _DOMAIN_AT_MOST)
            weighed.add(max(bits, 0.3), f"both have something at {clean(domain, limit=60)}")
            weighed.independent = weighed.independent or bits > 2
        elif bool(one.firm) != bool(other.firm) or not one.firm:
            self._weigh_firm_domain(weighed, one, other)
        if one.birthday and other.birthday and one.birthday[-5:] == other.birthday[-5:]:
            years = one.birthday[:4].isdigit() and other.birthday[:4].isdigit()
            same_year = years and one.birthday[:4] == other.birthday[:4]
            weighed.add(
                _SAME_DAY + (_SAME_YEAR if same_year else -3.0 if years else 0.0), "the same birthday"
            )
            weighed.independent = True

    def _weigh_firm_domain(self, weighed: Weighed, one: Traits, other: Traits) -> None:
        for firm, domains in ((one, other.domains), (other, one.domains)):
            if firm.firm is None:
                continue
            compact = firm.firm.replace(" ", "")
            for domain in domains:
                if len(compact) > 3 and compact in (
                    domain.split(".")[0].replace("-", ""),
                    domain.split(".")[-2],
                ):
                    bits = min(self._rarity.firm(firm.firm), self._rarity.domain(domain), _FIRM_AT_MOST)
                    weighed.add(
                        max(bits, 0.3), f"one is at {clean(firm.firm_written or '')}, the other at {domain}"
                    )
                    weighed.independent = weighed.independent or bits > 2
                    return

    def _weigh_against(self, weighed: Weighed, one: Traits, other: Traits) -> None:
        for platform in one.platforms.keys() & other.platforms.keys():
            if platform == "addressbook":
                if one.books & other.books:
                    weighed.add(_TWO_CARDS, "two cards in one address book")
            elif platform == "email":
                weighed.bits += _OTHER_ADDRESS
            elif platform not in MANY and _differ(one, other, platform):
                words = f"two different accounts {where_words(platform)}"
                weighed.add(_SECOND_ACCOUNT[platform in SINGLE], words)
        if one.birthday and other.birthday and one.birthday[-5:] != other.birthday[-5:]:
            weighed.add(_OTHER_BIRTHDAY, "different birthdays")


def _digits(mine: Handle, theirs: Handle) -> float:
    if mine.digits == theirs.digits:
        return _SAME_DIGITS if len(mine.digits) > 1 else 0.0
    return _OTHER_DIGITS if mine.digits and theirs.digits else 0.0


def _differ(one: Traits, other: Traits, platform: str) -> bool:
    """Say whether two contacts have accounts on a platform that cannot be the same one.

    An id made of a name and one that the platform gave are two ways of knowing one account.
    """
    for handle, external in one.platforms[platform]:
        for handle_too, external_too in other.platforms[platform]:
            if external and external_too:
                if external.isdigit() == external_too.isdigit():
                    return True
            elif handle and handle_too and handle != handle_too:
                return True
    return False


def _name_words(one: Traits, other: Traits, like: Likeness) -> str:
    if not (one.named and other.named):
        return "the name and the handle go together"
    if like.left == 0 and like.worst is Fit.SAME:
        return "same name" if like.words > 1 else "same name, of one word"
    if like.worst is Fit.SHORT:
        return "the names go together (one is short for the other)"
    if like.worst is Fit.INITIAL:
        return "the names go together (one has an initial)"
    return "the names are alike"


def _shown(mine: Handle, theirs: Handle) -> str:
    if mine.whole == theirs.whole or mine.written == theirs.written:
        return clean(min((mine.written, theirs.written), key=len), limit=60)
    return f"{clean(mine.written, limit=60)} / {clean(theirs.written, limit=60)}"
