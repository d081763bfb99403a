"""WhatsApp: the text file of one chat, as `Export chat` writes it, or many of them.

The decision to know: a chat is read twice. Which number of a date is the day, who the user is and whether it
is a group can only be told from the whole file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import IdentityRef, Left, Owner, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.wallclock import WallClock
from crm.importers.whatsapp.acts import Reader, person
from crm.importers.whatsapp.chat import Chat
from crm.importers.whatsapp.dates import Order, Shape
from crm.importers.whatsapp.owner import PLATFORM, decide
from crm.importers.whatsapp.titles import find_chats, title_of


class Importer:
    """Reads exported chats of WhatsApp; see `crm.importers.kit.protocol`."""

    name = "whatsapp"
    title = "WhatsApp"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "in a chat: More (on an iPhone the name of the chat), Export chat, without media; once for each "
        "chat. WhatsApp gives at most the last 40,000 messages"
    )
    page = ""
    reads = "messages in chats and groups, notes of photos and files, mentions, calls that were answered"
    cannot_show = "reactions, what a message answers, who is in a group, calls on Android, the time zone"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this holds chats of WhatsApp."""
        return bool(find_chats(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every message.

        Raises:
            QuestionError: who the user is, or the order of day and month, cannot be told.
            ExportError: the dates are of a calendar that is not known.

        """
        chats = [Chat(export, name, title_of(export, name)) for name in find_chats(export)]
        _decide_orders(chats, owner)
        me = decide(chats, owner)
        if me:
            yield SelfRecord(_own(me))
        left: Counter[str] = Counter()
        clock = WallClock(owner.zone)
        for chat in chats:
            yield from _notes(chat)
            yield from Reader(chat, me, clock, left).records()
        yield from (Left(what, number) for what, number in left.items())


def _own(me: frozenset[str]) -> tuple[IdentityRef, ...]:
    return tuple(person(label) for label in sorted(me))


def _notes(chat: Chat) -> Iterator[Problem]:
    if chat.note:
        yield Problem(chat.name, chat.note)
    if chat.unknown_halves:
        reason = f"{chat.unknown_halves:,} times have a word for the half of the day that crm does not know"
        yield Problem(chat.name, f"{reason}; only their days were kept")


def _decide_orders(chats: Sequence[Chat], owner: Owner) -> None:
    """Decide the order of the dates of every chat; chats of one phone write them alike."""
    shapes: dict[Shape | None, set[Order]] = {}
    for chat in chats:
        chat.order = chat.orders.decide()
        if chat.order is not None:
            shapes.setdefault(chat.orders.shape, set()).add(chat.order)
    for chat in chats:
        if chat.order is None:
            alike = shapes.get(chat.orders.shape, set())
            chat.order = next(iter(alike)) if len(alike) == 1 else _answered(chat, owner)
        reading = chat.orders.readings[chat.order]
        if reading.first is None:
            raise ExportError(
                f"{chat.name} has dates that crm cannot read",
                "export the chat again with the phone set to another language or calendar",
            )


def _answered(chat: Chat, owner: Owner) -> Order:
    if owner.dates in (Order.DAY_FIRST, Order.MONTH_FIRST):
        return Order(owner.dates)
    spans = {order: chat.orders.readings[order].span() for order in (Order.DAY_FIRST, Order.MONTH_FIRST)}
    raise QuestionError(
        f"the dates in {chat.name} can be read in two ways: {' or '.join(spans.values())}",
        "import it again with --dates day-first or --dates month-first",
        "dates",
        tuple((order.value, span) for order, span in spans.items()),
    )
