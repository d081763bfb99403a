"""Contacts as vCards: the cards they came from, with what has changed since, read back before they are used.

The decision to know: a contact's card is never made anew where one was kept. Its lines are written back as
they came; only fields that say something else now, and accounts that it lacks or has lost, are touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crm.domain.errors import ExportError
from crm.domain.handles import from_url, normalise, profile_url
from crm.domain.platforms import title_of
from crm.domain.records import IdentityRef
from crm.domain.text import clean
from crm.exporters.vcard_check import disagreements
from crm.vcard import details, edit, make
from crm.vcard.convert import V4
from crm.vcard.fields import Fields, fields_of
from crm.vcard.heads import Param
from crm.vcard.model import Card, Property
from crm.vcard.names import display_name, flat
from crm.vcard.reader import read_text
from crm.vcard.values import escape
from crm.vcard.writer import write_card

_POINTS = {"email": "EMAIL", "phone": "TEL", "web": "URL", "blog": "URL"}
_MESSENGERS = {"xmpp": "xmpp", "skype": "skype"}
"""Platforms whose accounts every address book has as IMPP, and the scheme of it."""
_APPLE_NAMES = {"x": "twitter"}
_NOWHERE = frozenset({"in-person"})
_FIRST_ONLY = frozenset(
    {
        *("FN", "N", "VERSION", "PROFILE", "UID", "X-ABUID", "REV", "PRODID", "KIND", "CLASS", "MAILER"),
        *("CATEGORIES", "BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "SOURCE", "NAME"),
        *("X-EVOLUTION-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY", "X-ADDRESSBOOKSERVER-KIND"),
        *("X-EVOLUTION-FILE-AS", "X-IRMC-LUID"),
    }
)
"""Lines that only the first card of a contact gives; what others say in them is in the contact's fields."""
_AT_MOST_ONCE = frozenset({"GENDER", "SORT-STRING", "X-ABSHOWAS"})
_FIELDS = {
    "NOTE": "notes",
    "NICKNAME": "nickname",
    "ORG": "organisation",
    "TITLE": "title",
    "ROLE": "title",
}
"""Lines that say again what a field says: not added where the user has emptied the field."""
_LABELS = frozenset({"X-ABLABEL", "X-ABADR"})
"""Lines that belong to another one of their group."""


def kept(texts: Iterable[str]) -> list[Card]:
    """Return the cards that texts hold; a text that is no card gives none."""
    return [card for text in texts if (card := read_text(text)) is not None]


def card_of(cards: Sequence[Card], fields: Fields, *, named_here: bool = True) -> Card:
    """Return a contact as one card: the first it came from, and the lines of the others that it lacks.

    Args:
        cards: its cards; none where it came from elsewhere.
        fields: what it says now. A name that only another export gave does not replace that of the card.
        named_here: the user gave the name.

    """
    base = _with_fields(cards[0] if cards else Card([]), fields, named_here)
    for other in cards[1:]:
        base = _with_lines_of(base, other, fields)
    return base


def _with_fields(card: Card, fields: Fields, named_here: bool) -> Card:
    said = fields_of(card)
    name = fields.name if named_here or not said.name else said.name
    tags = said.tags
    if set(fields.tags) != set(tags):
        tags = tuple(dict.fromkeys([*(tag for tag in said.tags if tag in fields.tags), *fields.tags]))
    wanted = fields._replace(name=name, tags=tags)
    return card if wanted == said else edit.with_fields(card, wanted)


def with_identities(card: Card, refs: Sequence[IdentityRef], version: str) -> Card:
    """Return a card with accounts and addresses added that it lacks."""
    added: list[Property] = []
    held = {_line(prop) for prop in card.properties} if refs else set()
    for ref in refs:
        group = edit.free_group(card, sum(prop.key in _LABELS for prop in added))
        lines = _properties(ref, group, version)
        # what is no key to anybody (a postal address, a platform nobody knows) is not read as an account
        if lines and _line(lines[0]) not in held:
            added += lines
    return edit.with_properties(card, added) if added else card


def without_identities(card: Card, says: Callable[[Card], bool]) -> Card:
    """Return a card without the lines that name accounts which the contact has no more.

    Args:
        card: the contact's.
        says: whether a card of one line (and its label) names nothing but such accounts.

    """

    def drop(prop: Property) -> bool:
        if prop.key in _LABELS:
            return False
        label = [p for p in card.properties if p.key in _LABELS and p.group and p.group == prop.group]
        return says(Card([prop, *label]))

    return edit.without(card, drop)


def unrevised(before: Card, after: Card) -> Card:
    """Return a card without its REV where it is not what it was: when that was, nobody noted."""
    if before.properties == after.properties:
        return after
    return edit.without(after, lambda prop: prop.key == "REV")


def with_uid(card: Card, uid: str) -> Card:
    """Return a card with a UID, by which it is found again: its own, else `uid`."""
    return card if details.uid(card) else edit.with_properties(card, [make.text("UID", uid)])


