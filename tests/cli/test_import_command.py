"""`crm import` and `crm demo`: what is reported, what goes wrong, and what is left as it was."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Crm
from click.testing import CliRunner

from crm.cli.environment import Environment
from crm.cli.program import program

RUN_KEYS = [
    "run",
    "importer",
    "title",
    "path",
    "at",
    "contacts_new",
    "contacts_known",
    "contacts_changed",
    "identities_new",
    "interactions_new",
    "interactions_known",
    "posts_new",
    "posts_known",
    "problems",
    "left",
    "unread",
    "from",
    "until",
    "undone",
]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def tweet(key: int, day: int, text: str, to: str | None = None) -> dict[str, Any]:
    """Return a tweet as X exports it; a reply when it is to somebody."""
    mentions = [{"name": "Ada Lovelace", "screen_name": to, "id_str": "501", "id": "501"}] if to else []
    said: dict[str, Any] = {
        "id_str": str(key),
        "created_at": f"Wed May {day:02d} 10:00:00 +0000 2026",
        "full_text": text,
        "entities": {"user_mentions": mentions, "urls": []},
    }
    if to:
        said |= {
            "in_reply_to_user_id_str": "501",
            "in_reply_to_screen_name": to,
            "in_reply_to_status_id_str": str(key + 1000),
        }
    return {"tweet": said}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return an archive of X with two replies, a post, a broken tweet and a file that nobody reads."""
    account = {"username": "me", "accountId": "100", "accountDisplayName": "Me", "email": "me@example.org"}
    message = {
        "messageCreate": {
            "id": "77",
            "recipientId": "100",
            "senderId": "501",
            "createdAt": "2026-05-21T08:00:00.123Z",
            "text": "see you \x1b[2J there",
            "reactions": [],
            "urls": [],
            "mediaUrls": [],
        }
    }
    broken: dict[str, Any] = {"tweet": {"id_str": "4", "full_text": "no date"}}
    tweets = [tweet(1, 20, "@ada yes", "ada"), tweet(2, 27, "@ada no", "ada"), tweet(3, 6, "a post"), broken]
    parts = {
        "data/account.js": [{"account": account}],
        "data/tweets.js": tweets,
        "data/direct-messages.js": [{"dmConversation": {"conversationId": "100-501", "messages": [message]}}],
    }
    file = tmp_path / "twitter-2026-06-01.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            stem = Path(name).stem.replace("-", "_")
            archive.writestr(name, f"window.YTD.{stem}.part0 = {json.dumps(content)}")
        archive.writestr("data/ad-engagements.js", "window.YTD.ad_engagements.part0 = []")
    return file


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Return a mailbox with one mail in it."""
    file = tmp_path / "letters.mbox"
    file.write_text(
        "From bo@example.org Mon May 25 09:00:00 2026\n"
        "From: Bo Lind <bo@example.org>\nTo: me@example.org\nSubject: Hello\n"
        "Date: Mon, 25 May 2026 09:00:00 +0000\nMessage-ID: <1@example.org>\n\nHow is the kiln?\n",
        encoding="utf-8",
    )
    return file


def test_an_import_is_reported_in_one_block(export: Path, crm: Crm) -> None:
    answer = crm.run("import", export)
    assert answer.err == ""
    lines = answer.lines
    assert lines[0] == f"X (Twitter)  {export}"
    assert "  period        2026-05-06 to 2026-05-27" in lines
    assert "  contacts      1 new, 0 known" in lines
    assert "  interactions  3 new, 0 known" in lines
    assert "  not read      1 file: data/ad-engagements.js" in lines
    assert lines[-1] == "  run 1; crm import --undo 1 takes it back"


def test_the_json_of_an_import_has_the_keys_of_the_contract(export: Path, crm: Crm) -> None:
    report = crm.json("import", export)
    assert list(report) == ["runs", "errors", "skipped"]
    assert (report["errors"], report["skipped"]) == ([], [])
    (run,) = report["runs"]
    assert list(run) == RUN_KEYS
    assert (run["run"], run["importer"], run["path"]) == (1, "x", str(export))
    assert (run["contacts_new"], run["interactions_new"], run["interactions_known"]) == (1, 3, 0)
    assert run["unread"] == ["data/ad-engagements.js"]
    assert all(list(each) == ["where", "reason"] for each in run["problems"])
    assert MOMENT.fullmatch(run["from"])
    assert run["until"] == "2026-05-27T10:00:00Z"
    shown = crm.json("show", "ada")
    assert [act["run"] for act in shown["interactions"]] == [1, 1, 1]
    assert shown["identities"][0]["external_id"] == "501"


def test_the_same_export_again_brings_nothing(export: Path, crm: Crm) -> None:
    crm.run("import", export)
    (again,) = crm.json("import", export)["runs"]
    assert again["run"] == 2
    assert (again["contacts_new"], again["identities_new"]) == (0, 0)
    assert (again["interactions_new"], again["interactions_known"]) == (0, 3)
    assert again["posts_new"] == 0


def test_a_dry_run_says_the_same_and_writes_nothing(export: Path, crm: Crm) -> None:
    (dry,) = crm.json("import", export, "--dry-run")["runs"]
    assert dry["run"] is None
    assert "a dry run: nothing was written" in crm.run("import", export, "--dry-run").out
    assert crm.json("contacts") == []
    assert crm.json("import", "--runs") == {"runs": []}
    (real,) = crm.json("import", export)["runs"]
    same = [key for key in RUN_KEYS if key not in ("run", "at")]
    assert [dry[key] for key in same] == [real[key] for key in same]


def test_a_path_that_nobody_claims_fails_and_the_others_are_imported(
    export: Path, letters: Path, tmp_path: Path, crm: Crm
) -> None:
    other = tmp_path / "holiday.jpg"
    other.write_bytes(b"\xff\xd8\xff\xe0 not one of ours")
    answer = crm.answer("import", other, export, tmp_path / "missing", letters, "--json")
    assert answer.code == 5
    report = json.loads(answer.out)
    assert [run["importer"] for run in report["runs"]] == ["x", "mail"]
    assert [each["path"] for each in report["errors"]] == [str(other), str(tmp_path / "missing")]
    assert all(list(each) == ["path", "error", "hint"] for each in report["errors"])
    assert answer.err.count("crm: error: ") == 2
    assert "holiday.jpg" in answer.err
    assert len(crm.json("contacts")) == 2


def test_a_damaged_export_is_an_error_that_imports_nothing(export: Path, crm: Crm) -> None:
    export.write_bytes(export.read_bytes()[:300])
    answer = crm.answer("import", export)
    assert answer.code == 5
    assert answer.out == ""
    assert answer.err.startswith("crm: error: ")
    assert export.name in answer.err
    assert crm.json("import", "--runs") == {"runs": []}


def test_a_folder_of_downloads_may_hold_other_things(
    export: Path, letters: Path, tmp_path: Path, crm: Crm
) -> None:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    export.rename(folder / export.name)
    with zipfile.ZipFile(folder / "mail.zip", "w") as archive:
        archive.write(letters, "letters.mbox")
    (folder / "shopping.txt").write_text("milk", encoding="utf-8")
    answer = crm.answer("import", folder, "--json")
    assert answer.code == 0
    report = json.loads(answer.out)
    assert sorted(run["importer"] for run in report["runs"]) == ["mail", "x"]
    assert [Path(each["path"]).name for each in report["skipped"]] == ["shopping.txt"]
    assert answer.err.startswith("crm: left alone: ")
    assert "shopping.txt" in answer.err


def test_an_export_that_does_not_say_whose_it_is_is_read_after_one_that_does(
    export: Path, letters: Path, crm: Crm
) -> None:
    alone = crm.answer("import", letters)
    assert alone.code == 5
    assert "--as" in alone.err
    report = crm.json("import", letters, export)
    assert [run["importer"] for run in report["runs"]] == ["x", "mail"]
    assert report["errors"] == []


def test_a_folder_in_which_nothing_is_recognised_is_an_error(tmp_path: Path, crm: Crm) -> None:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    for number in range(9):
        (folder / f"{number}.txt").write_text("nothing", encoding="utf-8")
    answer = crm.answer("import", folder)
    assert answer.code == 5
    assert answer.err.count("crm: error: ") == 1


def test_many_problems_are_cut_and_counted(tmp_path: Path, crm: Crm) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    bad = [{"tweet": {"id_str": None, "full_text": f"broken {number}"}} for number in range(14)]
    tweets = json.dumps([tweet(1, 20, "@ada yes", "ada"), *bad])
    (folder / "tweets.js").write_text(f"window.YTD.tweets.part0 = {tweets}", encoding="utf-8")
    (folder / "account.js").write_text(
        'window.YTD.account.part0 = [{"account": {"username": "me", "accountId": "100"}}]', encoding="utf-8"
    )
    report = crm.run("import", tmp_path / "data", "--dry-run")
    (run,) = crm.json("import", tmp_path / "data", "--dry-run")["runs"]
    assert len(run["problems"]) >= 14
    assert f"    and {len(run['problems']) - 10} more; --json shows all" in report.lines


def test_runs_are_listed_and_taken_back(export: Path, crm: Crm) -> None:
    (run,) = crm.json("import", export)["runs"]
    assert crm.run("import", "--runs").lines[1].split()[0] == "1"
    undone = crm.json("import", "--undo", 1)
    assert list(undone) == ["run", "contacts", "identities", "interactions", "posts", "kept"]
    assert (undone["contacts"], undone["interactions"], undone["posts"]) == (1, 3, run["posts_new"])
    assert crm.json("contacts") == []
    assert [each["undone"] for each in crm.json("import", "--runs")["runs"]] == [True]
    assert crm.answer("import", "--undo", 1).code == 4
    assert crm.answer("import", "--undo", 99).code == 3
    assert crm.run("doctor").code == 0


@pytest.mark.parametrize("args", [(), ("x.zip", "--runs"), ("--runs", "--undo", "1"), ("--undo", "one")])
def test_import_wants_exactly_one_thing(args: tuple[str, ...], crm: Crm) -> None:
    assert crm.answer("import", *args).code == 2


def test_who_the_user_is_can_be_stated(letters: Path, crm: Crm) -> None:
    crm.run("import", letters, "--as", "me@example.org")
    shown = crm.json("show", "bo@example.org")
    assert [act["direction"] for act in shown["interactions"]] == ["in"]


def test_nothing_hostile_in_an_export_reaches_the_terminal(export: Path, crm: Crm) -> None:
    crm.run("import", export)
    for args in (("show", "ada"), ("search", "see"), ("today",)):
        assert "\x1b" not in crm.run(*args).out


def test_an_error_of_the_database_stops_the_import_after_saying_what_was_done(
    export: Path, letters: Path, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.domain.errors import DatabaseError
    from crm.services import importing

    real = importing.run_import
    done: list[str] = []

    def once(store: Any, what: Any, **kwargs: Any) -> Any:
        if done:
            raise DatabaseError("the disk is full", "free some space")
        done.append(what.title)
        return real(store, what, **kwargs)

    monkeypatch.setattr(importing, "run_import", once)
    answer = crm.answer("import", export, letters, "--json")
    assert answer.code == 6
    assert [run["importer"] for run in json.loads(answer.out)["runs"]] == ["x"]
    assert answer.err == "crm: error: the disk is full\nhint: free some space\n"


@pytest.mark.sqlite(reason="removes its file, to see that none is made")
def test_the_demo_runs_any_command_and_touches_nothing_of_yours(crm: Crm) -> None:
    Path(crm.settings["CRM_DATABASE_URL"]).unlink()
    answer = crm.run("demo", "--", "today", "--json")
    assert answer.json["waiting"]
    assert crm.run("demo", "contacts", "--limit", "3").out.count("\n") == 4
    assert crm.answer("demo", "show", "nobody at all").code == 3
    assert crm.answer("demo", "tody").code == 2
    assert not Path(crm.settings["CRM_DATABASE_URL"]).exists()


def test_a_command_in_the_demo_may_change_the_demo_only(crm: Crm) -> None:
    crm.run("add", "Mine", "x:mine")
    assert crm.json("demo", "add", "Somebody New")["name"] == "Somebody New"
    assert [each["name"] for each in crm.json("contacts")] == ["Mine"]


@pytest.mark.sqlite(reason="looks at its path")
def test_the_screen_opens_on_the_users_database_and_its_exit_code_counts(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.cli.program.insist_on_terminal", lambda: None)
    monkeypatch.setattr("crm.cli.commands.demo.insist_on_terminal", lambda: None)
    opened: list[str] = []

    def show(store: Any) -> int:
        opened.append(str(store.path))
        return 7

    for args in ([], ["demo"]):
        with monkeypatch.context() as patch:
            for key, value in crm.settings.items():
                patch.setenv(key, value)
            result = CliRunner().invoke(program, args, obj=Environment(show))
        assert result.exit_code == 7
    assert opened[0] == crm.settings["CRM_DATABASE_URL"]
    assert opened[1] != opened[0]


def test_what_could_not_be_read_is_given_out_to_be_mended(crm: Crm, tmp_path: Path) -> None:
    lost = "BEGIN:VCARD\nVERSION:3.0\nX-FOO:what\nEND:VCARD\n"
    book = tmp_path / "book.vcf"
    book.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n" + lost)
    assert "--failed 1 FILE" in crm.run("import", book).out
    mend = tmp_path / "mend.vcf"
    crm.run("import", "--failed", 1, mend)
    assert mend.read_text() == lost
    mend.write_text(lost.replace("X-FOO", "FN"))
    [again] = crm.json("import", mend)["runs"]
    assert again["contacts_new"] == 1
    nothing = crm.answer("import", "--failed", 2, mend)
    assert (nothing.code, nothing.err.startswith("crm: error: import run 2")) == (3, True)
