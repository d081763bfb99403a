"""The configured notifiers, made ready to deliver with: settings checked, secrets fetched, privacy kept.

The decision to know: a notifier is made when it sends, not before. One whose settings make no sense, or whose
password cannot be had, fails alone, like one whose server is down, and the others deliver.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from crm.config import Config, NotifierConfig, Privacy
from crm.db.store import Store, Work
from crm.db.tables import contact
from crm.domain.errors import ConfigError, CrmError, NotFoundError, NotifierError
from crm.domain.text import clean
from crm.exporters import ics
from crm.notifiers import NOTIFIERS, load
from crm.notifiers.protocol import Notice, Notifier, Sent, Setting
from crm.services import notices, outgoing_dates, secrets
from crm.services.deadlines import within
from crm.services.notifying import Channel, Outcome
from crm.services.reminders import Digest, digest

LONGEST = 90.0
"""Seconds that a notifier may take in all, however slowly its server drips; less than a claim lasts."""
_SHORTEST_SECRET = 4
"""Anything shorter is part of some word."""
_LONGEST_TEXT = 6_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose in a notice."""

    notifier: str
    action: str
    """`open`, `snooze` or `done`."""
    contact: int | None


class Sending:
    """The enabled notifiers of a configuration, and the notices of theirs that can still be answered."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._file = config.file
        self._asking: list[tuple[str, Notice, Sent]] = []
        self.channels: Sequence[Channel] = [self._channel(told) for told in config.notifiers if told.enabled]

    def answers(self) -> list[Answer]:
        """Wait for the notices that can be answered, some minutes at most, and return what was chosen."""
        found = []
        for name, notice, sent in self._asking:
            action = sent.answer()
            if action in {key for key, _ in notice.choices}:
                found.append(Answer(name, action, notice.contact))
        self._asking.clear()
        return found

    def _channel(self, told: NotifierConfig) -> Channel:
        def send(notice: Notice) -> None:
            sent = _send(self._store, told, self._file, notice)
            if sent is not None:
                self._asking.append((told.name, sent[0], sent[1]))

        def words(found: Digest) -> tuple[str, str]:
            return notices.words(found, privacy_of(told))

        return Channel(told.name, send, words)


def test(store: Store, config: Config, name: str) -> Outcome:
    """Send a test notice through one notifier, enabled or not.

    Returns:
        `sent`, or `failed` with the error; nothing is noted as delivered.

    Raises:
        NotFoundError: there is no notifier of that name.

    """
    told = config.notifier(name)
    if told is None:
        known = ", ".join(one.name for one in config.notifiers) or "none"
        raise NotFoundError(f'there is no notifier called "{name}"', f"configured: {known}")
    notice = Notice(
        "Test notice from crm",
        f"This is how crm reaches you over {told.name}. Nothing is wrong, and nobody is waiting for this.",
        f"crm-test-{randomness.token_hex(6)}-{told.name}",
    )
    try:
        _send(store, told, config.file, notice)
    except CrmError as error:
        return Outcome(name, "failed", clean(error.message), error.hint)
    except Exception as error:  # noqa: BLE001 - as in delivering: a notifier's bug is its failure
        return Outcome(name, "failed", f"it stumbled: {type(error).__name__}")
    return Outcome(name, "sent")


def kinds() -> list[type[Notifier]]:
    """Return all kinds of notifiers, by title; for choosing one."""
    return sorted((load(kind) for kind in NOTIFIERS), key=lambda notifier: notifier.title.casefold())


def kind_of(told: NotifierConfig, file: Path | None = None) -> type[Notifier]:
    """Return the class of a configured notifier.

    Raises:
        ConfigError: there is no such kind.

    """
    if told.kind not in NOTIFIERS:
        raise _explained(
            ConfigError(
                f"has a kind that does not exist: {clean(told.kind, limit=40)!r}",
                f"kinds: {', '.join(NOTIFIERS)}",
            ),
            told,
            file,
        )
    return load(told.kind)


def privacy_of(told: NotifierConfig) -> Privacy:
    """Return how much of people a notifier may show: what the user said, else what is usual for its kind."""
    if told.privacy is not None:
        return told.privacy
    known = told.kind in NOTIFIERS
    return Privacy.FIRST_NAMES if known and not load(told.kind).leaves else Privacy.COUNT


def check(told: NotifierConfig, file: Path | None = None) -> None:
    """Make sure that a notifier's settings make sense, without fetching any secret.

    Raises:
        ConfigError: they do not; it names the file, the notifier and what to write.

    """
    kind = kind_of(told, file)
    given = _without_ways(kind, told.settings)
    for setting in kind.settings:
        if setting.secret and any(f"{setting.name}_{way}" in told.settings for way in secrets.WAYS):
            given[setting.name] = setting.example or "secret"
    try:
        kind.make(given)
    except ConfigError as error:
        raise _explained(error, told, file) from None


def _send(
    store: Store, told: NotifierConfig, file: Path | None, notice: Notice
) -> tuple[Notice, Sent] | None:
    """Send one notice with one notifier; whatever goes wrong is said without any secret.

    Raises:
        CrmError: it could not be sent.

    """
    kind = kind_of(told, file)
    hidden: list[str] = []
    try:
        settings = _with_secrets(kind, told, hidden)
        notifier = kind.make(settings)
        notice = _completed(store, kind, told, notice)
        # its own timeout is for one answer, and a server may drip its answer byte by byte
        longest = min(LONGEST, 2 * getattr(notifier, "timeout", LONGEST))
        late = NotifierError(f"gave up after {longest:g} seconds", "see whether its server is well")
        sent = within(longest, lambda: notifier.send(notice), late)
    except ConfigError as error:
        raise _told_safely(_explained(error, told, file), hidden) from None
    except CrmError as error:
        raise _told_safely(error, hidden) from None
    return None if sent is None else (notice, sent)


def _with_secrets(kind: type[Notifier], told: NotifierConfig, hidden: list[str]) -> dict[str, Any]:
    given = _without_ways(kind, told.settings)
    for setting in kind.settings:
        if not setting.secret:
            continue
        value = secrets.resolve(told.name, setting.name, told.settings, in_clear=setting.in_clear)
        if value is not None:
            hidden.append(value)
            given[setting.name] = value
    return given


def _without_ways(kind: type[Notifier], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings without those that only say where a secret comes from."""
    ways = {f"{setting.name}_{way}" for setting in _secret(kind) for way in secrets.WAYS}
    if _secret(kind):
        ways.add("insecure")
    return {name: value for name, value in settings.items() if name not in ways}


