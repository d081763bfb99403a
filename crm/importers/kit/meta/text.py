"""Meta's damaged text: its JSON has the bytes of UTF-8 where characters should be ("JosÃ©").

The decision to know: texts are mended one by one, after decoding, because newer files, and the encrypted
chats, are right already. Anything that is not the bytes of valid UTF-8 is left as it is.
"""

from __future__ import annotations

from functools import lru_cache

from crm.importers.kit.text import clean_value

LONG = 500
"""Characters that no name has; longer ones must not fill the cache."""


def repair(text: str) -> str:
    """Return a text, or a key, of Meta's JSON as it was written by a person. Mending twice changes nothing
    that people write.
    """
    if text.isascii() and "\0" not in text:
        return text  # as `clean_value` would
    try:
        return clean_value(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return clean_value(text)


def repaired_name(name: str) -> str:
    """Return a name as `repair` does; a chat repeats the same few in every message."""
    return _repaired_name(name) if len(name) < LONG else repair(name)


_repaired_name = lru_cache(maxsize=4096)(repair)
