"""X: whom each kind of tweet concerns. Whole archives of every era are in `tests/exports/x`."""

from __future__ import annotations

from typing import Any

import pytest
from x_archive import (
    ADA,
    BO,
    ME,
    acts,
    answering,
    link,
    mention,
    problems,
    script,
    told,
    tweet,
)

from crm.domain.records import (
    Direction,
    Kind,
    PostRecord,
    Precision,
)


def test_a_reply_goes_to_whom_it_answers_and_mentions_the_others(tweets: Any) -> None:
    row = answering(ADA)
    row["tweet"]["entities"]["user_mentions"] = [
        mention(ADA),
        mention(BO),
        mention(ME, "me_now"),
        mention(BO),
    ]
    reply, named = tweets(row)
    assert told(reply) == ("reply", ADA, "ada")
    assert (reply.external_id, reply.thread) == ("x:tweet:1", "x:status:77")
    assert told(named) == ("mention", BO, "bo")
    assert named.external_id == f"x:mention:1:{BO}"
    assert {reply.direction, named.direction} == {Direction.OUT}
    assert reply.url == "https://x.com/me_now/status/1"


def test_a_reply_may_give_only_the_id_or_only_the_handle(tweets: Any) -> None:
    only_id = tweet("@a", 1, in_reply_to_user_id_str="900")
    only_handle = tweet("@b", 2, in_reply_to_screen_name="gone", in_reply_to_user_id_str="-1")
    nobody = tweet("@c", 3, in_reply_to_status_id_str="5")
    first, second, third = tweets(only_id, only_handle, nobody)
    assert told(first) == ("reply", "900", None)
    assert first.who.url == "https://x.com/i/user/900"
    assert told(second) == ("reply", None, "gone")
    assert third.who is None
    assert (third.kind, third.direction) == (Kind.REPLY, Direction.OUT)


def test_answering_oneself_is_a_post_in_the_same_thread(tweets: Any) -> None:
    (post,) = tweets(answering(ME))
    assert told(post) == ("post", None, None)
    assert post.thread == "x:status:77"


def test_a_retweet_is_a_reshare_of_its_author_and_addresses_nobody_else(tweets: Any) -> None:
    (reshare,) = tweets(tweet("RT @Ada: with @bo and", 1, mention(BO), mention(ADA)))
    assert told(reshare) == ("reshare", ADA, "ada")
    assert reshare.external_id == "x:tweet:1"


def test_a_retweet_of_somebody_vanished_keeps_the_handle(tweets: Any) -> None:
    (reshare,) = tweets(tweet("RT @gone: x", 1, mention("-1", "gone", "Gone")))
    assert told(reshare) == ("reshare", None, "gone")


def test_media_tell_which_tweet_was_retweeted(tweets: Any) -> None:
    row = tweet("RT @ada: look https://t.co/1", 1, mention(ADA))
    row["tweet"]["entities"]["media"] = [
        {"url": "https://t.co/1", "source_status_id_str": "55", "source_user_id_str": ADA}
    ]
    (reshare,) = tweets(row)
    assert reshare.thread == "x:status:55"


@pytest.mark.parametrize(
    "address",
    [
        "https://twitter.com/ada/status/9",
        "http://mobile.twitter.com/ada/status/9?s=20",
        "https://x.com/Ada/status/9/photo/1",
        "https://www.twitter.com/ada/statuses/9",
    ],
)
def test_a_link_to_another_tweet_is_a_quote(tweets: Any, address: str) -> None:
    (quote,) = tweets(tweet("so true https://t.co/1", 1, urls=[link("https://t.co/1", address)]))
    assert quote.kind is Kind.QUOTE
    assert quote.who.handle.casefold() == "ada"
    assert (quote.external_id, quote.thread) == ("x:tweet:1", "x:status:9")


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/me_now/status/9",
        "https://x.com/i/status/9",
        "https://twitter.com/i/web/status/9",
        "https://twitter.com/ada",
        "https://example.org/ada/status/9",
        "https://nottwitter.com/ada/status/9",
    ],
)
def test_other_links_are_no_quotes(tweets: Any, address: str) -> None:
    (post,) = tweets(tweet("see https://t.co/1", 1, urls=[link("https://t.co/1", address)]))
    assert isinstance(post, PostRecord)
    assert post.text == f"see {address}"


def test_a_reply_that_quotes_somebody_else_is_both_under_two_keys(tweets: Any) -> None:
    row = answering(ADA)
    row["tweet"]["entities"]["urls"] = [link("https://t.co/1", "https://x.com/bo/status/9")]
    reply, quote = tweets(row)
    assert told(reply) == ("reply", ADA, "ada")
    assert (quote.kind, quote.external_id) == (Kind.QUOTE, "x:quote:1")


def test_one_person_is_addressed_once_by_one_tweet(tweets: Any) -> None:
    row = answering(ADA)
    row["tweet"]["entities"]["user_mentions"] = [mention(ADA)]
    row["tweet"]["entities"]["urls"] = [link("https://t.co/1", "https://x.com/ada/status/9")]
    assert [told(record) for record in tweets(row)] == [("reply", ADA, "ada")]


