"""Encrypted files, as the program `age` writes and reads them: to public keys, or with a passphrase.

Nothing is believed: what was encrypted is decrypted again and compared before the plain file goes. Where only
public keys are known, a key made for this one file and thrown away afterwards is among those who can read it.
The library is loaded when it is needed. It is no part of the usual installation.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from crm.config.backing_up import BackupSettings
from crm.domain.errors import ConfigError, CrmError, DatabaseError, UsageError
from crm.services import secrets

ENDING = ".age"
_MAGIC = b"age-encryption.org/v1\n"
_BY_PASSPHRASE = b"-> scrypt "
_MOST_IN_MEMORY = 1 << 30
"""Bytes that may be encrypted with a passphrase: the library does that in memory, and needs it twice."""
_LONGEST_IDENTITIES = 1 << 20
_WRONG_KEY = ("Decryption failed", "No matching keys found")
"""What the library says when the key of the file could not be unlocked; all else means damage."""


@dataclass(frozen=True, slots=True)
class Lock:
    """For whom something is encrypted."""

    recipients: tuple[str, ...] = ()
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Opener:
    """How something encrypted is opened."""

    identity: Path | None = None
    """A file with secret keys of age, or one of SSH."""
    passphrase: Callable[[], str] | None = field(default=None, repr=False)
    """Asks for it, or finds it; called only when the file wants one."""


def lock_from(settings: BackupSettings | None) -> Lock | None:
    """Return how the user's backups are encrypted, or None if they are not.

    Raises:
        ConfigError: the passphrase cannot be had.

    """
    if settings is None:
        return None
    if settings.encrypt_to:
        return Lock(settings.encrypt_to)
    found = passphrase_from(settings)
    return Lock(passphrase=found) if found else None


def wished(settings: BackupSettings) -> bool:
    """Say whether the user wants backups encrypted."""
    return bool(settings.encrypt_to or settings.passphrase)


def passphrase_from(settings: BackupSettings) -> str | None:
    """Return the configured passphrase, or None where none is.

    Raises:
        ConfigError: the keyring, the command or the file does not give it.

    """
    if not settings.passphrase:
        return None
    try:
        return secrets.resolve("backups", "passphrase", settings.passphrase)
    except CrmError as error:
        raise ConfigError(f"[backups] {error.message}", error.hint) from None


def is_encrypted(file: Path) -> bool:
    """Say whether a file was encrypted by age; False where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def encrypt(plain: BinaryIO, into: BinaryIO, lock: Lock) -> None:
    """Encrypt everything that can be read, and check it by decrypting.

    Args:
        plain: what to encrypt, from where it stands.
        into: can be written and read again; it must be empty.
        lock: for whom.

    Raises:
        ConfigError: the library is missing, or a public key is none.
        UsageError: there is too much of it for a passphrase.
        DatabaseError: it does not come out again as it was.
        OSError: something cannot be read or written.

    """
    age = _library()
    source = _Tee(plain)
    if lock.passphrase is not None:
        data = source.read(_MOST_IN_MEMORY + 1)
        if len(data) > _MOST_IN_MEMORY:
            raise UsageError(
                "this is more than a gigabyte, too much to be encrypted with a passphrase",
                "use a key pair: [backups] encrypt_to in the configuration",
            )
        into.write(age.passphrase.encrypt(data, lock.passphrase))
        opened: Any = lock.passphrase
    else:
        opened = age.x25519.Identity.generate()
        _called(age.encrypt_io, source, _Tee(into), [*_recipients(age, lock.recipients), opened.to_public()])
    into.flush()
    into.seek(0)
    sink = _Tee(None)
    if lock.passphrase is not None:
        sink.write(age.passphrase.decrypt(into.read(), opened))
    else:
        _called(age.decrypt_io, into, sink, [opened])
    if sink.digest != source.digest:
        raise DatabaseError("what was encrypted does not come out again as it was", "nothing was kept of it")


def encrypt_file(plain: Path, encrypted: BinaryIO, lock: Lock) -> None:
    """Encrypt a file; as `encrypt`."""
    with plain.open("rb") as source:
        encrypt(source, encrypted, lock)


