"""Keep the keys of acts and posts in indexes of their own, which a large import can make at its end.

A constraint of a table cannot be laid aside; filled row by row it takes longer than all the rest of a row.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("interaction", "post"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"uq_{table}_platform"), type_="unique")
            batch_op.create_index(f"uq_{table}_external_id", ["platform", "external_id"], unique=True)
