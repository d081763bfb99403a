"""Looking for an export in a tree of folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from rich.text import Text, TextType
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DirectoryTree

from crm.tui import ui
from crm.tui.base import Dialog


class Folders(DirectoryTree):
    """A tree without hidden entries, whose names are text and nothing else."""

    ICON_NODE = "+ "
    ICON_NODE_EXPANDED = "- "
    ICON_FILE = "  "

    def process_label(self, label: TextType) -> Text:
        """Return a name as safe text: files may be called anything."""
        return ui.cell(label if isinstance(label, str) else label.plain)

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave hidden entries out."""
        return [path for path in paths if not path.name.startswith(".")]


class Browse(Dialog[Path]):
    """Answers a file or a folder."""

    TITLE = "Choose a file or folder"
    HINT = "enter  open or choose    f  choose this folder    backspace  up    esc  cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "folder", "choose this folder"),
        Binding("backspace", "up", "one folder up"),
    ]

    def __init__(self, typed: Path | None) -> None:
        super().__init__()
        start = typed if typed is not None else Path.home()
        while not start.is_dir() and start != start.parent:
            start = start.parent
        self._start = start.absolute() if start.is_dir() else Path.home()

    def body(self) -> ComposeResult:
        """The tree."""
        yield Folders(self._start, classes="first in-dialog folders")

    @property
    def folders(self) -> Folders:
        """The tree."""
        return self.query_one(Folders)

    @on(DirectoryTree.FileSelected)
    def file(self, event: DirectoryTree.FileSelected) -> None:
        """Answer a file."""
        self.dismiss(event.path)

    def action_folder(self) -> None:
        """Answer the folder under the cursor."""
        node = self.folders.cursor_node
        if node is not None and node.data is not None:
            path = node.data.path
            self.dismiss(path if path.is_dir() else path.parent)

    def action_up(self) -> None:
        """Show the folder above."""
        self.folders.path = Path(self.folders.path).parent
