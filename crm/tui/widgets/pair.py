"""Two contacts side by side, line by line alike, so that what differs meets the eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from crm.services.views import ContactDetail
from crm.tui import ui, words
from crm.tui.widgets.contact_head import identity_lines

Cell: TypeAlias = tuple[str, str]
"""A line's text and its role."""
STAYS, JOINS = "STAYS", "BECOMES PART OF IT"
_GAP = 3
_NARROW = 40
_MOST_WORDS = 4


class Two(NamedTuple):
    """Two contacts that are, or may be, one."""

    keep: ContactDetail
    """The one that stays."""
    other: ContactDetail
    reasons: Sequence[str] = ()
    against: Sequence[str] = ()

    def swapped(self) -> Two:
        """Return the same with the other one staying."""
        return self._replace(keep=self.other, other=self.keep)


def pair_lines(two: Two, now: datetime, zone: tzinfo, width: int) -> Iterator[ui.Shown]:
    """Yield the reasons, and below them both contacts."""
    for text in two.reasons:
        yield from (ui.label(piece) for piece in ui.wrapped(_sentence(text), width, 3))
    for text in two.against:
        yield from (ui.label(piece, ui.ACCENT) for piece in ui.wrapped(f"But: {_sentence(text)}", width, 3))
    if two.reasons or two.against:
        yield ui.line()
    if width < _NARROW:
        for detail, title in ((two.keep, STAYS), (two.other, JOINS)):
            for block in _blocks(detail, title, now, zone, width):
                yield from (ui.label(ui.fit(text, width), role) for text, role in block)
            yield ui.line()
        return
    side = (width - _GAP) // 2
    both = (
        _blocks(two.keep, STAYS, now, zone, side),
        _blocks(two.other, JOINS, now, zone, side),
    )
    for left, right in zip(*both, strict=True):
        for one, other in zip_longest(left, right, fillvalue=("", "")):
            yield ui.columns([(one[0], side, one[1]), (other[0], side, other[1])], gap=_GAP)


def _sentence(text: str) -> str:
    """Write a reason as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _blocks(
    detail: ContactDetail, title: str, now: datetime, zone: tzinfo, width: int
) -> tuple[list[Cell], ...]:
    """Return what is said of a contact, in blocks that begin on the same line for both."""
    contact = detail.contact
    name = words.name_of(contact.name, contact.id, contact.identities)
    if detail.nickname:
        name = f"{name} ({detail.nickname})"
    about = ", ".join(part for part in (detail.title, contact.organisation) if part)
    fields = [about, f"birthday {words.partial(detail.birthday)}" if detail.birthday else ""]
    fields.append("   ".join(filter(None, (contact.circle, *(f"#{tag}" for tag in contact.tags)))))
    fields.append("archived" if contact.archived else "")
    identities = identity_lines(contact.identities, width, 8) or ["no account, no address"]
    return (
        [(title, ui.HEAD if title == STAYS else ui.FAINT)],
        [(name, ui.STRONG)],
        [(text, "") for text in fields if text],
        [(text, ui.FAINT) for text in identities],
        [("", "")],
        [(text, ui.FAINT) for text in _history(detail, now, zone)],
        _last_said(detail, now, zone, width),
    )


def _history(detail: ContactDetail, now: datetime, zone: tzinfo) -> list[str]:
    """Say how much there is between the user and a contact."""
    contact = detail.contact
    said = [words.count(detail.interactions_total, "act")]
    if contact.exchange_days:
        said.append(words.count(contact.exchange_days, "day") + " of talk")
    if contact.last_exchange_at:
        said.append(f"last exchange {words.day(contact.last_exchange_at, 'second', now, zone)}")
    return said


def _last_said(detail: ContactDetail, now: datetime, zone: tzinfo, width: int) -> list[Cell]:
    """Return the newest act that has words, else the newest."""
    acts = detail.interactions
    act = next((one for one in acts if one.text), acts[0] if acts else None)
    if act is None:
        return []
    head = f"{words.day(act.at, act.precision, now, zone)}  {words.arrow(act)} {words.what(act)}"
    return [
        ("", ""),
        (head, ui.FAINT),
        *((piece, "") for piece in ui.wrapped(act.text or "", width, _MOST_WORDS)),
    ]
