"""A database of any size, written straight into the tables: what a very long and busy life would leave.

It is kept in the temporary folder, so that only the first run pays for it; a new schema makes a new one.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from crm.db import bulk, migrate, search, state
from crm.db.moments import stored
from crm.db.store import Store, Work
from crm.db.tables import contact, identity, interaction
from crm.domain.text import folded

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
_YEARS = 12
_BATCH = 20_000
_PLATFORMS = ("x", "email", "mastodon", "linkedin", "facebook", "whatsapp")
_KINDS = {"email": "email", "x": "reply", "mastodon": "reply", "linkedin": "message"}
_INTERACTION = (
    "id", "identity_id", "platform", "external_id", "at", "precision", "direction", "kind", "text", "thread",
)  # fmt: skip
_SYLLABLES = (
    "ka",
    "li",
    "mo",
    "ne",
    "ru",
    "ta",
    "si",
    "po",
    "du",
    "we",
    "fa",
    "gi",
    "hö",
    "jä",
    "vi",
    "zu",
    "ro",
    "men",
)
_PLAIN = (
    "kiln",
    "glaze",
    "the",
    "and",
    "thank",
    "you",
    "essay",
    "letter",
    "lunch",
    "tomorrow",
    "paper",
    "print",
)


def database(contacts: int, interactions: int) -> Path:
    """Return the path of a database of that size, made where it is missing."""
    folder = Path(tempfile.gettempdir()) / "crm-benchmarks"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"big2-{migrate.head()}-{contacts}-{interactions}.db"
    if not path.exists():
        fresh = folder / f"making-{random.randrange(10**9)}"
        fresh.mkdir()
        store = Store.open(fresh / "crm.db", now=lambda: NOW)
        store.write(fill, contacts, interactions)
        store.close()
        (fresh / "crm.db").rename(path)
        shutil.rmtree(fresh)
    return path


def fill(work: Work, contacts: int, interactions: int) -> None:
    """Write the contacts, two identities each, and the interactions, unevenly spread as in life."""
    dice = random.Random(7)
    names = [f"{_word(dice).title()} {_word(dice).title()}" for _ in range(contacts)]
    created = stored(NOW)
    bulk.hurry(work.connection)
    bulk.insert(
        work.connection,
        contact,
        ("id", "name", "name_rank", "search", "created_at", "circle", "cadence_set_at"),
        [
            (key, name, 3, folded(name), created, dice.choice((None, None, None, "close", "wide")), 1)
            for key, name in enumerate(names, start=1)
        ],
    )
    identities = []
    for key in range(contacts):
        for place in dice.sample(_PLATFORMS, 2):
            handle = f"{names[key].replace(' ', '').casefold()}{key}"
            identities.append((len(identities) + 1, key + 1, place, handle, handle))
    bulk.insert(
        work.connection, identity, ("id", "contact_id", "platform", "handle", "handle_written"), identities
    )
    batch: list[tuple[object, ...]] = []
    for row in _acts(interactions, identities, dice):
        batch.append(row)
        if len(batch) == _BATCH:
            bulk.insert(work.connection, interaction, _INTERACTION, batch)
            batch = []
    bulk.insert(work.connection, interaction, _INTERACTION, batch)
    search.add_range(work.connection, 1, interactions)
    state.recompute(work.connection, work.rules, work.now)
    bulk.hurry(work.connection, on=False)


def make_busy(work: Work, contact_id: int, number: int) -> None:
    """Give one contact that many more interactions, now you, now they."""
    dice = random.Random(8)
    query = select(identity.c.id, identity.c.platform).where(identity.c.contact_id == contact_id)
    who, place = work.connection.execute(query).first() or (None, "")
    first, end = bulk.next_id(work.connection, interaction), stored(NOW)
    step = _YEARS * 365 * 86_400_000_000 // number
    rows: list[tuple[object, ...]] = []
    for key in range(number):
        at, way = end - (number - key) * step, "in" if key % 2 else "out"
        rows.append(
            (first + key, who, place, f"busy-{key}", at, "second", way, "message", sentence(dice), "busy")
        )
    bulk.insert(work.connection, interaction, _INTERACTION, rows)
    search.add_range(work.connection, first, first + number - 1)
    state.refresh(work.connection, work.rules, work.now, [contact_id])


def _acts(
    number: int, identities: list[tuple[int, int, str, str, str]], dice: random.Random
) -> Iterator[tuple[object, ...]]:
    """Conversations of some turns, nearly all of them ended by the user; some clicks in between."""
    sentences = [sentence(dice) for _ in range(min(number, 50_000))]
    end = stored(NOW)
    span = _YEARS * 365 * 86_400_000_000
    roll = dice.random
    key = 0
    while key < number:
        # the square makes a few people much busier than the rest
        who, _, place, handle, _ = identities[int(roll() ** 2 * len(identities))]
        at = end - int(roll() * span)
        words = _KINDS.get(place, "message")
        turns = min(number - key, int(1 + roll() * 6))
        mine = turns % 2 == (roll() < 0.95)
        for _ in range(turns):
            key += 1
            at = min(end, at + int(roll() * 8 * 3_600_000_000))
            kind = words if roll() < 0.85 else "reaction"
            text = sentences[int(roll() * len(sentences))] if kind == words else None
            yield key, who, place, f"big-{key}", at, "second", "out" if mine else "in", kind, text, handle
            mine = not mine


def sentence(dice: random.Random) -> str:
    """Return some words in a row."""
    return " ".join(_word(dice) for _ in range(dice.randrange(3, 24)))


def _word(dice: random.Random) -> str:
    if dice.random() < 0.3:
        return dice.choice(_PLAIN)
    return "".join(dice.choices(_SYLLABLES, k=dice.randrange(2, 5)))
