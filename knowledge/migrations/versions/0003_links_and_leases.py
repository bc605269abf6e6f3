"""Accounts that are linked and unlinked, what only one process does at a time, and merged tips found by number."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tip", schema=None) as batch_op:
        batch_op.create_index("ix_tip_community_id_merged_into", ["community_id", "merged_into"], unique=False)
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("brought", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "linkcode",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_linkcode_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_linkcode_member_id_member")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_linkcode")),
    )
    with op.batch_alter_table("linkcode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_linkcode_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_linkcode_member_id"), ["member_id"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("beat_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def downgrade() -> None:
    op.drop_table("lease")
    op.drop_table("linkcode")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("brought")
        batch_op.drop_column("left_at")
    with op.batch_alter_table("tip", schema=None) as batch_op:
        batch_op.drop_index("ix_tip_community_id_merged_into")