def written(card: Card, version: str, *, fold: bool = True) -> bytes:
    """Return a card as bytes, read back by a second reader.

    Args:
        card: what to write.
        version: "3.0" or "4.0".
        fold: break long lines.

    Raises:
        ExportError: the second reader reads something else; the message names the card and the property.

    """
    data = write_card(card, version, fold=fold)
    if wrong := disagreements(data, card):
        first = wrong[0]
        name = clean(display_name(card) or "a card without a name")
        raise ExportError(
            f"the card of {name} would not be read as it is meant: {first.name} is "
            f"{clean(first.meant, limit=80)}, but a second reader finds {clean(first.read, limit=80)}",
            "no file was changed; please report this card. crm export csv and json can do without it",
        )
    return data


def _with_lines_of(base: Card, other: Card, fields: Fields) -> Card:
    held = {_meaning(prop) for prop in base.properties}
    added: list[Property] = []
    for prop in other.properties:
        if _meaning(prop) not in held and _is_more(base, prop, fields):
            held.add(_meaning(prop))
            added.append(prop)
    groups = {prop.group.lower() for prop in added if prop.group}
    labels = [p for p in other.properties if p.key in _LABELS and p.group and p.group.lower() in groups]
    free = {group: edit.free_group(base, taken) for taken, group in enumerate(sorted(groups))}
    return edit.with_properties(base, [_regrouped(prop, free) for prop in (*added, *labels)])


def _is_more(base: Card, prop: Property, fields: Fields) -> bool:
    """Say whether a line of another card may stand beside the lines of the first."""
    if prop.key in _LABELS or prop.key in _FIRST_ONLY or not prop.raw.strip():
        return False
    if prop.key in _AT_MOST_ONCE:
        return prop.key not in base.by_key
    if prop.key in _FIELDS:
        kept = getattr(fields, _FIELDS[prop.key])
        return bool(kept) and prop.value.strip() not in kept
    return True


def _regrouped(prop: Property, groups: dict[str, str]) -> Property:
    if prop.group is None:
        return prop
    return prop._replace(head=prop.head._replace(group=groups[prop.group.lower()]))


def _meaning(prop: Property) -> tuple[str, str]:
    """Return what tells a line from another that says the same."""
    value = flat(prop.value)
    if prop.key == "TEL":
        return "TEL", normalise("phone", value)
    if prop.key == "EMAIL":
        return "EMAIL", normalise("email", value)
    if prop.key in ("URL", "ORG", "ADR", "TITLE", "NICKNAME"):
        return prop.key, value.strip(";").casefold()
    return prop.key, value


def _line(prop: Property) -> tuple[str, ...]:
    """Return what tells a line from all others, in either version."""
    service = prop.param("SERVICE-TYPE") or next(iter(prop.types), "")
    user = prop.param("USERNAME") or prop.param("X-USER") or ""
    return (prop.key.removeprefix("X-"), service.lower(), user, flat(prop.value))


def _properties(ref: IdentityRef, group: str, version: str) -> list[Property]:
    """Return the lines for one account or address."""
    handle = flat(ref.handle or "")
    if ref.platform in _NOWHERE or not (handle or ref.external_id):
        return []
    if ref.platform == "letter":
        return [make.structure("ADR", ["", "", handle, "", "", "", ""])] if handle else []
    if ref.platform in _POINTS and handle:
        label = ref.label or ("blog" if ref.platform == "blog" else None)
        return make.labelled(_POINTS[ref.platform], handle, label, group)
    if ref.platform in _MESSENGERS and handle and not ref.external_id and not {*handle} & {*"%?"}:
        service = Param("X-SERVICE-TYPE", (title_of(ref.platform),))
        return [make.made("IMPP", escape(f"{_MESSENGERS[ref.platform]}:{handle}"), params=[service])]
    return [_profile(ref, handle, version)]


def _profile(ref: IdentityRef, handle: str, version: str) -> Property:
    """Return an account elsewhere as Apple and others write it, in 4.0 as RFC 9554 does."""
    if version == V4:
        params = [Param("SERVICE-TYPE", (title_of(ref.platform),))]
    else:
        params = [Param("TYPE", (_APPLE_NAMES.get(ref.platform, ref.platform),))]
    if handle:
        params.append(Param("USERNAME" if version == V4 else "x-user", (handle,)))
    if ref.external_id:
        params.append(Param("x-userid", (ref.external_id,)))
    if ref.name and flat(ref.name):
        params.append(Param("x-displayname", (flat(ref.name),)))
    url = _url(ref, handle)
    name = "SOCIALPROFILE" if version == V4 else "X-SOCIALPROFILE"
    return make.made(name, escape(url or f"x-apple:{handle or ref.external_id}"), params=params)


def _url(ref: IdentityRef, handle: str) -> str | None:
    """Return the address of a profile, unless it would be read as somebody else's."""
    for url in (ref.url, profile_url(ref.platform, handle or None, ref.external_id)):
        if url and url.startswith(("http://", "https://")) and not any(map(str.isspace, url)):
            found = from_url(url)
            if found is None or found == (ref.platform, normalise(ref.platform, handle)):
                return url
    return None
