"""The words of a message: the right part, decoded, without history, and nothing a person wrote lost."""

from __future__ import annotations

import base64
import quopri
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.mail.bodies import TEXT_LIMIT, words_of
from crm.importers.mail.headers import scan_fields
from crm.importers.mail.quotes import html_without_history, own_words

FIELDS = frozenset((b"content-type", b"content-transfer-encoding"))


def words(head: str, body: str | bytes, *, escaped: bool = False) -> str:
    data = body.encode() if isinstance(body, str) else body
    return words_of(scan_fields(head.encode(), FIELDS), data, escaped=escaped)


def part(kind: str, body: str, more: str = "") -> str:
    return f"--b\nContent-Type: {kind}\n{more}\n{body}\n"


MIXED = "Content-Type: multipart/mixed; boundary=b"


# Which part, and how it is decoded


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", "plain\r\nlines\r\n", "plain\nlines"),
        ("Content-Type: text", "so old that it has no subtype", "so old that it has no subtype"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
         "Gr=C3=BC=\n=C3=9Fe", "Grüße"),
        ('Content-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: base64',
         base64.encodebytes("Grüße".encode("latin-1")).decode(), "Grüße"),
        ("Content-Transfer-Encoding: base64", "R3L8*c3Nl", "Grüsse"),
        ("Content-Type: TEXT/HTML", "<p>Hello <b>there</b></p><script>x</script>", "Hello there"),
        ("Content-Type: text/plain; format=flowed; delsp=yes", "Brenn \nofen\n> quoted \n> x\nend",
         "Brennofen\nend"),
        ("Content-Type: text/plain; format=flowed", "one \ntwo\n \n>x\n-- \nAda", "one two"),
        ("Content-Type: image/png", "iVBORw0KGgo=", ""),
        ("Content-Type: application/pgp-encrypted", "Version: 1", ""),
    ],
)  # fmt: skip
def test_single_parts_are_decoded(head: str, body: str, expected: str) -> None:
    assert words(head, body) == expected


def test_the_first_text_that_is_no_attachment_counts() -> None:
    body = (
        "preamble\n"
        + part("image/jpeg", "AAAA")
        + part("text/plain; name=log.txt", "a log", 'Content-Disposition: attachment; filename="log.txt"\n')
        + part("text/calendar", "BEGIN:VCALENDAR")
        + part("text/plain", "  \n")
        + part("text/html", "<p>words</p>")
        + part("text/plain", "a footer of the list")
        + "--b--\nepilogue\n"
    )
    assert words(MIXED, body) == "words"


def test_parts_inside_parts_are_found_and_attached_messages_are_not() -> None:
    inner = "--i\nContent-Type: text/plain\n\nfound\n--i\n\n<p>x</p>\n--i--\n"
    forwarded = "From: bo@example.com\nContent-Type: text/plain\n\nsomebody else's words\n"
    body = (
        part("message/rfc822", forwarded)
        + part('multipart/related; boundary="i"', inner)
        + part("text/plain", "later")
        + "--b--"
    )
    assert words(MIXED, body) == "found"
    assert words(MIXED, part("message/rfc822", forwarded) + "--b--") == ""


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: multipart/alternative", "\n--real\nContent-Type: text/plain\n\nwords\n--real--"),
        (
            "Content-Type: multipart/mixed; boundary=gone",
            "--real\r\nContent-Type: text/plain\r\n\r\nwords\r\n--real--",
        ),
        ("Content-Type: multipart/mixed; boundary=gone", "words"),
        (MIXED, "--b\n\nwords\n--b--"),
        (MIXED, "--b\nContent-Type: text/plain\n\nwords"),
        (
            'Content-Type: multipart/mixed;\n boundary = "b "',
            "--b \nContent-Type: text/plain\n\nwords\n--b--",
        ),
    ],
)
def test_broken_boundaries_lose_no_words(head: str, body: str) -> None:
    assert words(head, body) == "words"


