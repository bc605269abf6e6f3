"""How far a history has been brought in; quotes are ties."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "importpart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("done_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_importpart_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importpart")),
        sa.UniqueConstraint("community_id", "source", "part", name=op.f("uq_importpart_community_id_source_part")),
    )
    with op.batch_alter_table("importpart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_importpart_community_id"), ["community_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM tie WHERE kind = 'quote'")
    op.execute("DELETE FROM tiemonth WHERE kind = 'quote'")
    with op.batch_alter_table("importpart", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_importpart_community_id"))

    op.drop_table("importpart")
