"""Lines that Messenger and Instagram write into a chat by themselves, in the language of the account.

The decision to know: "Reacted 😆 to your message" is not something that was said: it is an echo of a
reaction, which newer exports also list at the message itself. Only whole lines in the wording of the apps are
taken for echoes; what people type around such words stays a message.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST_WAITING = 10_000
_LOOK_BACK = 100
_LONGEST = 160
"""Characters; the wording of the apps is shorter in every language, even with long names."""
_EMOJI = "(?P<emoji>[^\\w\\s.,;:!?'\"()]{1,12})"
_REACTED = (
    rf"reacted {_EMOJI} to (?:your|a|the|their own|his|her|[^.!?]{{1,60}}'s?) (?:message|photo|video)",
    rf"(?:hat|haben) (?:mit )?{_EMOJI} auf (?:deine|eine|ihre|die) nachricht reagiert",
    rf"a réagi (?:avec )?{_EMOJI} à (?:votre|ton|un|son) message",
    rf"(?:reaccionó|ha reaccionado) (?:con )?{_EMOJI} a (?:tu|un|su) mensaje",
    rf"ha (?:reagito|messo la reazione)(?: con)? {_EMOJI} al (?:tuo )?messaggio",
    rf"reagiu com {_EMOJI} (?:à|a) (?:sua|tua|uma) mensagem",
    rf"heeft (?:met )?{_EMOJI} (?:op je bericht )?gereageerd(?: op je bericht)?",
    rf"reagerede (?:med )?{_EMOJI} på (?:din|en) besked",
    rf"(?:zareagował(?:a|\(a\))?|reaguje) {_EMOJI} na (?:twoją )?wiadomość",
)
_LIKED = (
    "liked (?:a|your) message",
    "(?:gefällt (?:deine|eine) nachricht|hat eine nachricht mit .gefällt mir. markiert)",
    "a aimé (?:un|votre|ton) message",
    "(?:(?:indicó que )?le gust(?:a|ó) (?:un|tu) mensaje)",
    "(?:ha messo .?mi piace.? a un messaggio|a [^.!?]{1,60} piace un messaggio)",
    "(?:curtiu|gostou de) uma mensagem",
    "(?:vindt een bericht leuk|heeft een bericht leuk gevonden)",
    "(?:syn(?:e)?s godt om en besked)",
    "polubił(?:a|\\(a\\))? wiadomość",
)
# Who it was may stand in front: "Ann Smith liked a message".
_WHO = r"(?:[^.!?]{1,60} )?"
_ECHO = re.compile(
    rf"{_WHO}(?:(?P<react>{'|'.join(_REACTED).replace('?P<emoji>', '?:')})|{'|'.join(_LIKED)})\.?"
)
_REACT = ("reac", "Reac", "reag", "Reag", "reak", "Reak")
_BEYOND_ASCII = ("réagi", "efällt", "aimé", "olubi")
_ANY_EMOJI = re.compile(r"[^\w\s.,;:!?'\"()„“”«»\u2019]{1,12}")
_NOTICE = re.compile(
    r"you(?: are|'re|’re) now connected on messenger"
    r"|ihr seid (?:jetzt|nun) (?:auf|über|in|im) messenger (?:miteinander )?verbunden"
    r"|vous êtes (?:maintenant|désormais) (?:connectés|en contact) (?:sur|dans|via) messenger"
    r"|ahora (?:están|estáis) conectad[oa]s en messenger"
    r"|(?:ora|adesso) siete (?:connessi|in contatto) (?:su|in|tramite) messenger"
    r"|(?:agora )?vocês (?:agora )?estão conectados no messenger"
    r"|jullie zijn nu (?:met elkaar )?verbonden (?:op|via|in) messenger"
    r"|i er nu forbundet (?:på|via|i) messenger"
    r"|jesteście teraz połączeni (?:w|na|przez) messenger\w*"
    r"|say hi to your new facebook friend, [^.!?]{1,60}"
)
HEART = "❤"


def echo_of(text: str) -> str | None:
    """Return the emoji of the reaction that a line is the echo of; None for what people say."""
    if len(text) > _LONGEST or not _may_be_echo(text):
        return None
    match = _ECHO.fullmatch(" ".join(text.split()).lower())
    if match is None:
        return None
    if match["react"] is None:
        return HEART
    found = _ANY_EMOJI.search(match["react"])
    return found[0] if found else HEART


def _may_be_echo(text: str) -> bool:
    """Say whether a text holds a piece that every echo has.

    Without looking for them first, every line that people say would cost as much as all patterns together.
    Written out, because a loop over the pieces takes twice as long, and one pattern of them eight times.
    """
    # fmt: off
    if (
        "iked " in text or "gust" in text or "piace" in text or "urti" in text or "ostou" in text
        or "leuk" in text or "godt om" in text or "ageret" in text
    ):
        return True
    # fmt: on
    if ("rea" in text or "Rea" in text) and any(part in text for part in _REACT):
        return True
    return not text.isascii() and any(part in text for part in _BEYOND_ASCII)


def plain_emoji(emoji: str) -> str:
    """Return an emoji without the sign that asks for colour (U+FE0F), for comparing."""
    return emoji.replace("\ufe0f", "")


def is_notice(text: str) -> bool:
    """Say whether a line is the app's "You are now connected on Messenger.", which nobody said."""
    if len(text) > _LONGEST or not ("essenger" in text or "Facebook" in text):
        return False
    return _NOTICE.fullmatch(text.strip().lower().rstrip(".")) is not None


class Waiting(Generic[T]):
    """Things that wait for their counterpart, by whose they are; at most some thousand of them."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], deque[T]] = {}
        self._count = 0

    def put(self, key: tuple[str, str], thing: T) -> T | None:
        """Add something; return what has waited too long, if there is no more room."""
        self._by_key.setdefault(key, deque()).append(thing)
        self._count += 1
        if self._count <= _MOST_WAITING:
            return None
        first = next(iter(self._by_key))
        return self._pop(first, 0)

    def take(self, key: tuple[str, str], fits: Callable[[T], bool]) -> T | None:
        """Return, and forget, the thing that fits, of those that have waited least."""
        waiting = self._by_key.get(key)
        for back, thing in enumerate(islice(reversed(waiting), _LOOK_BACK) if waiting else ()):
            if waiting and fits(thing):
                return self._pop(key, len(waiting) - 1 - back)
        return None

    def take_all(self) -> list[T]:
        """Return, and forget, everything."""
        everything = [thing for waiting in self._by_key.values() for thing in waiting]
        self._by_key, self._count = {}, 0
        return everything

    def _pop(self, key: tuple[str, str], place: int) -> T:
        waiting = self._by_key[key]
        thing = waiting[place]
        del waiting[place]
        self._count -= 1
        if not waiting:
            del self._by_key[key]
        return thing
