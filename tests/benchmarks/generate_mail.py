"""Write an mbox of any size, the same for the same seed: `python generate_mail.py OUT --messages 100000`.

It looks like a Gmail Takeout of one person: about a third written by them, half from 400 people in threads,
the rest newsletters, lists and robots. Every twentieth message has an attachment when `--attachment` bytes
are asked for.
"""

from __future__ import annotations

import argparse
import base64
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

ME = "Mira Lund <mira.lund@example.org>"
_FIRST = (
    "Ada Bo Cem Dörte Elif Fynn Grażyna Hugo Inès Jörg Kaja Lucía Måns Nuno Olga Pär Quirin "  # noqa: SIM905
    "Rosa Siân Tomáš".split()
)
_LAST = "Byron Lind Öztürk Park Quist Ray Sand Tveit Umar Vogel Wójcik Young Zeller".split()  # noqa: SIM905
_WORDS = (
    "the kiln print essay a letter garden about and then we met in spring with paper for you Grüße "  # noqa: SIM905
    "of my bread early train to Århus did not quite work but glaze turned out blue thanks so much "
    "tomorrow evening café".split()
)


def _encoded(text: str) -> str:
    if text.isascii():
        return text
    return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="


def _person(chance: random.Random) -> tuple[str, str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    address = (
        f"{first}.{last}".encode("ascii", "ignore").decode().lower() + f"{chance.randrange(9)}@example.net"
    )
    return f"{_encoded(f'{first} {last}')} <{address}>", address


def _sentences(chance: random.Random) -> str:
    lines = [" ".join(chance.choices(_WORDS, k=chance.randint(4, 12))) for _ in range(chance.randint(1, 8))]
    return "\n".join(lines)


def _headers(
    number: int, chance: random.Random, people: list[tuple[str, str]], at: datetime
) -> Iterator[str]:
    kind = chance.random()
    person, address = chance.choice(people)
    subject = _encoded(" ".join(chance.choices(_WORDS, k=4)))
    root = number - number % 7
    incoming = kind >= 0.35
    yield f"X-GM-THRID: {1_500_000_000_000_000_000 + root}"
    yield f"X-Gmail-Labels: {'Inbox,Opened' if incoming else 'Sent'}"
    if incoming:
        yield "Delivered-To: mira.lund@example.org"
        stamp = format_datetime(at + timedelta(seconds=4))
        yield f"Received: by 2002:a05:6402:{number:x} with SMTP id x{number};\n        {stamp}"
        relay = "from mail.example.net (mail.example.net. [192.0.2.9])"
        yield f"Received: {relay}\n        by mx.example.org; {stamp}"
        yield f"Return-Path: <{address}>"
    yield f"Date: {format_datetime(at)}"
    yield f"Message-ID: <{number}.{chance.getrandbits(48):x}@mail.example.net>"
    if number % 7:
        yield f"References: <{root}.root@mail.example.net>\n <{number - 1}.x@mail.example.net>"
        subject = f"Re: {subject}"
    yield f"Subject: {subject}"
    if kind >= 0.85:
        yield f"From: Weekly <news{number % 30}@shop{number % 30}.example.com>"
        yield "List-Unsubscribe: <https://shop.example.com/unsubscribe>"
        yield "Precedence: bulk"
    else:
        yield f"From: {person if incoming else ME}"
    yield f"To: {ME if incoming else person}"
    if chance.random() < 0.1:
        yield f"Cc: {chance.choice(people)[0]}"
    yield "MIME-Version: 1.0"


def write_message(number: int, chance: random.Random, people: list[tuple[str, str]], attachment: int) -> str:
    """Return one message with its `From ` line and the empty line after it."""
    at = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=17 * number + chance.randrange(17))
    head = "\n".join(_headers(number, chance, people, at))
    words = _sentences(chance)
    if number % 3 == 0:
        words += f"\n\nOn {at:%a, %d %b %Y} at {at:%H:%M}, {people[0][1]} wrote:\n\n> " + _sentences(
            chance
        ).replace("\n", "\n> ")
    plain = "Content-Type: text/plain; charset=UTF-8"
    if attachment and number % 20 == 0:
        data = base64.encodebytes(chance.randbytes(attachment)).decode()
        body = (
            f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n{plain}\n\n{words}\n'
            f"--b{number}\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n"
            f'Content-Disposition: attachment; filename="a.jpg"\n\n{data}--b{number}--'
        )
    elif number % 4 == 0:
        html = "<div>" + words.replace("\n", "<br>") + "</div>"
        body = (
            f'Content-Type: multipart/alternative; boundary="b{number}"\n\n--b{number}\n{plain}\n\n{words}\n'
            f"--b{number}\nContent-Type: text/html; charset=UTF-8\n\n{html}\n--b{number}--"
        )
    else:
        body = f"{plain}\n\n{words}"
    return f"From {number}@xxx {at:%a %b %d %H:%M:%S} +0000 {at:%Y}\n{head}\n{body}\n\n"


def generate(path: Path, messages: int, seed: int = 1, attachment: int = 0) -> None:
    """Write an mbox of `messages` messages to `path`; `attachment` is the bytes of every twentieth's."""
    chance = random.Random(seed)
    people = [_person(chance) for _ in range(400)]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(messages):
            file.write(write_message(number, chance, people, attachment))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--attachment", type=int, default=0)
    stated = parser.parse_args()
    generate(stated.path, stated.messages, stated.seed, stated.attachment)
