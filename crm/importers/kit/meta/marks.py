"""Whether message threads are Facebook's or Instagram's: their files look the same.

The decision to know: both importers ask here, so that never both, and never neither, take a thread that comes
without the rest of its export. What has a mark of Instagram is Instagram's, anything else is Facebook's.
"""

from __future__ import annotations

from crm.importers.kit.export import Export
from crm.importers.kit.meta.threads import BOXES, Thread, find_threads

FACEBOOK_FOLDERS = frozenset(("your_facebook_activity", "your_activity_across_facebook"))
INSTAGRAM_FOLDERS = frozenset(("your_instagram_activity",))
_INSTAGRAM_WORDS = (b'"string_map_data"', b'"string_list_data"', b'"relationships_', b'"profile_user"')
_INSTAGRAM_THREAD_WORDS = (b'"joinable_mode"', b'"original_content_owner"')
_MOST_PEEKS = 40
_PEEK = 1 << 16


def threads_of(export: Export) -> list[Thread]:
    """Return the threads of an export; a single file of another name that holds one is one too."""
    threads = [
        thread
        for thread in find_threads(export)
        if thread.box in BOXES or _is_thread(export, thread.files[0])  # a damaged one is one too
    ]
    if not threads and len(export.names) == 1 and export.names[0].casefold().endswith(".json"):
        name = export.names[0]
        head = export.peek(name, _PEEK)
        if b'"sender_name"' in head and b'"timestamp_ms"' in head and b'"messages"' in head:
            return [Thread("", "", "", None, (name,))]
    return threads


def is_facebooks_by_name(export: Export) -> bool:
    """Say whether the folder, the ZIP or a folder inside is called as in Facebook's exports."""
    return _has_folder(export, FACEBOOK_FOLDERS) or export.path.name.casefold().startswith("facebook-")


def is_instagrams_by_name(export: Export) -> bool:
    """Say whether the folder, the ZIP or a folder inside is called as in Instagram's exports."""
    return _has_folder(export, INSTAGRAM_FOLDERS) or export.path.name.casefold().startswith("instagram-")


def threads_are_instagrams(export: Export, threads: list[Thread]) -> bool:
    """Say whether threads without the rest of an export are Instagram's; else they are Facebook's.

    By the name of a folder or of the ZIP, by other files of Instagram beside them, or by what Instagram
    writes into its threads (`joinable_mode`, `original_content_owner`).
    """
    if is_facebooks_by_name(export):
        return False
    if is_instagrams_by_name(export):
        return True
    files = {name for thread in threads for name in thread.files}
    others = [name for name in export.find("*.json") if name not in files][:_MOST_PEEKS]
    if any(_mentions(export, name, _INSTAGRAM_WORDS) for name in others):
        return True
    newest = (thread.files[0] for thread in threads[:_MOST_PEEKS])
    return any(_mentions(export, name, _INSTAGRAM_THREAD_WORDS) for name in newest)


def _mentions(export: Export, name: str, words: tuple[bytes, ...]) -> bool:
    head = export.peek(name, _PEEK)
    return any(word in head for word in words)


def _is_thread(export: Export, name: str) -> bool:
    head = export.peek(name, _PEEK)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and (
        b'"participants"' in head or b'"sender_name"' in head
    )


def _has_folder(export: Export, folders: frozenset[str]) -> bool:
    # The outer folder is not in the names, but a pattern may name it.
    return any(export.find(f"{folder}/*", f"*/{folder}/*") for folder in folders)
