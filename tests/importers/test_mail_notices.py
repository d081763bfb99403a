"""Notices that platforms send by mail: which become acts there, which stay out, and what forgers get."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_messages import Read, acts, left, message, problems, read_mbox

from crm.domain.platforms import PLATFORMS
from crm.domain.records import Direction, IdentityRef, Kind, Owner
from crm.importers.mail.filters import is_robot
from crm.importers.mail.notifications import PLATFORMS as NOTIFYING
from crm.importers.mail.notifications import SOURCES, source_of
from crm.importers.mail.notifications.evidence import is_plausible
from crm.importers.mail.notifications.links import links_in_html, links_in_text, unwrapped
from crm.importers.mail.notifications.phrases import match_any, names_several

PASSED = "mx.example.org; dkim=pass header.i=@{0}; spf=pass smtp.mailfrom=b@{0}; dmarc=pass header.from={0}"
FOLLOWED = "Ada (@adabyron) is now following you on Twitter!"
PROFILE = "See https://twitter.com/adabyron today"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return partial(read_mbox, tmp_path)


def notice(sender: str, subject: str, body: str, *, number: int = 1, **fields: str) -> str:
    host = sender.rpartition("@")[2].rstrip(">")
    fields = {"Authentication_Results": PASSED.format(host), **fields}
    return message(sender, number=number, Subject=subject, body=body, **fields)


def followed(**fields: str) -> str:
    return notice("Twitter <notify@twitter.com>", FOLLOWED, PROFILE, **fields)


# What a notice is


def test_a_notice_is_an_act_on_its_platform_and_no_mail(read: Read) -> None:
    records = read(followed(List_Unsubscribe="<https://twitter.com/u>"))
    (act,) = acts(records)
    assert (act.platform, act.kind, act.direction) == ("x", Kind.FOLLOW, Direction.IN)
    assert act.who == IdentityRef("x", "adabyron", None, "Ada")
    assert act.external_id == "mail:1@x"
    assert act.at == 1_709_542_860_000_000
    assert left(records) == {}


def test_the_same_notice_in_two_folders_is_one_act(read: Read) -> None:
    records = read(followed(), followed())
    assert len(acts(records)) == 1
    assert left(records) == {"further copies of the same message": 1}


def test_two_notices_of_one_reply_are_one_act(read: Read) -> None:
    body = "@adabyron: Yes!\n\nhttps://twitter.com/adabyron/status/501\n"
    records = read(
        notice("notify@twitter.com", "Ada (@adabyron) replied to your Tweet!", body),
        notice("notify@twitter.com", "Ada (@adabyron) mentioned you on Twitter!", body, number=2),
    )
    assert [(act.kind, act.external_id, act.text) for act in acts(records)] == [
        (Kind.REPLY, "x:tweet:501", "Yes!")
    ]


def test_a_notice_that_names_several_people_is_counted(read: Read) -> None:
    names = ("Ada and 3 others", "Ada, Bo and Cem", "Ada und 2 weitere Personen", "Ada & 4 others")
    subjects = [f"{name} (@adabyron) liked your Tweet" for name in names]
    records = read(
        *(notice("notify@twitter.com", one, PROFILE, number=n) for n, one in enumerate(subjects, 1))
    )
    assert acts(records) == []
    assert left(records) == {"notices of X not understood": 4}


def test_a_subject_without_the_person_in_the_body_is_not_believed(read: Read) -> None:
    records = read(notice("notify@twitter.com", FOLLOWED, "Nothing of the kind."))
    assert left(records) == {"notices of X not understood": 1}


def test_two_profiles_of_one_name_are_nobody(read: Read) -> None:
    page = (
        '<a href="https://www.facebook.com/ada.one">Ada Byron</a> <a href="https://www.facebook.com/ada.two">'
        "Ada Byron</a>"
    )
    one = notice(
        "notification@facebookmail.com", "Ada Byron commented on your post", page, Content_Type="text/html"
    )
    records = read(one)
    assert acts(records) == []
    assert left(records) == {"notices of Facebook not understood": 1}


def test_a_name_alone_is_a_name_and_never_a_handle(read: Read) -> None:
    records = read(
        notice("notification@facebookmail.com", "Ada  Byron likes your photo", "Ada Byron likes your photo.")
    )
    assert acts(records)[0].who == IdentityRef("facebook", None, "name:ada byron", "Ada Byron")


@pytest.mark.parametrize("name", ["Anonymous", "Facebook User", "Someone"])
def test_nobody_in_particular_is_nobody(read: Read, name: str) -> None:
    records = read(notice("notification@facebookmail.com", f"{name} likes your photo", f"{name} likes it"))
    assert acts(records) == []


def test_words_are_never_taken_from_a_footer(read: Read) -> None:
    body = "Ada Byron commented on your post.\n\nTo see it go to Facebook.\n\nThanks,\nThe Facebook Team\n"
    (act,) = acts(read(notice("notification@facebookmail.com", "Ada Byron commented on your post", body)))
    assert act.text is None


def test_an_employee_who_writes_from_a_platforms_host_is_a_person(read: Read) -> None:
    records = read(message("Hugo <hugo@github.com>"), message("Ida <ida@etsy.com>", number=2))
    assert [act.platform for act in acts(records)] == ["email", "email"]


def test_what_you_write_to_a_platforms_reply_address_makes_no_contact(read: Read) -> None:
    records = read(
        message("mira@example.org", "mira/kiln <reply+abc@reply.github.com>"),
        message("mira@example.org", "reply+xyz@reply.facebook.com, ada@example.net", number=2),
    )
    assert [act.who.handle for act in acts(records) if act.who] == ["ada@example.net"]


def test_a_mailbox_of_notices_alone_tells_whose_it_is(read: Read) -> None:
    fields = {"Delivered-To": "vera@example.com", "List-Id": "<kiln.vera.github.com>"}
    (act,) = acts(read(followed(**fields), owner=Owner()))
    assert act.platform == "x"


# Who may have sent it


def test_a_notice_that_failed_the_receiving_servers_check_stays_out(read: Read) -> None:
    failed = "mx.example.org; dkim=none; spf=softfail smtp.mailfrom=x@evil.example; dmarc=fail"
    records = read(followed(Authentication_Results=failed, Received="from mx.twitter.com by y; z"))
    assert acts(records) == []
    assert left(records) == {"notices of X that may be forged": 1}


def test_a_notice_without_any_trace_of_its_platform_stays_out(read: Read) -> None:
    records = read(followed(Authentication_Results="", Received="from mail.evil.example by mx.example.org"))
    assert left(records) == {"notices of X that may be forged": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"Received": "from mx005.twitter.com (mx005.twitter.com [128.121.146.141]) by mx.example.org; x"},
        {"DKIM_Signature": "v=1; a=rsa-sha256; d=twitter.com; s=dkim; b=abc"},
        {"Return_Path": "<b-1@bounce.twitter.com>"},
    ],
)
def test_an_old_notice_needs_one_trace_of_its_platform(read: Read, fields: dict[str, str]) -> None:
    assert len(acts(read(followed(Authentication_Results="", **fields)))) == 1


@pytest.mark.parametrize(
    ("results", "plausible"),
    [
        ([b"mx; dkim=pass header.d=twitter.com"], True),
        ([b"mx; dkim=pass header.d=eviltwitter.com"], False),
        ([b"mx; dkim=pass header.d=list.example; dkim=fail header.d=twitter.com"], False),
        ([b"mx; dkim=fail header.d=list.example; dkim=pass header.d=twitter.com"], True),
        ([b"mx; spf=pass smtp.mailfrom=b@bounce.twitter.com"], True),
        ([b"mx; spf=pass smtp.mailfrom=b@bounce.twitter.com; dmarc=fail header.from=twitter.com"], False),
        ([b"mx; dkim=none (no; signature)", b"other; dkim=pass header.d=twitter.com"], False),
        ([b"mx; spf=fail smtp.mailfrom=x@evil.example", b"mx; dkim=pass header.d=twitter.com"], True),
    ],
)
def test_only_the_last_servers_findings_count(results: list[bytes], plausible: bool) -> None:
    assert is_plausible({b"authentication-results": results}, ("twitter.com",)) is plausible


def test_a_comment_of_a_blog_must_come_from_the_blogs_host(read: Read) -> None:
    body = (
        'New comment on your post "Ash"\nAuthor: Ada (IP address: 192.0.2.1, h)\nEmail: ada@example.net\n'
        "URL: \nComment: \nHow long?\nTwo hours:\nor three?\n\nYou can see all comments on this post here:\n"
        "https://kiln.example/ash/#comments\n\nPermalink: https://kiln.example/ash/#comment-5\n"
        "Trash it: https://kiln.example/wp-admin/comment.php?action=trash&c=5#wpbody-content\n"
    )
    path = {"Return_Path": "<www@kiln.example>", "Subject": '[Kiln] Comment: "Ash"'}
    records = read(
        message("Ada <wordpress@kiln.example>", body=body, **path),
        message(
            "Ada <wordpress@evil.example>", number=2, body=body, **{**path, "Return_Path": "<x@evil.example>"}
        ),
        message(
            "Kiln <wordpress@kiln.example>", number=3, body="Your site was updated.", Subject="[Kiln] Updated"
        ),
    )
    comment, other = acts(records)
    assert (comment.platform, comment.external_id) == ("wordpress", "wp:https://kiln.example:comment:5")
    assert comment.who == IdentityRef("email", "ada@example.net", None, "Ada")
    assert comment.text == "How long?\nTwo hours:\nor three?"
    assert other.platform == "email"  # what a blog's own address writes besides is as before
    assert left(records) == {"notices of WordPress that may be forged": 1}


def test_a_mastodon_server_must_be_the_one_it_links_to(read: Read) -> None:
    body = (
        "ada@a.example is now following you!\n\nView: https://kiln.social/@ada@a.example\n\n---\n"
        "Change preferences: https://kiln.social/settings/preferences\n"
    )
    subject = {"Subject": "ada@a.example is now following you"}
    records = read(
        message("notifications@kiln.social", body=body, Return_Path="<b@kiln.social>", **subject),
        message("notifications@evil.example", number=2, body=body, Return_Path="<b@evil.example>", **subject),
    )
    assert [act.who for act in acts(records)] == [IdentityRef("mastodon", "ada@a.example")]
    assert left(records) == {"from no-reply and notification addresses": 1}


# GitHub's reasons


def github(reason: str, number: int = 1) -> str:
    url = f"https://github.com/mira/kiln/issues/12#issuecomment-{number}"
    body = f"I think so.\n\n-- \nReply to this email directly or view it on GitHub:\n{url}\n"
    return notice(
        "Bo <notifications@github.com>",
        "Re: [mira/kiln] Ash (#12)",
        body,
        X_GitHub_Sender="bo",
        X_GitHub_Reason=reason,
        Message_ID=f"<mira/kiln/issues/12/{number}@github.com>",
        List_ID="mira/kiln <kiln.mira.github.com>",
        Precedence="list",
    )


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("mention", Kind.MENTION),
        ("author", Kind.COMMENT),
        ("comment", Kind.GROUP_MESSAGE),
        ("assign", Kind.COMMENT),
    ],
)
def test_why_github_writes_says_what_it_is(read: Read, reason: str, kind: Kind) -> None:
    (act,) = acts(read(github(reason)))
    assert (act.kind, act.text) == (kind, "I think so.")
    assert act.external_id == "github:https://github.com/mira/kiln/issues/12#issuecomment-1"
    assert act.thread == "github:https://github.com/mira/kiln/issues/12"


@pytest.mark.parametrize("reason", ["subscribed", "your_activity", "ci_activity", "state_change", "push", ""])
def test_what_only_happens_in_a_repository_is_counted(read: Read, reason: str) -> None:
    records = read(github(reason))
    assert left(records) == {"notices of GitHub not understood": 1}


# Links


@pytest.mark.parametrize(
    ("wrapped", "plain"),
    [
        ("https://www.facebook.com/n/?ada.byron&aref=1&mid=2", "https://www.facebook.com/ada.byron?aref=1&mid=2"),
        ("https://www.linkedin.com/comm/in/ada?midToken=1", "https://www.linkedin.com/in/ada?midToken=1"),
        ("https://t.umblr.com/redirect?z=https%3A%2F%2Fada.tumblr.com%2F&t=1", "https://ada.tumblr.com/"),
        ("https://click.redditmail.com/CL0/https:%2F%2Fwww.reddit.com%2Fu%2Fada/1/2", "https://www.reddit.com/u/ada"),
        ("https://substack.com/redirect/2/eyJlIjoiaHR0cHM6Ly9hLmV4YW1wbGUvIn0.x", "https://a.example/"),
        ("https://example.org/?url=javascript:alert(1)", "https://example.org/?url=javascript:alert(1)"),
        ("https://[broken/?u=https%3A%2F%2Fa.example", "https://[broken/?u=https%3A%2F%2Fa.example"),
    ],
)  # fmt: skip
def test_what_counts_clicks_is_taken_off_an_address(wrapped: str, plain: str) -> None:
    assert unwrapped(wrapped) == plain


def test_an_address_in_plain_text_has_the_words_before_it() -> None:
    (link,) = links_in_text("Ada Byron: https://flickr.com/people/ada/.\n")
    assert (link.url, link.label) == ("https://flickr.com/people/ada/", "Ada Byron")


@given(st.text(max_size=300))
def test_no_markup_and_no_address_breaks_the_reading_of_links(text: str) -> None:
    links_in_html(f"<a href='https://{text}'>{text}</a>")
    links_in_text(f"https://{text}")
    unwrapped(f"https://www.facebook.com/n/?{text}")


# All platforms


def test_every_platform_is_known_and_has_a_fixture(request: pytest.FixtureRequest) -> None:
    folder = Path(__file__).resolve().parents[1] / "exports" / "mail"
    assert set(NOTIFYING) <= set(PLATFORMS)
    assert {path.name.removeprefix("notifications-") for path in folder.glob("notifications-*/")} == set(
        NOTIFYING
    )


def test_every_subject_that_is_written_down_can_be_read() -> None:
    for source in SOURCES:
        for rule in source.rules:
            for form in rule.subjects:
                subject = form.format(name="Ödön Ray", handle="ada.b", any="it", post="photo", beitrag="Foto")
                assert match_any((form,), subject), form


@pytest.mark.parametrize("name", ["Ada Byron", "Kiln & Clay", "María José y Ruiz", "Anderson Undset"])
def test_a_name_with_and_in_it_is_one_person(name: str) -> None:
    assert not names_several(name)


@pytest.mark.parametrize(
    ("address", "platform"),
    [
        ("notify@x.com", "x"),
        ("notification+zj4o@facebookmail.com", "facebook"),
        ("reply+abc@reply.github.com", "github"),
        ("no-reply@mail.instagram.com", "instagram"),
        ("messages-noreply@linkedin.com", "linkedin"),
        ("transaction@etsy.com", "etsy"),
        ("ada@github.com", None),
        ("notify@nottwitter.com", None),
        ("clayweekly@substack.com", None),
        ("nowhere", None),
    ],
)
def test_whose_address_it_is(address: str, platform: str | None) -> None:
    source = source_of(address)
    assert (source.platform if source else None) == platform


def test_a_hostile_notice_takes_no_long_time(read: Read) -> None:
    subjects = ("[" * 5000, "[] " * 2000, "a and " * 1000, "a commented on " * 500, "] a (@" * 800)
    body = '<a href="https://www.facebook.com/' * 3000 + "Ada wrote: " * 2000
    tails = (
        "\n" * 100_000,
        " \n" * 50_000,
        " " * 100_000,
        "\nAda wrote: " * 9_000,
        "https://" * 10_000,
        "\n>" * 50_000,
    )
    hosts = (
        "notification@facebookmail.com",
        "notify@x.com",
        "donotreply@wordpress.com",
        "noreply@blogger.com",
    )
    assert all(is_robot(host) or source_of(host) for host in hosts)
    begun = time.process_time()
    subjects += ("Ada Byron commented on your post", "[Kiln] Ada Byron commented on it")
    body += "<p>Ada wrote: x</p>" * 5000 + "<br>&nbsp;" * 5000
    records = read(
        *(
            notice(hosts[0], subjects[-2], f"Ada wrote: {tail}", number=n)
            for n, tail in enumerate(tails, 100)
        ),
        *(
            notice(host, subject, body, number=number, Content_Type="text/html")
            for number, (host, subject) in enumerate(((h, s) for h in hosts for s in subjects), 1)
        ),
    )
    assert problems(records) == []
    assert time.process_time() - begun < 20
