"""Keep the acts of every identity packed, and what they come to for the mirror; computed on opening."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEX = "ix_interaction_identity_at"


def upgrade() -> None:
    op.drop_index(_INDEX, table_name="interaction")
    op.create_index(
        _INDEX, "interaction", ["identity_id", "at", "direction", "kind", "precision", "platform"]
    )
    op.drop_table("tally")
    op.create_table(
        "tally",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("platform", sa.String(), nullable=False, comment="Of the acts"),
        sa.Column("interactions", sa.Integer(), nullable=False),
        sa.Column(
            "acts",
            sa.LargeBinary(),
            nullable=False,
            comment="8 bytes per act of known time: exchanges.packed",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_tally_identity_id_identity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", "platform", name=op.f("pk_tally")),
        comment="What identities' interactions come to; computed from them, like `relationship`.",
    )
    op.create_table(
        "dialogue",
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("platform", sa.String(), nullable=False, comment="Of the acts"),
        sa.Column(
            "first_day", sa.Integer(), nullable=False, comment="Of the first act of known time, an ordinal"
        ),
        sa.Column(
            "days",
            sa.LargeBinary(),
            nullable=False,
            comment="Days of exchanges completed here: 4-byte ordinals",
        ),
        sa.Column(
            "theirs", sa.LargeBinary(), nullable=False, comment="Their openings, packed as db.dialogues says"
        ),
        sa.Column("yours", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_dialogue_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", "platform", name=op.f("pk_dialogue")),
        comment="What a contact's acts on a platform come to for the mirror; computed, like `relationship`.",
    )
