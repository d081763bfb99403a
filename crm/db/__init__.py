"""The database: tables, engine, migrations, full text."""
