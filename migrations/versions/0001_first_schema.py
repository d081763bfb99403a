"""First schema: contacts, identities, interactions, posts, runs, the state of relationships, changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SUPPORT = "direction = 'in' AND kind IN ('reaction', 'reshare', 'purchase', 'group_message')"


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_rank", sa.SmallInteger(), nullable=False, comment="How good the name is: services.naming"
        ),
        sa.Column("nickname", sa.Text(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("birthday", sa.String(), nullable=True, comment="YYYY-MM-DD or --MM-DD"),
        sa.Column("anniversary", sa.String(), nullable=True),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("circle", sa.String(), nullable=True),
        sa.Column("cadence_days", sa.Integer(), nullable=True, comment="The contact's own; 0 is never"),
        sa.Column("cadence_set_at", sa.BigInteger(), nullable=True),
        sa.Column("floor", sa.String(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("muted", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("vcard", sa.Text(), nullable=True),
        sa.Column(
            "search", sa.Text(), nullable=False, comment="Folded names and handles, for finding by any part"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "by_user",
            sa.Boolean(),
            server_default=sa.text("(false)"),
            nullable=False,
            comment="Made or edited here",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_table(
        "import_run",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("importer", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column(
            "left", sa.JSON(), nullable=False, comment="What was left out on purpose: [[what, number], ...]"
        ),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        comment="What the stored state was computed with: the rules' fingerprint.",
    )
    op.create_table(
        "change",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column(
            "rows", sa.JSON(), nullable=False, comment="[table, key, before, after] of each row it touched"
        ),
        sa.Column("contacts", sa.JSON(), nullable=False, comment="Ids whose relationships it moved"),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "handled_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="The contact, if it was drifting when this was done",
        ),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_change_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_at", ["at"], unique=False)

    op.create_table(
        "contact_tag",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_tag_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "tag", name=op.f("pk_contact_tag")),
    )
    with op.batch_alter_table("contact_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_tag_tag"), ["tag"], unique=False)

    op.create_table(
        "coverage",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_coverage_run_id_import_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "platform", name=op.f("pk_coverage")),
    )
    op.create_table(
        "identity",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Null: it is the user's own",
        ),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=True, comment="Normalised"),
        sa.Column("handle_written", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True, comment="Display name there"),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("by_user", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_identity_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index("ix_identity_handle", ["platform", "handle"], unique=False)
        batch_op.create_index("uq_identity_external_id", ["platform", "external_id"], unique=True)
        batch_op.create_index(
            "uq_identity_handle",
            ["platform", "handle"],
            unique=True,
            sqlite_where=sa.text("external_id IS NULL"),
            postgresql_where=sa.text("external_id IS NULL"),
        )

    op.create_table(
        "import_problem",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_import_problem_run_id_import_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_problem_run_id"), ["run_id"], unique=False)

    op.create_table(
        "post",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("zone_assumed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_post_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_post_platform")),
    )
    op.create_table(
        "relationship",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interactions", sa.Integer(), nullable=False),
        sa.Column("last_interaction_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "last_own_at",
            sa.BigInteger(),
            nullable=True,
            comment="The user's latest act towards them, of any kind",
        ),
        sa.Column("last_act_at", sa.BigInteger(), nullable=True, comment="The latest counting act"),
        sa.Column("last_act_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column(
            "owed_since",
            sa.BigInteger(),
            nullable=True,
            comment="The act that waits for an answer; null when none does",
        ),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("first_exchange_at", sa.BigInteger(), nullable=True),
        sa.Column("last_exchange_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "completing_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Evidence: the act that completed the last exchange",
        ),
        sa.Column(
            "partner_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Evidence: the act it answered",
        ),
        sa.Column("exchange_days", sa.Integer(), nullable=False),
        sa.Column(
            "days", sa.LargeBinary(), nullable=False, comment="Exchange days, 4-byte ordinals, little-endian"
        ),
        sa.Column("usual_platform", sa.String(), nullable=True),
        sa.Column("cadence_days", sa.Integer(), nullable=True),
        sa.Column("cadence_from", sa.String(), nullable=False),
        sa.Column(
            "rhythm_from", sa.BigInteger(), nullable=True, comment="The stored cadence holds from here"
        ),
        sa.Column(
            "rhythm_until",
            sa.BigInteger(),
            nullable=True,
            comment="and until here, then the three years have moved on",
        ),
        sa.Column("clock_start", sa.BigInteger(), nullable=True, comment="max(last exchange, cadence set)"),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_relationship_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_relationship")),
        comment="One row per contact; everything in it can be computed again from the interactions.",
    )
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.create_index("ix_relationship_due_at", ["due_at"], unique=False)
        batch_op.create_index("ix_relationship_owed_since", ["owed_since"], unique=False)

    op.create_table(
        "sighting",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="contact, identity, interaction or post"),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_sighting_run_id_import_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        comment=(
            "Which rows a run saw, as ranges of ids: an export read again is one range, not a million "
            "rows. A row that no run which still stands has seen, and no user made, goes when its run is "
            "undone."
        ),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sighting_run_id"), ["run_id"], unique=False)

    op.create_table(
        "interaction",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "identity_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Null: the export does not say towards whom",
        ),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True, comment="Null: unknown"),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("zone_assumed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="Null: logged here",
        ),
        sa.Column(
            "closed",
            sa.Boolean(),
            server_default=sa.text("(false)"),
            nullable=False,
            comment="No reply needed",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_interaction_identity_id_identity")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_interaction_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_interaction_platform")),
    )
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_interaction_identity_at",
            ["identity_id", "at", "direction", "kind", "precision"],
            unique=False,
        )
        batch_op.create_index(
            "ix_interaction_support",
            ["at"],
            unique=False,
            sqlite_where=sa.text(_SUPPORT),
            postgresql_where=sa.text(_SUPPORT),
        )

    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE interaction_text USING fts5("
            "text, content='interaction', content_rowid='id', detail=none, columnsize=0, prefix='2 3', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
        op.execute("PRAGMA application_id = 1668443441")
    else:
        op.execute("CREATE TABLE interaction_text (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_interaction_text_words ON interaction_text USING GIN (words)")
