"""Names taken apart into words that can be compared, whatever script, order or decoration they come in.

"Dr. Byron, Ada 🦊 (she/her)", "ADA BYRON | Kiln & Ink" and "Ада Байрон" all give two words. Which of them
is the family name is not decided: half the world writes it first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

from crm.domain.matching import nicknames
from crm.domain.matching.sounds import skeleton, sound
from crm.domain.matching.wordlists import paired, words
from crm.domain.text import folded

Latin = Callable[[str], str]
"""Writes any script in ASCII letters."""

_MOST_WORDS = 5
_LONGEST = 120
_BRACKETS = re.compile(r"[(\[{<«]([^)\]}>»]*)[)\]}>»]")
_ASIDE = re.compile(r"\s+[|•·—–~/@]\s*|\s+-\s+|[|•]|\s+(?:at|from|aka|c/o)\s+|:\s", re.IGNORECASE)
_SPLIT = re.compile(r"[^\w'’´`]+|_+")
_APOSTROPHES = re.compile(r"['’´`]")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")
_DIGITS = re.compile(r"\d+")
_HAN = re.compile("[\u3400-\u9fff]{2,4}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,4}")
_ORGANISATION = re.compile(
    r"[&+]|\b(?:gmbh|ltd|inc|llc|studio|shop|team|verlag|club|verein|magazine|podcast|news|official|blog|"
    r"records|books|press|kollektiv|collective|museum|institut|university|family|familie|familia|famille|"
    r"famiglia)\b",
    re.IGNORECASE,
)
_TITLES = words(
    "dr prof professor phd mba md mr mrs ms miss mx herr frau ing dipl jr sr ii iii iv msc bsc ma ba "
    "mag med sir dame rev lic dra sra sres sr. don doña esq cpa pmp llm dds ra habil mme mlle m"
)
_PARTICLES = words(
    "von van vom zu zum zur de der den del della di da dos das do du la le los las el al bin ibn abu "
    "ben bint af av ter ten e y und and the"
)
_PRONOUNS = words("she her hers he him his they them theirs er ihm sie ihr elle il lui ella el")

# Characters say nothing about how they are read in Japanese; these are the commonest family names only.
_JAPANESE = paired(
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 "
    "井上 木村 林 斎藤 清水 "
    "山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本",
    "sato suzuki takahashi tanaka ito watanabe yamamoto nakamura kobayashi kato yoshida yamada sasaki "
    "yamaguchi matsumoto inoue kimura hayashi saito shimizu yamazaki mori ikeda hashimoto abe ishikawa "
    "yamashita nakajima ishii ogawa maeda okada hasegawa fujita goto kondo murakami endo aoki sakamoto",
)
_KOREAN = paired(
    "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 유 홍 전 문 손 양 배 백 허 남 노",
    "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu yoo hong "
    "jeon moon son yang bae baek heo nam noh",
)


class Word(NamedTuple):
    """One word of a name."""

    text: str
    """In plain letters, lower case."""
    sound: str
    bones: str
    """The sound without vowels."""
    groups: frozenset[int]
    """Which groups of short names it belongs to."""


class Name(NamedTuple):
    """A name as it is compared."""

    words: tuple[Word, ...]
    person: bool
    """It looks like somebody's name, not like that of a firm, a family or a blog."""
    number: int
    """The same for the same words, for remembering comparisons."""
    full: bool
    """It has two whole words or more."""
    known: bool
    """One of its words is a well-known first name."""
    common: bool
    """It is a well-known first name with a well-known family name, such as many people have."""


