"""Write an X archive of any size in today's layout: for measurements, and as a made-up community.

The same arguments give the same archive, byte for byte. Nothing in it is anybody's: names are drawn from a
list, sentences from a few words. `python tests/benchmarks/generate_x.py out.zip 100000 20000` writes one.
"""

from __future__ import annotations

import random
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

OWNER_ID = "7000001"
OWNER_HANDLE = "kiln_and_ink"
BEGIN = datetime(2012, 3, 1, 8, tzinfo=UTC)
END = datetime(2026, 5, 20, 8, tzinfo=UTC)
PER_CONVERSATION = 1000
"""X splits longer conversations into several objects of about this many events."""
PER_GROUP = 5

_FIRST = [
    "Ada",
    "Bo",
    "Cy",
    "Dee",
    "Ed",
    "Eve",
    "Flo",
    "Jörg",
    "Märta",
    "Zoë",
    "İpek",
    "Søren",
    "Łucja",
    "Noël",
    "Renée",
    "Björk",
    "Ana",
    "Ravi",
    "Mei",
    "Kwame",
]
_LAST = [
    "Byron",
    "Lind",
    "Ono",
    "Park",
    "Quist",
    "Ray",
    "Sand",
    "Groß",
    "Öberg",
    "Núñez",
    "Kılıç",
    "Dvořák",
    "Nkosi",
    "Tanaka",
    "Achebe",
]
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MARKS = ("", "", "", " 🦊", " ☕️", " 👩‍🎨", " (she/her)")
_WORDS = [
    "the",
    "kiln",
    "glaze",
    "print",
    "essay",
    "finished",
    "tomorrow",
    "really",
    "lovely",
    "porcelain",
    "zine",
    "fair",
    "paper",
    "ink",
    "blue",
    "again",
    "maybe",
    "coffee",
    "with",
    "a",
    "small",
    "window",
    "of",
    "light",
    "and",
    "rain",
    "over",
    "Köln",
    "naïve",
    "façade",
    "🎨",
    "😀",
    "thanks",
    "for",
    "sharing",
    "this",
]


class Written(NamedTuple):
    """What an archive holds."""

    tweets: int
    messages: int
    likes: int
    followers: int


class _Person(NamedTuple):
    id: str
    handle: str
    name: str


def write_archive(path: Path, tweets: int, messages: int, people: int = 400, seed: int = 1) -> Written:
    """Write a ZIP of `tweets` tweets and `messages` direct messages among `people` people."""
    dice = random.Random(seed)
    crowd = [_person(number, dice) for number in range(people)]
    likes, followers = tweets // 2, people
    groups = messages // 10
    files = {
        "account": ("account", iter([_account()])),
        "tweets": ("tweets", _tweets(tweets, crowd, dice)),
        "like": ("like", _likes(likes, dice)),
        "follower": ("follower", (_follow("follower", person) for person in crowd)),
        "following": ("following", (_follow("following", person) for person in crowd[::2])),
        "directMessages": ("direct-messages", _conversations(messages - groups, crowd, dice)),
        "directMessagesGroup": ("direct-messages-group", _groups(groups, crowd, dice)),
    }
    types: dict[str, object] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_entry("Your archive.html"), "<html><body>Your archive</body></html>")
        for key, (name, records) in files.items():
            variable = "YTD." + name.replace("-", "_") + ".part0"
            with archive.open(_entry(f"data/{name}.js"), "w", force_zip64=True) as out:
                out.write(f"window.{variable} = [".encode())
                count = 0
                for record in records:
                    text = msgspec.json.format(msgspec.json.encode(record), indent=2)
                    out.write((b",\n  " if count else b"\n  ") + text.replace(b"\n", b"\n  "))
                    count += 1
                out.write(b"\n]" if count else b" ]")
            types[key] = {
                "files": [{"fileName": f"data/{name}.js", "globalName": variable, "count": str(count)}]
            }
        manifest = msgspec.json.format(msgspec.json.encode(_manifest(types)), indent=2)
        archive.writestr(_entry("data/manifest.js"), b"window.__THAR_CONFIG = " + manifest)
    return Written(tweets, messages, likes, followers)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, END.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _person(number: int, dice: random.Random) -> _Person:
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    handle = f"{first.casefold().encode('ascii', 'ignore').decode() or 'x'}_{number}"
    return _Person(str(9_000_000 + 37 * number), handle, f"{first} {last}{dice.choice(_MARKS)}")


def _account() -> dict[str, object]:
    return {
        "account": {
            "email": "me@example.org",
            "createdVia": "web",
            "username": OWNER_HANDLE,
            "accountId": OWNER_ID,
            "createdAt": f"{BEGIN:%Y-%m-%dT%H:%M:%S}.000Z",
            "accountDisplayName": "Iris Kühn 🏺",
        }
    }


def _manifest(types: dict[str, object]) -> dict[str, object]:
    return {
        "userInfo": {"accountId": OWNER_ID, "userName": OWNER_HANDLE, "displayName": "Iris Kühn 🏺"},
        "archiveInfo": {
            "sizeBytes": "1",
            "generationDate": f"{END:%Y-%m-%dT%H:%M:%S}.000Z",
            "isPartialArchive": False,
            "maxPartSizeBytes": "53687091200",
        },
        "readmeInfo": {"fileName": "data/README.txt", "directory": "data/", "name": "README.txt"},
        "dataTypes": types,
    }


def _moment(share: float, dice: random.Random) -> datetime:
    return BEGIN + (END - BEGIN) * share + timedelta(milliseconds=dice.randrange(1000))


def _written(moment: datetime) -> str:
    """`Wed Oct 10 20:19:24 +0000 2018`, in English on any machine."""
    return f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1]} {moment:%d %H:%M:%S} +0000 {moment.year}"