def _secret(kind: type[Notifier]) -> list[Setting]:
    return [setting for setting in kind.settings if setting.secret]


def _completed(store: Store, kind: type[Notifier], told: NotifierConfig, notice: Notice) -> Notice:
    """Return a notice cleaned, with the calendar and the choices where they are of use."""
    notice = notice._replace(
        title=clean(notice.title, limit=200), text=clean(notice.text, multiline=True, limit=_LONGEST_TEXT)
    )
    if kind.wants_calendar:
        return notice._replace(calendar=store.read(_calendar, notice, privacy_of(told)))
    if told.settings.get("wait") is True and notice.contact is not None:
        found = store.read(digest)
        if found.first_contact == notice.contact:
            return notice._replace(choices=notices.choices(found, privacy_of(told)))
    return notice


def _calendar(work: Work, notice: Notice, privacy: Privacy) -> bytes:
    """Return the digest, the days on which contacts are due, and birthdays, as a calendar."""
    ids = list(work.connection.scalars(select(contact.c.id).order_by(contact.c.id)))
    coming = outgoing_dates.events(work, ids, called=lambda name: notices.called(name, privacy))
    if privacy is not Privacy.FULL:
        coming = (event._replace(description="") for event in coming)
    today = ics.Event(f"{notice.key}@crm", work.rules.day_of(work.now), notice.title, notice.text)
    return b"".join(ics.calendar((today, *coming), work.now, "crm"))


def _explained(error: ConfigError, told: NotifierConfig, file: Path | None) -> ConfigError:
    where = f"{file}: " if file else ""
    return ConfigError(f"{where}[notifiers.{told.name}] {error.message}", error.hint)


def _told_safely(error: CrmError, hidden: Sequence[str]) -> CrmError:
    """Return an error without any of the secrets, whatever words it took over."""
    message, hint = error.message, error.hint
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) < _SHORTEST_SECRET:
            continue
        for form in (secret, quote(secret, safe=""), quote(secret)):
            message = message.replace(form, "…")
            hint = hint.replace(form, "…") if hint else hint
    return type(error)(message, hint)