def test_two_thousand_parts_inside_each_other_are_no_deeper_than_two() -> None:
    body = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(2000))
    assert words("Content-Type: multipart/mixed; boundary=b0", f"{body}--b2000\n\ndown here\n") == "down here"


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200),
    st.booleans(),
)
def test_what_the_standard_library_writes_is_read(text: str, alternative: bool) -> None:
    message = EmailMessage(policy=SMTP)
    message.set_content(text)
    if alternative:
        message.add_alternative("<p>other</p>", subtype="html")
        message.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="a.bin")
    head, _, body = message.as_bytes().partition(b"\r\n\r\n")
    found = words_of(scan_fields(head, FIELDS), body, escaped=False)
    standard = message.get_body(("plain",))
    assert standard is not None
    plain = own_words(standard.get_content().replace("\r\n", "\n"))
    # a plain part without words of its own says less than the other one
    assert found == (plain or ("other" if alternative else ""))


def test_escaped_from_lines_are_undone_in_mailboxes_only() -> None:
    assert words("", "a\n>From b\n>>From c", escaped=True) == "a\nFrom b"
    assert words("", "a\n>From b", escaped=False) == "a"


def test_only_the_beginning_of_a_long_text_is_kept_and_nothing_unstorable() -> None:
    assert len(words("", "word " * 100_000)) == TEXT_LIMIT
    assert words("", b"a\x00b\xed\xa0\x80c").startswith("ab")
    assert "\x00" not in words("", b"a\x00b")


# History, signatures, footers


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, 4 Mar 2024 at 09:30, Ada Byron <ada@example.net> wrote:\n> old\n>> older",
        "On Mon, 4 Mar 2024 at 09:30, Ada Byron with a long name\n<ada@example.net> wrote:\n\n> old",
        "On 4 Mar 2024, at 09:30, Ada Byron <ada@example.net>\nwrote:\n\n> old",
        "Am Mo., 4. März 2024 um 09:30 Uhr schrieb Ada Byron <\nada@example.net>:\n\n> alt",
        "Am 04.03.24 um 09:30 schrieb Ada:\n> alt",
        "Le lun. 4 mars 2024 à 09:30, Ada <ada@example.net> a écrit :\n> vieux",
        "El lun, 4 mar 2024 a las 9:30, Ada (<ada@example.net>) escribió:\n> viejo",
        "2024年3月4日(月) 9:30 Ada <ada@example.net>:\n> 古い",
        "Ada schrieb:\n> alt",
        "-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: Mira\nSubject: x\n\nold",
        "-----Ursprüngliche Nachricht-----\nVon: Ada\nGesendet: Montag\nAn: Mira\n\nalt",
        "________________________________\nDe : Ada\nEnvoyé : lundi\nÀ : Mira\n\nvieux",
        "*From:* Ada <ada@example.net>\n*Sent:* Monday\n*To:* Mira\n\nold",
        "Von: Ada [mailto:ada@example.net]\nGesendet: Montag, 4. März 2024\nAn: Mira\nBetreff: x\n\nalt",
        "---------- Forwarded message ---------\nFrom: Ada\nDate: Mon\nSubject: x\nTo: Mira\n\nold",
        "On Mon, 4 Mar 2024 at 09:30, Ada <ada@example.net> wrote:\n\nnot even quoted",
        "-- \nMira Lund\nPottery",
        "--\nMira",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Sent from Mail for Windows 10",
        "Envoyé de mon téléphone mobile",
        "Sent via ProtonMail",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "iPhoneから送信",
    ],
)
def test_history_signatures_and_footers_are_taken_away(history: str) -> None:
    assert own_words(f"Yes, gladly.\nAt ten?\n\n{history}\n") == "Yes, gladly.\nAt ten?"


@pytest.mark.parametrize(
    "text",
    [
        "I bring:\n- clay\n- two kilns",
        "From: the heart\nwas the title.",
        "He wrote: come at 10:00.",
        "---\nThe plan\n---\nFirst clay, then fire.",
        "Ratio 3:1, see https://example.org/2024:\nfine",
        "She said -- and I agree -- no.",
        "On Monday we wrote:\nnothing",
        "Sent from the post office in Århus, it took weeks.\nThen it came.",
        "It came by post.\nSent from my heart, with love.",
        "Sent you the pictures by Gmail.",
    ],
)
def test_what_only_looks_like_history_stays(text: str) -> None:
    assert own_words(text) == text