class Reader:
    """Takes names apart; keeps the words it has seen, because most names share them."""

    def __init__(self, latin: Latin) -> None:
        self._latin = latin
        self._words: dict[str, Word] = {}
        self._names: dict[tuple[bool, tuple[str, ...]], Name] = {}
        self._groups: dict[str, set[int]] = {}
        for number, group in enumerate(nicknames.groups()):
            for name in group:
                self._groups.setdefault(sound(self._plain(name)), set()).add(number)
        self.common_first = frozenset(sound(self._plain(name)) for name in nicknames.common_first())
        self.common_last = frozenset(sound(self._plain(name)) for name in nicknames.common_last())

    def is_first_name(self, key: str) -> bool:
        """Say whether a sound is that of a well-known first name."""
        return key in self._groups or key in self.common_first

    def word(self, text: str) -> Word:
        """Return a word of plain letters with what is compared of it."""
        known = self._words.get(text)
        if known is None:
            key = sound(text) or text
            known = Word(text, key, skeleton(key), frozenset(self._groups.get(key, ())))
            self._words[text] = known
        return known

    def read(self, written: str) -> Name | None:
        """Take a name apart; None where nothing of a name is in it."""
        written = unicodedata.normalize("NFKC", written[:_LONGEST])
        person = _ORGANISATION.search(written) is None
        main = _ASIDE.split(_turned(_BRACKETS.sub(_kept_aside, written)).strip(), maxsplit=1)[0]
        pieces = [piece for piece in _SPLIT.split(main) if piece]
        if len(pieces) == 1 and not pieces[0].isupper():
            pieces = _CAMEL.split(pieces[0])
        texts = [text for piece in pieces for text in self._spelt(piece)]
        kept = [text for text in texts if text not in _TITLES and text not in _PARTICLES]
        kept = list(dict.fromkeys(kept or texts))[:_MOST_WORDS]
        if not kept:
            return None
        return self.name(kept, person)

    def name(self, texts: Iterable[str], person: bool = True) -> Name:
        """Return the name that some words of plain letters make."""
        key = person, tuple(texts)
        known = self._names.get(key)
        if known is None:
            words = tuple(self.word(text) for text in key[1])
            full = sum(len(word.text) > 1 for word in words) > 1
            is_known = any(self.is_first_name(word.sound) for word in words)
            common = any(
                self.is_first_name(one.sound) and another.sound in self.common_last
                for one in words
                for another in words
                if one is not another
            )
            known = self._names[key] = Name(words, person, len(self._names), full, is_known, common)
        return known

    def _spelt(self, piece: str) -> list[str]:
        """Write one piece of a name in plain letters; East Asian names without a blank are two words."""
        if piece.isascii():
            text = _DIGITS.sub("", _APOSTROPHES.sub("", piece)).lower()
            return [text] if text else []
        if _HANGUL.fullmatch(piece):
            rest = self._plain(piece[1:])
            return [_KOREAN.get(piece[0]) or self._plain(piece[0]), rest]
        if _HAN.fullmatch(piece):
            return self._han(piece)
        text = self._plain(_APOSTROPHES.sub("", piece))
        return [text] if text else []

    def _han(self, piece: str) -> list[str]:
        for length in (3, 2, 1):
            family = _JAPANESE.get(piece[:length])
            if family:
                return [part for part in (family, self._plain(piece[length:])) if part]
        return [self._plain(piece[0]), self._plain(piece[1:])]

    def _plain(self, text: str) -> str:
        text = folded(text)
        if not text.isascii():
            text = self._latin(text).lower()
        return "".join(c for c in text if "a" <= c <= "z")


def _kept_aside(found: re.Match[str]) -> str:
    """Keep a single word in brackets, which is mostly a short name; pronouns and the rest go."""
    inner = found[1].strip()
    return f" {inner} " if inner.isalpha() and inner.casefold() not in _PRONOUNS else " "


def _turned(name: str) -> str:
    """Turn "Byron, Ada" round; what follows a comma may also be titles, which go."""
    head, comma, tail = name.partition(",")
    if not comma:
        return name
    rest = [word for word in _SPLIT.split(tail) if word and word.casefold() not in _TITLES]
    if not rest or "," in tail or len(rest) > 3:
        return head
    return f"{' '.join(rest)} {head}"