def decrypt(encrypted: Path, into: BinaryIO, opener: Opener) -> None:
    """Decrypt a file.

    Raises:
        ConfigError: the library is missing.
        UsageError: it wants a passphrase or a key that was not given, or given wrongly.
        DatabaseError: it is damaged.
        OSError: something cannot be read or written.

    """
    age = _library()
    with encrypted.open("rb") as source:
        wants_passphrase = source.read(len(_MAGIC) + len(_BY_PASSPHRASE)).endswith(_BY_PASSPHRASE)
        source.seek(0)
        try:
            if wants_passphrase:
                if opener.passphrase is None:
                    raise UsageError(f"{encrypted} wants a passphrase", "run this in a terminal, which asks")
                into.write(age.passphrase.decrypt(source.read(), opener.passphrase()))
                return
            if opener.identity is None:
                raise UsageError(
                    f"{encrypted} is encrypted to a key", "name its secret half: --identity FILE"
                )
            _called(age.decrypt_io, source, _Tee(into), _identities(age, opener.identity))
        except age.DecryptError as error:
            if str(error) not in _WRONG_KEY:
                raise _damaged(encrypted) from None
            if wants_passphrase:
                raise UsageError(
                    f"that is not the passphrase of {encrypted}",
                    "try again; if you are sure of it, the first lines of the file are damaged",
                ) from None
            raise UsageError(
                f"none of the keys in {opener.identity} opens {encrypted}", "name another one with --identity"
            ) from None
        except OSError as error:
            if error.errno is None:  # the library's word for a block that is not what was encrypted
                raise _damaged(encrypted) from None
            raise


def check_recipients(lock: Lock) -> None:
    """Make sure that the library is there, and that public keys are some.

    Raises:
        ConfigError: they are not.

    """
    _recipients(_library(), lock.recipients)


class _Tee:
    """Passes bytes on, and keeps their digest, and what went wrong: the library repeats only its words."""

    def __init__(self, stream: BinaryIO | None) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.failure: BaseException | None = None

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    def read(self, size: int = -1) -> bytes:
        assert self._stream is not None
        try:
            data = self._stream.read(size)
        except BaseException as error:
            self.failure = error
            raise
        self._hash.update(data)
        return data

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        try:
            if self._stream is not None:
                self._stream.write(data)
        except BaseException as error:
            self.failure = error
            raise
        return len(data)

    def flush(self) -> None:
        if self._stream is not None:
            self._stream.flush()


def _called(function: Callable[..., object], source: Any, sink: Any, keys: list[Any]) -> None:
    """Call the library with two streams; what those raised comes out as they raised it."""
    try:
        function(source, sink, keys)
    except Exception:
        for stream in (source, sink):
            failure = getattr(stream, "failure", None)
            if failure is not None:
                raise failure from None
        raise


def _recipients(age: ModuleType, keys: tuple[str, ...]) -> list[Any]:
    found = []
    for key in keys:
        kind = age.ssh if key.startswith("ssh-") else age.x25519
        try:
            found.append(kind.Recipient.from_str(key))
        except age.RecipientError:
            secret = key.upper().startswith("AGE-SECRET-KEY")
            raise ConfigError(
                "a secret key stands in encrypt_to" if secret else f"{key[:60]!r} is no public key",
                "the public half is meant: age1..., ssh-ed25519 ... or ssh-rsa ...",
            ) from None
    return found


def _identities(age: ModuleType, file: Path) -> list[Any]:
    """Return the secret keys in a file."""
    try:
        with file.open("rb") as stream:
            data = stream.read(_LONGEST_IDENTITIES)
        if data.lstrip().startswith(b"-----BEGIN"):
            return [age.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode("utf-8").splitlines()]
        found = [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise UsageError(f"cannot read {file}: {os.strerror(error.errno or 0)}", "check the path") from None
    except (UnicodeDecodeError, age.IdentityError):
        found = []
    if not found:
        raise UsageError(f"there is no secret key in {file}", "it has lines that begin with AGE-SECRET-KEY-")
    return found


def _damaged(file: Path) -> DatabaseError:
    return DatabaseError(f"{file} is damaged, or was cut off", "choose another backup")


def _library() -> ModuleType:
    try:
        import pyrage
    except ImportError:
        raise ConfigError(
            "encrypted files need the package pyrage", "pip install 'crm[encryption]'"
        ) from None
    age: ModuleType = pyrage
    return age
