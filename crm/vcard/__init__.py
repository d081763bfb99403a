"""Reading and writing vCards: tolerant, lossless, linear in time; standard library only.

The way in: `source` (bytes to lines), `splitter` (lines to cards), `heads`, `decode` and `values` (content
lines), `reader` (`read_cards`), `model` (`Card`, `Property`). What a card says: `names`, `points`,
`accounts`, `dates`, `details`, `fields`, `identity`. The way out: `make` and `edit` (new and changed
properties), `convert` (the two versions), `writer` (`write_card`).

The decision to know: a property's value is kept as Unicode text in the escaped form of version 3.0, whatever
the file was written in, and is interpreted only when somebody asks. vobject is no part of this; it checks
what was written (`exporters.vcard_check`).
"""
