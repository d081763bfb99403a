"""Whose mailbox it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from mail_messages import NOBODY, Read, acts, extract, mbox, message, own, read_mbox

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    Owner,
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return partial(read_mbox, tmp_path)


def test_delivered_to_says_who_you_are(read: Read) -> None:
    records = read(message(Delivered_To="mira@example.org"), owner=NOBODY)
    assert own(records) == {"mira@example.org"}


def test_only_the_last_delivery_counts_and_no_list(read: Read) -> None:
    records = read(
        message(Delivered_To="mira@example.org\nDelivered-To: poets@lists.example.org"),
        message(number=2, Delivered_To="mailing list poets@example.com"),
        message(number=3, Delivered_To="list@googlegroups.com"),
        owner=NOBODY,
    )
    assert own(records) == {"mira@example.org"}


def test_an_address_to_which_little_was_delivered_is_not_yours(read: Read) -> None:
    messages = [message(number=number, Delivered_To="mira@example.org") for number in range(30)]
    copied = message("mira@example.org", "bo@example.com", number=99, Delivered_To="bo@example.com")
    records = read(*messages, copied, owner=NOBODY)
    assert own(records) == {"mira@example.org"}
    assert acts(records)[-1].direction is Direction.OUT


@pytest.mark.parametrize(
    "label",
    ["Sent", "Gesendet", "Envoyés", "Messages envoyés", "Enviados", "Posta inviata", "Inviati", "Verzonden",
     "Enviada", "Wysłane", "Skickat", "Sendt", "送信済みメール"],
)  # fmt: skip
def test_the_sender_of_sent_messages_is_you_in_every_language(tmp_path: Path, label: str) -> None:
    sent = mbox(message("Mira <old@example.org>", "ada@example.net"))
    (tmp_path / f"{label}.mbox").write_bytes(sent)
    assert own(extract(tmp_path / f"{label}.mbox", NOBODY)) == {"old@example.org"}
    labelled = message("Mira <old@example.org>", "ada@example.net", X_Gmail_Labels=f"Important,{label}")
    (tmp_path / "All.mbox").write_bytes(mbox(labelled))
    assert own(extract(tmp_path / "All.mbox", NOBODY)) == {"old@example.org"}


def test_a_letter_filed_among_the_sent_ones_does_not_make_its_writer_you(read: Read) -> None:
    mine = [message("mira@example.org", "ada@example.net", number=number) for number in range(8)]
    records = read(*mine, message("Ada <ada@example.net>", number=9), owner=NOBODY, name="Sent.mbox")
    assert own(records) == {"mira@example.org"}
    assert acts(records)[-1].direction is Direction.IN


def test_else_the_address_that_all_messages_share_is_yours(read: Read) -> None:
    records = read(
        message("ada@example.net"),
        message("bo@example.com", number=2),
        message("mira@example.org", "cem@example.com", number=3),
        owner=NOBODY,
    )
    assert own(records) == {"mira@example.org"}
    assert [act.direction for act in acts(records)] == [Direction.IN, Direction.IN, Direction.OUT]


def test_when_two_addresses_share_everything_you_are_asked(read: Read) -> None:
    with pytest.raises(ExportError) as caught:
        read(message(), message("mira@example.org", "ada@example.net", number=2), owner=NOBODY)
    assert "cannot tell which address" in caught.value.message
    assert "--as you@example.org" in (caught.value.hint or "")
    assert "ada@example.net, mira@example.org" in (caught.value.hint or "")


def test_an_address_of_yours_that_is_not_in_it_is_named_in_the_error(read: Read) -> None:
    messages = (message(), message("mira@example.org", "ada@example.net", number=2))
    with pytest.raises(ExportError, match=r"yours; mira@exampel\.org is not in it"):
        read(*messages, owner=Owner(stated="mira@exampel.org"))


@pytest.mark.parametrize("stated", ["mira@example.org", "email:Mira@Example.org", "Mira Lünd", "mira lund"])
def test_you_can_say_who_you_are_by_address_or_name(read: Read, stated: str) -> None:
    messages = (message(), message("Mira Lünd <mira@example.org>", "ada@example.net", number=2))
    records = read(*messages, owner=Owner(stated=stated))
    assert own(records) == {"mira@example.org"}
    assert [act.direction for act in acts(records)] == [Direction.IN, Direction.OUT]


def test_a_mailbox_of_an_unknown_address_of_yours_is_not_read_the_wrong_way_round(read: Read) -> None:
    elsewhere = Owner(identities=frozenset({("email", "mira@elsewhere.example")}))
    with pytest.raises(ExportError):
        read(message(), message("mira@example.org", "ada@example.net", number=2), owner=elsewhere)
