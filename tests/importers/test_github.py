"""GitHub: what is written to whom, on whose repository, and that an archive and the API agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm.domain.errors import QuestionError
from crm.domain.records import (
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.github import Importer
from crm.importers.github.shapes import Item, key_of, thread_of
from crm.importers.kit.export import Export

SITE = "https://github.com/"
API = "https://api.github.com"
USERS = [
    {
        "type": "user",
        "url": f"{SITE}{login}",
        "login": login,
        "avatar_url": f"https://a.example/u/{number}?v=4",
    }
    for number, login in enumerate(("me", "ada", "bo"), 1)
]
MINE = [{"type": "repository", "url": f"{SITE}me/kiln", "owner": f"{SITE}me", "name": "kiln"}]
ISSUE = f"{SITE}me/kiln/issues/1"


def issue(url: str, user: str, body: str = "", **more: Any) -> dict[str, Any]:
    when = "2024-05-01T12:00:00Z"
    return {
        "type": "issue",
        "url": url,
        "user": SITE + user,
        "title": "t",
        "body": body,
        "created_at": when,
        **more,
    }


def comment(number: int, user: str, body: str = "words", thread: str = ISSUE, **more: Any) -> dict[str, Any]:
    said = {"body": body, "created_at": "2024-05-01T12:00:00Z"}
    place = {"url": f"{thread}#issuecomment-{number}", "issue": thread}
    return {"type": "issue_comment", **place, "user": SITE + user, **said, **more}


def records(tmp_path: Path, files: dict[str, Any], owner: Owner | None = None) -> list[Record]:
    folder = tmp_path / "export"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), "utf-8")
    with Export(folder) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def archive(tmp_path: Path, *comments: Any, issues: Any = None, **files: Any) -> list[Record]:
    return records(
        tmp_path,
        {
            "users_000001.json": USERS,
            "repositories_000001.json": MINE,
            "issues_000001.json": [issue(ISSUE, "me")] if issues is None else issues,
            "issue_comments_000001.json": list(comments),
            **files,
        },
    )


def acts(found: list[Record]) -> list[tuple[str, str, str | None]]:
    return [
        (act.direction.value, act.kind.value, act.who.handle if act.who else None)
        for act in found
        if isinstance(act, InteractionRecord)
    ]


def test_the_owner_is_whose_the_repositories_are(tmp_path: Path) -> None:
    [me] = [record for record in archive(tmp_path) if isinstance(record, SelfRecord)]
    assert (me.identities[0].handle, me.identities[0].external_id) == ("me", "1")


def test_comments_on_ones_own_issue_come_in_and_answers_go_to_whoever_wrote_last(tmp_path: Path) -> None:
    found = archive(tmp_path, comment(1, "ada"), comment(2, "me"), comment(3, "bo"), comment(4, "me"))
    assert acts(found) == [
        ("in", "comment", "ada"),
        ("out", "reply", "ada"),
        ("in", "reply", "bo"),
        ("out", "reply", "bo"),
    ]


def test_issues_of_others_come_in_and_a_comment_on_them_goes_to_who_opened_them(tmp_path: Path) -> None:
    found = archive(tmp_path, comment(1, "me"), issues=[issue(ISSUE, "ada")])
    assert acts(found) == [("in", "comment", "ada"), ("out", "comment", "ada")]


def test_whom_a_comment_names_outside_of_code_and_quotations_is_whom_it_is_for(tmp_path: Path) -> None:
    body = "> @carl said\n\n`@dora` and\n```\n@emil\n```\nme@fritz.example @ada/team @bo: yes"
    found = archive(tmp_path, comment(1, "ada"), comment(2, "me", body))
    assert acts(found)[1:] == [("out", "mention", "bo")]


def test_talk_between_others_is_counted_only(tmp_path: Path) -> None:
    elsewhere = f"{SITE}team/wheel/issues/7"
    found = archive(
        tmp_path,
        comment(1, "bo", thread=elsewhere),
        comment(2, "ada", "@me knows", thread=elsewhere),
        issues=[issue(elsewhere, "ada")],
    )
    assert acts(found) == [("in", "mention", "ada")]
    assert Left("what others wrote to each other", 2) in found


def test_a_comment_to_nobody_is_a_post(tmp_path: Path) -> None:
    found = archive(tmp_path, comment(1, "me"))
    assert acts(found) == []
    assert sum(isinstance(record, PostRecord) for record in found) == 2


def test_reactions_count_in_both_directions_and_never_between_others(tmp_path: Path) -> None:
    def by(*users: str) -> list[dict[str, str]]:
        when = "2024-05-01T12:00:00.000+02:00"
        return [
            {"user": SITE + one, "content": "+1", "subject_type": "Issue", "created_at": when}
            for one in users
        ]

    found = archive(
        tmp_path,
        comment(1, "ada", reactions=by("me", "bo", "ada")),
        issues=[issue(ISSUE, "me", reactions=by("me", "ada", "ghost"))],
    )
    reactions = [act for act in acts(found) if act[1] == "reaction"]
    assert reactions == [("in", "reaction", "ada"), ("out", "reaction", "ada")]


def test_bots_and_deleted_accounts_are_nobody(tmp_path: Path) -> None:
    found = archive(tmp_path, comment(1, "ghost"), comment(2, "apps/robot"), comment(3, "robot[bot]"))
    assert acts(found) == []
    assert Left("what bots and deleted accounts wrote", 3) in found


def test_an_organisations_archive_asks_who_the_user_is(tmp_path: Path) -> None:
    files = {
        "users_000001.json": USERS,
        "organizations_000001.json": [{"type": "organization", "url": f"{SITE}team", "login": "team"}],
        "repositories_000001.json": [
            {"type": "repository", "url": f"{SITE}team/kiln", "owner": f"{SITE}team"}
        ],
        "issue_comments_000001.json": [comment(1, "ada"), comment(2, "bo"), comment(3, "ada")],
    }
    with pytest.raises(QuestionError) as error:
        records(tmp_path / "a", files)
    assert error.value.option == "as"
    assert [answer for answer, _ in error.value.choices] == ["ada", "bo"]
    for number, owner in enumerate(
        (
            Owner(stated="@Bo"),
            Owner(identities=frozenset((("github", "bo"),))),
            Owner(external_ids=frozenset((("github", "3"),))),
        )
    ):
        found = records(tmp_path / str(number), files, owner)
        [me] = [record for record in found if isinstance(record, SelfRecord)]
        assert me.identities[0].handle == "bo"


@pytest.mark.parametrize(
    ("archived", "from_api"),
    [
        (f"{SITE}o/r/issues/1#issuecomment-9", f"{SITE}o/r/issues/1#issuecomment-9"),
        (f"{SITE}o/r/pull/4/files#r363", f"{SITE}o/r/pull/4#discussion_r363"),
        (f"{SITE}o/r/pull/3/files#pullrequestreview-31", f"{SITE}o/r/pull/3#pullrequestreview-31"),
        (f"{SITE}o/r/issues/1", f"{SITE}o/r/issues/1"),
    ],
)
def test_an_act_has_one_key_in_the_archive_and_in_the_api(archived: str, from_api: str) -> None:
    assert key_of(archived) == key_of(from_api)
    assert thread_of(Item(url=archived)) == thread_of(Item(html_url=from_api))


def test_another_servers_numbers_are_other_keys() -> None:
    assert key_of("https://git.example/o/r/issues/1#issuecomment-9") != key_of(
        f"{SITE}o/r/issues/1#issuecomment-9"
    )


def test_files_cut_anew_give_the_same_records(tmp_path: Path) -> None:
    comments = [comment(number, ("me", "ada", "bo")[number % 3]) for number in range(9)]
    whole = archive(tmp_path / "a", *comments)
    parts = archive(tmp_path / "b", *comments[:4], **{"issue_comments_000002.json": comments[4:]})
    assert whole == parts


def test_records_that_make_no_sense_cost_one_problem_each(tmp_path: Path) -> None:
    found = archive(
        tmp_path,
        None,
        "x",
        {"type": "issue_comment", "url": f"{SITE}x", "user": 5},
        {"body": "no address"},
        7,
    )
    assert [record.where for record in found if isinstance(record, Problem)] == [
        f"issue_comments_000001.json[{number}]" for number in (0, 1, 3, 4)
    ]


def api_user(login: str, number: int) -> dict[str, Any]:
    urls = {"followers_url": f"{API}/users/{login}/followers", "gists_url": f"{API}/users/{login}/gists"}
    return {"login": login, "id": number, "node_id": "U", "html_url": SITE + login, **urls, "type": "User"}


def test_followers_come_in_and_followed_go_out_by_the_name_of_the_list(tmp_path: Path) -> None:
    found = records(tmp_path, {"followers.json": [api_user("ada", 2)], "following.json": [api_user("bo", 3)]})
    assert acts(found) == [("in", "follow", "ada"), ("out", "follow", "bo")]


def test_a_list_of_accounts_that_says_neither_is_not_claimed(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text(json.dumps([api_user("ada", 2)]), "utf-8")
    with Export(tmp_path) as export:
        assert not Importer().identify(export)


def test_a_star_has_one_key_in_the_list_and_in_the_events(tmp_path: Path) -> None:
    repo = {"id": 1, "full_name": "ada/kiln", "owner": api_user("ada", 2), "html_url": f"{SITE}ada/kiln"}
    star = {"starred_at": "2024-05-01T12:00:00Z", "repo": {**repo, "stargazers_url": f"{API}/x"}}
    event = {
        "id": "1",
        "type": "WatchEvent",
        "actor": {"login": "me", "id": 1, "url": f"{API}/users/me"},
        "repo": {"id": 1, "name": "ada/kiln", "url": f"{API}/repos/ada/kiln"},
        "payload": {"action": "started"},
        "created_at": "2024-05-01T12:00:00Z",
    }
    found = records(tmp_path, {"starred.json": [star], "events.json": [event]})
    [act] = [record for record in found if isinstance(record, InteractionRecord)]
    assert (act.kind, act.precision) == (Kind.REACTION, Precision.SECOND)
