"""Rules of the terminal UI that a reader of one file cannot see: read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.tui import ui

FOLDER = Path(ui.__file__).parent
FILES = sorted(file for file in FOLDER.rglob("*.py") if file.name != "ui.py")

SINKS = {"Static", "Label", "Button", "Option", "Tab", "TabPane", "Collapsible", "Checkbox", "RadioButton"}
"""Widgets that parse markup in a plain string (measured); `choice.Option` is ours and draws through `ui`."""
OURS = {
    "choice.py",
    "log.py",
    "snooze.py",
    "cadence.py",
    "filters.py",
    "together.py",
    "edit.py",
    "export.py",
    "period.py",
    "question.py",
    "setting.py",
    "notifier.py",
    "secret_field.py",
    "budget.py",
}
METHODS = {"update", "border_title", "border_subtitle", "tooltip"}
BUILDERS = {"Content", "Text"}


def tree_of(file: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


def name_of(node: ast.expr) -> str:
    """Return what is called: `Static`, `ui.label`, `self.heading`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return ""


def shown_functions() -> set[str]:
    """Return the names of functions that return `ui.Shown`, which only `ui` can make."""
    functions = [
        node for file in FILES for node in ast.walk(tree_of(file)) if isinstance(node, ast.FunctionDef)
    ]
    return {node.name for node in functions if node.returns and ast.unparse(node.returns) == "ui.Shown"}


SHOWN = shown_functions()


def is_safe(node: ast.expr) -> bool:
    """Whether an argument of a sink is a constant of ours or went through `ui`."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Call):
        called = name_of(node.func)
        return called.startswith("ui.") or called.split(".")[-1] in SHOWN
    return False


def violations(file: Path) -> Iterator[str]:
    """Yield the places where a raw text could reach the screen."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Assign):
            yield from (f"{file.name}:{node.lineno} {wrong}" for wrong in wrong_in_assignment(node))
        if isinstance(node, ast.Call):
            yield from (f"{file.name}:{node.lineno} {wrong}" for wrong in wrong_in_call(node, file.name))


def wrong_in_assignment(node: ast.Assign) -> Iterator[str]:
    """Yield what is wrong with setting a title or a tooltip."""
    for target in node.targets:
        if isinstance(target, ast.Attribute) and target.attr in METHODS and not is_safe(node.value):
            yield f"sets {target.attr} to a raw value"


def wrong_in_call(node: ast.Call, file: str) -> Iterator[str]:
    """Yield what is wrong with making a widget or calling one."""
    whole = name_of(node.func)
    called = whole.split(".")[-1] if whole else getattr(node.func, "attr", "")
    words = {word.arg: word.value for word in node.keywords}
    raw = bool(node.args) and not is_safe(node.args[0])
    if called in SINKS and raw and not (called == "Option" and file in OURS):
        yield f"gives {called} a raw value"
    if called == "update" and raw and updates_a_widget(node.func):
        yield "updates a widget with a raw value"
    if called == "notify" and not is_false(words.get("markup")):
        yield "notifies without markup=False"
    if whole in BUILDERS:
        yield f"builds {called} outside ui.py"
    if called == "from_markup":
        yield "parses markup"
    if "id" in words and not isinstance(words["id"], ast.Constant) and name_of(words["id"]) != "id":
        yield "makes an id from data"


def updates_a_widget(function: ast.expr) -> bool:
    """Whether `.update` is that of a widget: what it is called on comes from a query or is named so."""
    return isinstance(function, ast.Attribute) and (
        isinstance(function.value, ast.Call) or name_of(function.value) in ("hint", "text", "title")
    )


def is_false(node: ast.expr | None) -> bool:
    """Whether a keyword is there and says False."""
    return isinstance(node, ast.Constant) and node.value is False


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_raw_text_reaches_a_widget(file: Path) -> None:
    allowed = {"app.py": 1}  # the crash screen: a report of ours, as Rich's Text
    found = list(violations(file))
    assert len(found) <= allowed.get(file.name, 0), found


@pytest.mark.parametrize(
    "code",
    [
        "Static(name)",
        "Static(f'{name}')",
        "Label(view.name, id='x')",
        "self.query_one(Static).update(name)",
        "self.notify(name)",
        "self.app.notify(clean(name), markup=True)",
        "widget.tooltip = name",
        "Content(name)",
        "Content.from_markup(name)",
        "Static('x', id=f'p{name}')",
    ],
)
def test_the_lint_finds_what_it_is_for(code: str, tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text(code, encoding="utf-8")
    assert list(violations(file))


def test_widgets_never_call_the_store() -> None:
    for file in sorted((FOLDER / "widgets").glob("*.py")):
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = node.module
                assert not module.startswith("crm.db"), f"{file.name} imports {module}"
                assert not module.startswith("crm.services") or module == "crm.services.views", file.name
            if isinstance(node, ast.Call) and name_of(node.func).endswith(("store.read", "store.write")):
                raise AssertionError(f"{file.name}:{node.lineno} asks the store")


def test_only_the_app_reads_and_writes_the_store_and_only_in_threads() -> None:
    calls = [
        f"{file.name}:{node.lineno}"
        for file in FILES
        if file.name != "app.py"
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute)
        and node.attr in ("read", "write")
        and name_of(node.value).endswith("store")
    ]
    assert calls == []


def test_every_worker_survives_its_errors() -> None:
    for file in FILES:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.Call) and name_of(node.func).endswith("run_worker"):
                words = {word.arg: word.value for word in node.keywords}
                survives = words.get("exit_on_error")
                assert isinstance(survives, ast.Constant), f"{file.name}:{node.lineno}"
                assert survives.value is False, f"{file.name}:{node.lineno}"


def test_all_places_have_a_key_a_mode_and_help() -> None:
    from crm.tui.app import CrmApp
    from crm.tui.base import Page
    from crm.tui.widgets.topbar import PLACES

    assert [mode for _, mode, _ in PLACES] == list(CrmApp.MODES)
    for _, mode, _ in PLACES:
        make = CrmApp.MODES[mode]
        assert callable(make)
        page = make()
        assert isinstance(page, Page)
        assert (page.PLACE, bool(page.HELP_TITLE), bool(page.HELP_TEXT)) == (mode, True, True)
