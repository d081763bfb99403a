"""The fixture exports, found by walking `tests/exports/<importer>/<case>`, and records as lines of JSON.

A case is a folder that is the export, or a single file. Beside it lie `<case>.expected.jsonl` and, where the
export does not name the user, `<case>.owner.json`.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from crm.domain.errors import ExportError
from crm.domain.records import (
    ContactRecord,
    CoverageRecord,
    InteractionRecord,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Importer

EXPORTS = Path(__file__).resolve().parents[1] / "exports"
NAMES: dict[type, str] = {
    SelfRecord: "self",
    ContactRecord: "contact",
    InteractionRecord: "interaction",
    PostRecord: "post",
    CoverageRecord: "coverage",
    Left: "left",
    Problem: "problem",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHANGED = datetime(2024, 2, 29, 12, tzinfo=UTC)
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz")
_TIMES = ("at", "since", "until")


class Case(NamedTuple):
    """One fixture export."""

    importer: str
    path: Path

    @property
    def expected(self) -> Path:
        return self.path.with_name(f"{self.path.name}.expected.jsonl")

    @property
    def files(self) -> list[Path]:
        return [self.path] if self.path.is_file() else sorted(p for p in self.path.rglob("*") if p.is_file())

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way this export may reach us; the first one writes the expected records."""
        files = self.files
        if len(files) == 1 and files[0].name.endswith(_ARCHIVES):
            return ("file",)
        every = ("folder", "zip", "zip-of-folder", "tar.gz")
        return (*every, "file") if len(files) == 1 else every

    def owner(self) -> Owner:
        beside = self.path.with_name(f"{self.path.name}.owner.json")
        if not beside.exists():
            return Owner()
        told = json.loads(beside.read_text("utf-8"))
        return Owner(
            identities=frozenset((platform, handle) for platform, handle in told.get("identities", ())),
            external_ids=frozenset((platform, number) for platform, number in told.get("external_ids", ())),
            names=frozenset(told.get("names", ())),
            stated=told.get("stated"),
        )

    def offer(self, form: str, folder: Path) -> Path:
        """Write the export to `folder` in one of its forms, all with the same modification times."""
        if form == "zip":
            return self._zip(folder / f"{self.path.name}.zip", "")
        if form == "zip-of-folder":
            return self._zip(folder / f"{self.path.name}.zip", f"{self.path.name}/")
        if form == "tar.gz":
            return self._tar(folder / f"{self.path.name}.tar.gz")
        if form == "file":
            target = folder / self.files[0].name
            shutil.copyfile(self.files[0], target)
        else:
            target = folder / self.path.name
            target.mkdir()
            for name, file in self._named():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target / name)
        for path in (target, *target.rglob("*")):
            os.utime(path, (_CHANGED.timestamp(), _CHANGED.timestamp()))
        return target

    def _named(self) -> list[tuple[str, Path]]:
        base = self.path.parent if self.path.is_file() else self.path
        return [(file.relative_to(base).as_posix(), file) for file in self.files]

    def _zip(self, target: Path, outer: str) -> Path:
        with zipfile.ZipFile(target, "w") as archive:
            for name, file in self._named():
                info = zipfile.ZipInfo(outer + name, _CHANGED.timetuple()[:6])
                archive.writestr(info, file.read_bytes(), zipfile.ZIP_DEFLATED)
        return target

    def _tar(self, target: Path) -> Path:
        with tarfile.open(target, "w:gz", compresslevel=1) as archive:
            for name, file in self._named():
                info = tarfile.TarInfo(f"./{name}")
                info.mtime = int(_CHANGED.timestamp())
                info.size = file.stat().st_size
                with file.open("rb") as stream:
                    archive.addfile(info, stream)
        return target


def find_cases() -> list[Case]:
    return [
        Case(folder.name, path)
        for folder in sorted(EXPORTS.iterdir())
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".") and not path.name.endswith((".expected.jsonl", ".owner.json"))
    ]


def extracted(importer: Importer, path: Path, owner: Owner) -> list[str]:
    """Return everything an import of `path` would report, one line of JSON each."""
    lines = []
    with Export(path) as export:
        try:
            lines = [as_line(record) for record in importer.extract(export, owner)]
        except ExportError as error:
            message = error.message.replace(export.path.name, "EXPORT")
            lines.append(_dump({"record": "error", "message": message, "hint": error.hint}))
        lines += [_dump({"record": "skipped", **problem._asdict()}) for problem in export.problems]
        lines += [_dump({"record": "unread", "name": name}) for name in export.unread()]
    return lines


def as_line(record: Record) -> str:
    """Return a record as one stable line: its type first, times readable, defaults left out."""
    return _dump({"record": NAMES[type(record)], **_fields(record)})


def _fields(record: Any) -> dict[str, Any]:
    defaults = record._field_defaults
    return {
        name: _moment(value) if name in _TIMES and value is not None else _value(value)
        for name, value in record._asdict().items()
        if name not in defaults or value != defaults[name]
    }


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return _fields(value) if hasattr(value, "_asdict") else [_value(item) for item in value]
    return value


def _moment(microseconds: int) -> str:
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")


def _dump(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)
