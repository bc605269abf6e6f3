"""Questions that were put to rooms, what was published of tables of people; ties may be inferred."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["member.id"], name=op.f("fk_asking_asker_id_member")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_asking_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
        sa.UniqueConstraint("community_id", "once", name=op.f("uq_asking_community_id_once")),
    )
    with op.batch_alter_table("asking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asking_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asking_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_asking_community_id"), ["community_id"], unique=False)

    op.create_table(
        "publishedtable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_publishedtable_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishedtable")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_publishedtable_community_id_name")),
    )
    with op.batch_alter_table("publishedtable", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publishedtable_community_id"), ["community_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM tie WHERE kind = 'inferred'")
    op.execute("DELETE FROM tiemonth WHERE kind = 'inferred'")
    with op.batch_alter_table("publishedtable", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publishedtable_community_id"))

    op.drop_table("publishedtable")
    with op.batch_alter_table("asking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asking_community_id"))
        batch_op.drop_index(batch_op.f("ix_asking_at"))
        batch_op.drop_index(batch_op.f("ix_asking_asker_id"))

    op.drop_table("asking")
