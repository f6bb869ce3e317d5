"""What clips were made from and by which operation; further clips of a job; personas"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step forward."""
    with op.batch_alter_table("clip") as table:
        table.add_column(sa.Column("operation", sa.String(length=40), nullable=False, server_default="create_music"))
        table.add_column(sa.Column("joined", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("ordered_id", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("stem_type", sa.String(length=40), nullable=True))
    op.create_table(
        "source",
        sa.Column("clip_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["clip_id"], ["clip.id"]),
        sa.ForeignKeyConstraint(["source_id"], ["clip.id"]),
        sa.PrimaryKeyConstraint("clip_id", "place"),
    )
    op.create_index(op.f("ix_source_source_id"), "source", ["source_id"])
    op.create_table(
        "persona",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("describe", sa.Text(), nullable=False),
        sa.Column("clip_id", sa.String(length=40), nullable=False),
        sa.Column("taste", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["clip_id"], ["clip.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_persona_account_id"), "persona", ["account_id"])


def downgrade() -> None:
    """One step back."""
    op.drop_table("persona")
    op.drop_table("source")
    with op.batch_alter_table("clip") as table:
        for name in ("stem_type", "ordered_id", "joined", "operation"):
            table.drop_column(name)
