"""Merge contacts so that they can be split again, refuse matches, forget people, keep what busy ones did."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "merged",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", _ID, nullable=False, comment="The id it had, and gets again if it is free"),
        sa.Column("into_contact_id", _ID, nullable=True),
        sa.Column("into_merged_id", _ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False, comment="Its row of `contact`"),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column(
            "refused", sa.JSON(), nullable=False, comment="Contacts it was said not to be: [id, at, until]"
        ),
        sa.Column(
            "gave", sa.JSON(), nullable=False, comment="What the other contact has from it: services.merging"
        ),
        sa.ForeignKeyConstraint(
            ["into_contact_id"],
            ["contact.id"],
            name=op.f("fk_merged_into_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["into_merged_id"],
            ["merged.id"],
            name=op.f("fk_merged_into_merged_id_merged"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged")),
        comment="Contacts that were merged into others, as they were: what a split brings back.",
    )
    op.create_index(op.f("ix_merged_into_contact_id"), "merged", ["into_contact_id"])
    op.create_index(op.f("ix_merged_into_merged_id"), "merged", ["into_merged_id"])
    op.create_table(
        "refusal",
        sa.Column("first_id", _ID, nullable=False),
        sa.Column("second_id", _ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "until", sa.BigInteger(), nullable=True, comment="Null: never suggest that these two are one"
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["contact.id"], name=op.f("fk_refusal_first_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["contact.id"], name=op.f("fk_refusal_second_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_refusal")),
        comment="Two contacts that are not one, the smaller id first.",
    )
    op.create_index(op.f("ix_refusal_second_id"), "refusal", ["second_id"])
    op.create_table(
        "forgotten",
        sa.Column(
            "key", sa.String(), nullable=False, comment="Salted hash of a platform and an id or handle"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "tally",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("floor", sa.String(), nullable=False),
        sa.Column("interactions", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("own_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "marks",
            sa.LargeBinary(),
            nullable=False,
            comment="8 bytes per counting act: exchanges.packed",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_tally_identity_id_identity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_tally")),
        comment="What busy identities' interactions come to; computed from them, like `relationship`.",
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("home_id", _ID, nullable=True, comment="The merged contact whose it is by right")
        )
        batch_op.create_foreign_key(batch_op.f("fk_identity_home_id_merged"), "merged", ["home_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_identity_home_id"), ["home_id"])
