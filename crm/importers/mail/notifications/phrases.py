"""Subjects written down as people read them: `{name} (@{handle}) mentioned you on Twitter`."""

from __future__ import annotations

import re
from functools import lru_cache

_PLACES = {
    "{name}": r"(?P<name>\S(?:.{0,98}?\S)?)",
    "{handle}": r"(?P<handle>[\w.-]{1,64})",
    "{any}": r".{0,300}?",
    "{post}": r"(?:posts?|Posts?|status(?:es)?|status update|update|updates|photos?|pictures?|videos?|links?"
    r"|albums?|reels?|stor(?:y|ies)|articles?|notes?|activity|timeline photo|cover photo|profile picture)",
    "{beitrag}": r"(?:Beitr(?:ag|äge)|Status(?:meldung)?|Fotos?|Bild|Videos?|Links?|Album|Reels?|Story"
    r"|Artikel|Notiz|Aktivität|Profilbild|Titelbild)",
}
_PLACE = re.compile(r"(\{[a-z]+\})")
_AND_MORE = re.compile(
    r",.*\b(?:and|und|et|y|e|en|och)\b|\b(?:and|und|et|y|e|en|och|&)\s+\S*\d|\b\d+ (?:others?"
    r"|weitere|autres|otros)\b"
    r"|\b(?:and|und) (?:others|another|weitere|andere)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def _compiled(template: str) -> re.Pattern[str]:
    parts = [
        _PLACES[part] if part in _PLACES else re.escape(part).replace(r"\ ", r"\s+")
        for part in _PLACE.split(template)
    ]
    return re.compile("".join(parts) + r"\s*[.!:…]*", re.IGNORECASE)


def match_any(templates: tuple[str, ...], text: str) -> re.Match[str] | None:
    """Return the match of the first template that a whole text has the form of, or None."""
    for template in templates:
        found = _compiled(template).fullmatch(text)
        if found:
            return found
    return None


def names_several(name: str) -> bool:
    """Say whether what stands where a name should is several people ("Ada Byron and 3 others")."""
    return _AND_MORE.search(name) is not None


def group(match: re.Match[str], name: str) -> str | None:
    """Return a named group of a match, or None where its template has none."""
    return match.groupdict().get(name)
