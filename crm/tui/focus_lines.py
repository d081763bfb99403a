"""What the focus session says: the person in the middle, the next step, how far it is, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from crm.domain.platforms import where_words
from crm.domain.records import Kind
from crm.domain.starters import label
from crm.services.focus import Answer, FocusItem, FocusPerson
from crm.services.views import Starter
from crm.tui import ui, words
from crm.tui.browser import Target
from crm.tui.focus_session import Outcome, Session
from crm.tui.widgets.card import LINES_PER_ACT, act_lines

LINES_TO_ANSWER = 12
"""Of what waits for an answer; of anything else as many as on a card."""
TARGET_LINES = 2
"""An address that needs more is shown whole in a dialog before it is opened."""
NOTES = 6
STARTER_LABEL = 12

_DID = {
    Kind.REPLY.value: "you replied {where}",
    Kind.COMMENT.value: "you commented {where}",
    Kind.MENTION.value: "you mentioned them {where}",
    Kind.MESSAGE.value: "you wrote to them {where}",
    Kind.EMAIL.value: "you wrote an e-mail",
    Kind.LETTER.value: "you wrote a letter",
    Kind.CALL.value: "you talked {where}",
    Kind.MEETING.value: "you met",
}


def did(answer: Answer) -> str:
    """Say what is logged: "you replied on Mastodon"."""
    said = _DID.get(answer.kind, "you wrote to them {where}")
    return said.format(where=where_words(answer.platform))


def person_lines(
    item: FocusItem, person: FocusPerson, now: datetime, zone: tzinfo, width: int
) -> Iterator[ui.Shown]:
    """Yield who it is, why they are here, what was said, and the notes."""
    contact = person.detail.contact
    name = words.name_of(contact.name, contact.id, contact.identities)
    circle = contact.circle or ""
    room = width - ui.size(circle) - 2
    if circle and room > 12:
        yield ui.columns([(name, room, ui.STRONG), (circle, -ui.size(circle), ui.FAINT)])
    else:
        yield ui.label(ui.fit(name, width), ui.STRONG)
    yield from (ui.label(piece) for piece in ui.wrapped(item.reason, width, 3))
    for act in person.said:
        most = LINES_TO_ANSWER if item.waits is not None and act.id == item.waits.id else LINES_PER_ACT
        yield ui.line()
        yield from act_lines(act, now, zone, width, most)
    if not person.said:
        yield ui.line()
        yield ui.label("Nothing was said yet.", ui.FAINT)
    if person.starters:
        yield ui.line()
        yield ui.label("TO TALK ABOUT", ui.HEAD)
        yield from starter_lines(person.starters, width)
    if person.detail.notes.strip():
        yield ui.line()
        yield ui.label("NOTES", ui.HEAD)
        yield from (ui.label(piece) for piece in ui.wrapped(person.detail.notes, width, NOTES))


def starter_lines(starters: Sequence[Starter], width: int) -> Iterator[ui.Shown]:
    """Yield what else there is to talk about: why, and the words."""
    left = STARTER_LABEL if width >= 40 else 0
    for starter in starters:
        why = label(starter)
        for piece in ui.wrapped(starter.text, width - left - 2 * bool(left), 2):
            yield ui.columns([(why, left, ui.FAINT), (piece, ui.size(piece), "")])
            why = ""


def open_lines(target: Target | None, person: FocusPerson, width: int) -> Iterator[ui.Shown]:
    """Yield what `o` opens, whole; where there is no address, how to reach them all the same."""
    if target is None:
        yield ui.label(ui.fit(_no_address(person), width), ui.FAINT)
        return
    if shown_whole(target, width):
        pieces = ui.wrapped(target.url, width - 3, TARGET_LINES)
    else:
        pieces = [f"{target.place}  (a long address, shown before it is opened)"]
    for index, piece in enumerate(pieces):
        key = ("o", ui.ACCENT) if index == 0 else " "
        yield ui.line(key, "  ", ui.fit(piece, width - 3))


def shown_whole(target: Target, width: int) -> bool:
    """Whether the whole address stands on the page, so that it may be opened without asking."""
    return "".join(ui.wrapped(target.url, width - 3, TARGET_LINES)) == target.url


def _no_address(person: FocusPerson) -> str:
    platform = person.answer.platform
    handles = [words.handle_of(one) for one in person.detail.contact.identities if one.platform == platform]
    where = where_words(platform)
    return (
        f"Nothing to open here: {where}, {handles[0]}" if handles and handles[0] else f"Reach them {where}."
    )


def log_lines(answer: Answer, opened: bool, browser: bool, width: int) -> Iterator[ui.Shown]:
    """Yield what `r` logs; after something was opened, that it waits."""
    said = f"logs that {did(answer)}"
    if opened:
        text = "Opened. When you are back:" if browser else "No browser here. y copies the address. Then:"
        yield ui.label(ui.fit(text, width), ui.FAINT)
        yield ui.line(("r", ui.ACCENT), "  ", (ui.fit(said, width - 3), ui.STRONG))
    else:
        yield ui.line(("r", ui.ACCENT), "  ", ui.fit(said, width - 3))


def progress_text(session: Session, now: datetime) -> str:
    """Say how far it is, in people or in whole minutes; nothing at the end."""
    if session.current is None:
        return ""
    budget = session.budget
    if budget.minutes is not None:
        until = session.began + timedelta(minutes=budget.minutes)
        minutes = -((now - until) // timedelta(minutes=1))
        if minutes < 1:
            return "the last one for now"
        return "about a minute left" if minutes == 1 else f"{minutes} minutes left"
    total = session.handled + len(session.asked)
    if budget.people is not None:
        total = max(min(total, budget.people), session.handled + 1)
    return f"{session.handled + 1} of {total}"


def progress_lines(session: Session, now: datetime, said: str, width: int) -> Iterator[ui.Shown]:
    """Yield how far it is, and at the right what was done last."""
    left = progress_text(session, now)
    room = width - ui.size(left) - 3
    shown = room if said and room > 12 else 0
    yield ui.columns([(left, ui.size(left), ui.FAINT), (said, -min(ui.size(said), shown), ui.FAINT)], gap=3)


def end_text(outcomes: Sequence[Outcome], left: int) -> str:
    """Say what was done in one plain sentence, and that this is enough.

    Args:
        outcomes: of everybody who was gone through.
        left: how many are still on Today.

    """
    counts = Counter(outcomes)
    done = ", ".join(f"{counts[one]} {one.value}" for one in Outcome if counts[one])
    said = f"{done}. " if done else ""
    if left == 0:
        return f"{said}That is all for today."
    rest = "1 more is" if left == 1 else f"{left:,} more are"
    return f"{said}That is enough for now: {rest} on Today and can wait."


def end_lines(session: Session, width: int) -> Iterator[ui.Shown]:
    """Yield the last page."""
    said = end_text(session.outcomes, session.waiting)
    yield from (ui.label(piece) for piece in ui.wrapped(said, width, 6))
