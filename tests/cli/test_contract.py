"""What `--json` prints: every key of every command, its type, and when it is null. Scripts rely on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Crm

from crm.domain.exchanges import Depth, Turn
from crm.domain.records import Direction, Kind, Precision
from crm.domain.starters import StarterKind

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
YEARLY = re.compile(r"(\d{4}|-)-\d\d-\d\d")
NUMBER = (int, float)

IDENTITY = {
    "platform": str,
    "handle": (str, None),
    "external_id": (str, None),
    "url": (str, None),
    "name": (str, None),
    "label": (str, None),
}
INTERACTION = {
    "id": int,
    "at": (MOMENT, None),
    "precision": tuple(each.value for each in Precision),
    "platform": str,
    "direction": tuple(each.value for each in Direction),
    "kind": tuple(each.value for each in Kind),
    "depth": tuple(each.word for each in Depth),
    "text": (str, None),
    "thread": (str, None),
    "url": (str, None),
    "run": (int, None),
    "zone_assumed": bool,
    "closed": bool,
}
CONTACT = {
    "id": int,
    "name": str,
    "identities": [IDENTITY],
    "tags": [str],
    "circle": (str, None),
    "cadence_days": (int, None),
    "cadence_from": ("own", "circle", "rhythm", "none"),
    "turn": tuple(each.value for each in Turn),
    "owed": bool,
    "unanswered": int,
    "last_interaction_at": (MOMENT, None),
    "first_exchange_at": (MOMENT, None),
    "last_exchange_at": (MOMENT, None),
    "exchange_days": int,
    "due_at": (MOMENT, None),
    "lateness": (*NUMBER, None),
    "archived": bool,
    "muted": bool,
    "snoozed_until": (MOMENT, None),
    "organisation": (str, None),
    "usual_platform": (str, None),
}
FIELDS = {
    **CONTACT,
    "nickname": (str, None),
    "title": (str, None),
    "birthday": (YEARLY, None),
    "anniversary": (YEARLY, None),
    "notes": str,
    "floor": ("nod", "boost", "words", None),
    "own_cadence_days": (int, None),
    "created_at": MOMENT,
    "addresses": [{"label": (str, None), "text": str}],
    "related": [{"how": (str, None), "who": str}],
    "has_photo": bool,
    "differences": [{"field": str, "yours": (str, None), "theirs": str}],
}
BACKUP = {
    "path": str,
    "at": MOMENT,
    "size": int,
    "why": str,
    "contacts": (int, None),
    "interactions": (int, None),
    "whole": (True, False, None),
    "damage": (str, None),
    "encrypted": bool,
}
STARTER = {
    "kind": tuple(each.value for each in StarterKind),
    "text": str,
    "at": (MOMENT, None),
    "precision": tuple(each.value for each in Precision),
    "platform": (str, None),
    "direction": (*(each.value for each in Direction), None),
    "interaction": (int, None),
    "url": (str, None),
    "thread": (str, None),
    "owed": bool,
    "answered": bool,
    "years": (int, None),
    "what": ("birthday", "anniversary", "first_exchange", None),
    "on": (DAY, None),
}
DETAIL = {
    **FIELDS,
    "evidence": [INTERACTION],
    "interactions": [INTERACTION],
    "interactions_total": int,
    "starters": [STARTER],
}
ITEM = {
    "contact": int,
    "name": str,
    "platform": (str, None),
    "reason": str,
    "since": (MOMENT, None),
    "last": (INTERACTION, None),
    "lateness": (*NUMBER, None),
    "stale": bool,
    "circle": (str, None),
    "url": (str, None),
    "evidence": [INTERACTION],
}
DATE = {
    "contact": int,
    "name": str,
    "platform": (str, None),
    "reason": str,
    "since": None,
    "last": (INTERACTION, None),
    "lateness": None,
    "stale": bool,
    "url": (str, None),
    "what": ("birthday", "anniversary"),
    "on": DAY,
    "years": (int, None),
}
TODAY = {
    "date": DAY,
    "waiting": [ITEM],
    "drifting": [ITEM],
    "more_drifting": int,
    "dates": [DATE],
    "support": [ITEM],
    "contacts_total": int,
}
MERGE = {
    "contact": int,
    "name": str,
    "part": int,
    "part_name": str,
    "identities": int,
    "interactions": int,
    "differing": [{"field": str, "kept": str, "other": str}],
}
PART = {"part": int, "name": str, "merged_at": MOMENT, "identities": [IDENTITY], "interactions": int}
COVERAGE = {
    "platform": str,
    "from": (MOMENT, None),
    "until": (MOMENT, None),
    "imports": int,
    "imported_at": MOMENT,
    "contacts": int,
    "ask_again": bool,
    "importer": (str, None),
}
SHARE = (*NUMBER, None)
RESPONSES = {"openings": int, "given": int, "pending": int, "people": int}
DEPTHS = {"nod": int, "boost": int, "words": int, "live": int}
FIGURES = {
    "response_rate": SHARE,
    "response_time": SHARE,
    "responses": RESPONSES,
    "answered_by_them": {"response_rate": SHARE, "response_time": SHARE, "responses": RESPONSES},
    "directed_share": SHARE,
    "promotion_share": SHARE,
    "posts": int,
    "words_and_clicks": DEPTHS,
    "given_and_received": {"given": DEPTHS, "received": DEPTHS, "together": int},
    "community": {
        "known": int,
        "spoken_with": int,
        "active": int,
        "longstanding": int,
        "silent_audience": int,
    },
    "growth": dict,
    "exchanges": dict,
}
SAID = {**FIGURES, "sentences": dict}
MIRROR = {
    "from": DAY,
    "until": DAY,
    "all": SAID,
    "platforms": {"x": SAID, "mastodon": SAID},
    "before": {
        "from": DAY,
        "until": DAY,
        "all": FIGURES,
        "platforms": {"x": FIGURES, "mastodon": FIGURES},
    },
}


def fits(value: Any, shape: Any) -> bool:
    """Say whether a value has a shape: a type, a pattern, a constant, a list, an object or one of several."""
    if isinstance(shape, type):
        return type(value) is shape
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    if isinstance(shape, tuple):
        return any(fits(value, each) for each in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    if isinstance(shape, Mapping):
        return (
            isinstance(value, dict)
            and list(value) == list(shape)
            and all(fits(value[key], shape[key]) for key in shape)
        )
    return bool(value == shape)


@pytest.fixture
def community(crm: Crm) -> Crm:
    """Return a command line on a small community in which every list of Today has somebody."""
    crm.run("add", "Ada Lovelace", "x:ada", "ada@example.org")
    crm.run("edit", "Ada", "--circle", "inner", "--tag", "friend", "--birthday", "1980-06-03")
    crm.run("note", "Ada", "Met at the zine fair.")
    crm.run("log", "Ada", "Did you finish the essay?", "--in", "--at", "2026-05-30 10:00")
    crm.run("add", "Bo Lind", "bo@example.org")
    crm.run("log", "Bo", "--mutual", "--at", "2026-02-01")
    crm.run("edit", "Bo", "--cadence", "every 3 weeks", now="2026-02-02T09:00:00Z")
    crm.run("add", "Cy Ono", "mastodon:cy@example.social")
    crm.run("log", "Cy", "--in", "--kind", "reshare", "--at", "2026-05-25 10:00")
    crm.run("edit", "Cy", "--anniversary", "--06-01", "--org", "Kilns & Co")
    return crm


def test_contacts_are_a_list_of_contact_objects(community: Crm) -> None:
    found = community.json("contacts")
    assert [each["name"] for each in found] == ["Ada Lovelace", "Bo Lind", "Cy Ono"]
    assert fits(found, [CONTACT])
    ada, bo, cy = found
    assert ada["identities"][0] == {
        "platform": "x",
        "handle": "ada",
        "external_id": None,
        "url": "https://x.com/ada",
        "name": None,
        "label": None,
    }
    assert (ada["turn"], ada["owed"], ada["last_interaction_at"]) == ("yours", True, "2026-05-30T10:00:00Z")
    assert (bo["turn"], bo["cadence_days"], bo["cadence_from"]) == ("even", 21, "own")
    assert (cy["cadence_days"], cy["cadence_from"]) == (None, "none")
    assert (cy["lateness"], cy["due_at"]) == (None, None)


def test_show_is_a_contact_with_its_evidence_and_whole_timeline(community: Crm) -> None:
    community.run("log", "Bo", "a letter", "--kind", "letter")
    shown = community.json("show", "Bo")
    assert fits(shown, DETAIL)
    assert len(shown["interactions"]) == shown["interactions_total"] == 2
    assert [each["at"] for each in shown["interactions"]] == ["2026-06-01T09:00:00Z", "2026-02-01T12:00:00Z"]
    assert shown["evidence"] == [shown["interactions"][1]]
    assert len(community.json("show", "Bo", "--limit", 1)["interactions"]) == 1


def test_show_says_what_to_talk_about(community: Crm) -> None:
    shown = community.json("show", "Ada")
    assert fits(shown, DETAIL)
    question, birthday = shown["starters"]
    assert question == {
        "kind": "question",
        "text": "Did you finish the essay?",
        "at": "2026-05-30T10:00:00Z",
        "precision": "second",
        "platform": "x",
        "direction": "in",
        "interaction": shown["interactions"][0]["id"],
        "url": None,
        "thread": None,
        "owed": True,
        "answered": False,
        "years": None,
        "what": None,
        "on": None,
    }
    assert (birthday["kind"], birthday["what"], birthday["on"], birthday["years"], birthday["at"]) == (
        "date", "birthday", "2026-06-03", 46, None,
    )  # fmt: skip
    community.run("edit", "Ada", "--archive")
    assert community.json("show", "Ada")["starters"] == []


def test_show_writes_birthdays_with_and_without_a_year(community: Crm) -> None:
    assert community.json("show", "Ada")["birthday"] == "1980-06-03"
    assert community.json("show", "Cy")["anniversary"] == "--06-01"
    assert community.json("show", "Bo")["birthday"] is None


def test_the_timeline_of_json_has_no_limit_of_its_own(crm: Crm) -> None:
    crm.run("add", "Ada", "x:ada")
    for day in range(1, 26):
        crm.run("log", "Ada", "--at", f"2026-05-{day:02d}")
    assert len(crm.json("show", "Ada")["interactions"]) == 25


def test_today_has_its_four_lists(community: Crm) -> None:
    today = community.json("today")
    assert fits(today, TODAY)
    assert today["date"] == "2026-06-01"
    assert [each["name"] for each in today["waiting"]] == ["Ada Lovelace"]
    assert [each["name"] for each in today["drifting"]] == ["Bo Lind"]
    assert [each["name"] for each in today["dates"]] == ["Cy Ono", "Ada Lovelace"]
    assert [each["name"] for each in today["support"]] == ["Cy Ono"]
    waiting = today["waiting"][0]
    assert waiting["since"] == "2026-05-30T10:00:00Z"
    assert waiting["last"]["text"] == "Did you finish the essay?"
    assert today["drifting"][0]["lateness"] > 1
    assert today["dates"][0]["on"] == "2026-06-01"
    assert today["support"][0]["last"]["kind"] == "reshare"


def test_today_of_an_empty_database_is_empty_lists(crm: Crm) -> None:
    assert crm.json("today") == {
        "date": "2026-06-01",
        "waiting": [],
        "drifting": [],
        "more_drifting": 0,
        "dates": [],
        "support": [],
        "contacts_total": 0,
    }


@pytest.mark.parametrize(
    ("args", "shape"),
    [
        (("add", "Dee Park", "linkedin:dee"), CONTACT),
        (("edit", "Bo", "--nickname", "B"), FIELDS),
        (("note", "Bo", "likes maps"), FIELDS),
        (("log", "Bo", "hello"), INTERACTION),
        (("snooze", "Bo", "1w"), CONTACT),
        (("done", "Ada"), CONTACT),
        (("me", "me@example.org"), [IDENTITY]),
        (("me",), [IDENTITY]),
        (("undo",), {"id": int, "at": MOMENT, "what": str}),
        (("undo", "--list"), [{"id": int, "at": MOMENT, "what": str}]),
        (("doctor",), [{"name": str, "ok": bool, "detail": str, "hint": (str, None)}]),
        (("backup",), {"path": str, "size": int, "encrypted": bool}),
        (("backup", "--list"), [BACKUP]),
        (
            ("remind",),
            {
                "date": DAY,
                "empty": bool,
                "title": str,
                "text": str,
                "waiting": int,
                "drifting": int,
                "dates": int,
            },
        ),
        (
            ("search", "essay"),
            {
                "contacts": [CONTACT],
                "interactions": [{"contact": (int, None), "name": str, "interaction": INTERACTION}],
            },
        ),
        (("import", "--runs"), {"runs": list}),
        (("merge", "Ada", "Bo"), MERGE),
        (("split", "Ada", "--list"), [PART]),
        (("move", "ada@example.org", "Bo"), CONTACT),
        (
            ("forget", "Bo", "--yes"),
            {"name": str, "identities": int, "interactions": int, "backups": [str], "on_server": bool},
        ),
        (("coverage",), [COVERAGE]),
    ],
)
def test_every_other_command_keeps_its_shape(args: tuple[str, ...], shape: Any, community: Crm) -> None:
    assert fits(community.json(*args), shape)


def test_the_mirror_has_its_figures_by_the_names_of_the_rules(crm: Crm) -> None:
    crm.run("add", "Ada Lovelace", "x:ada")
    crm.run("log", "Ada", "hello?", "--in", "--platform", "x", "--at", "2026-05-01 10:00")
    crm.run("log", "Ada", "hello!", "--platform", "mastodon", "--at", "2026-05-01 12:00")
    found = crm.json("mirror", "--period", "2026-05")
    found["platforms"] = {slug: found["platforms"][slug] for slug in ("x", "mastodon")}
    before = found["before"]["platforms"]
    found["before"]["platforms"] = {slug: before[slug] for slug in ("x", "mastodon")}
    assert fits(found, MIRROR)
    together = found["all"]
    assert (together["response_rate"], together["response_time"]) == (1.0, 7200.0)
    assert (together["directed_share"], together["promotion_share"]) == (1.0, None)
    assert (together["growth"], together["exchanges"]) == ({"2026-05": 1}, {"2026-05-01": 1})
    assert found["platforms"]["x"]["response_rate"] == 1.0
    assert found["platforms"]["mastodon"]["response_rate"] is None
    assert found["before"]["from"] == "2026-03-31"
    assert found["before"]["all"]["response_rate"] is None


def test_what_was_changed_is_what_is_printed(community: Crm) -> None:
    assert community.json("add", "Dee Park", "linkedin:dee")["name"] == "Dee Park"
    assert community.json("edit", "Dee", "--cadence", "never")["own_cadence_days"] == 0
    assert community.json("log", "Dee", "hi")["text"] == "hi"
    assert community.json("snooze", "Dee", "2026-07-01")["snoozed_until"] == "2026-07-01T00:00:00Z"
    assert community.json("note", "Dee", "x")["notes"].endswith("x")
    assert community.json("done", "Ada")["owed"] is False
    assert Path(community.json("backup")["path"]).is_file()


def test_search_finds_contacts_and_words(community: Crm) -> None:
    found = community.json("search", "essay")
    assert [hit["name"] for hit in found["interactions"]] == ["Ada Lovelace"]
    assert [each["name"] for each in community.json("search", "zine")["contacts"]] == ["Ada Lovelace"]


def test_names_and_messages_come_back_as_they_were_through_plain_ascii(crm: Crm) -> None:
    name = "Zoë 佐藤 \u202e👩\u200d👧 \x7f\x85\x9b"
    crm.run("add", name, "x:zoe")
    crm.run("log", "x:zoe", "a\x1b]0;b\x07c\u2028d")
    answer = crm.run("show", "x:zoe", "--json")
    assert answer.out.isascii()
    assert all(char.isprintable() or char == "\n" for char in answer.out)
    shown = answer.json
    assert shown["name"].split() == name.split()
    assert shown["interactions"][0]["text"] == "a\x1b]0;b\x07c\u2028d"
