"""Who a contact is and how things stand: the lines above the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from crm.services.views import ContactDetail, IdentityView, InteractionView, PartView
from crm.tui import ui, words

MOST_FROM_CARDS = 3
"""Addresses, and related people, in the head of a contact."""


MOST_PARTS = 3
"""Parts in the head of a contact; the page of what it consists of has them all."""


def head_lines(
    detail: ContactDetail, parts: Sequence[PartView], now: datetime, zone: tzinfo, width: int
) -> Iterator[ui.Shown]:
    """Yield name, fields, identities, what was merged in, and the evidence of the last exchange."""
    yield from _name_and_state(detail, now, width)
    for text in filter(None, (_position(detail), _fields(detail))):
        yield from (ui.label(piece) for piece in ui.wrapped(text, width, 3))
    yield from (ui.label(piece, ui.FAINT) for piece in identity_lines(detail.contact.identities, width))
    for text in _parts(parts, now, zone):
        yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(text, width, 2))
    for text in _from_cards(detail):
        yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(text, width, 2))
    yield from _differences(detail, width)
    yield ui.line()
    yield from _evidence(detail, now, zone, width)


def _name_and_state(detail: ContactDetail, now: datetime, width: int) -> Iterator[ui.Shown]:
    contact = detail.contact
    name = words.name_of(contact.name, contact.id, contact.identities)
    if detail.nickname:
        name = f"{name} ({detail.nickname})"
    state = ", ".join(part for part in (words.turn(contact), words.due(contact, now)) if part)
    if ui.size(name) + ui.size(state) + 2 <= width:
        yield ui.columns([(name, width - ui.size(state) - 2, ui.STRONG), (state, ui.size(state), ui.ACCENT)])
        return
    yield ui.label(ui.fit(name, width), ui.STRONG)
    if state:
        yield ui.label(ui.fit(state, width), ui.ACCENT)


def _position(detail: ContactDetail) -> str:
    return ", ".join(part for part in (detail.title, detail.contact.organisation) if part)


def _fields(detail: ContactDetail) -> str:
    contact = detail.contact
    parts = [words.cadence(contact)]
    if detail.floor:
        parts.append(f"counts from {detail.floor} up")
    if detail.birthday:
        parts.append(f"birthday {words.partial(detail.birthday)}")
    if detail.anniversary:
        parts.append(f"anniversary {words.partial(detail.anniversary)}")
    if contact.circle and contact.cadence_from != "circle":
        parts.append(f"circle {contact.circle}")
    parts += [f"#{tag}" for tag in contact.tags]
    return "   ".join(parts)


def _parts(parts: Sequence[PartView], now: datetime, zone: tzinfo) -> Iterator[str]:
    """Yield what was merged in."""
    for part in parts[:MOST_PARTS]:
        name = words.name_of(part.name, part.id, part.identities)
        yield f"with {name}, {part_words(part, now, zone)}"
    if len(parts) > MOST_PARTS:
        yield f"and {len(parts) - MOST_PARTS} more merged in"


def part_words(part: PartView, now: datetime, zone: tzinfo) -> str:
    """Say when a part was merged in and how much goes with it."""
    day = words.day(part.at, "second", now, zone)
    return f"merged {day}, {words.count(part.interactions, 'act')}"


def _from_cards(detail: ContactDetail) -> Iterator[str]:
    """Yield postal addresses and related people, as many as leave room for the rest."""
    addresses = [(label, ", ".join(text.split("\n"))) for label, text in detail.addresses]
    for what, found in (("address", addresses), ("related", detail.related)):
        for label, text in found[:MOST_FROM_CARDS]:
            yield f"{label or what}: {text}"
        if len(found) > MOST_FROM_CARDS:
            yield f"and {len(found) - MOST_FROM_CARDS} more"


def _differences(detail: ContactDetail, width: int) -> Iterator[ui.Shown]:
    """Yield where an address book says something else than the user has said here."""
    for one in detail.differences:
        yours = f"yours: {one.yours}" if one.yours else "you have taken it out"
        text = f"address book says: {one.field} {one.theirs} ({yours})"
        yield from (ui.label(piece, ui.ACCENT) for piece in ui.wrapped(text, width, 2))


def identity_lines(identities: tuple[IdentityView, ...], width: int, most: int = 5) -> list[str]:
    """Return where a contact can be found, as many as fit in a few lines; none is broken."""
    lines: list[str] = []
    for handle in map(words.handle_of, words.shown_identities(identities)):
        if lines and ui.size(lines[-1]) + 3 + ui.size(handle) <= width:
            lines[-1] += f"   {handle}"
        else:
            lines.append(handle)
    if len(lines) > most:
        lines[most - 1 :] = [f"and {len(lines) - most + 1} more"]
    return [ui.fit(line, width) for line in lines]


def _evidence(detail: ContactDetail, now: datetime, zone: tzinfo, width: int) -> Iterator[ui.Shown]:
    contact = detail.contact
    if contact.last_exchange_at is None:
        yield ui.label("NO EXCHANGE YET", ui.HEAD)
        return
    since = ""
    if contact.first_exchange_at and contact.exchange_days > 1:
        first = words.day(contact.first_exchange_at, "second", now, zone)
        since = f"{contact.exchange_days} days of talk since {first}"
    day = words.day(contact.last_exchange_at, "second", now, zone)
    when = f"{day}, {words.ago(contact.last_exchange_at, now)}"
    yield ui.line(("LAST EXCHANGE  ", ui.HEAD), ui.fit(when, max(min(ui.size(when), width - 15), 0)))
    yield from _acts(detail.evidence, now, zone, width)
    if since:
        yield ui.label(ui.fit(since, width), ui.FAINT)


def _acts(acts: tuple[InteractionView, ...], now: datetime, zone: tzinfo, width: int) -> Iterator[ui.Shown]:
    days = [words.day(act.at, act.precision, now, zone) for act in acts]
    day = max(map(ui.size, days), default=0)
    what = min(max((ui.size(words.place(act)) for act in acts), default=0), max(width // 3, 4))
    for when, act in zip(days, acts, strict=True):
        yield ui.columns([
            (when, day, ui.FAINT),
            (words.arrow(act), 2, ui.STRONG),
            (words.place(act), what, ui.FAINT),
            (act.text or words.kind(act), max(width - day - what - 8, 1), ""),
        ])  # fmt: skip
