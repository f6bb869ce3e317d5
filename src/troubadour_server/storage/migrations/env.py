"""Called by Alembic: runs the steps on the connection that `storage.prepare` hands over."""

from alembic import context

from troubadour_server.storage.database import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
