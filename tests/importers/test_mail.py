"""The mail importer as a whole: who acted towards whom, what is left out, what bad messages cost."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import pytest
from mail_messages import Read, acts, extract, left, mbox, message, problems, read_mbox

from crm.domain.records import (
    Direction,
    IdentityRef,
    Kind,
    Owner,
    Precision,
    Problem,
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return partial(read_mbox, tmp_path)


# Who acted towards whom


def test_a_message_to_you_is_from_its_writer(read: Read) -> None:
    (act,) = acts(read(message("Ada Byron <ada@example.net>")))
    assert act.direction is Direction.IN
    assert act.kind is Kind.EMAIL
    assert act.who == IdentityRef("email", "ada@example.net", None, "Ada Byron")
    assert act.external_id == "mail:1@x"
    assert act.at == 1_709_542_860_000_000
    assert act.precision is Precision.SECOND
    assert not act.zone_assumed


def test_what_you_write_is_one_act_towards_each_recipient_but_yourself(read: Read) -> None:
    records = read(
        message(
            "mira@example.org",
            "ada@example.net, Bo <bo@example.com>, mira@example.org",
            Cc="Bo <bo@example.com>, cem@example.com",
            Bcc="dee@example.com",
        )
    )
    assert [(act.who.handle, act.direction, act.kind) for act in acts(records) if act.who] == [
        (address, Direction.OUT, Kind.EMAIL)
        for address in ("ada@example.net", "bo@example.com", "cem@example.com", "dee@example.com")
    ]
    assert acts(records)[0].external_id == "mail:1@x:ada@example.net"


def test_people_copied_into_the_message_of_another_are_not_spoken_with(read: Read) -> None:
    records = read(message(to="mira@example.org, bo@example.com", Cc="cem@example.com"))
    assert [act.who.handle for act in acts(records) if act.who] == ["ada@example.net"]


@pytest.mark.parametrize(("guests", "kind"), [(10, Kind.EMAIL), (11, Kind.GROUP_MESSAGE)])
def test_more_than_ten_recipients_are_a_group(read: Read, guests: int, kind: Kind) -> None:
    recipients = ", ".join(f"guest{number}@example.com" for number in range(guests))
    records = read(message("mira@example.org", recipients))
    assert [act.kind for act in acts(records)] == [kind] * guests
    incoming = ", ".join(["mira@example.org", *recipients.split(", ")[1:]])
    assert [act.kind for act in acts(read(message(to=incoming)))] == [kind]


def test_tagged_and_googlemail_addresses_are_yours_too(read: Read) -> None:
    owner = Owner(identities=frozenset({("email", "mira@gmail.com"), ("email", "mira@example.org")}))
    records = read(
        message("mira+shop@example.org", "ada@example.net"),
        message("mira@googlemail.com", "ada@example.net", number=2),
        message("mirax@gmail.com", "mira@gmail.com", number=3),
        owner=owner,
    )
    assert [act.direction for act in acts(records)] == [Direction.OUT, Direction.OUT, Direction.IN]


def test_a_form_on_your_own_site_is_from_whoever_filled_it_in(read: Read) -> None:
    records = read(
        message("Site <noreply@www.example.org>", Reply_To="Vera <vera@example.com>"),
        message("Site <noreply@elsewhere.example>", Reply_To="Shop <shop@example.com>", number=2),
    )
    assert [act.who.handle for act in acts(records) if act.who] == ["vera@example.com"]
    assert left(records) == {"from no-reply and notification addresses": 1}


def test_the_thread_is_the_root_of_the_references(read: Read) -> None:
    records = read(
        message(),
        message(number=2, References="<root@x> <1@x>", In_Reply_To="<1@x>"),
        message(number=3, In_Reply_To="Your message of Monday <1@x>"),
        message(number=4, X_GM_THRID="1786000000000000001", References="<root@x>"),
    )
    assert [act.thread for act in acts(records)] == [
        "mail:1@x",
        "mail:root@x",
        "mail:1@x",
        "mail:gm:1786000000000000001",
    ]


def test_answers_without_references_join_by_subject_and_people(read: Read) -> None:
    records = read(
        message("mira@example.org", "ada@example.net", Subject="Kiln"),
        message(number=2, Subject="RE: Re[2]: kiln"),
        message("bo@example.com", number=3, Subject="Re: Kiln"),
    )
    first, answer, another = (act.thread for act in acts(records))
    assert first == answer == "mail:1@x"
    assert another != first


# What is left out


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"List_Id": "<poets.example.org>"}, "from mailing lists"),
        ({"Mailing_List": "contact poets-help@example.org; run by ezmlm"}, "from mailing lists"),
        ({"List_Unsubscribe": "<mailto:u@example.org>"}, "newsletters and bulk mail"),
        ({"List_Id": "<x.mail.example>", "List_Unsubscribe": "<https://x>"}, "newsletters and bulk mail"),
        ({"Precedence": "Junk"}, "newsletters and bulk mail"),
        ({"Auto_Submitted": "auto-generated"}, "automatic answers and delivery reports"),
        ({"Precedence": "auto_reply"}, "automatic answers and delivery reports"),
        ({"Return_Path": "<>"}, "automatic answers and delivery reports"),
        ({"Content_Type": "text/calendar; method=REPLY"}, "calendar invitations and answers to them"),
        (
            {"Content_Class": "urn:content-classes:calendarmessage"},
            "calendar invitations and answers to them",
        ),
        ({"X_Gmail_Labels": "Inbox,Spam"}, "in the spam folder"),
        ({"X_Gmail_Labels": "=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,Corbeille?="}, "deleted ones"),
        ({"X_Gmail_Labels": "=?UTF-8?B?5LiL5pu444GN?="}, "drafts"),
        ({"X_Mozilla_Status": "0009"}, "deleted ones"),
    ],
)
def test_what_is_no_letter_is_left_out_and_counted(read: Read, fields: dict[str, str], what: str) -> None:
    records = read(message(**fields), message(number=2))
    assert left(records) == {what: 1}
    assert [act.external_id for act in acts(records)] == ["mail:2@x"]


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@bank.example", "noreply+abc@bank.example", "do_not_reply@bank.example",
        "messages-noreply@x.example", "notifications@x.example", "mailer-daemon@x.example",
        "Postmaster@x.example", "bounce-17@x.example", "nicht-antworten@x.example",
        "ne-pas-repondre@x.example", "calendar-notification@x.example",
    ],
)  # fmt: skip
def test_robots_are_left_out_and_nobody_is_written_to_there(read: Read, address: str) -> None:
    records = read(message(address), message("mira@example.org", address, number=2))
    assert acts(records) == []
    assert left(records) == {
        "from no-reply and notification addresses": 1,
        "by you to lists and no-reply addresses only": 1,
    }


@pytest.mark.parametrize(
    "address", ["bruno.reply@example.com", "info@example.com", "bounty@example.com", "no@reply.example"]
)
def test_people_and_roles_with_names_like_robots_stay(read: Read, address: str) -> None:
    assert [act.who.handle for act in acts(read(message(address))) if act.who] == [address]


def test_harmless_fields_leave_nobody_out(read: Read) -> None:
    records = read(
        message(Auto_Submitted="no", Precedence="normal", Return_Path="<ada@example.net>"),
        message(number=2, X_Gmail_Labels='Inbox,"Trips, Spam and eggs","Sent to the printer",Draft horses'),
    )
    assert len(acts(records)) == 2
    assert left(records) == {}


def test_the_addresses_of_a_list_are_learned_from_its_messages(read: Read) -> None:
    records = read(
        message("mira@example.org", "verse@example.org, ada@example.net", number=2),
        message("poet@example.com", "rhyme@example.org", List_Id="Rhymes <rhyme.example.org>"),
        message("mira@example.org", "rhyme@example.org", number=3),
        message("poet@example.com", "x@example.org", number=4, List_Post="<mailto:verse@example.org>"),
    )
    assert [act.external_id for act in acts(records)] == ["mail:2@x:ada@example.net"]


def test_the_copy_that_came_directly_counts_though_a_list_sent_it_first(read: Read) -> None:
    records = read(message(List_Id="<poets.example.org>"), message())
    assert [act.external_id for act in acts(records)] == ["mail:1@x"]


def test_a_message_in_several_folders_is_read_once(tmp_path: Path) -> None:
    for name in ("Inbox", "Archive", "Kiln"):
        (tmp_path / f"{name}.mbox").write_bytes(
            mbox(message(), message("mira@example.org", "bo@example.com", number=2))
        )
    records = extract(tmp_path)
    assert len(acts(records)) == 2
    assert left(records) == {"further copies of the same message": 4}


def test_messages_without_an_id_are_told_apart_and_known_again(read: Read) -> None:
    one = message(Message_ID="")
    first = [act.external_id for act in acts(read(one, message(Message_ID="", body="Other."), one))]
    assert len(set(first)) == 2
    assert [act.external_id for act in acts(read(one))] == first[:1]


# Bad messages


def test_bad_messages_cost_one_problem_each_and_hide_no_other(read: Read) -> None:
    nested = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(2000))
    records = read(
        message(),
        message(number=2, body="It said:\n\nFrom now on, no more.\nNote: none\n\nFrom me"),
        message(number=3, Date="soon"),
        message(number=4, Content_Type="text/plain; charset=klingon").encode() + b"caf\xe9\n",
        message(
            number=5, Content_Type='multipart/mixed; boundary="b0"', body=f"{nested}--b2000\n\nDown here\n"
        ),
        message(number=6, X_Recipients="\n ".join(f"guest{n}@example.com" for n in range(240_000))),
        "X-Strange: yes\n\nAnd no more.\n",
        message(number=8, From=""),
        message(number=9, From="undisclosed"),
        message(number=10),
    )
    assert [act.external_id for act in acts(records)] == [f"mail:{n}@x" for n in (1, 2, 3, 4, 5, 6, 10)]
    by_id = {act.external_id: act for act in acts(records)}
    assert by_id["mail:2@x"].text == "letter 2\n\nIt said:\n\nFrom now on, no more.\nNote: none\n\nFrom me"
    assert by_id["mail:3@x"].at is None
    assert by_id["mail:3@x"].precision is Precision.UNKNOWN
    assert (by_id["mail:4@x"].text or "").endswith("café")
    assert by_id["mail:5@x"].text == "letter 5\n\nDown here"
    assert [(problem.where, problem.reason) for problem in problems(records)] == [
        ("Inbox.mbox message 7", "has no header"),
        ("Inbox.mbox message 8", "has no sender"),
        ("Inbox.mbox message 9", "has no sender"),
        ("Inbox.mbox message 3", "has no readable date and is kept without a time"),
    ]


def test_what_nobody_foresaw_in_a_message_is_its_problem_only(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("crm.importers.mail.reading.words_of", fail)
    records = read(message())
    assert problems(records) == [Problem("Inbox.mbox message 1", "cannot be read (RuntimeError: unforeseen)")]


def test_a_damaged_file_of_a_maildir_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(3):
            archive.writestr(f"cur/170953996{number}.M1.host!2,S", message(number=number))
    data = path.read_bytes()
    at = data.index(b"letter 1")
    path.write_bytes(data[:at] + b"LETTER 9" + data[at + 8 :])
    records = extract(path)
    assert [act.external_id for act in acts(records)] == ["mail:0@x", "mail:2@x"]
    assert [problem.where for problem in problems(records)] == ["cur/1709539961.M1.host!2,S"]
