"""Webhook and ntfy, received by a real HTTP server."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ConfigError, CrmError, NotifierError
from crm.notifiers import ntfy, webhook
from crm.notifiers.kit import net


def hook(url, **settings):
    return webhook.Notifier.make({"url": url, **settings})


def test_a_webhook_gets_json_with_a_key_that_stays_the_same(receiving, notice):
    receiver = receiving()
    for _ in range(2):
        hook(f"{receiver.url}/a/b?c=d").send(notice)
    first, second = receiver.got
    assert first.path == "/a/b?c=d"
    assert json.loads(first.body) == {"title": notice.title, "text": notice.text, "key": notice.key}
    assert first.headers["content-type"] == "application/json"
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == notice.key


def test_a_webhook_is_signed_and_carries_token_and_headers(receiving, ca_file, notice):
    receiver = receiving(tls=True)
    hook(receiver.url, token="t/@:%", secret="gehêim", headers={"X-Room": "home"}, ca_file=ca_file).send(
        notice
    )
    [got] = receiver.got
    assert got.headers["authorization"] == "Bearer t/@:%"
    assert got.headers["x-room"] == "home"
    expected = hmac.new("gehêim".encode(), got.body, hashlib.sha256).hexdigest()
    assert got.headers["x-crm-signature-256"] == f"sha256={expected}"


def test_a_template_cannot_be_broken_out_of(receiving, notice):
    receiver = receiving()
    evil = notice._replace(title='"}, {"x": "', text='{key} \\ "quoted"\nline')
    template = '{"content": "{title} - {text}", "more": [1, null, {"{title}": "{key}"}], "other": "{name}"}'
    hook(receiver.url, template=template).send(evil)
    assert json.loads(receiver.got[0].body) == {
        "content": f"{evil.title} - {evil.text}",
        "more": [1, None, {"{title}": evil.key}],
        "other": "{name}",
    }


def test_ntfy_gets_a_message_with_everything_configured(receiving, notice):
    receiver = receiving()
    ntfy.Notifier.make(
        {
            "server": receiver.url,
            "topic": "crm-k3v9q2",
            "token": "tk_1",
            "priority": "high",
            "tags": ["coffee", "ü"],
            "click": "https://example.org/x",
        }
    ).send(notice)
    [got] = receiver.got
    assert got.path == "/"
    assert json.loads(got.body) == {
        "topic": "crm-k3v9q2",
        "title": notice.title,
        "message": notice.text,
        "priority": 4,
        "tags": ["coffee", "ü"],
        "click": "https://example.org/x",
    }
    assert got.headers["authorization"] == "Bearer tk_1"


def test_ntfy_takes_a_user_name_and_a_long_text_is_cut_between_letters(receiving, notice):
    receiver = receiving()
    one = ntfy.Notifier.make({"server": receiver.url, "topic": "t", "username": "ü", "password": "p/@:%"})
    one.send(notice._replace(text="ä" * 5000))
    [got] = receiver.got
    assert got.headers["authorization"] == "Basic w7w6cC9AOiU="
    message = json.loads(got.body)["message"]
    assert 3800 < len(message.encode()) <= 4096
    assert set(message[:-1]) == {"ä"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "401 Unauthorized"),
        (404, "404 Not Found"),
        (429, "429"),
        (500, "500"),
        (302, "sends us elsewhere"),
    ],
)
def test_what_the_server_refuses_is_said_with_what_to_do(receiving, notice, status, said):
    receiver = receiving()
    receiver.status = status
    one = hook(f"{receiver.url}/hunter2?key=hunter2")
    with pytest.raises(NotifierError, match=said) as caught:
        one.send(notice)
    assert caught.value.hint
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_never_takes_the_token_along(receiving, notice, status):
    thief, receiver = receiving(), receiving()
    receiver.status = status
    receiver.extra["Location"] = thief.url.replace("localhost", "127.0.0.1")
    with pytest.raises(NotifierError, match="elsewhere"):
        hook(receiver.url, token="hunter2").send(notice)
    assert thief.got == []
    assert len(receiver.got) == 1


def test_certificates_are_verified(receiving, ca_file, notice):
    with pytest.raises(NotifierError, match="certificate that is not valid"):
        hook(receiving(tls=True).url).send(notice)
    with pytest.raises(NotifierError, match="certificate that is not valid"):
        hook(receiving(tls=True, name="other.example").url, ca_file=ca_file).send(notice)


def test_a_server_that_never_answers_is_given_up_in_time(silent_port, notice):
    began = time.monotonic()
    with pytest.raises(NotifierError, match="did not answer within 1 seconds"):
        hook(f"http://localhost:{silent_port}/", timeout=1).send(notice)
    assert time.monotonic() - began < 4


def test_a_server_that_is_not_there_or_unknown_is_named(closed_port, notice):
    with pytest.raises(NotifierError, match=f"http://localhost:{closed_port} accepts no connection"):
        hook(f"http://localhost:{closed_port}/x").send(notice)


@pytest.mark.parametrize(
    "url",
    ["", "example.org", "ftp://example.org", "file:///etc/passwd", "https://", "https://a b/", "https://x:99999/",
     "https://user:hunter2@example.org/", "https://example.org/\r\nX: y", "https://[::1", "https://x/ü"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(ConfigError) as caught:
        hook(url)
    assert "hunter2" not in caught.value.message + (caught.value.hint or "")


def test_hosts_may_have_letters_of_every_language():
    assert net.address("https://bücher.example/x").url == "https://xn--bcher-kva.example/x"
    assert net.address("http://[::1]:80/").secure
    assert not net.address("http://192.168.1.2/").secure


@pytest.mark.parametrize(
    ("kind", "settings", "named"),
    [
        (webhook, {}, "needs url"),
        (webhook, {"url": "http://example.org", "token": "hunter2"}, "unencrypted"),
        (webhook, {"url": "https://example.org", "template": "{hunter2"}, "template"),
        (webhook, {"url": "https://example.org", "headers": {"Host": "x"}}, "'Host'"),
        (webhook, {"url": "https://example.org", "headers": {"X-A": "hunter2\r\nX: y"}}, "X-A"),
        (webhook, {"url": "https://example.org", "headers": ["x"]}, "headers must be a table"),
        (webhook, {"url": ["hunter2"]}, "url must be text"),
        (ntfy, {}, "needs topic"),
        (ntfy, {"topic": "a b"}, "topic must be"),
        (ntfy, {"topic": "t", "priority": "5"}, "priority must be one of"),
        (ntfy, {"topic": "t", "tags": [3]}, "tags must be a list"),
        (ntfy, {"topic": "t", "token": "hunter2", "username": "x", "password": "y"}, "both set"),
        (ntfy, {"topic": "t", "username": "x"}, "belong together"),
        (ntfy, {"topic": "t", "server": "http://ntfy.lan", "token": "hunter2"}, "unencrypted"),
        (ntfy, {"topic": "t", "click": "javascript:x"}, "click"),
        (ntfy, {"topic": "t", "ca_file": 3}, "ca_file"),
    ],
)
def test_settings_that_make_no_sense_are_errors(kind, settings, named):
    with pytest.raises(ConfigError) as caught:
        kind.Notifier.make(settings)
    assert named in caught.value.message
    assert caught.value.hint
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_a_file_of_certificates_that_is_none_is_an_error(tmp_path, notice):
    file = tmp_path / "ca.pem"
    file.write_text("nothing", "utf-8")
    with pytest.raises(ConfigError, match="ca_file"):
        hook("https://localhost:1", ca_file=str(file)).send(notice)


SECRETS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=12).filter(
    lambda secret: " " not in secret
)


@given(SECRETS, st.sampled_from(["token", "secret", "url", "password", "headers"]))
def test_nothing_secret_is_in_any_error_or_representation(closed_port_once, notice_once, secret, where):
    given_url = f"http://localhost:{closed_port_once}/"
    if where == "url":
        given_url += secret
    settings = {"headers": {"headers": {"X-Key": secret}}, "url": {}}.get(where, {where: secret})
    said = ""
    try:
        if where == "password":
            one = ntfy.Notifier.make(
                {"server": given_url, "topic": "t", "username": "me", "password": secret}
            )
        else:
            one = hook(given_url, **settings)
        said = repr(one)
        one.send(notice_once)
    except CrmError as error:
        said += "".join(traceback.format_exception(error, limit=0)) + (error.hint or "")
    assert said
    assert secret not in said


@pytest.fixture(scope="session")
def closed_port_once():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture(scope="session")
def notice_once():
    from crm.notifiers.protocol import Notice

    return Notice("title", "text", "key")
