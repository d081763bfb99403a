"""Configured notifiers deliver for real; one that is wrong fails alone, and no secret shows anywhere."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crm import config
from crm.config import Config, NotifierConfig, Privacy
from crm.domain.errors import ConfigError, NotFoundError, NotifierError
from crm.domain.schedule import Schedule
from crm.notifiers import NOTIFIERS, load
from crm.notifiers import webhook as webhook_module
from crm.notifiers.protocol import Notice
from crm.services import channels, notifying
from crm.services.reminders import digest


@pytest.fixture
def hook():
    """A web server; `hook.got` are the bodies it received."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    server.got, server.url = got, f"http://localhost:{server.server_port}/"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def waiting(store, act, bring):
    bring([act("ada", "in", days_ago=2, text="Did you finish it?")])
    return store


def configured(*notifiers):
    return Config(None, None, Path("config.toml"), Schedule(), notifiers)


def deliver(store, settings):
    sending = channels.Sending(store, settings)
    outcomes = notifying.deliver(store, sending.channels, settings.schedule)
    return {one.notifier: one for one in outcomes}


def test_what_is_in_the_file_is_delivered_once_a_day(waiting, hook, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        f'[notifiers.hook]\nkind = "webhook"\nurl = "{hook.url}"\n'
        f'[notifiers.off]\nkind = "webhook"\nurl = "{hook.url}"\nenabled = false\n',
        "utf-8",
    )
    settings = config.load(file)
    assert {name: one.state for name, one in deliver(waiting, settings).items()} == {"hook": "sent"}
    assert deliver(waiting, settings)["hook"].state == "already"
    [body] = hook.got
    assert body == {
        "title": "1 waiting for you",
        "text": "crm today says who.",
        "key": "crm-2026-06-01-hook",
    }


def test_what_leaves_the_computer_says_numbers_only_unless_the_user_wants_more(waiting, hook):
    url = {"url": hook.url}
    deliver(
        waiting,
        configured(
            NotifierConfig("a", "webhook", settings=url),
            NotifierConfig("b", "webhook", privacy=Privacy.FULL, settings=url),
        ),
    )
    assert "Ada" not in hook.got[0]["title"] + hook.got[0]["text"]
    assert "“Did you finish it?”" in hook.got[1]["text"]


@pytest.mark.parametrize("kind", NOTIFIERS)
def test_the_usual_privacy_follows_from_where_a_notice_goes(kind):
    told = NotifierConfig("x", kind)
    local = kind in ("desktop", "ical")
    assert channels.privacy_of(told) == (Privacy.FIRST_NAMES if local else Privacy.COUNT)


def test_one_that_is_wrong_fails_alone(waiting, hook, tmp_path):
    outcomes = deliver(
        waiting,
        configured(
            NotifierConfig("unknown", "pigeon"),
            NotifierConfig("incomplete", "email"),
            NotifierConfig("locked", "ntfy", settings={"topic": "t", "token_file": str(tmp_path / "none")}),
            NotifierConfig("fine", "webhook", settings={"url": hook.url}),
        ),
    )
    assert {name: one.state for name, one in outcomes.items()} == {
        "unknown": "failed", "incomplete": "failed", "locked": "failed", "fine": "sent",
    }  # fmt: skip
    assert outcomes["unknown"].error.startswith("config.toml: [notifiers.unknown] has a kind that does not")
    assert outcomes["incomplete"].error.startswith("config.toml: [notifiers.incomplete] needs host")
    assert "such as: host" in outcomes["incomplete"].hint
    assert "token_file" in outcomes["locked"].error
    assert all(one.next_try for name, one in outcomes.items() if name != "fine")


