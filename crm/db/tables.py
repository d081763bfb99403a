"""All tables, as SQLAlchemy Core: rows become views in the services, so there are no mapped objects.

Leaving the ORM out saves a sixth of every command's start-up and the whole question of detached objects.
Times are integers (microseconds since 1970, UTC): half the size and twice the insert speed of datetimes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

# SQLite gives an automatic key only to a column of type INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
Moment = BigInteger
"""Microseconds since 1970-01-01 UTC."""

SUPPORT = "direction = 'in' AND kind IN ('reaction', 'reshare', 'purchase', 'group_message')"
"""Boosts and reactions from others; a query must repeat it word for word to use its index."""

_SHARED = "external_id IS NULL AND platform NOT IN ('web', 'in-person', 'letter')"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(table: str) -> Column[int]:
    """Return a table's key: the next free number, found under the writers' lock.

    Not a server's sequence: that would fall behind where imports number their rows themselves, and on a
    cluster it does not count in order. SQLite's own automatic key is the same number.
    """
    free = text(f"(SELECT coalesce(max(id), 0) + 1 FROM {table})")  # noqa: S608 - our own names
    return Column("id", Id, primary_key=True, autoincrement=False, default=free)


def complete(dialect: str) -> None:
    """Say in a dialect's own words which rows the partial indexes hold; needed only to make tables.

    Said above, `postgresql_where` would load all of SQLAlchemy's PostgreSQL at each start: 45 ms of 350.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info and dialect != "sqlite":
                index.dialect_kwargs[f"{dialect}_where"] = text(index.info["where"])


setting = Table(
    "setting",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    comment="What the stored state was computed with: the rules' fingerprint.",
)

import_run = Table(
    "import_run",
    metadata,
    _key("import_run"),
    Column("importer", String, nullable=False),
    Column("path", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("since", Moment),
    Column("until", Moment),
    Column("counts", JSON, nullable=False),
    Column("left", JSON, nullable=False, comment="What was left out on purpose: [[what, number], ...]"),
    Column("unread", JSON, nullable=False),
    Column("undone_at", Moment),
)

import_problem = Table(
    "import_problem",
    metadata,
    _key("import_problem"),
    Column("run_id", ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, comment="What could not be read, to be mended and tried again"),
)

coverage = Table(
    "coverage",
    metadata,
    Column("run_id", ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String, primary_key=True),
    Column("since", Moment),
    Column("until", Moment),
)

sighting = Table(
    "sighting",
    metadata,
    _key("sighting"),
    Column("run_id", ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False, comment="contact, identity, interaction or post"),
    Column("first_id", Id, nullable=False),
    Column("last_id", Id, nullable=False),
    comment=(
        "Which rows a run saw, as ranges of ids: an export read again is one range, not a million rows. "
        "A row that no run which still stands has seen, and no user made, goes when its run is undone."
    ),
)

contact = Table(
    "contact",
    metadata,
    _key("contact"),
    Column("name", Text, nullable=False),
    Column("name_rank", SmallInteger, nullable=False, comment="How good the name is: services.naming"),
    Column("nickname", Text),
    Column("organisation", Text),
    Column("title", Text),
    Column("birthday", String, comment="YYYY-MM-DD or --MM-DD"),
    Column("anniversary", String),
    Column("notes", Text, nullable=False, server_default=""),
    Column("circle", String),
    Column("cadence_days", Integer, comment="The contact's own; 0 is never"),
    Column("cadence_set_at", Moment),
    Column("floor", String),
    Column("snoozed_until", Moment),
    Column("muted", Boolean, nullable=False, server_default=text("false")),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    Column("search", Text, nullable=False, comment="Folded names and handles, for finding by any part"),
    Column("created_at", Moment, nullable=False),
    Column("by_user", Boolean, nullable=False, server_default=text("false"), comment="Made or edited here"),
)

contact_tag = Table(
    "contact_tag",
    metadata,
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String, primary_key=True, index=True),
)

merged = Table(
    "merged",
    metadata,
    _key("merged"),
    Column("contact_id", Id, nullable=False, comment="The id it had, and gets again if it is free"),
    Column("into_contact_id", ForeignKey("contact.id", ondelete="CASCADE"), index=True),
    Column("into_merged_id", ForeignKey("merged.id", ondelete="CASCADE"), index=True),
    Column("at", Moment, nullable=False),
    Column("contact", JSON, nullable=False, comment="Its row of `contact`"),
    Column("tags", JSON, nullable=False),
    Column("refused", JSON, nullable=False, comment="Contacts it was said not to be: [id, at, until]"),
    Column("gave", JSON, nullable=False, comment="What the other contact has from it: services.merging"),
    comment="Contacts that were merged into others, as they were: what a split brings back.",
)

