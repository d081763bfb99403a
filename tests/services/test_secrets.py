"""Secrets come from where the user keeps them, and never show anywhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from crm.domain.errors import ConfigError, CrmError, NotifierError
from crm.services import secrets

NASTY = "p/@:% 'ü\"$(x)`"


class Good(KeyringBackend):
    """A keyring as a desktop has it, in memory."""

    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class InClear(Good):
    """What keyrings.alt offers on a machine without a desktop."""

    priority = 0.5


class Locked(Good):
    def get_password(self, service, username):
        raise KeyringLocked(f"Failed to unlock {username}: {NASTY}")


class Silent(Good):
    def get_password(self, service, username):
        time.sleep(30)


class Broken(Good):
    def get_password(self, service, username):
        raise RuntimeError(f"stumbled over {NASTY}")


class Both(Good):
    """Like the chainer of the keyring library."""

    priority = 10

    def __init__(self, *backends):
        super().__init__()
        self.backends = backends


@pytest.fixture
def use():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)
    for made in (Good, InClear, Locked, Silent, Broken, Both):
        KeyringBackend._classes.discard(made)


FROM_KEYRING = {"password_keyring": True}


def test_the_keyring_gives_back_what_was_put_into_it(use):
    use(Good())
    assert not secrets.stored("mail", "password")
    secrets.store("mail", "password", NASTY)
    assert secrets.resolve("mail", "password", FROM_KEYRING) == NASTY
    assert secrets.stored("mail", "password")
    assert secrets.keyring_problem() is None
    with pytest.raises(NotifierError, match="no password of other"):
        secrets.resolve("other", "password", FROM_KEYRING)
    secrets.forget("mail", "password")
    secrets.forget("mail", "password")
    assert not secrets.stored("mail", "password")


def test_a_keyring_that_keeps_secrets_in_clear_is_refused(use):
    use(InClear())
    with pytest.raises(NotifierError, match="keeps secrets well"):
        secrets.store("mail", "password", NASTY)
    assert "InClear" in secrets.keyring_problem()


def test_of_several_keyrings_only_the_good_ones_are_used(use):
    plain, good = InClear(), Good()
    plain.set_password("crm", "mail/password", "old and in clear")
    use(Both(plain, good))
    secrets.store("mail", "password", NASTY)
    assert good.kept == {("crm", "mail/password"): NASTY}
    assert secrets.resolve("mail", "password", FROM_KEYRING) == NASTY


@pytest.mark.parametrize(("kind", "said"), [(Locked, "is locked"), (Broken, "RuntimeError")])
def test_a_keyring_that_fails_says_so_without_its_own_words(use, kind, said):
    use(kind())
    with pytest.raises(NotifierError, match=said) as caught:
        secrets.resolve("mail", "password", FROM_KEYRING)
    assert caught.value.hint
    assert NASTY not in _everything(caught.value)


def test_a_keyring_that_waits_for_somebody_is_given_up_in_time(use):
    use(Silent())
    began = time.monotonic()
    with pytest.raises(NotifierError, match=r"within 0\.2 seconds"):
        secrets.resolve("mail", "password", FROM_KEYRING, timeout=0.2)
    assert time.monotonic() - began < 5


def test_a_command_gives_its_first_line_and_no_shell_sees_it(tmp_path):
    script = "import sys; print(sys.argv[1]); print('second line')"
    values = {"password_command": [sys.executable, "-X", "utf8", "-c", script, NASTY]}
    assert secrets.resolve("mail", "password", values) == NASTY
    trap = tmp_path / "trap"
    values = {"password_command": f'"{sys.executable}" -c "print(3)" "; touch {trap}" "$(touch {trap})"'}
    assert secrets.resolve("mail", "password", values) == "3"
    assert not trap.exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; print('hunter2'); sys.exit(3)", "ended with code 3"),
        ("print()", "is empty"),
        ("print('hun\\x07ter2')", "control characters"),
        ("import sys; sys.stdout.buffer.write(b'hunter2\\xff')", "no text"),
        ("import time; print('hunter2', flush=True); time.sleep(60)", "took longer"),
    ],
)
def test_a_command_that_fails_says_how_and_nothing_it_printed(script, said):
    with pytest.raises(NotifierError, match=said) as caught:
        secrets.resolve("mail", "password", {"password_command": [sys.executable, "-c", script]}, timeout=2)
    assert "hunter2" not in _everything(caught.value)


def test_a_command_that_does_not_exist_is_named():
    with pytest.raises(NotifierError, match="cannot run no-such-program"):
        secrets.resolve("mail", "password", {"password_command": "no-such-program show mail"})


def test_a_file_gives_its_first_line_if_nobody_else_can_read_it(tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{NASTY}\nnotes\n", "utf-8")
    file.chmod(0o600)
    assert secrets.resolve("mail", "password", {"password_file": str(file)}) == NASTY
    if os.name == "posix":
        file.chmod(0o640)
        with pytest.raises(NotifierError, match="others can read") as caught:
            secrets.resolve("mail", "password", {"password_file": str(file)})
        assert "chmod 600" in caught.value.hint
    with pytest.raises(NotifierError, match="cannot read"):
        secrets.resolve("mail", "password", {"password_file": str(tmp_path / "missing")})
    with pytest.raises(NotifierError, match="no plain file"):
        secrets.resolve("mail", "password", {"password_file": str(tmp_path)})


def test_in_clear_only_if_the_user_insists():
    with pytest.raises(ConfigError) as caught:
        secrets.resolve("mail", "password", {"password": "hunter2"})
    assert "insecure = true" in caught.value.hint
    assert "hunter2" not in _everything(caught.value)
    assert secrets.resolve("mail", "password", {"password": "hunter2", "insecure": True}) == "hunter2"
    assert secrets.resolve("hook", "url", {"url": "https://x"}, in_clear=True) == "https://x"


def test_nothing_configured_is_none_and_asks_no_keyring(use):
    use(Silent())
    assert secrets.resolve("mail", "password", {}) is None
    assert secrets.resolve("mail", "password", {"password_keyring": False}) is None


@pytest.mark.parametrize(
    "values",
    [
        {"password_keyring": "yes"},
        {"password_command": []},
        {"password_command": [3]},
        {"password_command": {}},
        {"password_file": 3},
        {"password": 3, "insecure": True},
        {"password_file": "x", "password_keyring": True},
        {"password": "hunter2", "insecure": True, "password_keyring": True},
    ],
)
def test_what_makes_no_sense_is_an_error(values):
    with pytest.raises(ConfigError) as caught:
        secrets.resolve("mail", "password", values)
    assert "hunter2" not in _everything(caught.value)


@given(secret=st.text(min_size=6).filter(lambda text: text.strip()), way=st.integers(0, 3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_error_ever_holds_a_secret(tmp_path_factory, secret, way):
    file: Path = tmp_path_factory.getbasetemp() / "secret"
    file.write_bytes(secret.encode("utf-8", "surrogatepass"))
    file.chmod(0o644)
    values = [
        {"password": secret},
        {"password": secret, "password_keyring": True},
        {"password_file": str(file)},
        {"password": [secret], "insecure": True},
    ][way]
    with pytest.raises(CrmError) as caught:
        secrets.resolve("a", "b" if way > 3 else "password", values)
    said = _everything(caught.value)
    known = f"password_keyring password_command password_file others can read chmod 600 {file}"
    assert secret not in said or secret in known


def _everything(error: CrmError) -> str:
    """Return all that an error and what led to it say."""
    said, here = "", error
    while here is not None:
        said += f"{here} {here!r} {getattr(here, 'hint', '')} "
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return said


@pytest.mark.skipif(
    not all(map(shutil.which, ("dbus-run-session", "gnome-keyring-daemon"))), reason="needs GNOME Keyring"
)
def test_a_real_keyring_keeps_a_secret_and_says_when_it_is_locked(tmp_path):
    script = f"""
import subprocess, secretstorage
from crm.domain.errors import NotifierError
from crm.services import secrets
subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"pw", check=True,
               capture_output=True)
secrets.store("mail", "password", {NASTY!r})
assert secrets.resolve("mail", "password", {{"password_keyring": True}}) == {NASTY!r}
connection = secretstorage.dbus_init()
secretstorage.get_default_collection(connection).lock()
try:
    secrets.resolve("mail", "password", {{"password_keyring": True}})
except NotifierError as error:
    print(error)
"""
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", script],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(run),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "PYTHONPATH": str(Path(secrets.__file__).parents[2]),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "the keyring is locked\n", done.stderr
