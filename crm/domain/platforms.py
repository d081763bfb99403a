"""Every platform a contact can have an identity on: its slug, title, and how its profile URLs look."""

from __future__ import annotations

from typing import NamedTuple


class Platform(NamedTuple):
    """One place where identities live."""

    slug: str
    title: str
    profile_url: str | None = None
    """With `{handle}`, or None where a handle makes no address."""
    id_url: str | None = None
    """With `{id}`: the profile where only the external id is known."""
    unique_handles: bool = True
    """Whether a handle names one account only (display names do not)."""
    hidden: bool = False
    """Bookkeeping only (an address book's card number), never shown as an identity."""
    hosts: tuple[str, ...] = ()
    """Host names whose URLs are profiles of this platform, without `www.`."""


_ALL = (
    Platform("email", "e-mail", "mailto:{handle}"),
    Platform("phone", "phone", "tel:{handle}"),
    Platform("in-person", "in person", unique_handles=False),
    Platform("letter", "letter", unique_handles=False),
    # a firm's site stands on every colleague's card
    Platform("web", "website", "{handle}", unique_handles=False),
    Platform("blog", "blog", "{handle}"),
    Platform("addressbook", "address book", hidden=True),
    Platform("x", "X", "https://x.com/{handle}", "https://x.com/i/user/{id}", hosts=("x.com", "twitter.com")),
    Platform("linkedin", "LinkedIn", "https://www.linkedin.com/in/{handle}", hosts=("linkedin.com",)),
    Platform(
        "facebook",
        "Facebook",
        "https://www.facebook.com/{handle}",
        hosts=("facebook.com", "fb.com", "m.facebook.com"),
    ),
    Platform("messenger", "Messenger", "https://m.me/{handle}", hosts=("m.me", "messenger.com")),
    Platform("instagram", "Instagram", "https://www.instagram.com/{handle}", hosts=("instagram.com",)),
    Platform("threads", "Threads", "https://www.threads.net/@{handle}", hosts=("threads.net", "threads.com")),
    Platform("mastodon", "Mastodon"),
    Platform("bluesky", "Bluesky", "https://bsky.app/profile/{handle}", hosts=("bsky.app",)),
    Platform("tumblr", "Tumblr", "https://{handle}.tumblr.com", hosts=("tumblr.com",)),
    Platform("wordpress", "WordPress", "https://{handle}.wordpress.com", hosts=("wordpress.com",)),
    Platform("blogger", "Blogger", "https://{handle}.blogspot.com", hosts=("blogger.com", "blogspot.com")),
    Platform("disqus", "Disqus", "https://disqus.com/by/{handle}", hosts=("disqus.com",)),
    Platform("medium", "Medium", "https://medium.com/@{handle}", hosts=("medium.com",)),
    Platform("substack", "Substack", "https://{handle}.substack.com", hosts=("substack.com",)),
    Platform("ghost", "Ghost"),
    Platform("pinterest", "Pinterest", "https://www.pinterest.com/{handle}", hosts=("pinterest.com",)),
    Platform("flickr", "Flickr", "https://www.flickr.com/people/{handle}", hosts=("flickr.com",)),
    Platform("etsy", "Etsy", "https://www.etsy.com/people/{handle}", hosts=("etsy.com",)),
    Platform("goodreads", "Goodreads", "https://www.goodreads.com/{handle}", hosts=("goodreads.com",)),
    Platform(
        "reddit", "Reddit", "https://www.reddit.com/user/{handle}", hosts=("reddit.com", "old.reddit.com")
    ),
    Platform("discord", "Discord", None, "https://discord.com/users/{id}", hosts=("discord.com",)),
    Platform("whatsapp", "WhatsApp", "https://wa.me/{handle}", hosts=("wa.me",)),
    Platform("telegram", "Telegram", "https://t.me/{handle}", hosts=("t.me", "telegram.me")),
    Platform("signal", "Signal"),
    Platform("slack", "Slack"),
    Platform("skype", "Skype", "skype:{handle}"),
    Platform("matrix", "Matrix", "https://matrix.to/#/{handle}", hosts=("matrix.to",)),
    Platform("xmpp", "XMPP", "xmpp:{handle}"),
    Platform("youtube", "YouTube", "https://www.youtube.com/@{handle}", hosts=("youtube.com",)),
    Platform("tiktok", "TikTok", "https://www.tiktok.com/@{handle}", hosts=("tiktok.com",)),
    Platform("github", "GitHub", "https://github.com/{handle}", hosts=("github.com",)),
    Platform("sms", "SMS", "sms:{handle}"),
    Platform("imessage", "iMessage", "imessage:{handle}"),
)

NOT_UNIQUE = tuple(platform.slug for platform in _ALL if not platform.unique_handles)
"""Platforms on which several contacts can have the same handle."""

PLATFORMS: dict[str, Platform] = {platform.slug: platform for platform in _ALL}

_ALIASES = {
    "twitter": "x",
    "mail": "email",
    "e-mail": "email",
    "tel": "phone",
    "website": "web",
    "url": "web",
    "jabber": "xmpp",
    "person": "in-person",
    "in person": "in-person",
    "fb": "facebook",
    "ig": "instagram",
    "li": "linkedin",
    "bsky": "bluesky",
}


def slug_of(word: str) -> str | None:
    """Return the slug of a platform the user named (slug, title or a usual other name), or None."""
    folded = word.strip().casefold()
    if folded in PLATFORMS:
        return folded
    if folded in _ALIASES:
        return _ALIASES[folded]
    return next((slug for slug, platform in PLATFORMS.items() if platform.title.casefold() == folded), None)


def title_of(slug: str) -> str:
    """Return the title of a platform for people; an unknown slug is its own title."""
    platform = PLATFORMS.get(slug)
    return platform.title if platform else slug


_WHERE = {
    "email": "by e-mail",
    "phone": "by phone",
    "sms": "by SMS",
    "letter": "by letter",
    "in-person": "in person",
    "blog": "on a blog",
    "web": "on a website",
}


def where_words(slug: str) -> str:
    """Say where something was said: "on Mastodon", "by e-mail", "in person"."""
    return _WHERE.get(slug) or f"on {title_of(slug)}"
