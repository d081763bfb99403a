"""What in an export is mail, and what its folders are for."""

from __future__ import annotations

from pathlib import Path

import pytest
from mail_messages import NOBODY, acts, extract, left, message, own

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
)
from crm.importers.kit.export import Export
from crm.importers.mail import Importer
from crm.importers.mail import folders as folders_module
from crm.importers.mail.folders import Use, use_of, use_of_member
from crm.importers.mail.members import holds_mail


def test_a_maildir_may_have_colons_in_its_names(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    try:
        (tmp_path / "cur" / "1709539960.M1.host:2,S").write_text(message())
        (tmp_path / "cur" / "1709539961.M1.host:2,DS").write_text(message(number=2))
    except OSError:
        pytest.skip("this file system has no colons in names")
    records = extract(tmp_path)
    assert [act.external_id for act in acts(records)] == ["mail:1@x"]
    assert left(records) == {"drafts": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("card.eml", "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n"),
        ("day.eml", "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"),
        ("letter", "From here to there is not far.\nTo: nobody\nDate: none\n"),
        ("letter.mbox", "From here to there is not far.\n\nSo she wrote.\n"),
        ("notes.mbox", "Dear diary\n"),
        ("empty.mbox", ""),
        ("mail.txt", message()),
        ("cur/photo", "\x89PNG"),
        ("new/idea.txt", "Note: buy clay\nAlso: paper\n"),
    ],
)
def test_other_files_are_not_mail(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content, encoding="utf-8")
    with Export(tmp_path) as export:
        assert not holds_mail(export)


def test_one_message_among_other_files_does_not_make_a_folder_mail(tmp_path: Path) -> None:
    (tmp_path / "receipt.eml").write_text(message())
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text("a,b\n")
    with Export(tmp_path) as export:
        assert not holds_mail(export)


def test_an_export_without_readable_mail_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.mbox").write_text("Dear diary\n")
    with Export(tmp_path) as export, pytest.raises(ExportError):
        list(Importer().extract(export, NOBODY))


def test_the_teams_sample_is_read(shared: Path) -> None:
    (sample,) = (shared / "samples" / "email").glob("*.mbox")
    records = extract(sample, NOBODY)
    assert own(records) == {"me@example.com"}
    assert [(act.external_id, act.direction) for act in acts(records)] == [
        ("mail:abc123@example.com", Direction.IN),
        ("mail:def456@example.com", Direction.IN),
    ]


# Folders


@pytest.mark.parametrize(
    ("member", "outer", "use"),
    [
        ("Mail/Gesendet-002.mbox", "Takeout", Use.SENT),
        ("Mail/All mail Including Spam and Trash.mbox", "Takeout", None),
        (".Sent/cur/17.x!2,S", "Maildir", Use.SENT),
        (".INBOX.Sent Items/cur/17.x", "Maildir", Use.SENT),
        (".INBOX.Papierkorb/new/17.x", "Maildir", Use.TRASH),
        (".Gel&APY-schte Objekte/cur/17.x", "Maildir", Use.TRASH),
        ("cur/17.x!2,S", "Drafts", Use.DRAFTS),
        ("Sent Messages.mbox/mbox", "mail", Use.SENT),
        ("mbox", "Sent Messages.mbox", Use.SENT),
        ("Junk.mbox/Messages/17.emlx", "mail", Use.SPAM),
        ("[Gmail].sbd/Sent Mail", "ImapMail", Use.SENT),
        ("Sent/Re Lunch.eml", "mail", Use.SENT),
        ("Sent to the printer.mbox", "mail", None),
        ("Inbox", "Sent", None),
    ],
)
def test_what_a_folder_is_for_is_told_by_its_name(member: str, outer: str, use: Use | None) -> None:
    assert use_of_member(member, outer) is use


def test_no_word_names_two_uses() -> None:
    words = [
        folders_module.folded(word)
        for text in folders_module._WORDS.values()
        for word in text.replace("\n", ";").split(";")
        if word.strip()
    ]
    doubled = {word for word in words if words.count(word) > 1 and len({use_of(word)}) != 1}
    assert doubled == set()
    assert len(folders_module._USES) == len(set(words))
