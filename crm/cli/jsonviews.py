"""Views as the values that `--json` prints. Key names are a contract: they stay, new ones may be added.

Times are ISO 8601 in UTC, to the second, ending in `Z`; what is not known is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from crm.domain.dates import iso

if TYPE_CHECKING:
    from crm.services import views
    from crm.services.reminders import Digest

Json: TypeAlias = Mapping[str, Any]
_TWO = tuple(f"{number:02}" for number in range(60))


def moment(at: datetime | None) -> str | None:
    """Return a moment as `2026-06-01T09:00:00Z`."""
    if at is None:
        return None
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    # a list of 10,000 contacts has 40,000 moments: isoformat takes twice, strftime twelve times as long
    return f"{_day(at.toordinal())}T{_TWO[at.hour]}:{_TWO[at.minute]}:{_TWO[at.second]}Z"


@lru_cache(maxsize=4096)
def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def identity(view: views.IdentityView) -> Json:
    """Return one account or address."""
    return {
        "platform": view.platform,
        "handle": view.handle,
        "external_id": view.external_id,
        "url": view.url,
        "name": view.name,
        "label": view.label,
    }


def interaction(view: views.InteractionView) -> Json:
    """Return one act."""
    return {
        "id": view.id,
        "at": moment(view.at),
        "precision": view.precision,
        "platform": view.platform,
        "direction": view.direction,
        "kind": view.kind,
        "depth": view.depth,
        "text": view.text,
        "thread": view.thread,
        "url": view.url,
        "run": view.run,
        "zone_assumed": view.zone_assumed,
        "closed": view.closed,
    }


def contact(view: views.ContactView) -> Json:
    """Return one contact as lists show it."""
    return {
        "id": view.id,
        "name": view.name,
        "identities": [identity(each) for each in view.identities],
        "tags": list(view.tags),
        "circle": view.circle,
        "cadence_days": view.cadence_days,
        "cadence_from": view.cadence_from,
        "turn": view.turn,
        "owed": view.owed,
        "unanswered": view.unanswered,
        "last_interaction_at": moment(view.last_interaction_at),
        "first_exchange_at": moment(view.first_exchange_at),
        "last_exchange_at": moment(view.last_exchange_at),
        "exchange_days": view.exchange_days,
        "due_at": moment(view.due_at),
        "lateness": view.lateness,
        "archived": view.archived,
        "muted": view.muted,
        "snoozed_until": moment(view.snoozed_until),
        "organisation": view.organisation,
        "usual_platform": view.usual_platform,
    }


def contact_fields(detail: views.ContactDetail) -> Json:
    """Return one contact with everything the user can edit, without what was said."""
    return {
        **contact(detail.contact),
        "nickname": detail.nickname,
        "title": detail.title,
        "birthday": iso(detail.birthday) if detail.birthday else None,
        "anniversary": iso(detail.anniversary) if detail.anniversary else None,
        "notes": detail.notes,
        "floor": detail.floor,
        "own_cadence_days": detail.own_cadence_days,
        "created_at": moment(detail.created_at),
        "addresses": [{"label": label, "text": text} for label, text in detail.addresses],
        "related": [{"how": how, "who": who} for how, who in detail.related],
        "has_photo": detail.has_photo,
        "differences": [
            {"field": each.field, "yours": each.yours, "theirs": each.theirs} for each in detail.differences
        ],
    }


def contact_detail(detail: views.ContactDetail) -> Json:
    """Return one contact, whole."""
    return {
        **contact_fields(detail),
        "evidence": [interaction(each) for each in detail.evidence],
        "interactions": [interaction(each) for each in detail.interactions],
        "interactions_total": detail.interactions_total,
    }


def starter(view: views.Starter) -> Json:
    """Return one thing to talk about with a contact."""
    return {
        "kind": view.kind,
        "text": view.text,
        "at": moment(view.at),
        "precision": view.precision,
        "platform": view.platform,
        "direction": view.direction,
        "interaction": view.interaction,
        "url": view.url,
        "thread": view.thread,
        "owed": view.owed,
        "answered": view.answered,
        "years": view.years,
        "what": view.what,
        "on": view.on.isoformat() if view.on else None,
    }


def today(view: views.TodayView) -> Json:
    """Return what the program is opened for."""
    return {
        "date": view.date.isoformat(),
        "waiting": [_item(each) for each in view.waiting],
        "drifting": [_item(each) for each in view.drifting],
        "more_drifting": view.more_drifting,
        "dates": [_date(each) for each in view.dates],
        "support": [_item(each) for each in view.support],
        "contacts_total": view.contacts_total,
    }


def _item(view: views.TodayItem) -> Json:
    return {
        "contact": view.contact,
        "name": view.name,
        "platform": view.platform,
        "reason": view.reason,
        "since": moment(view.since),
        "last": interaction(view.last) if view.last else None,
        "lateness": view.lateness,
        "stale": view.stale,
        "circle": view.circle,
        "url": view.url,
        "evidence": [interaction(each) for each in view.evidence],
    }


def _date(view: views.DateItem) -> Json:
    """Return a birthday or anniversary in the shape of the other lines, with what it has of its own."""
    return {
        "contact": view.contact,
        "name": view.name,
        "platform": view.platform,
        "reason": view.reason,
        "since": None,
        "last": interaction(view.last) if view.last else None,
        "lateness": None,
        "stale": False,
        "url": view.url,
        "what": view.what,
        "on": view.on.isoformat(),
        "years": view.years,
    }


def run(view: views.RunView) -> Json:
    """Return one import run."""
    return {
        "run": view.run,
        "importer": view.importer,
        "title": view.title,
        "path": view.path,
        "at": moment(view.at),
        "contacts_new": view.contacts_new,
        "contacts_known": view.contacts_known,
        "contacts_changed": view.contacts_changed,
        "identities_new": view.identities_new,
        "interactions_new": view.interactions_new,
        "interactions_known": view.interactions_known,
        "posts_new": view.posts_new,
        "posts_known": view.posts_known,
        "problems": [{"where": each.where, "reason": each.reason} for each in view.problems],
        "left": dict(view.left),
        "unread": list(view.unread),
        "from": moment(view.since),
        "until": moment(view.until),
        "undone": view.undone,
    }


def undone(view: views.Undone) -> Json:
    """Return what undoing a run removed."""
    return {
        "run": view.run,
        "contacts": view.contacts,
        "identities": view.identities,
        "interactions": view.interactions,
        "posts": view.posts,
        "kept": view.kept,
    }


def search(view: views.SearchView) -> Json:
    """Return what a search found."""
    return {
        "contacts": [contact(each) for each in view.contacts],
        "interactions": [
            {"contact": hit.contact, "name": hit.name, "interaction": interaction(hit.interaction)}
            for hit in view.hits
        ],
    }


def change(view: views.ChangeView) -> Json:
    """Return one thing the user did."""
    return {"id": view.id, "at": moment(view.at), "what": view.what}


def finding(view: views.Finding) -> Json:
    """Return one thing that was examined."""
    return {"name": view.name, "ok": view.ok, "detail": view.detail, "hint": view.hint}


def digest(view: Digest) -> Json:
    """Return the digest of the day."""
    return {
        "date": view.date.isoformat(),
        "empty": view.empty,
        "title": view.title,
        "text": view.text,
        "waiting": view.waiting,
        "drifting": view.drifting,
        "dates": view.dates,
    }


def match(view: views.MatchView) -> Json:
    """Return a suggestion that two contacts are one; `keep` is the one that stays on merging."""
    return {
        "keep": _side(view.keep),
        "other": _side(view.other),
        "reasons": list(view.reasons),
        "against": list(view.against),
        "strength": round(view.strength, 3),
    }


def _side(view: views.MatchSide) -> Json:
    return {
        "id": view.id,
        "name": view.name,
        "identities": [identity(each) for each in view.identities],
        "organisation": view.organisation,
        "title": view.title,
        "birthday": view.birthday,
        "interactions": view.interactions,
        "last_interaction_at": moment(view.last_interaction_at),
        "archived": view.archived,
    }


def refusal(one: tuple[int, str], other: tuple[int, str], until: datetime | None) -> Json:
    """Return that two contacts, each an id and a name, are not to be suggested as one."""
    both = [{"id": key, "name": name} for key, name in (one, other)]
    return {"refused": both, "until": moment(until)}


def merge(view: views.MergeView) -> Json:
    """Return what a merge did."""
    return {
        "contact": view.contact,
        "name": view.name,
        "part": view.part,
        "part_name": view.part_name,
        "identities": view.identities,
        "interactions": view.interactions,
        "differing": [
            {"field": field, "kept": kept, "other": other} for field, kept, other in view.differing
        ],
    }


def part(view: views.PartView) -> Json:
    """Return a contact that was merged into another one."""
    return {
        "part": view.id,
        "name": view.name,
        "merged_at": moment(view.at),
        "identities": [identity(each) for each in view.identities],
        "interactions": view.interactions,
    }


def forgotten(view: views.ForgetView) -> Json:
    """Return what forgetting a contact removed."""
    return {
        "name": view.name,
        "identities": view.identities,
        "interactions": view.interactions,
        "backups": list(view.backups),
        "on_server": view.on_server,
    }


def coverage(view: views.CoverageView) -> Json:
    """Return which period of a platform the imports cover."""
    return {
        "platform": view.platform,
        "from": moment(view.since),
        "until": moment(view.until),
        "imports": view.imports,
        "imported_at": moment(view.imported_at),
        "contacts": view.contacts,
        "ask_again": view.ask_again,
        "importer": view.importer,
    }
