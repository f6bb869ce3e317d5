"""The steps by which the database came to its present shape; Alembic runs those that are missing."""
