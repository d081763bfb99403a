"""Whom a sentence such as "Ann Smith commented on Bob Jones's post." is about, in nine languages.

The decision to know: the sentence is all there is, and a page or a group in it looks like a person. So a name
is taken for a person's where the export shows elsewhere that it is (a friend, somebody in a chat, somebody
tagged); a stranger is believed only as the author of a comment. Everything else is nobody in particular.

The sentences are those of the export in English and Danish as Waultar quotes them, and of the activity log in
the other languages; a sentence in words we do not know is searched for the name of somebody known.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crm.importers.facebook.people import People

_LONGEST = 600
_MOST_WORDS = 5
_CACHED = 20_000

_COMMENT = (
    "comment|reply|Kommentars?|Antwort|commentaire|réponse|comentario|respuesta|commento|risposta|comentário|resposta"
    "|opmerking|reactie|antwoord|kommentar|svar|komentarz|odpowiedź"
)
# Of several words first: a "photo de profil" is no photo of somebody called Profil.
_OBJECTS = (
    "foto del perfil|foto do perfil|immagine del profilo|linha do tempo|photo de couverture"
    "|photo de profil|cover photo|life event|live video|oś czasu|profile picture|zdjęcie profilowe"
    "|activity|afstemning|album|Albums?|ankietę|Beitrags?|bericht|billede|biografía|check-in|Chronik"
    "|cronologia|diario|encuesta|enlace|Erinnerung|estado|event|film|foto|Fotos?|fundraiser|GIF"
    "|herinnering|journal|lien|ligação|link|Links?|media|memory|minde|note|opdatering|opslag|peiling"
    "|photo|poll|post|profielfoto|Profilbild|profilbillede|publicación|publication|publicação"
    "|recuerdo|reel|Reel|relację|ricordo|sondage|sondaggio|souvenir|stato|status|Status|statut|story"
    "|Story|tidslinje|tijdlijn|timeline|Titelbild|Umfrage|update|video|Videos?|vidéo|vídeo"
    "|wspomnienie|zdjęcie|álbum"
)
_REPLIED = re.compile(
    r"\b(replied|geantwortet|antwortete|répondu|respondió|respondido|risposto|respondeu|beantwoord|svarede|svaret"
    r"|odpowiedział)",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"\b(shared|geteilt|teilte|partagé|compartió|condiviso|compartilhou|partilhou|gedeeld|delte|delt|udostępni)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(his|her|their|your|my|its) own\b|\byour (post|photo|comment|timeline)\b|\beigene[nrms]?\b|\bpropre\b"
    r"|\bpropi[oa]\b|\bpropri[oa]\b|\bpróprio\b|\bprópria\b|\beigen\b|\b(?:sit|sin) (?:eget|egen|egne)\b"
    r"|\bswój\b|\bswoje\b|\bswoją\b|\bwłasn"
    r"|\b(?:his|her) (?:post|photo|comment|status|profile picture|cover photo)\b",
    re.IGNORECASE,
)
# "Bob Jones's post in Kiln Lovers": the name stands before what is theirs.
_BEFORE = re.compile(
    rf"(?P<name>\S.*?)(?P<ending>['’]s|['’]|s)\s(?:(?P<comment>{_COMMENT})|(?:{_OBJECTS}))\b(?P<rest>.*)",
)
# "la publication de Bob Jones": it stands behind.
_BEHIND = re.compile(
    rf"\b(?:(?P<comment>{_COMMENT})|(?:{_OBJECTS}))\s"
    r"(?:von|by|from|de la|de|di|da|do|dos|van|af|fra|użytkownika|użytkowniczki|osoby)\s(?P<name>.+)",
    re.IGNORECASE,
)
_OF_VOWEL = re.compile(rf"\b(?:(?P<comment>{_COMMENT})|(?:{_OBJECTS}))\sd['’](?P<name>\S.*)", re.IGNORECASE)
_VERB = re.compile(
    r"^.*?\b(?:commented on|replied to|liked|likes|loves|reacted to|wrote on|posted (?:on|in|to)|shared|"
    r"hat auf|hat (?:den|das|die|einen|ein)?|gefällt|reagierte auf|har kommenteret(?: på)?|har svaret på|"
    r"svarede på|kommenterede|synes godt om|har reageret på|reagerede på|har delt|delte|har skrevet på)\s+",
    re.IGNORECASE,
)
# What may follow a name that stands last.
_TAIL = re.compile(
    r"\s+(?:kommentiert|geantwortet|reagiert|geteilt|gereageerd|beantwoord|leuk|gedeeld|geplaatst"
    r"|(?:in|im|i|en|dans|nel|no|na|w|på)\s.*|hat\s.*|(?:['’\"„»«].*))\.?$",
)
_WROTE = re.compile(
    r"\s(?:wrote|posted|shared|added|tagged|updated|uploaded|sent|published|created|was|is"
    r"|hat|schrieb|postete|teilte|a|escribió|publicó|compartió|ha|escreveu|publicou|compartilhou|partilhou"
    r"|heeft|schreef|plaatste|har|skrev|delte|napisał\(?a?\)?|opublikował\(?a?\)?|udostępnił\(?a?\)?"
    r"|zamieścił\(?a?\)?)\s"
)
_WITH = re.compile(r"\s(?:with|mit|avec|con|com|met|sammen med|med|z)[:\s]\s*(?P<names>.+)")
_AND = re.compile(r",\s+|\s(?:and|und|et|y|e|en|og|i)\s")
_AT = re.compile(r"\s(?:at|bei|hier|à|en|a|em|bij|ved|hos|w)[:\s].*$")
_WORD = re.compile(r"\S+")
_EDGE = '"“”„»«(),.;:!?'
_PERSON = re.compile(
    r"[^\W\d_][\w.’'-]*"
    r"(?: (?:(?:von|van|de|der|den|da|di|la|le|el|bin|al|zu|ten|ter|dos) )*[^\W\d_][\w.’'-]*){1,3}"
)


class Found(NamedTuple):
    """What a sentence says."""

    name: str | None
    """The person it is about; None where nobody can be named with reason."""
    is_own: bool
    """It is about something of the user's own."""
    is_reply: bool
    is_share: bool