refusal = Table(
    "refusal",
    metadata,
    Column("first_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("second_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("at", Moment, nullable=False),
    Column("until", Moment, comment="Null: never suggest that these two are one"),
    comment="Two contacts that are not one, the smaller id first.",
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("key", String, primary_key=True, comment="Salted hash of a platform and an id or handle"),
    Column("at", Moment, nullable=False),
)

identity = Table(
    "identity",
    metadata,
    _key("identity"),
    Column("contact_id", ForeignKey("contact.id"), index=True, comment="Null: it is the user's own"),
    Column("platform", String, nullable=False),
    Column("handle", String, comment="Normalised"),
    Column("handle_written", String),
    Column("external_id", String),
    Column("name", Text, comment="Display name there"),
    Column("url", Text),
    Column("label", String),
    Column("by_user", Boolean, nullable=False, server_default=text("false")),
    Column("home_id", ForeignKey("merged.id"), index=True, comment="The merged contact whose it is by right"),
    Index("uq_identity_external_id", "platform", "external_id", unique=True),
    Index("ix_identity_handle", "platform", "handle"),
    # With an id a handle may change hands, so it is unique only where it is the key; and a firm's website
    # stands on every colleague's card.
    Index(
        "uq_identity_handle",
        "platform",
        "handle",
        unique=True,
        sqlite_where=text(_SHARED),
        info={"where": _SHARED},
    ),
)

card = Table(
    "card",
    metadata,
    Column("identity_id", ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True),
    Column("said", JSON, nullable=False, comment="What it said when it last came: services.cards"),
    Column("text", Text, comment="The vCard whole, so that an export of it loses nothing"),
    comment="One card of an address book, by the identity with which it is found again.",
)

interaction = Table(
    "interaction",
    metadata,
    _key("interaction"),
    Column("identity_id", ForeignKey("identity.id"), comment="Null: the export does not say towards whom"),
    Column("platform", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("at", Moment, comment="Null: unknown"),
    Column("precision", String, nullable=False),
    Column("zone_assumed", Boolean, nullable=False, server_default=text("false")),
    Column("direction", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text),
    Column("thread", String),
    Column("url", Text),
    Column("run_id", ForeignKey("import_run.id"), comment="Null: logged here"),
    Column("closed", Boolean, nullable=False, server_default=text("false"), comment="No reply needed"),
    # no constraint of the table: a large import makes it at its end (`bulk.lay_aside_indexes`)
    Index("uq_interaction_external_id", "platform", "external_id", unique=True),
    # with all that the rules look at, so that state is computed from the index alone
    Index("ix_interaction_identity_at", "identity_id", "at", "direction", "kind", "precision", "platform"),
    # the few acts that Today's list of unthanked support looks through
    Index("ix_interaction_support", "at", sqlite_where=text(SUPPORT), info={"where": SUPPORT}),
)

post = Table(
    "post",
    metadata,
    _key("post"),
    Column("platform", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("at", Moment),
    Column("precision", String, nullable=False),
    Column("zone_assumed", Boolean, nullable=False, server_default=text("false")),
    Column("text", Text),
    Column("thread", String),
    Column("url", Text),
    Column("run_id", ForeignKey("import_run.id")),
    Index("uq_post_external_id", "platform", "external_id", unique=True),
)

relationship = Table(
    "relationship",
    metadata,
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("interactions", Integer, nullable=False),
    Column("last_interaction_at", Moment),
    Column("last_own_at", Moment, comment="The user's latest act towards them, of any kind"),
    Column("last_act_at", Moment, comment="The latest counting act"),
    Column("last_act_id", Id),
    Column("turn", String, nullable=False),
    Column("owed_since", Moment, comment="The act that waits for an answer; null when none does"),
    Column("unanswered", Integer, nullable=False),
    Column("first_exchange_at", Moment),
    Column("last_exchange_at", Moment),
    Column("completing_id", Id, comment="Evidence: the act that completed the last exchange"),
    Column("partner_id", Id, comment="Evidence: the act it answered"),
    Column("exchange_days", Integer, nullable=False),
    Column("days", LargeBinary, nullable=False, comment="Exchange days, 4-byte ordinals, little-endian"),
    Column("usual_platform", String),
    Column("cadence_days", Integer),
    Column("cadence_from", String, nullable=False),
    Column("rhythm_from", Moment, comment="The stored cadence holds from here"),
    Column("rhythm_until", Moment, comment="and until here, then the three years have moved on"),
    Column("clock_start", Moment, comment="max(last exchange, cadence set)"),
    Column("due_at", Moment),
    Index("ix_relationship_due_at", "due_at"),
    Index("ix_relationship_owed_since", "owed_since"),
    comment="One row per contact; everything in it can be computed again from the interactions.",
)

tally = Table(
    "tally",
    metadata,
    Column("identity_id", ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String, primary_key=True, comment="Of the acts"),
    Column("interactions", Integer, nullable=False),
    Column("acts", LargeBinary, nullable=False, comment="8 bytes per act of known time: exchanges.packed"),
    comment="What identities' interactions come to; computed from them, like `relationship`.",
)

dialogue = Table(
    "dialogue",
    metadata,
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("platform", String, primary_key=True, comment="Of the acts"),
    Column("first_day", Integer, nullable=False, comment="Of the first act of known time, an ordinal"),
    Column("days", LargeBinary, nullable=False, comment="Days of exchanges completed here: 4-byte ordinals"),
    Column("theirs", LargeBinary, nullable=False, comment="Their openings, packed as db.dialogues says"),
    Column("yours", LargeBinary, nullable=False),
    comment="What a contact's acts on a platform come to for the mirror; computed, like `relationship`.",
)

change = Table(
    "change",
    metadata,
    _key("change"),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("rows", JSON, nullable=False, comment="[table, key, before, after] of each row it touched"),
    Column("contacts", JSON, nullable=False, comment="Ids whose relationships it moved"),
    Column("run_id", ForeignKey("import_run.id")),
    Column("handled_id", Id, comment="The contact, if it was drifting when this was done"),
    Column("undone_at", Moment),
    Index("ix_change_at", "at"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("notifier", String, primary_key=True, comment="Its name in the configuration"),
    Column("day", String, primary_key=True, comment="YYYY-MM-DD in the user's time zone"),
    Column("state", String, nullable=False, comment="sending, sent, failed or empty"),
    Column("token", String, nullable=False, comment="Whose turn it is to send; also in the notice's key"),
    Column("claimed_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("sent_at", Moment),
    Column("error", Text, comment="What the last failure said; never with a secret"),
    comment="Digests sent, one per notifier and day.",
)
