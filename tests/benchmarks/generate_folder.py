"""Write a folder of ten exports of one person, with 100,000 acts each: a downloads folder after ten years.

The same arguments give the same files. `python tests/benchmarks/generate_folder.py OUT 1000000` writes one.
Nothing in it is anybody's. People overlap: the same four hundred write on every platform, under their names.
"""

from __future__ import annotations

import json
import random
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import generate_x

ME = "Mira Lund"
BEGIN = datetime(2015, 1, 1, tzinfo=UTC)
SPAN = 11 * 365 * 86_400
"""Seconds."""
PEOPLE = 400


class Act(NamedTuple):
    """One message or comment, whatever the platform."""

    at: int
    """Seconds since 1970."""
    mine: bool
    who: int
    text: str


def name_of(who: int) -> str:
    """Return the name of a made-up person."""
    first, last = generate_x._FIRST[who % 20], generate_x._LAST[who // 20 % 15]
    return f"{first} {last}" if who < 300 else f"{first} {last} {who}"


def acts(chance: random.Random, number: int) -> Iterator[Act]:
    """Yield acts in order, each person's now and then."""
    start = int(BEGIN.timestamp())
    for index in range(number):
        at = start + index * SPAN // number
        words = " ".join(chance.choices(generate_x._WORDS, k=chance.randint(3, 14)))
        yield Act(at, chance.random() < 0.45, int(chance.random() ** 2 * PEOPLE), words)


def by_person(chance: random.Random, number: int) -> dict[int, list[Act]]:
    """Return acts by person."""
    threads: dict[int, list[Act]] = {}
    for act in acts(chance, number):
        threads.setdefault(act.who, []).append(act)
    return threads


def _damaged(text: str) -> str:
    """Return text as Meta writes it: the bytes of UTF-8, each as a character."""
    return text.encode("utf-8").decode("latin-1")


def facebook(folder: Path, chance: random.Random, number: int) -> Path:
    """Write an export of Facebook, threads in Meta's damaged JSON, and return it."""
    export = folder / "facebook-mira-2026-05-20.zip"
    with zipfile.ZipFile(export, "w", zipfile.ZIP_DEFLATED) as archive:
        profile = {"profile_v2": {"name": {"full_name": ME}, "username": "mira.lund"}}
        archive.writestr(
            "personal_information/profile_information/profile_information.json", json.dumps(profile)
        )
        friends = [
            {"name": _damaged(name_of(who)), "timestamp": 1_420_070_400 + who} for who in range(PEOPLE)
        ]
        archive.writestr("connections/friends/your_friends.json", json.dumps({"friends_v2": friends}))
        for who, thread in by_person(chance, number).items():
            other = _damaged(name_of(who))
            messages = [
                {
                    "sender_name": ME if act.mine else other,
                    "timestamp_ms": act.at * 1000,
                    "content": _damaged(act.text),
                    "is_geoblocked_for_viewer": False,
                }
                for act in reversed(thread)
            ]
            place = f"your_facebook_activity/messages/inbox/person{who}_{1000 + who}"
            archive.writestr(
                f"{place}/message_1.json",
                json.dumps(
                    {
                        "participants": [{"name": other}, {"name": ME}],
                        "messages": messages,
                        "title": other,
                        "is_still_participant": True,
                        "thread_path": f"inbox/person{who}_{1000 + who}",
                    }
                ),
            )
    return export


def instagram(folder: Path, chance: random.Random, number: int) -> None:
    """Write an Instagram export: threads, comments, likes."""
    name = "instagram-mira-2026-05-20-abc123.zip"
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        profile = {
            "profile_user": [{"string_map_data": {"Username": {"value": "mira.lund"}, "Name": {"value": ME}}}]
        }
        archive.writestr(
            "personal_information/personal_information/personal_information.json", json.dumps(profile)
        )
        for who, thread in by_person(chance, number).items():
            other = _damaged(name_of(who))
            messages = [
                {
                    "sender_name": ME if act.mine else other,
                    "timestamp_ms": act.at * 1000 + 7,
                    "content": _damaged(act.text),
                    "is_geoblocked_for_viewer": False,
                }
                for act in reversed(thread)
            ]
            place = f"your_instagram_activity/messages/inbox/person{who}_{5000 + who}"
            archive.writestr(
                f"{place}/message_1.json",
                json.dumps(
                    {
                        "participants": [{"name": other}, {"name": ME}],
                        "messages": messages,
                        "title": other,
                        "is_still_participant": True,
                        "thread_path": f"inbox/person{who}_{5000 + who}",
                        "joinable_mode": {"mode": 1, "link": ""},
                    }
                ),
            )


def telegram(folder: Path, chance: random.Random, number: int) -> None:
    """Write Telegram Desktop's result.json of a whole account."""
    target = folder / "telegram"
    target.mkdir()
    chats = []
    identifier = 0
    for who, thread in by_person(chance, number).items():
        messages = []
        for act in thread:
            identifier += 1
            messages.append(
                {
                    "id": identifier,
                    "type": "message",
                    "date": datetime.fromtimestamp(act.at, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
                    "date_unixtime": str(act.at),
                    "from": ME if act.mine else name_of(who),
                    "from_id": "user1" if act.mine else f"user{100 + who}",
                    "text": act.text,
                    "text_entities": [{"type": "plain", "text": act.text}],
                }
            )
        chats.append({"name": name_of(who), "type": "personal_chat", "id": 100 + who, "messages": messages})
    whole = {
        "about": "Here is the data you requested.",
        "personal_information": {
            "user_id": 1,
            "first_name": "Mira",
            "last_name": "Lund",
            "username": "@mira",
        },
        "chats": {"about": "", "list": chats},
    }
    (target / "result.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")


def whatsapp(folder: Path, chance: random.Random, number: int) -> None:
    """Write one WhatsApp chat, exported from an iPhone."""
    lines = []
    for act in acts(chance, number):
        at = datetime.fromtimestamp(act.at, UTC)
        lines.append(f"[{at:%d.%m.%y, %H:%M:%S}] {ME if act.mine else name_of(7)}: {act.text}")
    with zipfile.ZipFile(folder / f"WhatsApp Chat - {name_of(7)}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_chat.txt", "\r\n".join(lines))


def sms(folder: Path, chance: random.Random, number: int) -> None:
    """Write a backup of SMS Backup & Restore."""
    with (folder / "sms-20260520080000.xml").open("w", encoding="utf-8") as file:
        file.write(f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{number}\">\n")
        for act in acts(chance, number):
            file.write(
                f'  <sms protocol="0" address="+4915100{act.who:05}" date="{act.at * 1000}" '
                f'type="{2 if act.mine else 1}" subject="null" body="{act.text}" toa="null" sc_toa="null" '
                f'read="1" status="-1" locked="0" contact_name="{name_of(act.who)}" />\n'
            )
        file.write("</smses>\n")


def mastodon(folder: Path, chance: random.Random, number: int) -> None:
    """Write a Mastodon archive: replies."""
    me = "https://example.social/users/mira"
    items = []
    for index, act in enumerate(acts(chance, number)):
        at = datetime.fromtimestamp(act.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        other = f"https://social.example/users/person{act.who}"
        note = {
            "id": f"{me}/statuses/{index}",
            "type": "Note",
            "inReplyTo": f"{other}/statuses/{index}",
            "published": at,
            "url": f"https://example.social/@mira/{index}",
            "attributedTo": me,
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [other],
            "content": f"<p>{act.text}</p>",
            "tag": [{"type": "Mention", "href": other, "name": f"@person{act.who}@social.example"}],
        }
        items.append(
            {
                "id": f"{me}/statuses/{index}/activity",
                "type": "Create",
                "actor": me,
                "published": at,
                "to": note["to"],
                "cc": note["cc"],
                "object": note,
            }
        )
    actor = {"id": me, "type": "Person", "preferredUsername": "mira", "name": ME, "outbox": "outbox.json"}
    outbox = {"id": "outbox.json", "type": "OrderedCollection", "totalItems": number, "orderedItems": items}
    with zipfile.ZipFile(folder / "archive-20260520080000-abcdef.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("actor.json", json.dumps(actor))
        archive.writestr("outbox.json", json.dumps(outbox))
        archive.writestr("likes.json", json.dumps({"type": "OrderedCollection", "orderedItems": []}))


def wordpress(folder: Path, chance: random.Random, number: int) -> None:
    """Write a WordPress blog: posts with comments and answers."""
    with (folder / "kilnandink.wordpress.2026-05-20.xml").open("w", encoding="utf-8") as file:
        file.write(_WXR_HEAD)
        told = acts(chance, number)
        post = comment = 0
        for post in range(1, number // 100 + 1):
            day = BEGIN + timedelta(seconds=post * SPAN / (number / 100))
            file.write(_item(post, day))
            for _ in range(100):
                comment += 1
                file.write(_comment(comment, next(told)))
            file.write("</item>\n")
        file.write("</channel></rss>\n")


_WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Kiln and Ink</title><link>https://kiln.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://kiln.example</wp:base_site_url><wp:base_blog_url>https://kiln.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[mira]]></wp:author_login>
<wp:author_email><![CDATA[mira@kiln.example]]></wp:author_email>
<wp:author_display_name><![CDATA[Mira Lund]]></wp:author_display_name></wp:author>
"""


def _item(post: int, day: datetime) -> str:
    return f"""<item><title>Post {post}</title><link>https://kiln.example/{post}/</link>
<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0000</pubDate><dc:creator><![CDATA[mira]]></dc:creator>
<content:encoded><![CDATA[<p>About glaze number {post}.</p>]]></content:encoded>
<wp:post_id>{post}</wp:post_id><wp:post_date><![CDATA[{day:%Y-%m-%d %H:%M:%S}]]></wp:post_date>
<wp:post_date_gmt><![CDATA[{day:%Y-%m-%d %H:%M:%S}]]></wp:post_date_gmt>
<wp:status><![CDATA[publish]]></wp:status><wp:post_parent>0</wp:post_parent>
<wp:post_type><![CDATA[post]]></wp:post_type>
"""


def _comment(number: int, act: Act) -> str:
    author = ME if act.mine else name_of(act.who)
    address = "mira@kiln.example" if act.mine else f"person{act.who}@example.net"
    at = datetime.fromtimestamp(act.at, UTC)
    return f"""<wp:comment><wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[{author}]]></wp:comment_author>
<wp:comment_author_email><![CDATA[{address}]]></wp:comment_author_email>
<wp:comment_author_url></wp:comment_author_url><wp:comment_author_IP><![CDATA[]]></wp:comment_author_IP>
<wp:comment_date><![CDATA[{at:%Y-%m-%d %H:%M:%S}]]></wp:comment_date>
<wp:comment_date_gmt><![CDATA[{at:%Y-%m-%d %H:%M:%S}]]></wp:comment_date_gmt>
<wp:comment_content><![CDATA[{act.text}]]></wp:comment_content>
<wp:comment_approved><![CDATA[1]]></wp:comment_approved><wp:comment_type><![CDATA[comment]]></wp:comment_type>
<wp:comment_parent>{number - 1 if act.mine and number % 100 != 1 else 0}</wp:comment_parent>
<wp:comment_user_id>{1 if act.mine else 0}</wp:comment_user_id></wp:comment>
"""


def linkedin(folder: Path, chance: random.Random, number: int) -> None:
    """Write LinkedIn's messages and connections."""
    header = (
        "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,"
        "CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT"
    )
    lines = [header]
    mine = (ME, "https://www.linkedin.com/in/mira-lund")
    for act in acts(chance, number):
        other = (name_of(act.who), f"https://www.linkedin.com/in/person-{act.who}")
        sender, to = (mine, other) if act.mine else (other, mine)
        at = datetime.fromtimestamp(act.at, UTC)
        lines.append(
            f"2-{act.who},,{sender[0]},{sender[1]},{to[0]},{to[1]},{at:%Y-%m-%d %H:%M:%S} UTC,,"
            f"{act.text},INBOX,,No"
        )
    name = "Complete_LinkedInDataExport_05-20-2026.zip"
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("messages.csv", "\n".join(lines))
        archive.writestr("Profile.csv", "First Name,Last Name,Headline\nMira,Lund,Potter\n")


def tiktok(folder: Path, chance: random.Random, number: int) -> None:
    """Write TikTok's JSON: direct messages."""
    chats = {}
    for who, thread in by_person(chance, number).items():
        other = f"person{who}"
        chats[f"Chat History with {other}:"] = [
            {
                "Date": f"{datetime.fromtimestamp(act.at, UTC):%Y-%m-%d %H:%M:%S}",
                "From": "mira.lund" if act.mine else other,
                "Content": act.text,
            }
            for act in thread
        ]
    data = {
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "mira.lund"}}},
        "Direct Messages": {"Chat History": {"ChatHistory": chats}},
    }
    with zipfile.ZipFile(folder / "TikTok_Data_1779264000.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("user_data_tiktok.json", json.dumps(data))


def write(folder: Path, interactions: int) -> None:
    """Write all ten, with a tenth of the acts each."""
    folder.mkdir(parents=True)
    each = interactions // 10
    generate_x.write_archive(folder / "twitter-2026-05-20.zip", each // 2, each // 2)
    kinds = (facebook, instagram, telegram, whatsapp, sms, mastodon, wordpress, linkedin, tiktok)
    for seed, kind in enumerate(kinds):
        kind(folder, random.Random(seed), each)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
