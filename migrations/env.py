"""Runs the migrations on the connection that `crm.db.migrate` gives, or, for developers, on a URL.

`crm.db.migrate` has already begun the transaction; Alembic then neither begins nor commits one.
"""

from alembic import context

from crm.db.engine import create, url_of
from crm.db.tables import metadata


def _include(name, kind, _parents):
    # the full-text table and its shadows are not SQLAlchemy's business
    return not (kind == "table" and name.startswith("interaction_text"))


def _migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=False,
        include_name=_include,
    )
    with context.begin_transaction():
        context.run_migrations()


_given = context.config.attributes.get("connection")
if _given is not None:
    _migrate(_given)
else:
    with create(url_of(context.config.get_main_option("sqlalchemy.url"))).connect() as _connection:
        _migrate(_connection)
