"""From the cells of a row to a contact, and what has to be said about them in the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from crm.domain.csvsafe import unguarded
from crm.domain.records import ContactRecord, IdentityRef, PartialDate
from crm.domain.text import folded
from crm.importers.kit.keys import digest
from crm.importers.kit.people import days, keys
from crm.importers.kit.people.cards import Extra, Labelled, card_text
from crm.importers.kit.people.points import Habits, Oddity, Points
from crm.importers.kit.people.steps import SEPARATOR, Plan
from crm.importers.kit.tables import Row
from crm.vcard.fields import LONGEST, short

_MOST_TAGS = 100
_MARKS = {"mycontacts", "my contacts", "starred"}
"""Google's own groups: everybody you saved, and the star."""
_SPOKEN = ("given", "middle", "family", "suffix")
_KEPT_TEXTS = frozenset(
    {
        *("family", "given", "middle", "prefix", "suffix", "given_phonetic", "family_phonetic"),
        *("file_as", "department", "photo"),
    }
)
_NO_POINTS = frozenset({"address", "relation", "event", "custom"})
_ANNIVERSARIES = frozenset({"anniversary", "jahrestag", "hochzeitstag", "anniversaire de mariage"})
_IDEOGRAPHS = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_IN_BRACKETS = re.compile(r"\s*\([^()]*@[^()]*\)\s*$")
_JOINED = {"notes": "\n\n", "tags": SEPARATOR}
_STREETS = ("street", "street 2", "street 3")

Texts: TypeAlias = dict[str, str]
Several: TypeAlias = dict[tuple[str, str], dict[str, str]]
Rest: TypeAlias = list[tuple[str, dict[str, str]]]
"""Groups of columns that a contact has no field for: their kind, and their parts."""


class Maker:
    """Makes contacts of the rows of one table."""

    def __init__(
        self, columns: Sequence[str], plan: Plan, habits: Habits, order: days.Order | None = None
    ) -> None:
        self._unknown = tuple(column for column in columns if column not in plan)
        self._steps = tuple(plan.get(column) for column in columns)
        self._habits = habits
        self._order = order
        self.unread: Counter[str] = Counter()
        """How many values stood in columns that the plan does not know."""

    def contact(self, row: Row) -> tuple[ContactRecord | None, list[Oddity]]:
        """Return the contact of a row, None when it names nobody, and what could not be used."""
        texts, several = self._collect(row)
        odd: list[Oddity] = []
        points = Points(self._habits, odd)
        rest: Rest = []
        for (kind, slot), parts in several.items():
            if kind in _NO_POINTS:
                rest.append((kind, parts))
            else:
                points.take(kind, slot, parts)
        identities = points.identities()
        name = name_of(texts, several)
        if name is None and not identities:
            return None, odd
        birthday, unread_birthday = self._birthday(texts, odd)
        anniversary, events = self._events(texts, rest, odd)
        record = ContactRecord(
            (IdentityRef(keys.ADDRESS_BOOK, external_id=_key(name, identities, texts)), *identities),
            short(name),
            short(_flat(texts.get("nickname"))),
            short(_flat(texts.get("organisation"))),
            short(_flat(texts.get("title"))),
            birthday,
            anniversary,
            texts.get("notes"),
            self._tags(texts.get("tags")),
        )
        extra = Extra(
            {kind: texts[kind] for kind in texts.keys() & _KEPT_TEXTS},
            points.odd_emails,
            points.odd_numbers,
            points.odd_websites,
            points.messengers,
            [one for kind, every in rest if kind == "address" for one in _addresses(every)],
            [one for kind, every in rest if kind == "relation" for one in _labelled(every)],
            events,
            [one for kind, every in rest if kind == "custom" for one in self._customs(every)],
            unread_birthday,
        )
        if any(extra):
            record = record._replace(vcard=card_text(record, extra))
        return record, odd

    def _collect(self, row: Row) -> tuple[Texts, Several]:
        """Sort the cells that hold something by what they are."""
        is_guarded = self._habits.guarded
        texts: Texts = {}
        several: Several = {}
        for step, value in zip(self._steps, row.values(), strict=True):
            if not value or step is None:
                continue
            value = (unguarded(value) if is_guarded else value).strip()
            if not value:
                continue
            kind, slot, part, label = step
            if slot:
                parts = several.get((kind, slot))
                if parts is None:
                    parts = several[kind, slot] = {"label": label} if label else {}
                parts[part] = value
            elif kind in texts:
                if kind in _JOINED:
                    texts[kind] += _JOINED[kind] + value
            else:
                texts[kind] = value
        if self._unknown:
            self.unread.update(column for column in self._unknown if row[column].strip())
        return texts, several

    def _customs(self, parts: dict[str, str]) -> Iterator[Labelled]:
        for one in _labelled(parts):
            if one.value.casefold() not in self._habits.unsaid:
                yield one

    def _tags(self, written: str | None) -> tuple[str, ...]:
        if written is None:
            return ()
        tags = (" ".join(tag.removeprefix("* ").split()) for tag in self._split_tags(written))
        found = (tag[:LONGEST] for tag in tags if tag and tag.casefold() not in _MARKS)
        return tuple(dict.fromkeys(found))[:_MOST_TAGS]

    def _split_tags(self, written: str) -> Iterable[str]:
        return (part.strip() for part in self._habits.between_tags.split(written))

    def _birthday(self, texts: Texts, odd: list[Oddity]) -> tuple[PartialDate | None, str | None]:
        if "birth_month" in texts or "birth_day" in texts:
            parts = [texts.get(f"birth_{part}", "") for part in ("year", "month", "day")]
            day = days.from_parts(*parts)
            if day is None:
                odd.append(Oddity("birthday: no date I can use", "-".join(parts)))
                return None, "-".join(parts)
            return day, None
        if "birth_year" in texts and "birthday" not in texts:
            return None, texts["birth_year"]
        written = texts.get("birthday")
        day = self._day(written, "birthday", odd)
        return day, None if day or written is None or days.is_no_date(written) else written

    def _events(
        self, texts: Texts, rest: Rest, odd: list[Oddity]
    ) -> tuple[PartialDate | None, list[tuple[str | None, PartialDate | str]]]:
        """Return the anniversary, and the other days."""
        anniversary = self._day(texts.get("anniversary"), "anniversary", odd)
        events: list[tuple[str | None, PartialDate | str]] = []
        written = texts.get("anniversary")
        if anniversary is None and written is not None and not days.is_no_date(written):
            events.append(("anniversary", written))
        for kind, parts in rest:
            if kind == "event" and "" in parts:
                label = keys.word_of(parts.get("label", ""))
                for one in parts[""].split(SEPARATOR):
                    day = self._day(one, label or "event", odd)
                    is_anniversary = label is not None and label.casefold() in _ANNIVERSARIES
                    if is_anniversary and anniversary is None and day is not None:
                        anniversary = day
                    else:
                        events.append((label, day or one))
        return anniversary, events

    def _day(self, written: str | None, what: str, odd: list[Oddity]) -> PartialDate | None:
        if written is None or days.is_no_date(written):
            return None
        day = days.read(written, self._order)
        if day is None:
            either = self._order is None and days.read(written, days.Order.DAY_FIRST) is not None
            why = "could be two days, the month first or the day" if either else "no date I can use"
            odd.append(Oddity(f"{what}: {why}", written))
        return day


