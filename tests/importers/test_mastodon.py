"""Archives of the fediverse: who is meant, whichever way an archive speaks of them; what counts as what."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError, QuestionError
from crm.domain.handles import normalise
from crm.domain.records import (
    ContactRecord,
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
from crm.importers.kit.export import Export
from crm.importers.kit.markup import html_to_text
from crm.importers.mastodon import Importer, addresses
from crm.importers.mastodon.words import words

ME = "https://ton.example/users/me"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = "https://www.w3.org/ns/activitystreams"


def collection(items: list[Any], name: str = "outbox.json") -> str:
    return json.dumps({"@context": CONTEXT, "id": name, "type": "OrderedCollection", "orderedItems": items})


def mention(uri: str, name: str) -> dict[str, str]:
    return {"type": "Mention", "href": uri, "name": name}


def note(number: int, **more: Any) -> dict[str, Any]:
    identifier = f"{ME}/statuses/{number}"
    post = {
        "id": identifier,
        "type": "Note",
        "published": "2024-05-01T12:00:00Z",
        "attributedTo": ME,
        "to": [PUBLIC],
        "cc": [f"{ME}/followers"],
        "content": "<p>words</p>",
        "tag": [],
        **more,
    }
    return {"id": f"{identifier}/activity", "type": "Create", "actor": ME, "object": post}


def records(tmp_path: Path, files: dict[str, str], owner: Owner | None = None) -> list[Record]:
    folder = tmp_path / "export"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8", newline="")
    with Export(folder) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(found: list[Record]) -> list[InteractionRecord]:
    return [record for record in found if isinstance(record, InteractionRecord)]


def outbox(tmp_path: Path, *items: Any, **files: str) -> list[Record]:
    return records(tmp_path, {"outbox.json": collection(list(items)), **files})


def test_one_person_is_one_identity_however_an_archive_speaks_of_them(tmp_path: Path) -> None:
    uri = "https://social.sand.example/ap/users/115"
    found = records(
        tmp_path,
        {
            "outbox.json": collection(
                [
                    note(1, tag=[mention(uri, "@flo@sand.example")]),
                    note(2, inReplyTo=f"{uri}/statuses/9"),
                    {
                        "id": f"{ME}/3",
                        "type": "Announce",
                        "actor": ME,
                        "cc": [uri],
                        "object": f"{uri}/statuses/1",
                    },
                    {
                        "id": f"{ME}/4",
                        "type": "Announce",
                        "actor": ME,
                        "cc": [],
                        "object": f"{uri}/statuses/2",
                    },
                ]
            ),
            "likes.json": collection(
                [f"{uri}/statuses/5", "https://social.sand.example/@flo/6"], "likes.json"
            ),
            "following_accounts.csv": "Account address,Show boosts\nFlo@sand.example,true\n",
        },
    )
    people = {
        (act.who.external_id, normalise("mastodon", act.who.handle or "")) for act in acts(found) if act.who
    }
    assert people == {(uri, "flo@sand.example")}
    assert len(acts(found)) == 7


@pytest.mark.parametrize(
    ("to", "cc", "kind"),
    [
        ([PUBLIC], [f"{ME}/followers", "https://b.example/users/bo"], Kind.MENTION),
        ([f"{ME}/followers"], [PUBLIC, "https://b.example/users/bo"], Kind.MENTION),
        ([f"{ME}/followers"], ["https://b.example/users/bo"], Kind.MENTION),
        (["https://b.example/users/bo"], [], Kind.MESSAGE),
        ("https://b.example/users/bo", None, Kind.MESSAGE),
        ("as:Public", [], Kind.MENTION),
        (["https://ton.example/#Public"], [], Kind.MENTION),
    ],
)
def test_a_post_is_a_message_if_neither_public_nor_followers_get_it(
    tmp_path: Path, to: Any, cc: Any, kind: Kind
) -> None:
    found = outbox(
        tmp_path, note(1, to=to, cc=cc, tag=[mention("https://b.example/users/bo", "@bo@b.example")])
    )
    assert [act.kind for act in acts(found)] == [kind]


def test_a_direct_message_without_mention_goes_to_whom_it_is_addressed(tmp_path: Path) -> None:
    found = outbox(tmp_path, note(1, to=["https://b.example/users/bo"], cc=[]))
    assert [(act.kind, act.who.handle) for act in acts(found) if act.who] == [(Kind.MESSAGE, "bo@b.example")]


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("https://b.example/users/bo/statuses/1", "bo@b.example"),
        ("https://b.example/@bo/1", "bo@b.example"),
        ("https://c.example/objects/1f", "cy@c.example"),
        ("https://fern.example/objects/1f", "bo@b.example"),
        ("https://b.example/users/gone/statuses/1", "gone@b.example"),
    ],
)
def test_a_reply_is_to_the_author_of_its_parent_else_to_whoever_is_mentioned_there(
    tmp_path: Path, parent: str, expected: str
) -> None:
    tags = [
        mention("https://b.example/users/bo", "@bo@b.example"),
        mention("https://c.example/u/cy", "@cy@c.example"),
    ]
    replies = [
        act for act in acts(outbox(tmp_path, note(1, tag=tags, inReplyTo=parent))) if act.kind is Kind.REPLY
    ]
    assert [act.who.handle for act in replies if act.who] == [expected]


def test_answering_oneself_is_a_post_of_the_same_thread(tmp_path: Path) -> None:
    found = outbox(
        tmp_path,
        note(1, inReplyTo="https://b.example/users/bo/statuses/1"),
        note(2, inReplyTo=f"{ME}/statuses/1"),
        note(3, inReplyTo=f"{ME}/statuses/2"),
    )
    posts = [record for record in found if isinstance(record, PostRecord)]
    assert len(posts) == 2
    assert {post.thread for post in posts} == {acts(found)[0].thread}


def test_own_posts_are_known_by_their_id_where_it_does_not_begin_with_the_author(tmp_path: Path) -> None:
    first = note(1, id="https://ton.example/objects/1", context="https://ton.example/contexts/1")
    second = note(2, inReplyTo="https://ton.example/objects/1", context="https://ton.example/contexts/1")
    assert not acts(outbox(tmp_path, first, second))


def test_the_domain_of_local_mentions_is_that_of_handles_not_of_addresses(tmp_path: Path) -> None:
    opened = note(1, conversation="tag:kachel.example,2024-05-01:objectId=1:objectType=Conversation")
    # its parent was deleted: the conversation is of another server
    orphan = note(
        2,
        conversation="tag:fern.example,2024-05-01:objectId=2:objectType=Conversation",
        tag=[mention("https://ton.example/users/nils", "@nils")],
    )
    found = outbox(tmp_path, orphan, opened)
    assert [act.who.handle for act in acts(found) if act.who] == ["nils@kachel.example"]
    [me] = [record for record in found if isinstance(record, SelfRecord)]
    assert me.identities[0].handle == "me@kachel.example"


def test_all_accounts_of_the_owner_are_the_owners(tmp_path: Path) -> None:
    actor = {
        "@context": CONTEXT,
        "id": ME,
        "type": "Person",
        "inbox": f"{ME}/inbox",
        "outbox": "outbox.json",
        "preferredUsername": "me",
        "alsoKnownAs": ["https://alt.example/users/me_old"],
        "movedTo": "https://neu.example/users/me_new",
    }
    moved = note(1, tag=[mention("https://alt.example/users/me_old", "@me_old@alt.example")])
    found = outbox(tmp_path, moved, **{"actor.json": json.dumps(actor)})
    [me] = [record for record in found if isinstance(record, SelfRecord)]
    assert {ref.handle for ref in me.identities} == {
        "me@ton.example",
        "me_old@alt.example",
        "me_new@neu.example",
    }
    assert not acts(found)


def test_the_archives_of_two_accounts_are_an_error(tmp_path: Path) -> None:
    actor = {"@context": CONTEXT, "type": "Person", "inbox": "x", "outbox": "outbox.json"}
    files = {
        f"{name}/actor.json": json.dumps({**actor, "id": f"https://a.example/users/{name}"}) for name in "xy"
    }
    with pytest.raises(ExportError, match="two accounts"):
        records(tmp_path, files)


def test_keys_do_not_depend_on_order_or_on_what_lies_beside(tmp_path: Path) -> None:
    uri = "https://b.example/users/bo"
    items = [
        note(1, tag=[mention(uri, "@bo@b.example"), mention("https://c.example/users/cy", "@cy@c.example")]),
        note(2, inReplyTo=f"{uri}/statuses/1"),
        note(3, to=[uri], cc=[], tag=[mention(uri, "@bo@b.example")]),
    ]
    forward = outbox(tmp_path / "a", *items, **{"followers.json": collection([uri], "followers.json")})
    backward = outbox(tmp_path / "b", *reversed(items))
    keys = {act.external_id for act in acts(forward)}
    assert keys - {act.external_id for act in acts(backward)} == {"mastodon:follow:in:bo@b.example"}


def test_a_follow_has_one_key_whether_a_list_gives_the_handle_or_the_address(tmp_path: Path) -> None:
    by_address = records(
        tmp_path / "a", {"following.json": collection(["https://b.example/users/Bo"], "following.json")}
    )
    by_handle = records(
        tmp_path / "b", {"following_accounts.csv": "Account address,Show boosts\nbo@b.example,true\n"}
    )
    assert [act.external_id for act in acts(by_address)] == [act.external_id for act in acts(by_handle)]


def test_a_like_in_the_outbox_has_a_time_and_is_not_told_twice(tmp_path: Path) -> None:
    liked = "https://b.example/users/bo/statuses/1"
    like = {
        "id": f"{ME}#1",
        "type": "Like",
        "actor": ME,
        "object": liked,
        "published": "2024-05-01T12:00:00Z",
    }
    [act] = acts(outbox(tmp_path, like, **{"likes.json": collection([liked], "likes.json")}))
    assert act.precision is Precision.SECOND


def test_what_others_did_is_not_taken_for_the_owners(tmp_path: Path) -> None:
    other = note(2)
    other["actor"] = "https://b.example/users/bo"
    found = outbox(tmp_path, note(1), other)
    assert [record.where for record in found if isinstance(record, Problem)] == ["outbox.json[1]"]


def test_times_that_cannot_be_are_unknown(tmp_path: Path) -> None:
    times = ["9999-12-31T23:59:59-12:00", "1066-10-14T00:00:00Z", "yesterday", 5, None]
    found = outbox(tmp_path, *(note(number, published=when) for number, when in enumerate(times)))
    posts = [record for record in found if isinstance(record, PostRecord)]
    assert [(post.at, post.precision) for post in posts] == [(None, Precision.UNKNOWN)] * len(times)


def test_properties_of_any_shape_cost_nothing_or_one_problem(tmp_path: Path) -> None:
    odd = [
        note(
            1,
            tag=mention("https://b.example/users/bo", "@bo@b.example"),
            inReplyTo=["https://c.example/@cy/1"],
        ),
        note(
            2,
            to=None,
            cc=7,
            tag=None,
            content=None,
            contentMap={"de": "<p>deutsch</p>"},
            url=[{"href": "https://x"}],
        ),
        note(3, tag=[{"type": ["Mention"], "href": 5}], summary=["x"], attachment=5, quote=5),
        "https://ton.example/users/me/statuses/4",
        note(5, tag=[5]),
        None,
        {"type": "Create", "object": "https://ton.example/users/me/statuses/6"},
    ]
    found = outbox(tmp_path, *odd)
    assert [record.where for record in found if isinstance(record, Problem)] == [
        f"outbox.json[{n}]" for n in (3, 4, 5)
    ]
    assert [(act.kind, act.who and act.who.handle) for act in acts(found)] == [
        (Kind.REPLY, "cy@c.example"),
        (Kind.MENTION, "bo@b.example"),
    ]
    assert [post.text for post in found if isinstance(post, PostRecord)] == ["deutsch", "words"]


def test_a_cut_off_outbox_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cut off"):
        records(tmp_path, {"outbox.json": collection([note(1), note(2)])[:-40]})


def test_empty_collections_are_empty(tmp_path: Path) -> None:
    empty = json.dumps({"@context": CONTEXT, "type": "OrderedCollection", "orderedItems": None})
    assert records(tmp_path, {"outbox.json": empty, "likes.json": collection([], "likes.json")}) == []


def test_people_on_lists_get_all_their_lists_as_tags(tmp_path: Path) -> None:
    found = records(tmp_path, {"lists.csv": "Küche,a@x.example\nBad,a@x.example\nKüche,b@x.example\n"})
    tags = {record.identities[0].handle: record.tags for record in found if isinstance(record, ContactRecord)}
    assert tags == {"a@x.example": ("Küche", "Bad"), "b@x.example": ("Küche",)}


def test_whom_one_muted_or_blocked_is_counted_and_no_act(tmp_path: Path) -> None:
    found = records(
        tmp_path,
        {
            "muted_accounts.csv": "Account address,Hide notifications\na@x.example,true\n",
            "blocked_accounts.csv": "b@x.example\nc@x.example\n",
        },
    )
    assert found == [Left("accounts you muted", 1), Left("accounts you blocked", 2)]


NOTES = json.dumps(
    [
        {"id": "9m0000000a", "text": "@kenji hi", "createdAt": "2024-05-01T00:00:00.000Z", "replyId": "9m0",
         "renoteId": None, "visibility": "public", "visibleUserIds": [], "localOnly": False}
    ]
)  # fmt: skip


def test_notes_of_misskey_ask_whose_they_are(tmp_path: Path) -> None:
    known = Owner(identities=frozenset((("mastodon", "yuki@mi.example"), ("mastodon", "y@ton.example"))))
    with pytest.raises(QuestionError) as error:
        records(tmp_path, {"notes-2024-05-02-12-00-00.json": NOTES}, known)
    assert error.value.option == "as"
    assert [answer for answer, _ in error.value.choices] == ["@y@ton.example", "@yuki@mi.example"]
    answered = known._replace(stated=error.value.choices[1][0])
    [act] = acts(records(tmp_path, {"notes-2024-05-02-12-00-00.json": NOTES}, answered))
    assert act.who is not None
    assert act.who.handle == "kenji@mi.example"


@pytest.mark.parametrize(
    ("uri", "user", "is_id"),
    [
        ("https://b.example/users/Bo", "Bo", True),
        ("https://b.example/@bo", "bo", False),
        ("https://b.example/ap/users/115222222222222222", None, True),
        ("https://www.threads.net/ap/users/17841400000000000/", None, True),
        ("https://misskey.example/users/9abc0d1e2f", None, True),
        ("https://takahe.example/@bo@b.example/", "bo@b.example", True),
        ("https://lemmy.example/u/bo", "bo", True),
        ("https://blog.example/?author=1", None, True),
        ("https://b.example/users/bo%20x", None, True),
    ],
)
def test_an_actors_address_says_as_much_as_is_certain(uri: str, user: str | None, is_id: bool) -> None:
    person = addresses.actor(uri)
    assert person is not None
    assert (person.user, person.uri) == (user, uri if is_id else None)


@pytest.mark.parametrize(
    ("uri", "user", "actor"),
    [
        ("https://b.example/users/bo/statuses/1", "bo", "https://b.example/users/bo"),
        ("https://b.example/users/bo/statuses/1/activity", "bo", "https://b.example/users/bo"),
        ("https://b.example/ap/users/7/statuses/1", None, "https://b.example/ap/users/7"),
        ("https://B.example:8080/users/bo/statuses/01H", "bo", "https://B.example:8080/users/bo"),
        ("https://b.example/@bo/1", "bo", None),
        ("https://b.example/@bo@c.example/1", "bo@c.example", None),
        ("https://pixel.example/p/bo/1", "bo", None),
    ],
)
def test_a_posts_address_says_who_wrote_it(uri: str, user: str | None, actor: str | None) -> None:
    person = addresses.author(uri)
    assert person is not None
    assert (person.user, person.uri) == (user, actor)


@pytest.mark.parametrize(
    "uri",
    ["https://b.example/objects/1", "https://b.example/notes/9a", "tag:b.example,2020:1", "", "https://["],
)
def test_a_posts_address_without_an_author_says_nothing(uri: str) -> None:
    assert addresses.author(uri) is None


PIECES = (
    "<p>", "</p>", "<br>", "<br />", " ", "\n", "a", "ä b", "&amp;", "&lt;", "&quot;", "&#39;", "&nbsp;",
    "<span>", "</span>", '<span class="invisible">https://</span>', "🏺", "\xa0", "x  y", "</a>", "\u2028",
    '<a href="https://x.example/@b" class="u-url mention">@<span>b</span></a>', '<a href="https://q.example">',
    '<a href="https://x.example/tags/k" class="mention hashtag" rel="tag">#<span>k</span></a>',
    '<a href="https://x.example/a?b=1&amp;c=2"><span class="">x.example/a?b=1&amp;c=2</span></a>',
    '<a href="https://x.example/a"><span class="invisible">https://</span><span>x.example/a</span></a>',
    '<a href="https://x.example/">word</a>', "<b>", "</b>", "\x00", "<p>a</p>", "<p>b<br>c</p>",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join))
def test_words_are_those_that_the_kit_finds(markup: str) -> None:
    assert words(markup) == html_to_text(markup)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "mastodon-export.tar.gz",
            {"reaction": 147, "reply": 96, "reshare": 34, "mention": 31, "message": 1, "post": 73},
        ),
        ("mastodon-export.zip", {"reaction": 3, "reply": 1, "mention": 18, "post": 4}),
        ("outbox.json", {"post": 2}),
        ("actor.json", {}),
        ("actor-remote.json", {"contact": 1}),
    ],
)
def test_the_samples_are_read_completely(shared: Path, name: str, expected: dict[str, int]) -> None:
    path = shared / "samples" / "mastodon" / f"lmorchard__fossilizer__src_resources_test_{name}"
    with Export(path) as export:
        assert Importer().identify(export)
        found = list(Importer().extract(export, Owner()))
    counts = Counter(act.kind.value for act in acts(found))
    counts["post"] = sum(isinstance(record, PostRecord) for record in found)
    counts["contact"] = sum(isinstance(record, ContactRecord) for record in found)
    assert +counts == expected
    assert not [record for record in found if isinstance(record, Problem)]


@pytest.mark.shared
def test_a_single_activity_is_no_export(shared: Path) -> None:
    path = (
        shared
        / "samples"
        / "mastodon"
        / "lmorchard__fossilizer__src_resources_test_activity-with-attachment.json"
    )
    with Export(path) as export:
        assert not Importer().identify(export)
