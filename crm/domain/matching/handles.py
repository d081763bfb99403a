"""What a handle is made of: its stem without decoration, and the forms in which a name becomes one.

"the.real.ada_byron1815" and "AdaByron" have the stem "adabyron"; "abyron" and "ada_b" are forms of the name
Ada Byron. An account's own domain and an e-mail address's first half are handles like any other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crm.domain.matching.names import Latin, Name
from crm.domain.matching.wordlists import words

_DIGITS = re.compile(r"\d+")
_PIECES = re.compile(r"[^a-z0-9]+")
_HEX_TAIL = re.compile(r"-(?=[0-9a-f]*\d)[0-9a-f]{5,12}$")
_SHORTEST = 3
_SHORTEST_OF_TWO = 3
_DECORATION = words(
    "the real official its im iam i am this is mr mrs ms dr not hey hi hello just only that my writes "
    "writing writer art arts dev codes hq online blog de uk us ch at eu org net com info photo photos "
    "photography foto design music official xo xx"
)
_GLUED = re.compile(
    r"^(?:thereal|theofficial|the|real|its|iam|im|official|mr|mrs|ms|hey|dr)(?=[a-z]{4})"
    r"|(?<=[a-z]{4})(?:official|writes|writer|art|dev|codes|hq|online|blog|photography|photos|photo|foto|design|music)$"
)
ROLES = words(
    "info office contact kontakt hello hi mail admin support sales team press presse service help "
    "noreply no-reply newsletter post postmaster webmaster accounts billing jobs shop redaktion "
    "sekretariat buero familie family familia famille famiglia home house studio"
)
"""First halves of addresses that several people answer to."""
_NO_HANDLES = words("phone sms whatsapp signal web blog addressbook in-person letter")
FREE_MAIL = words(
    "gmail.com googlemail.com yahoo.com hotmail.com outlook.com live.com msn.com icloud.com me.com "
    "mac.com aol.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de posteo.net "
    "mailbox.org proton.me protonmail.com tutanota.com fastmail.com hey.com zoho.com mail.ru yandex.ru "
    "ya.ru bk.ru rambler.ru ukr.net orange.fr free.fr wanadoo.fr laposte.net sfr.fr libero.it "
    "virgilio.it tiscali.it alice.it wp.pl onet.pl o2.pl interia.pl seznam.cz centrum.cz naver.com "
    "daum.net hanmail.net qq.com 163.com 126.com sina.com uol.com.br terra.com.br bol.com.br telia.com "
    "bluewin.ch ymail.com yahoo.co.uk yahoo.de yahoo.fr hotmail.co.uk hotmail.fr hotmail.de hotmail.it "
    "hotmail.es btinternet.com comcast.net verizon.net att.net"
)
"""Where anybody can have an address, so that its domain says nothing."""


class Handle(NamedTuple):
    """A handle as it is compared."""

    written: str
    """What to show."""
    platform: str
    whole: str
    """Letters and digits only."""
    stem: str
    """Without digits and decoration."""
    digits: str
    pieces: tuple[str, ...]
    """Its words, where it has separators."""


def read(platform: str, handle: str, latin: Latin) -> Handle | None:
    """Take a handle apart; None where the platform's handles say nothing (telephone numbers)."""
    if platform in _NO_HANDLES or not handle:
        return None
    local = _local(platform, handle)
    if local is None:
        return None
    if not local.isascii():
        local = latin(local).lower()
    if local.isalpha():  # most are one word, with nothing to take apart
        pieces = letters = [local]
        digits = ""
    else:
        pieces = [piece for piece in _PIECES.split(local) if piece]
        letters = [word for word in (_DIGITS.sub("", piece) for piece in pieces) if word]
        digits = "".join(_DIGITS.findall(local))
    kept = [word for word in letters if word not in _DECORATION] or letters
    stem = "".join(kept)
    stem = _GLUED.sub("", stem) if len(kept) == 1 else stem
    if len(stem) < _SHORTEST:
        return None
    return Handle(handle, platform, "".join(pieces), stem, digits, tuple(kept))


def _local(platform: str, handle: str) -> str | None:
    handle = handle.lower()
    if platform == "linkedin":
        return _HEX_TAIL.sub("", handle)
    if "@" in handle:
        local, _, domain = handle.lstrip("@").partition("@")
        local = local.partition("+")[0]
        if platform == "email" and local in ROLES:
            return None
        return local or domain
    if "." in handle and platform == "bluesky":
        first, second = handle.split(".")[:2]
        return second if first in ("www", "me", "blog", "hi") else first
    return handle


def domain_of(platform: str, handle: str) -> str | None:
    """Return the domain that an address or website lies in, where it says whose it is."""
    if platform == "email":
        domain = handle.rpartition("@")[2].lower()
        return None if domain in FREE_MAIL or "." not in domain else domain
    if platform in ("web", "blog"):
        host = handle.partition("//")[2].partition("/")[0].partition(":")[0].lower()
        return host.removeprefix("www.") or None
    if platform == "bluesky" and not handle.endswith(".bsky.social") and "." in handle:
        return handle.lower()
    return None


def forms(name: Name) -> dict[str, tuple[int, ...]]:
    """Return the stems that a name makes, each with the words of the name that it holds whole.

    Ada Byron: adabyron, byronada, abyron, adab, byrona.
    """
    words = [word.text for word in name.words if len(word.text) > 1]
    if len(words) < 2 or not name.person:
        return {}
    made: dict[str, tuple[int, ...]] = {}
    last = len(words) - 1
    for one, other in ((0, last), (last, 0)):
        first, second = words[one], words[other]
        made.setdefault(first + second, (one, other))
        if len(second) + 1 >= _SHORTEST_OF_TWO:
            made.setdefault(first[0] + second, (other,))
        if len(first) + 1 >= _SHORTEST_OF_TWO:
            made.setdefault(first + second[0], (one,))
    if last > 1:
        made.setdefault("".join(words), tuple(range(last + 1)))
        made.setdefault(words[0] + words[1], (0, 1))
        made.setdefault(words[0] + "".join(word[0] for word in words[1:-1]) + words[-1], (0, last))
    return made