def name_of(texts: Mapping[str, str], several: Several) -> str | None:
    """Return what the person is called: the whole name, its parts, else the next best thing."""
    if name := _flat(texts.get("name")) or _spoken(texts):
        return name
    shown = several.get(("shown", "1"), {}).get("")
    if shown and (shown := _IN_BRACKETS.sub("", shown)) and "@" not in shown:
        return _flat(shown)
    found = (_flat(texts.get(kind)) for kind in ("nickname", "organisation", "file_as"))
    return next((name for name in found if name), None)


def _spoken(texts: Mapping[str, str]) -> str:
    """Join the parts of a name; in Chinese, Japanese and Korean the family comes first."""
    given, family = texts.get("given", ""), texts.get("family", "")
    if family and _IDEOGRAPHS.fullmatch(family) and (not given or _IDEOGRAPHS.fullmatch(given)):
        return family + given
    return " ".join(" ".join(texts[part] for part in _SPOKEN if part in texts).split())


def _flat(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _key(name: str | None, identities: tuple[IdentityRef, ...], texts: Mapping[str, str]) -> str:
    """Return what a row is found again by: its name and first address; without one, what else it says."""
    if identities:
        return "row-" + digest(folded(name or ""), *keys.same(identities[0]))
    told = (texts.get(kind, "") for kind in ("organisation", "nickname", "birthday"))
    return "row-" + digest(folded(name or ""), *map(folded, told))


def _addresses(parts: dict[str, str]) -> Iterator[tuple[str | None, Mapping[str, str]]]:
    for one in _each_address(parts):
        yield from _address(one)


def _each_address(parts: dict[str, str]) -> Iterator[dict[str, str]]:
    """Take addresses apart that share their columns: Google joins each part of theirs."""
    split = {part: text.split(SEPARATOR) for part, text in parts.items() if part != "label"}
    for number in range(max(map(len, split.values()), default=0)):
        one = {part: texts[number].strip() for part, texts in split.items() if number < len(texts)}
        yield one | ({"label": parts["label"]} if "label" in parts else {})


def _address(parts: dict[str, str]) -> Iterator[tuple[str | None, Mapping[str, str]]]:
    street = "\n".join(parts[line] for line in _STREETS if line in parts)
    whole = parts.get("", "")
    places = {**parts, "street": street or whole or parts.get("formatted", "")}
    if street and whole:
        places["extended"] = whole
    if any(value for part, value in places.items() if part != "label"):
        yield keys.word_of(parts["label"]) if "label" in parts else None, places


def _labelled(parts: dict[str, str]) -> Iterator[Labelled]:
    label = keys.word_of(parts["label"]) if "label" in parts else None
    for one in parts.get("", "").split(SEPARATOR):
        if one:
            yield Labelled(one, label)
