"""LinkedIn: what the fixtures of each era cannot show one thing at a time."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from linkedin_rows import (
    EXPORTS,
    IN,
    INVITATIONS,
    MESSAGES,
    WITHOUT_RECIPIENTS,
    acts,
    left,
    message,
    mine,
    of_case,
    read,
    write,
)

from crm.domain.errors import ExportError
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Owner,
    PostRecord,
    Precision,
    Problem,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.linkedin import Importer

# ---- ids


def test_the_conversation_quoted_anew_in_2026_has_the_ids_it_had_in_2024() -> None:
    old = acts(of_case("drafts-2024"))
    new = acts(of_case("Complete_LinkedInDataExport_03-20-2026"))
    assert [record.external_id for record in old] == [record.external_id for record in new]
    assert [record.who for record in old] == [record.who for record in new]
    assert "\n" in "".join(record.text or "" for record in new if record.kind is not Kind.FOLLOW)
    assert "\n" not in "".join(record.text or "" for record in old)


def test_columns_added_in_2023_leave_the_ids_as_they_were() -> None:
    old = {record.text: record for record in acts(of_case("nine-columns-2022")) if record.thread}
    new = {record.text: record for record in acts(of_case("recipients-2023")) if record.thread}
    both = old.keys() & new.keys()
    assert len(both) == 3
    assert {text: old[text] for text in both} == {text: new[text] for text in both}


def test_ids_survive_a_closed_account_and_a_changed_address(tmp_path: Path) -> None:
    filler = [message(f"c{n}", "Ada Byron", f"Cy Ono {n}") for n in range(2)]
    before = write(
        tmp_path / "1" / "messages.csv",
        MESSAGES,
        message("x", "Bo Lind", "Ada Byron"),
        message("y", "Ada Byron", "Bo Lind"),
        *filler,
    )
    renamed = message("x", "Bo Lind-Park", "Ada Byron")
    closed = message("y", "Ada Byron", "LinkedIn Member")
    after = write(tmp_path / "2" / "messages.csv", MESSAGES, renamed, closed, *filler)
    ids = [[record.external_id for record in acts(read(path))] for path in (before, after)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4


def test_two_equal_messages_of_one_second_both_survive_in_any_order_of_the_rows(tmp_path: Path) -> None:
    rows = [message("x", "Bo Lind", "Ada Byron", "ok") for _ in range(2)]
    rows += [message("y", "Ada Byron", "Cy Ono"), message("z", "Ada Byron", "Di Roe")]
    forward = acts(read(write(tmp_path / "1" / "messages.csv", MESSAGES, *rows)))
    backward = acts(read(write(tmp_path / "2" / "messages.csv", MESSAGES, *reversed(rows))))
    assert len({record.external_id for record in forward}) == 4
    assert {record.external_id for record in forward} == {record.external_id for record in backward}


def test_a_second_copy_of_a_table_holds_the_same_acts(tmp_path: Path) -> None:
    once = acts(of_case("Basic_LinkedInDataExport_06-01-2024"))
    shutil.copytree(EXPORTS / "Basic_LinkedInDataExport_06-01-2024", tmp_path / "x")
    shutil.copyfile(tmp_path / "x" / "messages.csv", tmp_path / "x" / "messages (1).csv")
    twice = acts(read(tmp_path / "x"))
    assert len(twice) > len(once)
    assert {record.external_id for record in twice} == {record.external_id for record in once}


# ---- who is the user


def test_the_user_is_who_takes_part_in_the_most_conversations(tmp_path: Path) -> None:
    rows = [message("x", "Bo Lind", "Ada Byron"), message("y", "Cy Ono", "Ada Byron")]
    records = read(write(tmp_path / "messages.csv", MESSAGES, *rows))
    assert mine(records) == SelfRecord((IdentityRef("linkedin", "ada-byron", name="Ada Byron"),), "Ada Byron")
    assert [record.direction for record in acts(records)] == [Direction.IN, Direction.IN]


def test_a_user_who_never_wrote_is_known_without_the_recipients_addresses(tmp_path: Path) -> None:
    rows = [
        message(talk, sender, "Ada Byron", columns=WITHOUT_RECIPIENTS)
        for talk, sender in (("u", "Bo Lind"), ("v", "Bo Lind"), ("x", "Cy Ono"), ("y", "Di Roe"))
    ]
    records = read(write(tmp_path / "messages.csv", WITHOUT_RECIPIENTS, *rows))
    assert mine(records).name == "Ada Byron"
    assert {record.direction for record in acts(records)} == {Direction.IN}


@pytest.mark.parametrize(
    "stated", ["Bo Lind", "bo lind", "bo-lind", IN + "bo-lind/", "https://de.linkedin.com/in/Bo-Lind?x=1"]
)
def test_what_the_user_stated_decides(tmp_path: Path, stated: str) -> None:
    rows = [message("x", "Bo Lind", "Ada Byron"), message("y", "Cy Ono", "Ada Byron")]
    records = read(write(tmp_path / "messages.csv", MESSAGES, *rows), Owner(stated=stated))
    assert mine(records).identities[0].handle == "bo-lind"
    assert acts(records)[0].direction is Direction.OUT


def test_a_stated_name_that_nobody_bears_is_an_error_with_names(tmp_path: Path) -> None:
    path = write(tmp_path / "messages.csv", MESSAGES, message("x", "Bo Lind", "Ada Byron"))
    with pytest.raises(ExportError, match="nobody in these messages is called 'Eve'") as caught:
        read(path, Owner(stated="Eve"))
    assert "Bo Lind" in (caught.value.hint or "")
    assert "--as" in (caught.value.hint or "")


def test_an_export_that_does_not_tell_who_the_user_is_asks(tmp_path: Path) -> None:
    path = write(tmp_path / "messages.csv", MESSAGES, message("x", "Bo Lind", "Ada Byron"))
    with pytest.raises(ExportError, match="which of their people you are") as caught:
        read(path)
    assert "--as" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "owner", [Owner(identities=frozenset({("linkedin", "bo-lind")})), Owner(names=frozenset({"bo lind"}))]
)
def test_what_earlier_imports_know_of_the_user_helps(tmp_path: Path, owner: Owner) -> None:
    path = write(tmp_path / "messages.csv", MESSAGES, message("x", "Bo Lind", "Ada Byron"))
    assert acts(read(path, owner))[0].direction is Direction.OUT


def test_the_users_side_of_the_invitations_decides_against_the_numbers(tmp_path: Path) -> None:
    write(
        tmp_path / "x" / "messages.csv", MESSAGES, *(message(talk, "Ada Byron", "Bo Lind") for talk in "xyz")
    )
    write(
        tmp_path / "x" / "Invitations.csv",
        INVITATIONS,
        ["Cy Ono", "Bo Lind", "9/13/24, 8:05 AM", "", "INCOMING", IN + "cy-ono", IN + "bo-lind"],
    )
    assert {record.direction for record in acts(read(tmp_path / "x"))} == {Direction.IN}


def test_a_namesake_with_another_address_is_not_the_user(tmp_path: Path) -> None:
    rows = [
        message("x", "Ada Byron", "Ada Byron", sender_profile_url=IN + "ada-2"),
        message("y", "Cy Ono", "Ada Byron"),
        message("z", "Di Roe", "Ada Byron"),
    ]
    record = acts(read(write(tmp_path / "messages.csv", MESSAGES, *rows)))[0]
    assert record.direction is Direction.IN
    assert record.who == IdentityRef("linkedin", "ada-2", name="Ada Byron")


def test_reading_ahead_ends_when_there_is_no_doubt_and_changes_nothing(tmp_path: Path) -> None:
    rows = [message(f"c{n}", f"Person {n}", "Ada Byron") for n in range(120)]
    rows += [message("last", "Ada Byron", "Person 1")]
    records = acts(read(write(tmp_path / "messages.csv", MESSAGES, *rows)))
    assert Counter(record.direction for record in records) == {Direction.IN: 120, Direction.OUT: 1}


# ---- messages


def test_a_message_to_several_is_one_act_towards_each(tmp_path: Path) -> None:
    rows = [
        message("x", "Ada Byron", "Bo Lind, Cy Ono"),
        message("y", "Ada Byron", "Bo Lind"),
        message("z", "Ada Byron", "Di Roe"),
    ]
    first, second, alone, _ = acts(read(write(tmp_path / "messages.csv", MESSAGES, *rows)))
    assert first.kind is second.kind is Kind.GROUP_MESSAGE
    assert alone.kind is Kind.MESSAGE
    assert first.external_id.endswith(":bo-lind")
    assert first.external_id.removesuffix("bo-lind") == second.external_id.removesuffix("cy-ono")
    assert first.thread == second.thread == "linkedin:conv:x"


def test_commas_in_a_name_do_not_make_two_people(tmp_path: Path) -> None:
    doctor = "Mary Somerville, Dipl. Ing., PhD"
    rows = [
        message("x", "Ada Byron", doctor, recipient_profile_urls=IN + "mary"),
        message("y", "Ada Byron", "Bo Lind"),
    ]
    records = acts(read(write(tmp_path / "messages.csv", MESSAGES, *rows)))
    assert records[0].kind is Kind.MESSAGE
    assert records[0].who == IdentityRef("linkedin", "mary", name=doctor)


def test_closed_accounts_are_never_made_one_person(tmp_path: Path) -> None:
    rows = [
        message("x", "LinkedIn Member", "Ada Byron"),
        message("y", "Ada Byron", "LinkedIn Member"),
        message("z", "Bo Lind", "Ada Byron"),
    ]
    records = acts(read(write(tmp_path / "messages.csv", MESSAGES, *rows)))
    assert [record.who and record.who.handle for record in records] == [None, None, "bo-lind"]


def test_messages_to_oneself_drafts_spam_and_advertising_are_counted_and_left_out() -> None:
    records = of_case("drafts-2024")
    assert left(records) == {
        "message drafts": 2,
        "messages in the spam folder": 1,
        "messages to yourself": 1,
        "sponsored messages": 1,
        "messages of LinkedIn's own assistants": 1,
    }
    assert not [record for record in acts(records) if "FIRSTNAME" in (record.text or "")]


def test_a_new_kind_of_assistant_is_not_taken_for_people(tmp_path: Path) -> None:
    rows = [message("x", "Bo Lind", "Ada Byron"), message("y", "Cy Ono", "Ada Byron")]
    write(tmp_path / "x" / "messages.csv", MESSAGES, *rows)
    write(tmp_path / "x" / "hiring_assistant_messages.csv", MESSAGES, message("z", "Robot", "Ada Byron"))
    with Export(tmp_path / "x") as export:
        assert len(acts(list(Importer().extract(export, Owner())))) == 2
        assert export.unread() == ["hiring_assistant_messages.csv"]


def test_a_bad_time_costs_the_time_and_not_the_message(tmp_path: Path) -> None:
    rows = [
        message("x", "Bo Lind", "Ada Byron", date="1842-07-10 08:14:00 UTC"),
        message("y", "Cy Ono", "Ada Byron", date=""),
    ]
    records = read(write(tmp_path / "messages.csv", MESSAGES, *rows))
    assert [(record.at, record.precision) for record in acts(records)] == [(None, Precision.UNKNOWN)] * 2
    problems = [record for record in records if isinstance(record, Problem)]
    assert [problem.where for problem in problems] == ["messages.csv"]
    assert "2 times" in problems[0].reason


def test_a_broken_row_is_one_problem_and_the_others_are_read(tmp_path: Path) -> None:
    rows = [message(talk, "Bo Lind", "Ada Byron", columns=MESSAGES) for talk in "xyz"]
    path = write(tmp_path / "messages.csv", MESSAGES, *rows, message("v", "Cy Ono", "Ada Byron"))
    lines = path.read_text("utf-8").split("\n")
    lines[2] = lines[2].replace(",INBOX", ',"INBOX,x')
    path.write_text("\n".join(lines), "utf-8")
    records = read(path, Owner(names=frozenset({"ada byron"})))
    assert len(acts(records)) == 3
    assert [record.where for record in records if isinstance(record, Problem)] == ["messages.csv, line 3"]


# ---- the network


@pytest.mark.parametrize(
    ("sent", "direction"), [("OUTGOING", Direction.OUT), ("INCOMING", Direction.IN), (None, Direction.IN)]
)
def test_a_connection_is_an_act_of_who_asked(tmp_path: Path, sent: str | None, direction: Direction) -> None:
    folder = tmp_path / "x"
    header = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
    write(folder / "Connections.csv", header, ["Bo", "Lind", IN + "Bo-Lind", "", "", "", "04 Jan 2024"])
    if sent:
        people = ["Ada Byron", "Bo Lind", IN + "ada-byron", IN + "bo-lind"]
        inviter, invitee, mine_, theirs = people if sent == "OUTGOING" else [people[n] for n in (1, 0, 3, 2)]
        row = [inviter, invitee, "1/3/24, 8:05 AM", "", sent, mine_, theirs]
        write(folder / "Invitations.csv", INVITATIONS, row)
    connection = next(record for record in acts(read(folder)) if record.external_id == "connection:bo-lind")
    assert (connection.kind, connection.direction, connection.precision) == (
        Kind.FOLLOW,
        direction,
        Precision.DAY,
    )


def test_an_invitation_with_words_is_a_message_and_without_is_a_follow() -> None:
    invitations = [
        record for record in acts(of_case("drafts-2024")) if record.external_id.startswith("invitation:")
    ]
    assert [(record.kind, record.direction) for record in invitations] == [
        (Kind.FOLLOW, Direction.OUT),
        (Kind.MESSAGE, Direction.IN),
    ]


def test_namesakes_without_an_address_stay_two_contacts() -> None:
    contacts = [record for record in of_case("before-2020") if isinstance(record, ContactRecord)]
    namesakes = [contact.identities[0].external_id for contact in contacts if contact.name == "Jürgen Weiß"]
    assert len(set(namesakes)) == 2


def test_rows_of_closed_accounts_are_counted_and_make_no_contact() -> None:
    records = of_case("Basic_LinkedInDataExport_06-01-2024")
    assert len([record for record in records if isinstance(record, ContactRecord)]) == 3
    assert left(records) == {"connections who have closed or hidden their account": 2}


def test_notes_behind_the_header_are_no_connections(tmp_path: Path) -> None:
    path = tmp_path / "Connections.csv"
    path.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        'Notes:\n"When exporting your connection data, you may notice"\n\n'
        f"Bo,Lind,{IN}bo-lind,,,,04 Jan 2024\n",
        "utf-8",
    )
    records = read(path)
    assert [type(record) for record in records] == [ContactRecord, InteractionRecord]


def test_a_table_saved_again_in_a_spreadsheet_has_the_same_acts_and_marks_its_times() -> None:
    saved, original = (
        [
            record
            for record in of_case(case)
            if isinstance(record, InteractionRecord) and record.external_id.startswith("connection:")
        ]
        for case in ("spreadsheet", "Basic_LinkedInDataExport_06-01-2024")
    )
    assert {record.external_id for record in saved} < {record.external_id for record in original}
    assert all(record.zone_assumed for record in saved)
    assert not any(record.zone_assumed for record in original)


# ---- the reference files


@pytest.mark.shared
def test_the_synthetic_archive_is_read_whole(shared: Path) -> None:
    path = next((shared / "samples" / "linkedin").glob("*.zip"))
    records = read(path)
    counts = Counter((record.kind, record.direction) for record in acts(records))
    assert len([record for record in records if isinstance(record, ContactRecord)]) == 2000
    assert left(records) == {"message drafts": 41}
    messages = [record for record in acts(records) if (record.thread or "").startswith("linkedin:conv:")]
    assert len(messages) == 20_000 - 41
    assert counts[Kind.REACTION, Direction.IN] == 700
    assert len([record for record in records if isinstance(record, PostRecord)]) == 30
    keys = Counter(record.external_id for record in acts(records))
    assert not [key for key, count in keys.items() if count > 1]


@pytest.mark.shared
def test_single_files_of_the_synthetic_archive_are_known_and_read(shared: Path) -> None:
    folder = shared / "samples" / "linkedin"
    known = {}
    for path in sorted(folder.glob("*.csv")):
        with Export(path) as export:
            if Importer().identify(export):
                known[path.stem.rpartition("sample_export_")[2]] = len(
                    list(Importer().extract(export, Owner()))
                )
    assert known == {
        "Comments": 61,
        "Connections": 4001,
        "Email_Addresses": 1,
        "Endorsement_Given_Info": 1501,
        "Endorsement_Received_Info": 701,
        "Invitations": 164,
        "Profile": 1,
        "Reactions": 81,
        "Recommendations_Given": 22,
        "Recommendations_Received": 28,
        "Shares": 26,
        "Votes": 16,
        "guide_messages": 0,
    }
