"""Search as you type finds what a reader of every text would find, however common the words are."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm.db.store import Store
from crm.domain.records import InteractionRecord
from crm.services import contacts, editing, searching

MANY = 2600
"""More than are looked at for a long beginning of a word, so that both ways of finding are taken."""


TYPED = ("l", "le", "let", "lett", "letter", "letters", "lettu", "lettuc", "from lette", "kilns", "kind")


def _text(number: int) -> str:
    words = f"{'Letters' if number % 2 else 'létter'} {'lettuce' if number % 900 == 7 else 'let_go'}"
    return f"{number} {words} from the kiln" if number % 3 else f"{number} nothing of that kind"


def _fits(text: str, typed: str) -> bool:
    *whole, begun = typed.split()
    words = re.findall(r"[a-z0-9]+", text.lower().replace("é", "e"))
    return set(whole) <= set(words) and any(word.startswith(begun) for word in words)


def test_the_newest_texts_that_hold_the_words_are_found(
    store: Store, bring: Callable[..., object], act: Callable[..., InteractionRecord]
) -> None:
    texts = [_text(number) for number in range(MANY)]
    bring([act("ada", days_ago=MANY - number, text=text) for number, text in enumerate(texts)])
    for typed in TYPED:
        found = [hit.interaction.text for hit in store.read(searching.search, typed, 600).hits]
        expected = [text for text in reversed(texts) if _fits(text, typed)][:600]
        assert found == (expected if len(typed) > 1 else []), typed  # a letter alone fits nearly everything


def test_in_scripts_without_blanks_a_word_may_begin_anywhere(
    store: Store, bring: Callable[..., object], act: Callable[..., InteractionRecord]
) -> None:
    texts = ["昨日の漢字かな交じり文", "漢字Kilnの窯", "100%漢字_かな", "1000漢字xかな", "kiln"]
    bring([act("ada", days_ago=number, text=text) for number, text in enumerate(texts, start=1)])
    asked = {
        "漢字": texts[:4],
        "かな": [texts[0], *texts[2:4]],
        "漢字kiln": [texts[1]],
        "KILNの 窯": [texts[1]],
    }
    asked |= {"0%漢": [texts[2]], "字_か": [texts[2]], "陶": [], "漢字 窯 文": []}
    for typed, expected in asked.items():
        found = [hit.interaction.text for hit in store.read(searching.search, typed).hits]
        assert found == expected, typed


def test_the_first_of_those_with_the_name_come_before_those_in_whose_notes_it_stands_each_once(
    store: Store,
) -> None:
    for number in range(30):
        store.write(editing.add, f"Kiln {number:02}", ())
    last = store.write(editing.add, "Zoë", ("x:zoe",))
    both = store.read(contacts.find, "Kiln 03")
    store.write(editing.edit, [last, both], editing.Edits(notes="fires the kiln"))
    found = [each.name for each in store.read(searching.search, "kiln").contacts]
    assert found == [*(f"Kiln {number:02}" for number in range(20)), "Zoë"]
    assert [each.name for each in store.read(searching.search, "fires KILN").contacts] == ["Kiln 03", "Zoë"]
