"""Alembic's entry: runs on the connection that `knowledge.migrations.migrate` hands over."""

from alembic import context

from knowledge.models import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
context.run_migrations()
