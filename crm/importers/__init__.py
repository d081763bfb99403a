"""The importers, by module name: adding a platform is one module, one fixture folder and one line here.

They are loaded on demand, so that a command which imports nothing pays nothing.
"""

from __future__ import annotations

from importlib import import_module

from crm.importers.kit.protocol import Importer

IMPORTERS = (
    "blogger",
    "bluesky",
    "contacts_csv",
    "discord",
    "disqus",
    "etsy",
    "facebook",
    "feeds",
    "flickr",
    "ghost",
    "github",
    "goodreads",
    "google_contacts",
    "imessage",
    "instagram",
    "linkedin",
    "mail",
    "mastodon",
    "medium",
    "opml",
    "outlook",
    "pinterest",
    "reddit",
    "signal",
    "slack",
    "sms",
    "substack",
    "telegram",
    "threads",
    "thunderbird",
    "tiktok",
    "tumblr",
    "vcard",
    "webmention",
    "whatsapp",
    "wordpress",
    "x",
    "youtube",
)


def load(name: str) -> Importer:
    """Return the importer of the module `name`, one of `IMPORTERS`."""
    importer: Importer = import_module(f"crm.importers.{name}").Importer()
    return importer


def load_all() -> tuple[Importer, ...]:
    """Return all importers in the order of the list."""
    return tuple(load(name) for name in IMPORTERS)
