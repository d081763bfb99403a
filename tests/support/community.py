"""A made-up community with the truth about who is who: what exports bring before anybody has merged anything.

`make(people, seed)` gives records per importer, as `services.importing` takes them, and says of each identity
whose it is. Names are drawn as unevenly as in life, so homonyms come by themselves; people write their names
as people do (short names, other scripts, swapped, initials, titles, emoji), use handles of their own or of
their names, share numbers and addresses with families and firms, and often leave nothing to recognise.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

from community_names import (
    BIG_FIRMS,
    COMMON_HANDLES,
    CULTURES,
    FIRMS_HEADS,
    FIRMS_TAILS,
    FREE_MAIL,
    RARE_WORDS,
    Culture,
)

from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PartialDate,
    Record,
)

PLATFORMS = {
    "vcard": 22,
    "linkedin": 20,
    "mail": 20,
    "facebook": 15,
    "x": 16,
    "whatsapp": 12,
    "instagram": 14,
    "mastodon": 8,
    "bluesky": 5,
    "github": 4,
}
"""The importers that know people, and how often somebody is met there."""
_HOW_MANY = (0.36, 0.28, 0.2, 0.11, 0.05)
"""On how many of them somebody is: one, two, three, four, five."""
_EMOJI = ["🦊", "🌻", "✨", "🎨", "🏳️\u200d🌈", "☕", "🌍", "🐝", "📚", "🚲"]
_PRONOUNS = ("she/her", "he/him", "they/them", "sie/ihr", "er/ihm")
_TITLES = ("Dr. {}", "{}, PhD", "{}, MBA", "Prof. {}", "Dipl.-Ing. {}")
_LEGAL = re.compile(" (?:GmbH|Ltd|Inc)$")
_SERVERS = ("mastodon.social", "chaos.social", "fosstodon.org", "mastodon.art", "troet.cafe")


@dataclass(slots=True)
class Person:
    """Somebody, as they are."""

    number: int
    first: str
    """In Latin letters, accents kept."""
    last: str
    native: str | None
    """The whole name in its own script."""
    short: str | None
    middle: str
    family_first: bool
    base: str
    """What their handles are made of."""
    own_base: bool
    """It is not made of the name."""
    digits: str
    phone: str
    mails: list[str]
    firm: str | None
    firm_domain: str | None
    site: str | None
    birthday: PartialDate
    year: int
    household: int | None = None
    handles: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Community:
    """The records of each importer, and the truth."""

    runs: dict[str, list[Record]]
    owners: dict[tuple[str, str], int]
    """(platform, external id or handle) to the person's number."""
    people: int


@cache
def _steps(number: int, steepness: float) -> list[float]:
    total, steps = 0.0, []
    for place in range(number):
        total += 1 / (place + 4) ** steepness
        steps.append(total)
    return steps


def _skewed(dice: Random, words: Sequence[str], steepness: float = 1.0) -> str:
    return dice.choices(words, cum_weights=_steps(len(words), steepness))[0]


def plain(text: str) -> str:
    """Return a name as somebody types it without accents."""
    text = text.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("ı", "i").replace("Ø", "O")
    text = text.replace("Ł", "L").replace("Ż", "Z").replace("đ", "d").replace("æ", "ae").replace("İ", "I")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _german(text: str) -> str:
    for letter, pair in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("Ö", "Oe"),
        ("Ü", "Ue"),
        ("ß", "ss"),
        ("ø", "oe"),
    ):
        text = text.replace(letter, pair)
    return plain(text)


def _letters(text: str) -> str:
    return "".join(c for c in plain(text).lower() if c.isascii() and c.isalnum())


