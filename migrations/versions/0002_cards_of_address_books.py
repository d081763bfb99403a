"""Keep each card of an address book by the identity it is found by, with what it said when it last came.

A contact can stand in several address books, and what a card said before is what tells the file's changes
from the user's. What the one kept card said is not known for databases of 0001, so nothing of the user's is
taken for the card's: where they differ, both are shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SHARED = "external_id IS NULL AND platform NOT IN ('web', 'in-person', 'letter')"
_NOTHING = {
    "name": None, "nickname": None, "organisation": None, "title": None, "birthday": None,
    "anniversary": None, "notes": None, "tags": [], "keys": [],
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("identity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "said", sa.JSON(), nullable=False, comment="What it said when it last came: services.cards"
        ),
        sa.Column(
            "text", sa.Text(), nullable=True, comment="The vCard whole, so that an export of it loses nothing"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_card_identity_id_identity"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_card")),
        comment="One card of an address book, by the identity with which it is found again.",
    )
    op.execute(
        sa.text(
            "INSERT INTO card (identity_id, said, text) "
            "SELECT min(identity.id), :nothing, contact.vcard FROM contact "
            "JOIN identity ON identity.contact_id = contact.id AND identity.platform = 'addressbook' "
            "WHERE contact.vcard IS NOT NULL GROUP BY contact.id, contact.vcard"
        ).bindparams(sa.bindparam("nothing", _NOTHING, sa.JSON()))
    )
    # a firm's website stands on every colleague's card
    op.drop_index("uq_identity_handle", table_name="identity")
    op.create_index(
        "uq_identity_handle",
        "identity",
        ["platform", "handle"],
        unique=True,
        sqlite_where=sa.text(_SHARED),
        postgresql_where=sa.text(_SHARED),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_column("vcard")
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "raw",
                sa.Text(),
                nullable=True,
                comment="What could not be read, to be mended and tried again",
            )
        )