def test_answers_between_quoted_lines_stay() -> None:
    text = "Hi,\n\nOn 4 Mar 2024 at 9:30, Ada wrote:\n> one?\nYes.\n> two?\n\nNo.\n-- \nMira"
    assert own_words(text) == "Hi,\n\nYes.\n\nNo."


def test_a_message_of_nothing_but_history_has_no_words() -> None:
    assert own_words("> one\n> two\n") == ""
    assert own_words(" \n\n") == ""


def test_pgp_armour_is_taken_off_and_ciphertext_is_no_text() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello.\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
    )
    assert own_words(signed) == "Hello."
    assert own_words("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----") == ""


GMAIL = (
    '<div class="gmail_quote"><div class="gmail_attr">On 4 Mar 2024 at 9:30 Ada wrote:<br></div>'
    '<blockquote class="gmail_quote">old <blockquote>older</blockquote></blockquote></div>'
)
MOZILLA = (
    '<div class="moz-cite-prefix">Am 04.03.24 um 09:30 schrieb Ada:<br></div>'
    '<blockquote type="cite" cite="mid:x"><p>alt</p></blockquote>'
)
OUTLOOK = (
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Ada<br>'
    "<b>Sent:</b> Monday<br><b>To:</b> Mira</p></div><p>old</p>"
)


@pytest.mark.parametrize(
    "history",
    [
        GMAIL,
        '<div><br><blockquote type="cite"><div>On 4 Mar 2024, at 9:30, Ada wrote:</div>x</blockquote></div>',
        MOZILLA,
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ada</div><div>old</div>',
        OUTLOOK,
        '<div class="gmail_signature_prefix">-- <br></div><div>Mira</div>',
    ],
)
def test_history_in_html_is_taken_away(history: str) -> None:
    assert words("Content-Type: text/html", f"<div>Yes, gladly.</div>{history}") == "Yes, gladly."


def test_answers_between_quotations_in_html_stay() -> None:
    first, second = "<blockquote type=cite>one?</blockquote>", '<blockquote type="cite">two?</blockquote>'
    body = f"{first}<p>Yes.</p>{second}<p>No.</p>"
    assert words("Content-Type: text/html", body).split() == ["Yes.", "No."]
    poem = "<p>She wrote:</p><blockquote>a poem</blockquote>"
    assert "a poem" in words("Content-Type: text/html", poem)


@given(st.text(st.characters(exclude_characters="\r"), max_size=300))
def test_no_text_breaks_it_and_nothing_is_invented(text: str) -> None:
    assert set(own_words(text).split()) <= set(text.split())
    html_without_history(text)


@given(st.binary(max_size=300), st.sampled_from(["quoted-printable", "base64", "8bit", "x-uuencode"]))
def test_no_bytes_break_it(data: bytes, encoding: str) -> None:
    for head in (f"Content-Transfer-Encoding: {encoding}", MIXED, "Content-Type: text/html; charset=utf-7"):
        assert "\x00" not in words(head, data, escaped=True)
        assert "\x00" not in words(MIXED, b"--b\n" + head.encode() + b"\n\n" + data)


@pytest.mark.parametrize(
    "piece",
    ["<blockquote type=cite>", "<div class=", "--b\n", "> ", "a:\n", "-----", "wrote:\n", "=\n", "\n\n\n"],
)
def test_a_body_of_one_thing_repeated_is_read(piece: str) -> None:
    data = piece * (262_144 // len(piece))
    for head in ("", MIXED, "Content-Type: text/html", "Content-Transfer-Encoding: quoted-printable"):
        assert len(words(head, data)) <= TEXT_LIMIT


def test_quoted_printable_lines_are_joined_as_the_standard_library_does() -> None:
    text = "Grüße, " * 40
    encoded = quopri.encodestring(text.encode()).decode()
    assert words("Content-Transfer-Encoding: quoted-printable", encoded) == text.strip()