def _snowflake(moment: datetime, dice: random.Random) -> str:
    return str(((int(moment.timestamp() * 1000) - 1288834974657) << 22) + dice.randrange(1 << 22))


def _words(dice: random.Random, most: int) -> str:
    return " ".join(dice.choices(_WORDS, k=dice.randint(3, most)))


def _mention(person: _Person, start: int) -> dict[str, object]:
    indices = [str(start), str(start + len(person.handle) + 1)]
    return {
        "name": person.name,
        "screen_name": person.handle,
        "indices": indices,
        "id_str": person.id,
        "id": person.id,
    }


def _tweets(count: int, crowd: list[_Person], dice: random.Random) -> Iterator[dict[str, object]]:
    for number in range(count):
        moment = _moment(1 - (number + 1) / (count + 1), dice)
        identifier = _snowflake(moment, dice)
        person, other = dice.choice(crowd), dice.choice(crowd)
        text, mentions, urls = _words(dice, 24), [], []
        extra: dict[str, object] = {}
        luck = dice.random()
        if luck < 0.35:
            text, mentions = f"@{person.handle} {text}", [_mention(person, 0)]
            extra = {
                "in_reply_to_status_id_str": _snowflake(moment - timedelta(minutes=9), dice),
                "in_reply_to_user_id": person.id,
                "in_reply_to_user_id_str": person.id,
                "in_reply_to_screen_name": person.handle,
            }
        elif luck < 0.5:
            text, mentions = f"RT @{person.handle}: {text}", [_mention(person, 3)]
        elif luck < 0.6:
            text, mentions = f"{text} @{other.handle} &amp; co", [_mention(other, len(text) + 1)]
        elif luck < 0.75:
            short = f"https://t.co/{dice.randrange(36**10):010x}"[:23]
            full = f"https://example.org/{number}"
            if luck < 0.65:
                full = f"https://twitter.com/{person.handle}/status/{_snowflake(moment, dice)}"
            text += f" {short}"
            urls = [{"url": short, "expanded_url": full, "display_url": full[8:30], "indices": ["0", "23"]}]
        yield {
            "tweet": {
                "edit_info": {
                    "initial": {
                        "editTweetIds": [identifier],
                        "editableUntil": f"{moment + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}.000Z",
                        "editsRemaining": "5",
                        "isEditEligible": luck >= 0.5,
                    }
                },
                "retweeted": False,
                "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
                "entities": {"hashtags": [], "symbols": [], "user_mentions": mentions, "urls": urls},
                "display_text_range": ["0", str(len(text))],
                "favorite_count": str(dice.randrange(40)),
                "id_str": identifier,
                "truncated": False,
                "retweet_count": str(dice.randrange(9)),
                "id": identifier,
                "created_at": _written(moment),
                "favorited": False,
                "full_text": text,
                "lang": "en",
                **extra,
            }
        }


def _likes(count: int, dice: random.Random) -> Iterator[dict[str, object]]:
    for number in range(count):
        identifier = _snowflake(_moment((number + 1) / (count + 1), dice), dice)
        url = f"https://twitter.com/i/web/status/{identifier}"
        yield {"like": {"tweetId": identifier, "fullText": _words(dice, 20), "expandedUrl": url}}


def _follow(kind: str, person: _Person) -> dict[str, object]:
    link = f"https://twitter.com/intent/user?user_id={person.id}"
    return {kind: {"accountId": person.id, "userLink": link}}


def _message(moment: datetime, sender: str, recipient: str, dice: random.Random) -> dict[str, object]:
    message: dict[str, object] = {
        "reactions": [],
        "urls": [],
        "text": _words(dice, 16),
        "mediaUrls": [],
        "senderId": sender,
        "id": _snowflake(moment, dice),
        "createdAt": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z",
    }
    if recipient:
        message["recipientId"] = recipient
    return {"messageCreate": message}


def _conversations(count: int, crowd: list[_Person], dice: random.Random) -> Iterator[dict[str, object]]:
    """A few people have long conversations, most have short ones."""
    left, number = count, 0
    while left:
        person = crowd[number % len(crowd)]
        size = min(left, PER_CONVERSATION, int(dice.paretovariate(0.7) * 8))
        pair = sorted((OWNER_ID, person.id), key=int, reverse=bool(number % 3))
        moments = sorted((_moment(dice.random(), dice) for _ in range(size)), reverse=True)
        messages = []
        for moment in moments:
            sender, recipient = dice.choice([(OWNER_ID, person.id), (person.id, OWNER_ID)])
            messages.append(_message(moment, sender, recipient, dice))
        yield {"dmConversation": {"conversationId": "-".join(pair), "messages": messages}}
        left, number = left - size, number + 1


def _groups(count: int, crowd: list[_Person], dice: random.Random) -> Iterator[dict[str, object]]:
    left, number = count, 0
    while left:
        size = min(left, PER_CONVERSATION, 200)
        members = [OWNER_ID, *(crowd[(number * 7 + step) % len(crowd)].id for step in range(PER_GROUP - 1))]
        moments = sorted((_moment(dice.random(), dice) for _ in range(size)), reverse=True)
        events = [_message(moment, dice.choice(members), "", dice) for moment in moments]
        joined = {
            "initiatingUserId": members[1],
            "participantsSnapshot": members,
            "createdAt": f"{BEGIN:%Y-%m-%dT%H:%M:%S}.000Z",
        }
        yield {
            "dmConversation": {
                "conversationId": str(1_200_000_000_000_000_000 + number),
                "messages": [*events, {"joinConversation": joined}],
            }
        }
        left, number = left - size, number + 1


if __name__ == "__main__":
    print(write_archive(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
