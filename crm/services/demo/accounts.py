"""Accounts of the demo's people: on each platform one that looks right and belongs to nobody.

Addresses end in domains reserved for examples (RFC 2606) and numbers lie in blocks that regulators keep free
for films (Ofcom, Bundesnetzagentur), so that no key pressed in the demo reaches a real person.
"""

from __future__ import annotations

import unicodedata
from random import Random

from crm.domain.records import IdentityRef, SelfRecord
from crm.services.demo.names import HANDLE_TAILS

OWNER = "Juno Falk"
_MAIL_HOSTS = ("example.org", "example.net", "example.com", "mail.example")
_FEDIVERSE = ("kiln.example", "papier.example", "toot.example", "barro.example")
_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa", "ł": "l", "ð": "d"}
_PHONE_BLOCKS = {"de": "+49 30 23125 {:03d}", "en": "+44 1632 960{:03d}"}


def plain_letters(name: str) -> str:
    """Return a name in the letters that accounts are made of: `jörg.o'rourke` is `joerg.orourke`."""
    spelled = "".join(_LETTERS.get(letter, letter) for letter in name.casefold())
    bare = unicodedata.normalize("NFKD", spelled)
    return "".join(letter for letter in bare if letter.isascii() and (letter.isalnum() or letter in "._ "))


def owner() -> SelfRecord:
    """Return the accounts of the one whose community it is."""
    return SelfRecord(
        (
            IdentityRef("email", "juno@falkundfeuer.example", name=OWNER),
            IdentityRef("x", "junofalk", "100", OWNER, "https://x.example/junofalk"),
            IdentityRef("mastodon", "@juno@kiln.example", name=OWNER, url="https://kiln.example/@juno"),
            IdentityRef("linkedin", "juno-falk", name=OWNER, url="https://linkedin.example/in/juno-falk"),
            IdentityRef("facebook", "juno.falk", "200", OWNER, "https://facebook.example/juno.falk"),
            IdentityRef("tumblr", "falkundfeuer", name=OWNER, url="https://tumblr.example/falkundfeuer"),
            IdentityRef("flickr", "falkundfeuer", "300@N00", OWNER, "https://flickr.example/falkundfeuer"),
            IdentityRef("etsy", "falkundfeuer", name=OWNER, url="https://etsy.example/shop/falkundfeuer"),
            IdentityRef("goodreads", "junofalk", "400", OWNER, "https://goodreads.example/junofalk"),
            IdentityRef(
                "blog", "https://falkundfeuer.example", name=OWNER, url="https://falkundfeuer.example"
            ),
        ),
        OWNER,
    )


def account(
    platform: str, name: str | None, plain: str, number: int, language: str, dice: Random
) -> IdentityRef:
    """Return the account of one contact on one platform.

    Args:
        platform: where.
        name: the display name, or None where only a handle is known.
        plain: the plain letters it is made of, words joined by dots.
        number: the contact's own, so that no two accounts are equal.
        language: decides the country of a telephone number.
        dice: decides the rest.

    """
    tail = dice.choice(HANDLE_TAILS) if name else ""
    joined = plain.replace(".", "") + tail
    if platform == "email":
        return IdentityRef("email", f"{plain}@{dice.choice(_MAIL_HOSTS)}", name=name, label="home")
    if platform == "phone":
        block = _PHONE_BLOCKS["de" if language == "de" else "en"]
        return IdentityRef("phone", block.format(number % 1000), name=name, label="mobile")
    if platform in ("in-person", "letter"):
        return IdentityRef(platform, plain.replace(".", "-"), f"demo-{number}", name)
    if platform == "mastodon":
        host = dice.choice(_FEDIVERSE)
        return IdentityRef("mastodon", f"@{joined}@{host}", name=name, url=f"https://{host}/@{joined}")
    if platform == "blog":
        address = f"https://{joined.strip('_')}.example"
        return IdentityRef("blog", address, name=name, url=address)
    if platform == "linkedin":
        handle = f"{plain.replace('.', '-')}-{number:03x}"
        return IdentityRef("linkedin", handle, name=name, url=f"https://linkedin.example/in/{handle}")
    handle = joined if platform in ("x", "tumblr", "goodreads") else plain
    url = f"https://{platform}.example/{handle}"
    return IdentityRef(platform, handle, f"{platform}-{10_000 + number}", name, url)