def test_a_secret_reaches_the_notifier_from_where_it_is_kept(waiting, hook, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(webhook_module.Notifier, "send", lambda self, notice: seen.append(self.token))
    file = tmp_path / "token"
    file.write_text("t/@:%\n", "utf-8")
    file.chmod(0o600)
    settings = {"url": hook.url, "token_file": str(file)}
    assert (
        deliver(waiting, configured(NotifierConfig("x", "webhook", settings=settings)))["x"].state == "sent"
    )
    assert seen == ["t/@:%"]


def test_a_test_notice_is_sent_and_not_noted_as_delivered(waiting, hook):
    settings = configured(NotifierConfig("x", "webhook", enabled=False, settings={"url": hook.url}))
    assert channels.test(waiting, settings, "x").state == "sent"
    assert channels.test(waiting, settings, "x").state == "sent"
    assert hook.got[0]["title"] == "Test notice from crm"
    assert hook.got[0]["key"] != hook.got[1]["key"]
    assert waiting.read(notifying.last_deliveries) == {}
    with pytest.raises(NotFoundError, match='no notifier called "y"'):
        channels.test(waiting, settings, "y")


def test_a_failing_test_says_why(waiting):
    settings = configured(NotifierConfig("x", "webhook", settings={"url": "http://localhost:1/"}))
    outcome = channels.test(waiting, settings, "x")
    assert (outcome.state, outcome.error) == ("failed", "http://localhost:1 accepts no connection")


def test_a_notifier_that_hangs_is_given_up(waiting, hook, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(webhook_module.Notifier, "send", lambda self, notice: release.wait(20))
    monkeypatch.setattr(channels, "LONGEST", 0.2)
    settings = configured(NotifierConfig("x", "webhook", settings={"url": hook.url}))
    assert "gave up after" in channels.test(waiting, settings, "x").error
    release.set()


@pytest.mark.parametrize("kind", ["email", "webhook"])
def test_a_server_that_drips_one_byte_a_time_is_given_up(waiting, kind):  # R112
    over = threading.Event()

    def drip():
        with suppress(OSError):
            there, _ = listening.accept()
            with there:
                while not over.wait(0.2):
                    there.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, daemon=True).start()
        port = listening.getsockname()[1]
        said = {"url": f"http://localhost:{port}/", "timeout": 1}
        if kind == "email":
            said = {
                "host": "localhost",
                "port": port,
                "to": "me@example.org",
                "security": "none",
                "timeout": 1,
            }
        began = time.monotonic()
        outcome = channels.test(waiting, configured(NotifierConfig("x", kind, settings=said)), "x")
        over.set()
    assert outcome.state == "failed"
    assert "gave up after 2 seconds" in outcome.error
    assert time.monotonic() - began < 20


def test_every_notifier_is_complete_and_named_like_its_module():
    folder = Path(load("email").__module__.replace(".", "/")).parent.name
    assert folder == "notifiers"
    for kind in NOTIFIERS:
        notifier = load(kind)
        assert notifier.kind == kind
        assert notifier.title
        assert notifier.about.endswith(".")
        assert isinstance(notifier.leaves, bool)
        names = [setting.name for setting in notifier.settings]
        assert len(names) == len(set(names))
        assert not {"kind", "enabled", "privacy", "insecure"} & set(names)
    assert sorted(NOTIFIERS) == list(NOTIFIERS)
    assert [one.title for one in channels.kinds()] == sorted(
        (one.title for one in channels.kinds()), key=str.casefold
    )


def test_the_list_of_notifiers_is_what_is_in_the_folder():
    import crm.notifiers

    folder = Path(crm.notifiers.__file__).parent
    found = {
        one.stem for one in folder.iterdir() if not one.name.startswith(("_", ".")) and one.suffix != ".pyc"
    }
    assert found - {"protocol", "kit"} == set(NOTIFIERS)


def test_settings_can_be_checked_without_fetching_any_secret(tmp_path):
    missing = {"password_command": ["no-such-program"], "username": "ada", "host": "h", "to": "a@example.org"}
    channels.check(NotifierConfig("m", "email", settings=missing))
    channels.check(NotifierConfig("a", "apprise", settings={"url_keyring": True}))
    channels.check(NotifierConfig("w", "webhook", settings={"url_keyring": True}))
    with pytest.raises(ConfigError, match=r"\[notifiers\.m\] needs to"):
        channels.check(NotifierConfig("m", "email", settings={"host": "h"}))
    with pytest.raises(ConfigError, match="'sound'"):
        channels.check(NotifierConfig("d", "desktop", settings={"sound": True}))
    with pytest.raises(ConfigError, match="'insecure'"):
        channels.check(NotifierConfig("d", "desktop", settings={"insecure": True}))


SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=8)


@given(SECRETS)
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_notifier_says_no_secret_of_its_own_gets_out(waiting, monkeypatch, secret):
    def leak(self, notice):
        raise NotifierError(f"the server said: {self.token} is wrong", f"replace {self.token}")

    monkeypatch.setattr(webhook_module.Notifier, "send", leak)
    told = NotifierConfig(
        "x", "webhook", settings={"url": "https://localhost/", "token": secret, "insecure": True}
    )
    outcome = channels.test(waiting, configured(told), "x")
    assert outcome.state == "failed"
    assert secret not in f"{outcome!r} {told!r}"


def test_a_click_on_a_notice_is_an_answer_about_its_first_contact(waiting, monkeypatch):
    from crm.notifiers import desktop

    shown: list[Notice] = []

    class Clicked:
        def answer(self):
            return "snooze"

    def send(self, notice):
        shown.append(notice)
        return Clicked()

    monkeypatch.setattr(desktop.Notifier, "send", send)
    sending = channels.Sending(waiting, configured(NotifierConfig("d", "desktop", settings={"wait": True})))
    notifying.deliver(waiting, sending.channels, Schedule())
    first = waiting.read(digest).first_contact
    assert sending.answers() == [channels.Answer("d", "snooze", first)]
    assert sending.answers() == []
    assert [action for action, _ in shown[0].choices] == ["open", "snooze", "done"]


def test_the_example_in_the_readme_is_right_and_every_setting_is_named_there(tmp_path):
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    section = text[text.index("\n## Reminders\n") :]
    file = tmp_path / "config.toml"
    file.write_text(section.split("```toml\n")[1].split("```")[0], "utf-8")
    loaded = config.load(file)
    assert [told.name for told in loaded.notifiers] == ["desktop", "mail", "phone"]
    for told in loaded.notifiers:
        channels.check(told, file)
    for kind in NOTIFIERS:
        [row] = [line for line in section.splitlines() if line.startswith(f"| `{kind}` |")]
        names = {setting.name for setting in load(kind).settings} - {"timeout", "ca_file"}
        assert {name for name in names if f"`{name}`" not in row} == set()