class _Maker:
    def __init__(self, people: int, seed: int) -> None:
        self.dice = Random(seed)
        self.number = people
        self.taken: set[tuple[str, str]] = set()
        self.owners: dict[tuple[str, str], int] = {}
        self.runs: dict[str, list[Record]] = {name: [] for name in PLATFORMS}
        self.serial = 1000
        firms = max(people // 12, 5)
        self.firms = [*BIG_FIRMS, *(self._firm() for _ in range(firms))]

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _firm(self) -> str:
        dice = self.dice
        heads = [head.rpartition("=")[2] for head in dice.choice(list(CULTURES.values())).heads]
        head = dice.choice(FIRMS_HEADS) if self.chance(0.5) else dice.choice(heads)
        return f"{head} {dice.choice(FIRMS_TAILS)}" + dice.choice(("", "", " GmbH", " Ltd", " Inc"))

    # who they are

    def person(self, number: int) -> Person:
        dice = self.dice
        names = list(CULTURES.values())
        culture = dice.choices(names, [each.share for each in names])[0]
        first, short, first_native = self._first(culture)
        last, last_native = self._last(culture)
        native = None
        if first_native and last_native:
            native = (
                f"{last_native}{first_native}" if culture.family_first else f"{first_native} {last_native}"
            )
        year = dice.randint(1945, 2004)
        person = Person(
            number, first, last, native, short, dice.choice("ABCDEFGHJKLMNPRSTW"), culture.family_first,
            "", False, "", f"+49{dice.randint(1500000000, 1799999999)}", [], None, None, None,
            PartialDate(dice.randint(1, 12), dice.randint(1, 28), year if self.chance(0.6) else None), year,
        )  # fmt: skip
        self._base(person)
        if self.chance(0.7):
            person.firm = _skewed(dice, self.firms, 0.8)
            person.firm_domain = f"{_letters(_LEGAL.sub('', person.firm))}.example"
        if self.chance(0.15):
            written = self._latin(person.first) + self._latin(person.last)
            person.site = f"https://{person.base if person.own_base else _letters(written)}{number}.example"
        return person

    def _first(self, culture: Culture) -> tuple[str, str | None, str | None]:
        written = _skewed(self.dice, culture.first).split("/")
        native, _, latin = written[0].rpartition("=")
        shorts = [each.rpartition("=")[2] for each in written[1:]]
        short = self.dice.choice(shorts) if shorts and self.chance(0.45) else None
        return latin, short, native or None

    def _last(self, culture: Culture) -> tuple[str, str | None]:
        dice = self.dice
        if self.chance(0.25):
            written = _skewed(dice, culture.last, 0.9)
        else:
            head, tail = dice.choice(culture.heads).split("="), dice.choice(culture.tails).split("=")
            written = "=".join(a + b for a, b in zip(head, tail, strict=False)) if tail[0] else "=".join(head)
            if len(head) == 1 and len(tail) == 1 and self.chance(0.6):
                written = dice.choice(culture.heads) + dice.choice(("a", "e", "o", "i", "er", "el")) + tail[0]
        native, _, latin = written.rpartition("=")
        return latin, native or None

    def _base(self, person: Person) -> None:
        dice = self.dice
        kind = dice.random()
        if kind < 0.22:
            person.base = (
                dice.choice(RARE_WORDS) + dice.choice(("", "and", "of", "n")) + dice.choice(RARE_WORDS)
            )
            person.own_base = True
        elif kind < 0.32:
            person.base, person.own_base = dice.choice(COMMON_HANDLES), True
        else:
            person.base = self._of_name(person)
        person.digits = dice.choice(
            (str(person.year), f"{person.year % 100:02d}", str(dice.randint(1, 999)), "", "")
        )
        if person.base in COMMON_HANDLES:
            person.digits = str(dice.randint(10, 9999))

    def _of_name(self, person: Person) -> str:
        first = _letters(self._latin(person.short if person.short and self.chance(0.35) else person.first))
        last = _letters(self._latin(person.last))
        forms = (first + last, first + "_" + last, first + "." + last, first[0] + last, last + first,
                 first + last[0], first, last, first + "-" + last, first[:3] + last[:4])  # fmt: skip
        return self.dice.choices(forms, (24, 14, 10, 14, 6, 8, 8, 6, 5, 5))[0]

    def _latin(self, written: str) -> str:
        """One of the ways in which a name is written in Latin letters."""
        return self.dice.choice(written.split(","))

    # how they appear

    def handle(self, person: Person, platform: str) -> str:
        dice = self.dice
        known = list(person.handles.values())
        if known and self.chance(0.55):
            handle = dice.choice(known)
        else:
            base = person.base if self.chance(0.8) else self._of_name(person)
            handle = base
            if person.digits and self.chance(0.45):
                handle += person.digits
            if self.chance(0.12):
                handle = dice.choice(("the_real_", "its", "hey", "iam", "real")) + handle
            elif self.chance(0.1):
                handle += dice.choice(("_art", "writes", "_dev", "_official", "hq", "_blog"))
            if platform in ("bluesky", "linkedin", "github"):
                handle = handle.replace("_", "-").replace(".", "-")
            if platform == "x":
                handle = handle.replace(".", "_").replace("-", "_")
            if self.chance(0.1):
                handle = handle.replace("_", "").replace(".", "").replace("-", "")
        handle = handle.strip("_.-") or f"user{person.number}"
        person.handles.setdefault(platform, handle)
        return handle

    def unique(self, platform: str, handle: str, suffix: str = "") -> str:
        tried = handle + suffix
        while (platform, tried) in self.taken:
            tried = f"{handle}{self.dice.randint(1, 9999)}{suffix}"
        self.taken.add((platform, tried))
        return tried

    def name(self, person: Person, formal: float, pseudonym: float = 0.0, first_only: float = 0.05) -> str:
        """How somebody writes their name in one place."""
        dice = self.dice
        roll = dice.random()
        if roll < pseudonym:
            words = [dice.choice(RARE_WORDS), dice.choice(RARE_WORDS)]
            return dice.choice(
                (" ".join(words), words[0], words[0].title() + " & " + words[1].title(), person.base)
            )
        first, last = self._latin(person.first), self._latin(person.last)
        if person.short and not self.chance(formal):
            first = self._latin(person.short)
        if roll < pseudonym + first_only:
            return self._decorated(first, formal)
        if person.native and self.chance(0.2):
            return self._decorated(person.native, formal)
        if person.family_first and self.chance(0.3):
            first, last = last, first
        full = self._spelt(self._arranged(first, last, person.middle))
        return self._decorated(full, formal)

    def _arranged(self, first: str, last: str, middle: str) -> str:
        style = self.dice.random()
        if style < 0.03:
            return f"{first[0]}. {last}"
        if style < 0.06:
            return f"{first} {last[0]}."
        if style < 0.1:
            return f"{first} {middle}. {last}"
        if style < 0.12:
            return f"{last} {first}"
        return f"{first} {last}"

    def _spelt(self, full: str) -> str:
        """Write a name as people type it: without accents, in capitals, with a slip."""
        dice = self.dice
        spelling = dice.random()
        if spelling < 0.12:
            full = plain(full)
        elif spelling < 0.2:
            full = _german(full)
        elif spelling < 0.22:
            full = full.upper()
        elif spelling < 0.24:
            full = full.lower()
        if self.chance(0.015) and len(full) > 6:
            at = dice.randrange(2, len(full) - 2)
            full = full[:at] + full[at + 1] + full[at] + full[at + 2 :]
        return full

    def _decorated(self, name: str, formal: float) -> str:
        dice = self.dice
        if formal > 0.8:
            return dice.choice(_TITLES).format(name) if self.chance(0.05) else name
        roll = dice.random()
        if roll < 0.07:
            return f"{name} {dice.choice(_EMOJI)}"
        if roll < 0.1:
            return f"{name} ({dice.choice(_PRONOUNS)})"
        if roll < 0.12:
            return f"{name} | {dice.choice(FIRMS_TAILS)}"
        return name

    def mail(self, person: Person) -> str:
        dice = self.dice
        if person.mails and self.chance(0.3):
            return dice.choice(person.mails)
        first, last = _letters(self._latin(person.first)), _letters(self._latin(person.last))
        roll = dice.random()
        if person.firm_domain and roll < 0.3:
            local, domain = (
                dice.choice((f"{first}.{last}", f"{first[0]}.{last}", first, f"{first[0]}{last}")),
                person.firm_domain,
            )
        elif person.site and roll < 0.4:
            local, domain = dice.choice((first, "hello", "me")), person.site.removeprefix("https://")
        elif roll < 0.65:
            local, domain = (
                dice.choice((f"{first}.{last}", f"{first}{last}", f"{last}.{first}", f"{first[0]}{last}")),
                dice.choice(FREE_MAIL),
            )
        else:
            local, domain = self.handle(person, "mail"), dice.choice(FREE_MAIL)
        address = self.unique("email", local.strip("."), f"@{domain}")
        person.mails.append(address)
        return address

    def key(self, platform: str, key: str, person: Person) -> str:
        self.owners[platform, key] = person.number
        return key

    def next(self) -> str:
        self.serial += self.dice.randint(1, 9)
        return str(self.serial)

    def website(self, person: Person, share: float) -> tuple[IdentityRef, ...]:
        if person.site and self.chance(share):
            return (IdentityRef("web", person.site),)
        return ()

    def account(
        self, person: Person, platform: str, name: str | None, handle: str, site: float
    ) -> ContactRecord:
        ref = IdentityRef(platform, handle, self.key(platform, self.next(), person), name)
        return ContactRecord((ref, *self.website(person, site)), notes=self._link(person, platform))

    def _link(self, person: Person, platform: str) -> str | None:
        """Some say where else they are; the accounts they name exist, or will."""
        others = [
            each for each in person.handles if each in ("x", "github", "instagram") and each != platform
        ]
        if not others or not self.chance(0.06):
            return None
        host = {"x": "twitter.com", "github": "github.com", "instagram": "instagram.com"}
        other = self.dice.choice(others)
        return f"Also at https://{host[other]}/{person.handles[other]}"

    def appear(self, person: Person, importer: str) -> ContactRecord:
        """Make one record of somebody."""
        dice = self.dice
        match importer:
            case "vcard":
                return self._card(person)
            case "linkedin":
                name, firm = self.name(person, 0.9, 0, 0.01), person.firm if self.chance(0.85) else None
                handle = (
                    self.handle(person, importer)
                    if self.chance(0.3)
                    else _letters(self._latin(person.first)) + "-" + _letters(self._latin(person.last))
                )
                suffix = f"-{dice.randrange(16**7, 16**8):x}" if self.chance(0.6) else ""
                handle = self.unique(importer, handle + suffix)
                ref = IdentityRef(importer, self.key(importer, handle, person), None, name)
                return ContactRecord((ref, *self.website(person, 0.15)), name=name, organisation=firm)
            case "mail":
                address = self.mail(person)
                name = None if self.chance(0.1) else self.name(person, 0.85, 0, 0.04)
                if not address.startswith("family."):  # that is nobody's alone
                    self.key("email", address, person)
                return ContactRecord((IdentityRef("email", address, None, name),))
            case "facebook":
                handle = self.unique(importer, self.handle(person, importer)) if self.chance(0.2) else None
                return self.account_without(person, importer, self.name(person, 0.75, 0.03, 0.02), handle)
            case "whatsapp":
                name = self.name(person, 0.6, 0.03, 0.14)
                if self.chance(0.4) and (importer, person.phone) not in self.taken:
                    self.taken.add((importer, person.phone))
                    return ContactRecord(
                        (IdentityRef(importer, self.key(importer, person.phone, person), None, name),)
                    )
                return self.account_without(person, importer, name, None)
            case "mastodon":
                handle = self.unique(importer, self.handle(person, importer), f"@{dice.choice(_SERVERS)}")
                return self.account(person, importer, self.name(person, 0.65, 0.15, 0.05), handle, 0.6)
            case "bluesky":
                handle = self.unique(importer, self.handle(person, importer), ".bsky.social")
                return self.account(person, importer, self.name(person, 0.6, 0.12, 0.06), handle, 0.1)
            case _:
                handle = self.unique(importer, self.handle(person, importer))
                pseudonym = 0.12 if importer in ("x", "instagram") else 0.1
                name = None if self.chance(0.08) else self.name(person, 0.65, pseudonym, 0.05)
                return self.account(person, importer, name, handle, 0.6 if importer != "instagram" else 0.3)

    def _met(self, record: ContactRecord) -> Record:
        """Where an export knows nothing but an account, it is known by what came through it."""
        if len(record.identities) > 1 or record.name or record.organisation or record.notes:
            return record
        ref = record.identities[0]
        at = self.dice.randrange(1_500_000_000, 1_760_000_000) * 1_000_000
        return InteractionRecord(ref.platform, f"made-{self.next()}", ref, at, Direction.IN, Kind.MESSAGE)

    def account_without(self, person: Person, platform: str, name: str, handle: str | None) -> ContactRecord:
        return ContactRecord((IdentityRef(platform, handle, self.key(platform, self.next(), person), name),))

    def _card(self, person: Person) -> ContactRecord:
        refs = [IdentityRef("addressbook", None, self.key("addressbook", f"card-{person.number}", person))]
        if self.chance(0.65):
            refs.append(IdentityRef("email", self.mail(person)))
        if self.chance(0.6):
            refs.append(IdentityRef("phone", person.phone))
        if person.firm_domain and self.chance(0.06):
            refs.append(IdentityRef("email", f"info@{person.firm_domain}"))
            refs.append(IdentityRef("web", f"https://{person.firm_domain}"))
        refs += self.website(person, 0.4)
        name = self.name(person, 0.75, 0, 0.05)
        if self.chance(0.05) and " " in name:
            first, _, last = name.rpartition(" ")
            name = f"{last}, {first}"
        return ContactRecord(
            tuple(refs),
            name=name,
            organisation=person.firm if self.chance(0.35) else None,
            birthday=person.birthday if self.chance(0.25) else None,
        )

    def households(self, people: Sequence[Person]) -> None:
        """Let some live together: one telephone, one address, mostly one last name."""
        dice = self.dice
        for number in range(self.number // 30):
            together = dice.sample(people, dice.choice((2, 2, 3)))
            shared = f"family.{_letters(self._latin(together[0].last))}{number}@gmx.de"
            for person in together[1:]:
                if self.chance(0.8):
                    person.last, person.native = together[0].last, None
                person.phone = together[0].phone
            for person in together:
                person.household = number
                if self.chance(0.5):
                    person.mails = [shared]

    def make(self) -> Community:
        dice = self.dice
        people = [self.person(number) for number in range(self.number)]
        self.households(people)
        names, weights = list(PLATFORMS), list(PLATFORMS.values())
        for person in people:
            count = dice.choices(range(1, 6), _HOW_MANY)[0]
            chosen: list[str] = []
            while len(chosen) < count:
                importer = dice.choices(names, weights)[0]
                if importer not in chosen:
                    chosen.append(importer)
            for importer in chosen:
                self.runs[importer].append(self._met(self.appear(person, importer)))
        for records in self.runs.values():
            dice.shuffle(records)
        return Community(self.runs, self.owners, self.number)


def make(people: int, seed: int) -> Community:
    """Make up a community of so many people."""
    return _Maker(people, seed).make()


def pairs(owners_of_contacts: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs of contacts that are one, given (contact, person) of each."""
    by_person: dict[int, list[int]] = {}
    for contact, person in owners_of_contacts:
        by_person.setdefault(person, []).append(contact)
    return {
        (min(one, other), max(one, other))
        for contacts in by_person.values()
        for place, one in enumerate(contacts)
        for other in contacts[place + 1 :]
    }


def counted(people: Community) -> Counter[str]:
    """Return how many records each importer brings."""
    return Counter({name: len(records) for name, records in people.runs.items()})
