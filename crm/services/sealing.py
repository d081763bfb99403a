"""Encrypted exports: drafted in a nameless file, encrypted, checked, and only then a file with a name.

So the plain text of an export never has a name on the disk, and goes with the process, even one killed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from crm.db.store import Store
from crm.exporters.files import drafted, replacing, unwritten
from crm.services import encryption, exporting
from crm.services.encryption import Lock
from crm.services.exporting import Exported

_BLOCK = 1 << 20


def export(
    store: Store, form: str, target: Path | None, lock: Lock, pour: Callable[[BinaryIO], None], **options: Any
) -> Exported:
    """Export, encrypted.

    Args:
        store: the database.
        form: one of `FORMS`.
        target: the file, which replaces an older one when it is complete; None: what `pour` does with it.
        lock: for whom.
        pour: takes the whole when it is complete.
        options: as of `exporting.to_reader`.

    Raises:
        ConfigError: it cannot be encrypted here.
        ExportError: it cannot be written.

    """
    encryption.check_recipients(lock)
    folder = store.path.parent if store.path else None
    sizes: list[int] = []

    def keep(stream: BinaryIO) -> None:
        if target is None:
            pour(stream)
            return
        with replacing(target) as draft:
            while block := stream.read(_BLOCK):
                draft.write(block)

    def seal(plain: BinaryIO) -> None:
        with drafted(folder) as sealed:

            def encrypted(stream: BinaryIO) -> None:
                try:
                    encryption.encrypt(plain, stream, lock)
                except OSError as error:
                    raise unwritten(error, target) from error
                sizes.append(stream.seek(0, 2))
                stream.seek(0)
                keep(stream)

            sealed.hand_over(encrypted)

    exported = exporting.to_reader(store, form, seal, **options)
    return replace(exported, path=target, size=sizes[0])
