"""`crm remind --deliver` and `--test`, as a timer and as somebody at a terminal call them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crm.cli import reminding
from crm.services.channels import Answer


@pytest.fixture
def hook():
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
def waiting(crm):
    """Somebody waits for an answer."""
    crm.run("add", "Ada Byron")
    crm.run("log", "ada", "Did you finish it?", "--in", "--platform", "x", "--at", "yesterday")
    return crm


@pytest.fixture
def configure(settings):
    def write(text):
        Path(settings["CRM_CONFIG"]).write_text(text, "utf-8")

    return write


def test_delivering_prints_nothing_when_all_is_well(waiting, configure, hook):
    configure(f'[notifiers.home]\nkind = "webhook"\nurl = "{hook.url}"\nprivacy = "names"\n')
    for _ in range(2):
        answer = waiting.run("remind", "--deliver")
        assert (answer.out, answer.err) == ("", "")
    [body] = hook.got
    assert body["title"] == "1 waiting for you"
    assert "Ada Byron: wrote" in body["text"]
    waiting.run("remind", "--deliver", now="2026-06-02T09:00:00Z")
    assert len(hook.got) == 2


def test_what_became_of_each_is_there_as_json(waiting, configure, hook):
    configure(
        f'[notifiers.home]\nkind = "webhook"\nurl = "{hook.url}"\n'
        '[notifiers.broken]\nkind = "webhook"\nurl = "http://localhost:1"\n'
    )
    answer = waiting.answer("remind", "--deliver", "--json")
    assert answer.code == 7
    home, broken = answer.json["outcomes"]
    assert home == {"notifier": "home", "state": "sent", "error": None, "hint": None, "next_try": None}
    assert broken["state"] == "failed"
    assert broken["next_try"] == "2026-06-01T09:05:00Z"


def test_a_failure_is_said_with_a_hint_and_the_exit_code_of_notifiers(waiting, configure):
    configure('[notifiers.phone]\nkind = "webhook"\nurl = "http://localhost:1/hunter2"\n')
    answer = waiting.answer("remind", "--deliver")
    assert answer.code == 7
    assert answer.out == ""
    assert answer.err.startswith("crm: error: phone: http://localhost:1 accepts no connection\nhint: ")
    assert "hunter2" not in answer.err
    again = waiting.answer("remind", "--deliver")  # it waits for its next try: no second complaint
    assert (again.code, again.err) == (0, "")


def test_quiet_hours_are_kept(waiting, configure, hook):
    configure(f'[remind]\nquiet = ["08:00-12:00"]\n[notifiers.home]\nkind = "webhook"\nurl = "{hook.url}"\n')
    waiting.run("remind", "--deliver")
    assert hook.got == []
    waiting.run("remind", "--deliver", now="2026-06-01T12:00:00Z")
    assert len(hook.got) == 1


def test_without_any_notifier_it_says_what_to_write(waiting, configure, settings):
    for option in ("--deliver", "--test"):
        answer = waiting.answer("remind", option)
        assert answer.code == 2
        assert "no notifier is configured" in answer.err
        assert "[notifiers.desktop]" in answer.err
    configure('[notifiers.d]\nkind = "desktop"\nenabled = false\n')
    answer = waiting.answer("remind", "--deliver")
    assert answer.code == 2
    assert "every notifier is disabled" in answer.err


def test_a_test_notice_goes_through_one_or_all_and_each_is_reported(crm, configure, hook):
    configure(
        f'[notifiers.home]\nkind = "webhook"\nurl = "{hook.url}"\n'
        '[notifiers.mail]\nkind = "email"\nhost = "localhost"\n'
        f'[notifiers.off]\nkind = "webhook"\nurl = "{hook.url}"\nenabled = false\n'
    )
    assert crm.run("remind", "--test", "home").out == "home: sent\n"
    assert crm.run("remind", "--test", "off").out == "off: sent\n"
    answer = crm.answer("remind", "--test")
    assert answer.code == 7
    assert answer.out == "home: sent\n"
    assert "[notifiers.mail] needs to" in answer.err
    assert len(hook.got) == 3
    assert crm.answer("remind", "--test", "nobody").code == 3
    assert [one["state"] for one in crm.answer("remind", "--test", "--json").json["outcomes"]] == [
        "sent",
        "failed",
    ]


def test_the_demo_sends_nothing(crm, configure, hook):
    configure(f'[notifiers.home]\nkind = "webhook"\nurl = "{hook.url}"\n')
    for option in ("--deliver", "--test"):
        answer = crm.answer("demo", "remind", option)
        assert answer.code == 2
        assert "the demo sends nothing" in answer.err
    assert hook.got == []


def test_two_things_at_once_are_refused(crm):
    assert crm.answer("remind", "--deliver", "--test").code == 2


def test_no_secret_is_in_what_a_process_says_or_in_its_arguments(process, configure, tmp_path):
    secret = "p/@:% hunter2"
    configure(
        '[notifiers.m]\nkind = "email"\nhost = "localhost"\nport = 1\nto = "a@example.org"\n'
        f'username = "a"\npassword = "{secret}"\ninsecure = true\n'
        f'[notifiers.n]\nkind = "email"\nhost = "localhost"\nport = 1\nto = "a@example.org"\n'
        f'username = "a"\npassword = "{secret}"\n'
    )
    for debug in ("", "1"):
        done = process("remind", "--test", env={"CRM_DEBUG": debug})
        assert done.returncode == 7
        assert b"localhost:1 accepts no connection" in done.stderr
        assert b"in clear" in done.stderr
        assert b"hunter2" not in done.stderr + done.stdout


def test_a_click_on_snooze_or_done_is_done(waiting, monkeypatch, configure):
    from crm.services.channels import Sending

    contact = waiting.json("contacts")[0]["id"]
    configure('[notifiers.d]\nkind = "desktop"\nenabled = true\n')
    monkeypatch.setattr("crm.notifiers.desktop.Notifier.send", lambda self, notice: None)
    for action, gone in (("snooze", True), ("done", True)):
        assert waiting.json("today")["waiting"]
        monkeypatch.setattr(
            Sending,
            "answers",
            lambda self, action=action: [Answer("d", action, contact), Answer("d", action, 999)],
        )
        answer = waiting.answer("remind", "--deliver")
        assert answer.code == 0
        assert "crm: d: " in answer.err  # nobody has the number 999
        assert (waiting.json("today")["waiting"] == []) is gone
        waiting.run("undo")


def test_a_click_on_open_starts_the_program_in_a_terminal(
    waiting, monkeypatch, configure, tmp_path, settings
):
    from crm.services.channels import Sending

    started = []
    monkeypatch.setattr("crm.notifiers.desktop.Notifier.send", lambda self, notice: None)
    monkeypatch.setattr(reminding.subprocess, "Popen", lambda command, **_: started.append(command))
    monkeypatch.setattr(Sending, "answers", lambda self: [Answer("d", "open", 1)])
    configure('[notifiers.d]\nkind = "desktop"\n')
    monkeypatch.setattr(reminding.shutil, "which", lambda name: name if name in ("foot", "mine") else None)
    waiting.run("remind", "--deliver")
    waiting.answer("remind", "--deliver", env={"TERMINAL": "mine"})
    assert [command[0] for command in started] == ["foot", "mine"]
    assert started[0][-4:] == ["-m", "crm", "--db", settings["CRM_DATABASE_URL"]]
    monkeypatch.setattr(reminding.shutil, "which", lambda name: None)
    answer = waiting.answer("remind", "--deliver", env={"TERMINAL": None})
    assert answer.code == 0
    assert "no terminal program" in answer.err
