"""Whose export it is, where Meta's message threads say names only.

The decision to know: in this order. What the user stated; the names in the profile and in what Messenger
fills into forms; the names earlier imports know; whoever takes part in every thread. Else the user is asked.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import Owner
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import read_document
from crm.importers.kit.meta.text import LONG, repair
from crm.importers.kit.meta.threads import Head

_MOST_CHOICES = 6


class _Autofill(msgspec.Struct):
    full_name: list[str] | str | None = msgspec.field(default=None, name="FULL_NAME")


class _AutofillFile(msgspec.Struct):
    newer: _Autofill | None = msgspec.field(default=None, name="autofill_information_v2")
    older: _Autofill | None = msgspec.field(default=None, name="autofill_information")


def fold_name(name: str) -> str:
    """Return a display name for comparing: NFC, single blanks, case folded. Accents stay: Ute is not Üte."""
    return _fold_name(name) if len(name) < LONG else _fold_name.__wrapped__(name[:LONG])


@lru_cache(maxsize=65536)
def _fold_name(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def autofill_names(export: Export) -> list[str]:
    """Return the user's names in `messages/autofill_information.json`; none where it is absent or damaged."""
    names: list[str] = []
    for member in export.find("autofill_information.json"):
        try:
            with export.open(member) as stream:
                document = read_document(stream, _AutofillFile, member)
        except ExportError:  # only one of several ways to know the user; nothing of it becomes a record
            continue
        found = document.newer or document.older
        stated = found.full_name if found else None
        names += [stated] if isinstance(stated, str) else stated or []
    return [repair(name) for name in names if name.strip()]


def find_owner(heads: Sequence[Head], names: Iterable[str], owner: Owner, where: str) -> frozenset[str]:
    """Return the names of the user, folded (`fold_name`): all under which they take part in these threads.

    Args:
        heads: every thread of the export.
        names: what the export says elsewhere about the user's name.
        owner: what is known, and what the user stated.
        where: what the export is called, for the question: "this Facebook export".

    Raises:
        QuestionError: it cannot be told, or nobody takes part under the name that the user stated.

    """
    counts = Counter(name for head in heads for name in {fold_name(one) for one in head.participants} if name)
    written = {fold_name(one): one for head in heads for one in head.participants}
    told = {fold_name(name) for name in names} - {""}
    if owner.stated and (stated := fold_name(owner.stated.lstrip("@"))) in counts:
        return frozenset(told | {stated})
    if told & counts.keys() or not counts:
        return frozenset(told)
    known = {fold_name(name) for name in owner.names} & counts.keys()
    everywhere = _in_every_thread(heads, counts)
    if len(known) > 1 and everywhere in known:
        known = {everywhere}
    if not owner.stated or told:  # told, but renamed since, or written in another way in the profile
        found = known or ({everywhere} if everywhere is not None else set())
        if found:
            return frozenset(told | found)
    raise _question(counts, written, owner, where)


def _in_every_thread(heads: Sequence[Head], counts: Counter[str]) -> str | None:
    """Return the one who takes part in all of at least two threads, of which others do not all do so."""
    number = sum(bool(head.participants) for head in heads)
    always = [name for name, count in counts.most_common(2) if count == number]
    return always[0] if number > 1 and len(always) == 1 else None


def _question(counts: Counter[str], written: dict[str, str], owner: Owner, where: str) -> QuestionError:
    choices = tuple(
        (written[name], f"in {count:,} conversation{'s' if count > 1 else ''}")
        for name, count in counts.most_common(_MOST_CHOICES)
    )
    if owner.stated:
        message = f"nobody in {where} is called {owner.stated!r}"
    else:
        message = f"{where} does not say which of the people in it is you"
    return QuestionError(message, "say who you are, by the name you have there", "as", choices)