class Titles:
    """Reads the sentences of one export."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._cache: dict[str, Found] = {}
        # The longest first, so that "Ann Smith" does not cut "Ann Smith-Jones" short.
        self._me = sorted(people.me, key=len, reverse=True)
        self.believes_strangers = not people.friends
        """An export without a list of friends: a stranger's post may be a friend's."""

    def read(self, title: str | None) -> Found:
        """Return whom a sentence about the user's own act is about."""
        if not title:
            return Found(None, False, False, False)
        found = self._cache.get(title)
        if found is None:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            found = self._cache[title] = self._read(" ".join(title[:_LONGEST].split()))
        return found

    def author(self, title: str | None) -> str | None:
        """Return who did what a sentence tells ("Bob Jones wrote on your timeline."), if not the user."""
        if not title:
            return None
        title = " ".join(title[:_LONGEST].split())
        words = title.split(" ")
        for count in range(min(_MOST_WORDS, len(words)), 0, -1):
            name = " ".join(words[:count])
            if self._people.is_known(name):
                return None if self._people.is_me(name) else name
        match = _WROTE.search(title)
        name = title[: match.start()] if match else ""
        return name if _PERSON.fullmatch(name) and not self._people.is_me(name) else None

    def companions(self, title: str | None) -> list[str]:
        """Return with whom the user was, as a post says ("Ann Smith is with Bob Jones and Cy Ono.")."""
        match = _WITH.search(self._without_me(" ".join((title or "")[:_LONGEST].split()))) if title else None
        names = _AND.split(match["names"].rstrip(".")) if match else []
        found = []
        for name in names:
            person = name if self._people.is_known(name) else _TAIL.sub("", _AT.sub("", name))
            if self._people.is_known(person) or _looks_like_a_person(person):
                found.append(person)
        return [name for name in found if name.casefold() not in self._people.pages]

    def first_name_in(self, text: str) -> str | None:
        """Return the known person whose full name a comment begins with: whom it answers."""
        words = text[:200].split(" ", _MOST_WORDS)[:_MOST_WORDS]
        for count in range(len(words), 1, -1):
            name = " ".join(words[:count]).rstrip(_EDGE)
            if self._people.is_known(name) and not self._people.is_me(name):
                return name
        return None

    def _read(self, title: str) -> Found:
        said = self._without_me(title)
        reply, share = _REPLIED.search(said) is not None, _SHARED.search(said) is not None
        found = self._by_pattern(said)
        if found is not None:
            name, is_comment = found
            if self._people.is_me(name):
                return Found(None, True, reply, share)
            return Found(self._person(name, is_comment, reply), False, reply, share)
        if _OWN.search(said):
            return Found(None, True, reply, share)
        return Found(self._known_in(said), False, reply, share)

    def _without_me(self, title: str) -> str:
        folded = title.casefold()
        for name in self._me:
            if folded.startswith(name) and len(folded) == len(title):
                return title[len(name) :].strip()
        return title

    def _by_pattern(self, said: str) -> tuple[str, bool] | None:
        """Return the name in a sentence, and whether it is that of the author of a comment."""
        if _OWN.search(said):
            return None
        match = _BEFORE.search(_VERB.sub("", said, count=1).rstrip("."))
        if match:
            name = match["name"]
            if match["ending"] == "s" and (name.endswith(" ") or self._people.is_known(f"{name}s")):
                name = f"{name}s"
            return self._shortened(name), match["comment"] is not None
        match = _OF_VOWEL.search(said) or _BEHIND.search(said)
        if match is None:
            return None
        name = match["name"].rstrip(".")
        if not self._people.is_known(name):
            name = _TAIL.sub("", name)
        return name.strip(_EDGE + " "), match["comment"] is not None

    def _shortened(self, name: str) -> str:
        """Cut off an article or another word that the verb left before a name ("the photo of ...")."""
        words = name.split(" ")
        for start in range(len(words)):
            if self._people.is_known(" ".join(words[start:])):
                return " ".join(words[start:])
        return name

    def _person(self, name: str, is_comment: bool, is_reply: bool) -> str | None:
        people = self._people
        if people.is_known(name):
            return name
        believed = is_comment or is_reply or self.believes_strangers
        if not believed or name.casefold() in people.pages:
            return None
        return name if _looks_like_a_person(name) else None

    def _known_in(self, said: str) -> str | None:
        """Return the one known person whose full name stands in a sentence, in whatever language."""
        words = [word.strip(_EDGE) for word in _WORD.findall(said)]
        found: dict[str, str] = {}
        for start in range(len(words)):
            for count in range(min(_MOST_WORDS, len(words) - start), 1, -1):
                name = self._known(" ".join(words[start : start + count]))
                following = words[start + count] if start + count < len(words) else ""
                # a capital behind it: the name of something longer, a group perhaps
                if name is not None and not following[:1].isupper():
                    found[name.casefold()] = name
                    break
        return next(iter(found.values())) if len(found) == 1 else None

    def _known(self, name: str) -> str | None:
        for form in (name, re.sub(r"['’]?s$|['’]$", "", name)):
            if self._people.is_known(form) and not self._people.is_me(form):
                return form
        return None


def _looks_like_a_person(name: str) -> bool:
    """Say whether this is two to four words, the first and the last with a capital, where there are any."""
    if not _PERSON.fullmatch(name):
        return False
    words = name.split(" ")
    return not (words[0][0].islower() or words[-1][0].islower())
