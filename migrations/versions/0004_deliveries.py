"""Note which digest was delivered by which notifier, so that each day has one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("notifier", sa.String(), nullable=False, comment="Its name in the configuration"),
        sa.Column("day", sa.String(), nullable=False, comment="YYYY-MM-DD in the user's time zone"),
        sa.Column("state", sa.String(), nullable=False, comment="sending, sent, failed or empty"),
        sa.Column(
            "token", sa.String(), nullable=False, comment="Whose turn it is to send; also in the notice's key"
        ),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "error", sa.Text(), nullable=True, comment="What the last failure said; never with a secret"
        ),
        sa.PrimaryKeyConstraint("notifier", "day", name=op.f("pk_delivery")),
        comment="Digests sent, one per notifier and day.",
    )