def test_entities_are_decoded_once_and_links_replaced_by_value(tweets: Any) -> None:
    text = "&lt;b&gt; &amp;lt; https://t.co/1 https://t.co/12 &amp; 🏺"
    urls = [
        link("https://t.co/1", "https://a.example/?x=1&amp=2"),
        link("https://t.co/12", "https://b.example"),
    ]
    (post,) = tweets(tweet(text, 1, urls=urls))
    assert post.text == "<b> &lt; https://a.example/?x=1&amp=2 https://b.example & 🏺"


def test_people_have_the_handle_and_name_of_the_newest_tweet_whatever_the_order(tweets: Any) -> None:
    followers = script("follower", [{"follower": {"accountId": ADA}}, {"follower": {"accountId": "999"}}])
    records = tweets(
        tweet("b", 30, mention(ADA, "ada_new", "Ada Byron")),
        tweet("a", 10, mention(ADA, "ada_old", "Ada")),
        tweet("c", 40, in_reply_to_user_id_str=ADA, in_reply_to_screen_name="ada_newest"),
        follower=followers,
    )
    assert {record.who.handle for record in records if record.who.external_id == ADA} == {"ada_newest"}
    assert {record.who.name for record in records if record.who.external_id == ADA} == {"Ada Byron"}
    follow = records[-1]
    assert (follow.external_id, follow.direction, follow.at) == ("x:follow:in:999", Direction.IN, None)
    assert follow.precision is Precision.UNKNOWN
    assert follow.who.url == "https://x.com/i/user/999"


def test_a_handle_that_changed_hands_is_nobodys_id(tweets: Any) -> None:
    records = tweets(
        tweet("x", 1, mention(ADA, "shared")),
        tweet("y", 2, mention(BO, "shared")),
        tweet("z", 3, in_reply_to_screen_name="shared"),
    )
    assert [told(record) for record in records] == [
        ("mention", ADA, "shared"),
        ("mention", BO, "shared"),
        ("reply", None, "shared"),
    ]


def test_an_edited_tweet_is_its_last_version_only(tweets: Any) -> None:
    both = {"initial": {"editTweetIds": ["11", "12"]}}
    later = {"edit": {"initialTweetId": "11", "editControlInitial": {"editTweetIds": ["11", "12"]}}}
    alone = {"initial": {"editTweetIds": ["20"]}}
    records = tweets(
        tweet("teh", 11, edit_info=both), tweet("the", 12, edit_info=later), tweet("x", 20, edit_info=alone)
    )
    assert [(record.external_id, record.text) for record in records] == [
        ("x:tweet:12", "the"),
        ("x:tweet:20", "x"),
    ]


def test_an_edited_tweet_without_its_last_version_is_the_last_there_is(tweets: Any) -> None:
    ids = {"initial": {"editTweetIds": ["11", "12", "13"]}}
    records = tweets(tweet("a", 11, edit_info=ids), tweet("b", 12, edit_info=ids))
    assert [record.text for record in records] == ["b"]


def note(number: int, text: str, created: str = "2024-03-01T12:00:02.000Z", **more: Any) -> dict[str, Any]:
    return {"noteTweet": {"noteTweetId": str(number), "createdAt": created, "core": {"text": text, **more}}}


LONG = "A tale of kilns & glaze, told slowly. " * 20


def test_a_long_tweet_has_the_text_of_its_note(tweets: Any) -> None:
    start = LONG[:270].replace("&", "&amp;") + "… https://t.co/1"
    notes = script(
        "note_tweet",
        [
            note(900, "Something else. " * 30),
            note(
                901,
                LONG + "https://t.co/2",
                urls=[{"shortUrl": "https://t.co/2", "expandedUrl": "https://e.org"}],
            ),
        ],
    )
    first, other = tweets(tweet(start, 5), note_tweet=notes)
    assert (first.external_id, first.text) == ("x:tweet:5", LONG + "https://e.org")
    assert (other.external_id, other.text) == ("x:note:900", "Something else. " * 30)


def test_a_long_reply_keeps_its_addressee_and_gets_its_note(tweets: Any) -> None:
    row = answering(ADA, text="@ada " + LONG[:270] + "…")
    (reply,) = tweets(row, note_tweet=script("note_tweet", [note(901, LONG)]))
    assert (told(reply), reply.text) == (("reply", ADA, "ada"), LONG)


def test_a_note_of_another_hour_belongs_to_another_tweet(tweets: Any) -> None:
    notes = script("note_tweet", [note(901, LONG, "2024-03-01T13:00:00.000Z")])
    first, other = tweets(tweet(LONG[:270], 5), note_tweet=notes)
    assert (first.text, other.external_id) == (LONG[:270], "x:note:901")


def test_likes_are_acts_towards_nobody_we_know_at_no_time_we_know(import_: Any) -> None:
    rows = [
        {"like": {"tweetId": "5", "fullText": "a &amp; b", "expandedUrl": "u"}},
        {"like": {"tweetId": "6"}},
        {},
    ]
    records = import_({"like.js": script("like", rows)})
    first, second = acts(records)
    assert (first.external_id, first.text, first.url, first.who, first.at) == (
        "x:like:5",
        "a & b",
        "u",
        None,
        None,
    )
    assert (second.text, second.url, second.direction) == (
        None,
        "https://x.com/i/web/status/6",
        Direction.OUT,
    )
    assert [problem.where for problem in problems(records)] == ["data/like.js[2]"]
