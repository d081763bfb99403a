"""Encrypted backups and exports: what age reads, checked before the plain file goes, plain nowhere."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pyrage = pytest.importorskip("pyrage")

from crm.config.backing_up import BackupSettings, backups_from  # noqa: E402
from crm.db.store import Store  # noqa: E402
from crm.domain.cadence import Rules  # noqa: E402
from crm.domain.errors import ConfigError, DatabaseError, UsageError  # noqa: E402
from crm.services import backup_restore, backups, editing, encryption  # noqa: E402
from crm.services.encryption import Lock, Opener  # noqa: E402

pytestmark = pytest.mark.sqlite(reason="files beside its own")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DATA = os.urandom(200_000)


@pytest.fixture
def identity():
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def key_file(identity, tmp_path) -> Path:
    file = tmp_path / "key.txt"
    file.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    return file


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "data" / "crm.db", rules=Rules(zone=UTC), now=lambda: NOW)
    opened.write(editing.add, "Ada Byron")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def by_passphrase() -> bytes:
    """Return something encrypted with the passphrase "right"; a second of work, so once."""
    into = io.BytesIO()
    encryption.encrypt(io.BytesIO(DATA), into, Lock(passphrase="right"))
    return into.getvalue()


def encrypted_to(*keys: object) -> bytes:
    into = io.BytesIO()
    encryption.encrypt(io.BytesIO(DATA), into, Lock(tuple(str(key) for key in keys)))
    return into.getvalue()


def opened(data: bytes, folder: Path, opener: Opener) -> bytes:
    file, into = folder / "x.age", io.BytesIO()
    file.write_bytes(data)
    encryption.decrypt(file, into, opener)
    return into.getvalue()


def test_each_of_several_keys_opens_it_and_the_library_alone_too(identity, key_file, tmp_path):
    other = pyrage.x25519.Identity.generate()
    data = encrypted_to(identity.to_public(), other.to_public())
    assert opened(data, tmp_path, Opener(key_file)) == DATA
    assert pyrage.decrypt(data, [other]) == DATA
    assert DATA[:100] not in data


def test_a_passphrase_opens_it_and_the_library_alone_too(by_passphrase, tmp_path):
    assert opened(by_passphrase, tmp_path, Opener(passphrase=lambda: "right")) == DATA
    assert pyrage.passphrase.decrypt(by_passphrase, "right") == DATA


def test_a_wrong_passphrase_and_a_damaged_file_are_told_apart(by_passphrase, tmp_path):
    with pytest.raises(UsageError, match="not the passphrase"):
        opened(by_passphrase, tmp_path, Opener(passphrase=lambda: "wrong"))
    for spoiled in (by_passphrase[:-100], by_passphrase[:120], by_passphrase[:-1] + b"\0"):
        with pytest.raises(DatabaseError, match="damaged"):
            opened(spoiled, tmp_path, Opener(passphrase=lambda: "right"))


def test_a_wrong_key_and_a_damaged_file_are_told_apart(identity, key_file, tmp_path):
    other = pyrage.x25519.Identity.generate()
    with pytest.raises(UsageError, match="none of the keys"):
        opened(encrypted_to(other.to_public()), tmp_path, Opener(key_file))
    whole = encrypted_to(identity.to_public())
    spoiled = bytearray(whole)
    spoiled[150_000] ^= 1
    for data in (whole[:-100], bytes(spoiled), whole[:100]):
        with pytest.raises(DatabaseError, match="damaged"):
            opened(data, tmp_path, Opener(key_file))


def test_what_is_missing_is_said(by_passphrase, identity, tmp_path):
    with pytest.raises(UsageError, match="encrypted to a key") as caught:
        opened(encrypted_to(identity.to_public()), tmp_path, Opener())
    assert "--identity" in caught.value.hint
    with pytest.raises(UsageError, match="passphrase"):
        opened(by_passphrase, tmp_path, Opener())
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("# no key\n")
    with pytest.raises(UsageError, match="no secret key"):
        opened(encrypted_to(identity.to_public()), tmp_path, Opener(nothing))
    with pytest.raises(UsageError, match="cannot read"):
        opened(encrypted_to(identity.to_public()), tmp_path, Opener(tmp_path / "gone.txt"))


@pytest.mark.parametrize("key", ["age1qqqq", "ssh-ed25519 AAAA", "me@example.org"])
def test_what_is_no_public_key_is_refused_before_anything_is_made(store, key):
    with pytest.raises(ConfigError, match="no public key"):
        backups.backup(store, lock=Lock((key,)))
    assert not (store.path.parent / "backups").exists()


def test_a_secret_key_in_the_wrong_place_is_not_repeated(identity):
    with pytest.raises(ConfigError) as caught:
        encryption.check_recipients(Lock((str(identity),)))
    assert str(identity) not in f"{caught.value.message} {caught.value.hint} {caught.value!r}"


def test_an_encrypted_backup_is_restored_by_its_key(store, identity, key_file, tmp_path):
    made = backups.backup(store, lock=Lock((str(identity.to_public()),)))
    assert made.name == "crm-20260601T090000Z-backup.db.age"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert b"SQLite" not in made.read_bytes()
    assert [file.name for file in made.parent.iterdir()] == [made.name]
    [listed] = backups.list_backups(store)
    assert (listed.encrypted, backups.checked(listed).whole) == (True, None)
    store.write(editing.add, "Bo Lind")
    store.close()
    with backup_restore.prepared(store.path, made, Opener(key_file)) as ready:
        backup_restore.put_back(ready, NOW)
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT name FROM contact").fetchall() == [("Ada Byron",)]
    connection.close()


def test_a_wrong_key_leaves_the_database_and_no_draft(store, identity, tmp_path):
    made = backups.backup(store, lock=Lock((str(identity.to_public()),)))
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(UsageError), backup_restore.prepared(store.path, made, Opener(other)):
        pytest.fail("it was opened")
    assert not [file for file in store.path.parent.iterdir() if file.name.startswith(".")]


def test_the_plain_copy_lies_only_beside_the_database_and_goes_even_when_encrypting_fails(
    store, identity, tmp_path, monkeypatch
):
    stick = tmp_path / "stick"
    seen = []

    def fail(plain: Path, _into: object, _lock: Lock) -> None:
        seen.append((plain.parent, stat.S_IMODE(plain.stat().st_mode), [f.name for f in stick.iterdir()]))
        raise KeyboardInterrupt

    monkeypatch.setattr(encryption, "encrypt_file", fail)
    with pytest.raises(KeyboardInterrupt):
        backups.backup(store, stick / "x.db.age", lock=Lock((str(identity.to_public()),)))
    [(where, mode, on_stick)] = seen
    assert (where, mode) == (store.path.parent / "backups", 0o600)
    assert all(name.endswith(f"part-{os.getpid()}") for name in on_stick)
    assert [*stick.iterdir(), *where.iterdir()] == []


def test_what_does_not_come_out_again_is_no_backup(store, identity, monkeypatch):
    class Forgetful:
        """Encrypts something else than it was given."""

        def __getattr__(self, name: str) -> object:
            return getattr(pyrage, name)

        @staticmethod
        def encrypt_io(source, sink, keys):
            source.read()
            pyrage.encrypt_io(io.BytesIO(b"something else"), sink, keys)

    monkeypatch.setattr(encryption, "_library", Forgetful)
    with pytest.raises(DatabaseError, match="does not come out again"):
        backups.backup(store, lock=Lock((str(identity.to_public()),)))
    assert list((store.path.parent / "backups").iterdir()) == []


def test_a_full_disk_while_encrypting_is_said_as_such(store, identity):
    class Full(io.BytesIO):
        def write(self, _data):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        encryption.encrypt(io.BytesIO(DATA), Full(), Lock((str(identity.to_public()),)))


def test_backups_made_by_themselves_are_encrypted_as_configured(store, identity, key_file, tmp_path):
    store.backup_settings = BackupSettings(encrypt_to=(str(identity.to_public()),))
    made = backups.daily(store)
    assert made.name.endswith("-daily.db.age")
    assert opened(made.read_bytes(), tmp_path, Opener(key_file)).startswith(b"SQLite format 3\0")
    assert backups.daily(store) is None


def test_a_passphrase_from_a_command_is_used_and_never_shown(store, tmp_path):
    secret = tmp_path / "pass"
    secret.write_text("right/@:%\n")
    secret.chmod(0o600)
    settings = backups_from({"passphrase_file": str(secret)}, tmp_path / "config.toml")
    lock = encryption.lock_from(settings)
    assert lock.passphrase == "right/@:%"
    assert "right" not in repr(lock) + repr(settings)
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="others can read") as caught:
        encryption.lock_from(settings)
    assert "right" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"passphrase": "x"}, "in clear"),
        ({"encrypt": True}, "means nothing"),
        ({"encrypt_to": "age1"}, "must be a list"),
        ({"automatic": "no"}, "true or false"),
        ({"encrypt_to": ["age1"], "passphrase_file": "x"}, "more than one way"),
        ([], "must be a table"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_said_in_words(said, words, tmp_path):
    with pytest.raises(ConfigError, match=words):
        backups_from(said, tmp_path / "config.toml")


def test_without_the_library_the_words_say_how_to_get_it(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(ConfigError) as caught:
        backups.backup(store, lock=Lock(("age1",)))
    assert "crm[encryption]" in caught.value.hint
