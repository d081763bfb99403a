"""What is quoted, and what is not: questions and promises in several languages, and in hostile text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.exchanges import Depth
from crm.domain.promises import LANGUAGES, promises
from crm.domain.sentences import LONGEST, cut, sentences
from crm.domain.starters import Deed, first_words, is_worth, left_open, promised, questions, spread

HOUR = 3_600_000_000


def asked(text: str, kind: str = "message") -> list[str]:
    return questions(text, kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Did you ever finish it? I keep thinking.", ["Did you ever finish it?"]),
        ("Hi Ada,\nhow is the kiln doing these days? Fine here.", ["how is the kiln doing these days?"]),
        ("Kommst du am 3. Mai zum Brand? Gruß", ["Kommst du am 3. Mai zum Brand?"]),
        ("Dr. Smith, are you coming along?", ["Dr. Smith, are you coming along?"]),
        ("¿Cómo va el horno? Bien.", ["¿Cómo va el horno?"]),
        ("Hola, ¿vienes al mercado?", ["Hola, ¿vienes al mercado?"]),
        ("窯の調子はどうですか？元気です。また来ますか？", ["窯の調子はどうですか？", "また来ますか？"]),
        ("هل انتهى الفرن الجديد؟ نعم", ["هل انتهى الفرن الجديد؟"]),
        ("Πότε έρχεσαι στο εργαστήριο; Καλά.", ["Πότε έρχεσαι στο εργαστήριο;"]),
        ("Qui vient demain soir ? Moi.", ["Qui vient demain soir ?"]),
        ("What did you say?! I cannot hear.", ["What did you say?!"]),
        ("Are you coming along?😀 Yes", ["Are you coming along?"]),
        ("Have you seen https://example.org/a?b=c?", ["Have you seen https://example.org/a?b=c?"]),
        ("(Did you get the parcel?) Thanks", ["(Did you get the parcel?)"]),
        ("The glaze is finished. You?", ["The glaze is finished. You?"]),
        (
            "- Which clay is it now?\n- How hot does it get?",
            ["Which clay is it now?", "How hot does it get?"],
        ),
        (
            "This line was wrapped by a mail program somewhere in\nits middle, was it not?",
            ["This line was wrapped by a mail program somewhere in its middle, was it not?"],
        ),
    ],
)
def test_a_question_is_quoted_as_it_was_asked(text: str, expected: list[str]) -> None:
    assert asked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Nothing is asked here.",
        "foo; bar; that is code",
        "Just look: https://example.org/search?q=kiln and be glad",
        "https://example.org/?",
        "https://example.org/page?",
        "> Did you ever finish it?\nYes, long ago.",
        "  > Did you ever finish it?\n  >> Really?\nYes.",
        "&gt; Did you ever finish it?\nYes.",
        "```\nx = a ? b : c?\n```\nthat is how",
        "Run `what?` first",
        "<blockquote>Did you ever finish it?</blockquote> Yes.",
        '<a href="page?">see</a> there',
        "Yes.\n-----Original Message-----\nDid you ever finish it?",
        "Yes.\n-- \nWhat is a signature for?",
        '"Are you coming?" she asked me yesterday.',
        "???",
        "? ! ?",
        "",
        "a" * (LONGEST + 50) + " is this the end?",
    ],
)
def test_what_is_no_question_of_theirs_is_not_quoted(text: str) -> None:
    assert asked(text) == []


def test_the_subject_of_an_answered_mail_is_not_their_question() -> None:
    assert asked("Re: Are you coming?\n\nYes, at five.", "email") == []
    assert asked("Re: Are you coming?", "email") == []
    assert asked("Are you coming along?\n\nCall me.", "email") == ["Are you coming along?"]
    assert first_words("Re: The kiln\n\nIt is cold.", "email") == "It is cold."
    assert first_words("Re: The kiln\n\nIt is cold.", "email", subject=True) == "Re: The kiln"


def test_of_many_questions_the_first_three_are_quoted() -> None:
    text = " ".join(f"Is this really question {number}?" for number in ("one", "two", "three", "four"))
    assert len(asked(text)) == 3


YES = {
    "English": [
        "I'll send you the glaze recipe tomorrow.", "I’ll let you know", "I will check and get back to you.",
        "Let me look into it.", "Will send it tonight", "Remind me to bring your book back",
        "I promise to call.",
        "I'm going to ask her about it.",
    ],
    "German": [
        "Ich schicke dir morgen das Rezept.", "Ich melde mich nächste Woche.", "Mache ich!",
        "Das werde ich dir erzählen.", "Morgen rufe ich dich an.", "Ich geb dir Bescheid", "Versprochen.",
        "ich werde es mir noch ansehen",
    ],
    "French": [
        "Je t'enverrai les photos.", "Je m’en occupe.", "Je vais te l'envoyer demain", "Promis !",
        "Je vous rappelle lundi.",
    ],
    "Spanish": ["Te mando las fotos mañana.", "Lo haré.", "Voy a enviarte el libro", "Te lo prometo"],
    "Italian": ["Ti mando le foto stasera.", "Te lo mando domani", "Ti farò sapere.", "Ci penso io"],
    "Portuguese": ["Mando-te as fotos amanhã.", "Vou te enviar o livro", "Vou ver se consigo", "Prometo!"],
    "Dutch": [
        "Ik stuur je het boek.", "Ik zal het even navragen.", "Ik laat het je weten.",
        "Ik kom er nog op terug.",
    ],
}  # fmt: skip


def test_every_language_of_the_tables_has_sentences_here() -> None:
    assert set(YES) == set(LANGUAGES)


@pytest.mark.parametrize("sentence", [one for sentences in YES.values() for one in sentences])
def test_a_promise_is_known_by_its_words(sentence: str) -> None:
    assert promises(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Let me know when you are free.", "I'll be away next week.", "I will not send it.",
        "I'll never get it.",
        "He said she will send it.", "If you like, I'll send you the recipe.", "I have sent it.",
        "The kiln will send you to sleep.", "I thought about your essay.", "You will let me know",
        "Ich schicke dir anbei die Datei.", "Ich schreibe dir, weil ich etwas wissen will.", "Ich werde alt.",
        "Er gibt dir Bescheid.", "Wenn du magst, schicke ich dir das Buch.", "Ich mache mir Sorgen.",
        "Je vous envoie ci-joint le document.", "Je t'écris pour te dire bonjour.", "Je ne t'envoie rien.",
        "Te escribo para preguntarte algo.", "No te mando nada.", "Te mando adjunto el texto.",
        "Ti scrivo perché vorrei sapere.", "Non ti mando niente.", "Não te mando nada.",
        "Ik schrijf je omdat ik iets wil weten.", "Het boek is mooi.", "",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_promise_is_none(sentence: str) -> None:
    assert not promises(sentence)


def test_a_promise_is_one_sentence_and_no_question() -> None:
    text = "Thank you for the print. I'll send you mine on Monday. See you!"
    assert promised(text, "message") == "I'll send you mine on Monday."
    assert promised("Let me check. I'll send it then.", "message") == "I'll send it then."
    assert promised("Shall I send it? Will I send it?", "message") is None
    assert promised("> I'll send it.\nThank you!", "message") is None


def test_an_old_text_is_only_worth_quoting_with_some_words_in_it() -> None:
    assert not is_worth("Thank you!")
    assert not is_worth("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")
    assert is_worth("The kiln eats a forest every week.")
    assert is_worth("窯の火が毎週森を食べてしまう")


def test_an_opening_ends_at_a_sentence_where_there_is_one() -> None:
    assert first_words("Thank you! It eats a forest a week. " + "More. " * 50, "message").endswith(".")
    long = first_words("kiln " * 3_000, "message")
    assert 100 < len(long) <= 240
    assert set(long.split()) == {"kiln"}


HOSTILE = [
    "\u202eDid you see that?\u202c reversed", "Is\u200b\u200b this\u2060 real?",
    "What\u0300\u0301\u0302\u0303 is it?",
    "<b>Are</b> you <i>coming</i>?", "\x1b]0;x\x07Are you there?", "\x01\x02Are you there, really?",
    "x" * 1_000_000, "Are you there? " * 70_000, "? " * 500_000, "<pre" * 250_000, "```" * 333_333,
    "`" * 1_000_000,
    "\n> " * 300_000, "https://" * 125_000, "1. " * 300_000, "-" * 1_000_000, "I'll " * 200_000,
    "ich werde mich " * 70_000, "İ" * 10_000 + "<BLOCKQUOTE>Is it?</BLOCKQUOTE>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_cut_and_never_changed(text: str) -> None:
    plain = " ".join(text.split())
    for said in (*asked(text), first_words(text, "message"), promised(text, "message") or ""):
        assert said in plain
        assert len(said) <= LONGEST


PIECES = st.sampled_from([
    "Are you coming", "?", "？", "؟", ";", ". ", "! ", "\n", "\n\n", " ", "> ", "https://a.example/?x=1",
    "`", "```",
    "<b>", "</b>", "<blockquote>", "</blockquote>", "I'll send it", "ich melde mich", "Πώς είσαι",
    "元気ですか", "…",
    "\u202e", "\u200b", "\x01", "\x02", "\r\n", "\u2028", "-- ", "-----Original Message-----", "', ",
    ", ", ", ",
    "Re: ",
])  # fmt: skip


@given(
    st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join),
    st.sampled_from(["email", "reply"]),
)
def test_every_quotation_is_a_part_of_the_text(text: str, kind: str) -> None:
    plain = " ".join(text.split())
    quoted = [*questions(text, kind), first_words(text, kind), first_words(text, kind, subject=True)]
    for said in (*quoted, promised(text, kind) or ""):
        assert said in plain


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join))
def test_sentences_follow_each_other_and_are_never_empty(text: str) -> None:
    end = 0
    for one in sentences(text):
        assert end <= one.start < one.end <= len(text)
        assert any(character.isalnum() for character in cut(text, one.start, one.end))
        end = one.end


# What is open


def deed(
    hours: float,
    direction: str = "in",
    thread: str | None = "t",
    platform: str = "x",
    kind: str = "message",
    closed: bool = False,
) -> Deed:
    """Make an act, the smaller number being the older one; its id is the hour."""
    return Deed(int(hours), int(hours * HOUR), direction, kind, platform, thread, closed)


def ids(deeds: tuple[Deed, ...]) -> list[int]:
    return [one.id for one in deeds]


def test_what_waits_is_theirs_since_you_last_spoke() -> None:
    deeds = [deed(1), deed(2, "out"), deed(3), deed(4, kind="reaction"), deed(5)]
    assert ids(left_open(deeds, Depth.WORDS, True).owed) == [5, 3]
    assert left_open(deeds, Depth.WORDS, False).owed == ()


def test_nothing_waits_before_an_act_that_needs_no_reply() -> None:
    assert ids(left_open([deed(1), deed(2, closed=True), deed(3)], Depth.WORDS, True).owed) == [3]
    assert left_open([deed(1), deed(2, closed=True)], Depth.WORDS, True).owed == ()
    left = left_open([deed(1), deed(2, closed=True)], Depth.WORDS, False)
    assert ids(left.asked) == [1]
    assert left.answered == ()


def test_a_nod_of_yours_is_an_answer_only_where_nods_count() -> None:
    deeds = [deed(1), deed(2, "out", kind="reaction"), deed(3)]
    assert ids(left_open(deeds, Depth.WORDS, True).owed) == [3, 1]
    assert ids(left_open(deeds, Depth.NOD, True).owed) == [3]


def test_a_question_is_answered_in_its_own_thread() -> None:
    found = left_open([deed(1, thread="a"), deed(2, thread="b"), deed(3, "out", "b")], Depth.WORDS, False)
    assert ids(found.asked) == ids(found.stopped) == [1]
    assert ids(found.answered) == [2]


def test_where_there_are_no_threads_any_word_on_the_platform_answers() -> None:
    assert left_open([deed(1, thread=None), deed(2, "out", "b")], Depth.WORDS, False).asked == ()
    assert left_open([deed(1, thread="a"), deed(2, "out", None)], Depth.WORDS, False).asked == ()
    elsewhere = left_open([deed(1, thread=None), deed(2, "out", None, "email")], Depth.WORDS, False)
    assert ids(elsewhere.asked) == [1]


def test_a_call_answers_everything_and_keeps_every_promise() -> None:
    found = left_open(
        [deed(1), deed(2, "out", "b"), deed(3, "mutual", None, "phone", "call")], Depth.WORDS, False
    )
    assert found.asked == found.stopped == found.said == ()


def test_an_act_of_the_same_moment_answers() -> None:
    assert left_open([deed(1, "out"), deed(1)], Depth.WORDS, False).asked == ()


def test_a_promise_is_open_until_you_did_more_in_the_thread() -> None:
    deeds = [deed(1, "out", "a"), deed(2, "out", "b"), deed(3, "in", "a"), deed(4, "out", "b")]
    assert ids(left_open(deeds, Depth.WORDS, False).said) == [4, 1]


def test_a_thread_stops_at_the_last_of_their_words() -> None:
    deeds = [
        deed(1, thread="a"),
        deed(2, thread="a"),
        deed(3, thread="b"),
        deed(4, "out", "c"),
        deed(5, thread="c"),
    ]
    assert ids(left_open(deeds, Depth.WORDS, False).stopped) == [5, 3, 2]
    assert ids(left_open(deeds, Depth.WORDS, True).stopped) == [3, 2]


def test_what_lies_two_years_before_the_last_word_is_not_open_any_more() -> None:
    deeds = [deed(1, thread="a"), deed(24 * 800, "out", "b")]
    assert left_open(deeds, Depth.WORDS, False).asked == ()


def test_the_first_of_every_group_comes_before_the_second_of_any() -> None:
    assert spread([[1, 2, 3, 4], [], [10, 11], [20]]) == [1, 2, 10, 20, 3, 11, 4]
    assert spread([[], [10, 11], [20]]) == [10, 20, 11]
    assert spread([[], []]) == []
