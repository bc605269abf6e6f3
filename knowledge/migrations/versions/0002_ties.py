"""Ties between members, and a member's word on whether theirs are counted."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_counted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("reply", "mention", "reaction", name="tiekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tie_community_id_community")),
        sa.ForeignKeyConstraint(["from_id"], ["member.id"], name=op.f("fk_tie_from_id_member")),
        sa.ForeignKeyConstraint(["to_id"], ["member.id"], name=op.f("fk_tie_to_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie")),
        sa.UniqueConstraint("community_id", "once", name=op.f("uq_tie_community_id_once")),
    )
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tie_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tie_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tie_to_id"), ["to_id"], unique=False)
        batch_op.create_index("ix_tie_community_id_at", ["community_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("tie")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("is_counted")
