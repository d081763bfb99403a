"""Commands that show something, as text: short, aligned, calm, and safe to print."""

from __future__ import annotations

import pytest
from cli_runner import Crm

ESCAPE = "\x1b[2J\x1b]52;c;cHduZWQ=\x07"


@pytest.fixture
def community(crm: Crm) -> Crm:
    """Return a command line on a small community."""
    crm.run("add", "Ada Lovelace", "x:ada", "ada@example.org")
    crm.run("log", "Ada", "Did you finish the essay?", "--in", "--at", "2026-05-30 10:00")
    crm.run("add", "佐藤 花子", "mastodon:hanako@example.social")
    crm.run(
        "log", "hanako", "--mutual", "--platform", "phone", "--at", "2026-02-01", "the kiln", "--kind", "call"
    )
    crm.run("edit", "hanako", "--circle", "close", now="2026-02-02T09:00:00Z")
    crm.run("add", "Cy Ono", "cy@example.org")
    crm.run("edit", "Cy", "--birthday", "2 June 1990", "--tag", "zine")
    return crm


def test_today_says_who_why_where_and_what_was_last_said(community: Crm) -> None:
    lines = community.run("today").lines
    assert lines[0] == "Monday 1 June 2026"
    assert lines[2:5] == [
        "WAITING FOR YOU  1",
        "  Ada Lovelace  X  wrote on X 1 day ago and has no answer yet",
        '    they, 30 May: "Did you finish the essay?"',
    ]
    assert lines[6] == "DRIFTING  1"
    assert lines[7].startswith("  佐藤 花子  phone  last exchange 3 months ago")
    assert lines[8] == '    both, 1 Feb, phone: "the kiln"'
    assert lines[10:12] == ["DATES", "  Cy Ono    birthday tomorrow, 36 years"]
    assert "SUPPORT" not in lines


def test_today_uses_no_words_of_guilt(community: Crm) -> None:
    out = community.run("today").out.casefold()
    assert not [
        word for word in ("neglect", "overdue", "forgot", "late", "should", "score") if word in out.split()
    ]


def test_an_empty_today_says_so_and_suggests_nothing(crm: Crm) -> None:
    crm.run("add", "Ada", "x:ada")
    assert crm.run("today").out == "Monday 1 June 2026\n\nNothing is left for today.\n"


def test_today_counts_those_who_come_in_the_next_days(crm: Crm) -> None:
    for number in range(7):
        crm.run("add", f"Contact {number}", f"x:contact{number}")
        crm.run("edit", f"x:contact{number}", "--cadence", "7", now="2026-01-01T09:00:00Z")
    lines = crm.run("today").lines
    assert "DRIFTING  5 of 7" in lines
    assert lines[-2] == "  2 more in the coming days"


def test_the_first_run_offers_three_ways_in(crm: Crm) -> None:
    out = crm.run("today").out
    assert [word for word in ("crm import", "crm add", "crm demo") if word not in out] == []


def test_contacts_are_a_table_with_aligned_columns(community: Crm) -> None:
    title, *lines = community.run("contacts").lines
    assert title.split() == ["ID", "NAME", "WHERE", "CIRCLE", "LAST", "EXCHANGE", "TURN", "DUE"]
    assert lines[0] == " 1  Ada Lovelace  X       -       -              yours, owed  -"
    assert lines[2] == " 2  佐藤 花子     phone   close   3 months ago   even         since 2 months"


def test_contacts_can_be_searched_filtered_sorted_and_limited(community: Crm) -> None:
    def names(*args: str) -> list[str]:
        return [each["name"] for each in community.json("contacts", *args)]

    assert names("lovel") == ["Ada Lovelace"]
    assert names("--circle", "close") == ["佐藤 花子"]
    assert names("--tag", "zine") == ["Cy Ono"]
    assert names("--platform", "Mastodon") == ["佐藤 花子"]
    assert names("--platform", "twitter") == ["Ada Lovelace"]
    assert names("--turn", "yours") == ["Ada Lovelace"]
    assert names("--due") == ["佐藤 花子"]
    assert names("--sort", "last")[0] == "佐藤 花子"
    assert names("--limit", "2") == ["Ada Lovelace", "Cy Ono"]
    assert names("--limit", "0") == []
    community.run("edit", "Cy", "--archive")
    assert names() == ["Ada Lovelace", "佐藤 花子"]
    assert names("--archived") == ["Cy Ono"]
    assert len(names("--all")) == 3


def test_no_match_is_an_empty_answer_and_no_error(community: Crm) -> None:
    assert community.run("contacts", "nobody at all").out == ""
    assert community.json("contacts", "nobody at all") == []
    assert community.run("search", "nobody at all").out == ""


def test_an_unknown_platform_is_refused_with_a_suggestion(community: Crm) -> None:
    answer = community.answer("contacts", "--platform", "mastodn")
    assert answer.code == 2
    assert "did you mean mastodon" in answer.err


