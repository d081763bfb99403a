"""What the title of a column says it holds, in the languages of `words.csv`.

The decision to know: a title is understood whole, or not at all. `E-mail (work)` is an e-mail address with a
word for it, `Phone model` is nothing; a column wrongly read does more harm than one the user has to name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from crm.domain.columns import LABELLED, PROFILE, Field, field_named, is_account
from crm.domain.text import folded

_SEPARATOR = " ::: "
_NOT_WORDS = re.compile(r"[^\w]+|_+")
_NUMBER = re.compile(r"\d{1,2}|\d(?:st|nd|rd|th)")
_BEFORE_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 80
_MOST_WORDS = 8
_FILLERS = frozenset(
    {
        *("contact", "contacts", "person", "customer", "client", "member", "their", "your", "the", "primary"),
        *(
            "main",
            "preferred",
            "value",
            "kontakt",
            "kunde",
            "kunden",
            "mitglied",
            "contacto",
            "contatto",
            "nr",
        ),
    }
)
_OF_ACCOUNTS = frozenset(
    {
        *(
            "handle",
            "username",
            "user",
            "name",
            "nickname",
            "account",
            "id",
            "url",
            "link",
            "profile",
            "page",
        ),
        *("profil", "konto", "benutzername", "compte", "cuenta", "usuario", "profilo", "perfil", "address"),
        *("number", "nummer"),
    }
)
_LABELS = {
    "work": (
        *("work", "business", "office", "company", "professional", "geschaftlich", "dienstlich", "arbeit"),
        *("beruflich", "buro", "firma", "bureau", "professionnel", "professionnelle", "travail", "trabajo"),
        *("oficina", "werk", "zakelijk", "ufficio", "lavoro", "trabalho", "comercial", "jobb", "arbete"),
        *("arbeid", "arbejde", "tyo", "sluzbowy", "pracovni", "munkahelyi", "рабочий", "勤務先", "会社"),
    ),
    "home": (
        *("home", "private", "personal", "privat", "zuhause", "domicile", "personnel", "personnelle"),
        *("casa", "particular", "prive", "thuis", "abitazione", "privato", "residencial", "hem", "hjemme"),
        *("koti", "domowy", "domaci", "otthoni", "домашний", "личный", "自宅"),
    ),
    "mobile": ("mobile", "cell", "handy", "mobil", "portable", "movil", "mobiel", "cellulare", "celular"),
    "fax": ("fax", "telefax"),
    "other": ("other", "alternative", "second", "secondary", "weitere", "andere", "autre", "otro", "altro"),
}
_LABEL_OF = {word: label for label, words in _LABELS.items() for word in words}
_ONLY_PHONES = frozenset({"mobile", "fax"})


def plain(title: str) -> str:
    """Return a title for comparing: lower case, without accents and punctuation."""
    return " ".join(_NOT_WORDS.sub(" ", folded(title[:_LONGEST])).split())


@cache
def _known() -> Mapping[str, Field]:
    """Return the field of every known title; without its blanks as well (`firstname`, `Emailaddress`)."""
    text = resources.files(__package__).joinpath("words.csv").read_text("utf-8")
    known: dict[str, Field] = {}
    for row in csv.DictReader(text.splitlines()):
        field = field_named(row["field"])
        if field is None:
            raise ValueError(row["field"])
        for word in map(plain, row["words"].split(_SEPARATOR)):
            known.setdefault(word, field)
            known.setdefault(word.replace(" ", ""), field)
    plurals = {f"{word}s": field for word, field in known.items() if field.name in ("email", "phone")}
    return {**plurals, **known}


@lru_cache(maxsize=4096)
def field_of(title: str) -> Field | None:
    """Return what a column of this title holds, or None when the title does not say."""
    found = _field(plain(title))
    if found is None and _BEFORE_CAPITAL.search(title):  # `homePhone`, but also `LinkedIn`
        found = _field(plain(_BEFORE_CAPITAL.sub(" ", title)))
    return found


def _field(words: str) -> Field | None:
    known = _known()
    if words in known:
        return known[words]
    parts = [word for word in words.split() if not _NUMBER.fullmatch(word)][:_MOST_WORDS]
    return known.get(" ".join(parts)) or _account(parts) or _labelled(parts)


def _account(words: list[str]) -> Field | None:
    """Return the platform of `Twitter handle` or `LinkedIn profile URL`."""
    bare = [word for word in words if word not in _OF_ACCOUNTS] or words
    field = field_named(" ".join(bare))
    return field if field is not None and (is_account(field) or field.name == PROFILE) else None


def _labelled(words: list[str]) -> Field | None:
    """Return the field of `E-mail (work)` or `Telefon privat 2`, with the word that is beside it."""
    known = _known()
    bare = [word for word in words if word not in _FILLERS]
    if bare != words and (field := known.get(" ".join(bare))) is not None:
        return field
    labels = [label for word in bare if (label := _LABEL_OF.get(word)) is not None]
    rest = [word for word in bare if word not in _LABEL_OF]
    if not labels:
        return None
    label = " ".join(dict.fromkeys(label for label in labels if label != "other" or len(labels) == 1))
    if not rest and _ONLY_PHONES & set(labels):
        return Field("phone", label)
    field = known.get(" ".join(rest))
    if field is None or field.name not in LABELLED:
        return None
    return Field(field.name, " ".join(dict.fromkeys(f"{label} {field.label}".split())))