def test_show_puts_everything_on_one_page(community: Crm) -> None:
    community.run(
        "edit", "hanako", "--title", "Potter", "--org", "Kilns", "--nickname", "Hana", "--tag", "kiln"
    )
    community.run("note", "hanako", "Met at the fair.\n\nThrows porcelain.")
    out = community.run("show", "hanako").out
    for expected in (
        "佐藤 花子  (2)\n",
        "  Mastodon  hanako@example.social  https://example.social/@hanako\n",
        "  nickname       Hana\n",
        "  work           Potter, Kilns\n",
        "  tags           kiln\n",
        "  circle         close\n",
        "  last exchange  1 Feb, 3 months ago; 1 exchange day so far\n",
        "  cadence        every 30 days, circle close\n",
        "Last exchange\n  2026-02-01  <>  phone  call  the kiln\n",
        "Notes\n  Met at the fair.\n\n  Throws porcelain.\n",
    ):
        assert expected in out


def test_show_says_what_to_talk_about_in_their_own_words(community: Crm) -> None:
    community.run("log", "Ada", "I'll send it on Monday.", "--at", "2026-05-20", "--platform", "email")
    out = community.run("show", "Ada").out
    assert (
        "To talk about\n"
        '  they asked  "Did you finish the essay?"  X       1 day ago\n'
        '  you said    "I\'ll send it on Monday."    e-mail  11 days ago\n'
    ) in out
    assert "  date  birthday tomorrow, 36 years\n" in community.run("show", "Cy").out
    assert "To talk about" not in community.run("show", "hanako").out


def test_show_makes_hostile_words_safe_to_talk_about(crm: Crm) -> None:
    crm.run("add", "Ada", "x:ada")
    crm.run("log", "Ada", f"Is this {ESCAPE} safe?", "--in")
    out = crm.run("show", "Ada").out
    assert "they asked" in out
    assert "\x1b" not in out


def test_show_limits_a_long_timeline_and_says_how_to_see_the_rest(crm: Crm) -> None:
    crm.run("add", "Ada", "x:ada")
    for day in range(1, 26):
        crm.run("log", "Ada", f"day {day}", "--at", f"2026-05-{day:02d}")
    out = crm.run("show", "Ada").out
    assert "day 25" in out
    assert "day 5\n" not in out
    assert "5 more: crm show 1 --limit 25" in out
    assert "day 5\n" in crm.run("show", "Ada", "--limit", 25).out


def test_an_unknown_contact_suggests_the_nearest(community: Crm) -> None:
    answer = community.answer("show", "adda")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == 'crm: error: no contact matches "adda"\nhint: did you mean "Ada Lovelace"?\n'


def test_an_ambiguous_contact_lists_the_candidates(crm: Crm) -> None:
    crm.run("add", "Ada Lovelace")
    crm.run("add", "Ada Byron")
    answer = crm.answer("show", "ada")
    assert answer.code == 3
    assert "1 Ada Lovelace" in answer.err
    assert "2 Ada Byron" in answer.err


def test_a_contact_is_found_by_name_handle_address_url_and_id(community: Crm) -> None:
    for reference in ("lovelace", "x:ada", "ada@example.org", "https://x.com/ada", "1"):
        assert community.json("show", reference)["name"] == "Ada Lovelace", reference


def test_search_shows_contacts_then_words_from_near_the_match(community: Crm) -> None:
    community.run("log", "Cy", f"{'so many words ' * 20} porcelain at last")
    out = community.run("search", "porcel").out
    assert out.startswith("Words\n")
    assert "…" in out
    assert "porcelain at last" in out
    assert community.run("search", "lovelace").out.startswith("Contacts\n")


def test_the_digest_is_printed_and_silent_when_there_is_none(community: Crm, tmp_path: object) -> None:
    out = community.run("remind").out
    assert "Ada Lovelace" in out
    assert "Did you finish the essay?" in out
    assert community.run("--new", "remind", "--db", f"{tmp_path}/empty.db").out == ""


@pytest.mark.parametrize(
    "args",
    [("today",), ("contacts",), ("show", "x:evil"), ("search", "evil"), ("remind",), ("undo", "--list")],
)
def test_nothing_of_a_hostile_name_or_message_reaches_the_output(args: tuple[str, ...], crm: Crm) -> None:
    crm.run("add", f"Mal {ESCAPE} [@click=app.quit]evil[/] \u202egnol", "x:evil")
    crm.run("log", "x:evil", f"evil {ESCAPE} words\r\nand more", "--in")
    crm.run("note", "x:evil", f"evil {ESCAPE}")
    answer = crm.run(*args)
    assert answer.out
    for text in (answer.out, answer.err):
        assert not [char for char in text if (ord(char) < 32 and char != "\n") or char in "\x7f\u202e"]


def test_a_name_that_shows_as_nothing_gets_a_stand_in(crm: Crm) -> None:
    crm.run("add", "x", "x:nobody")
    crm.run("undo", "--list")
    from crm.cli.wording import NAMELESS, name_of

    assert name_of("\u200b\u3164") == NAMELESS
    assert name_of("Ada") == "Ada"
