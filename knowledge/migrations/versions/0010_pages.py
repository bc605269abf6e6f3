"""The pages: links, sessions, feeds, the audit trail, tips that are not the same; core groups of chats."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auditentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("did", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_auditentry_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_auditentry_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditentry")),
    )
    with op.batch_alter_table("auditentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auditentry_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_auditentry_community_id_at", ["community_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditentry_member_id"), ["member_id"], unique=False)

    op.create_table(
        "browsersession",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("begun_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_browsersession_community_id_community")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_browsersession_member_id_member")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_browsersession")),
    )
    with op.batch_alter_table("browsersession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browsersession_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_browsersession_member_id"), ["member_id"], unique=False)

    op.create_table(
        "calendarfeed",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("made_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_calendarfeed_community_id_community")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_calendarfeed_member_id_member")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_calendarfeed")),
    )
    with op.batch_alter_table("calendarfeed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendarfeed_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendarfeed_member_id"), ["member_id"], unique=False)

    op.create_table(
        "signin",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("expires_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_signin_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_signin_member_id_member")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_signin")),
    )
    with op.batch_alter_table("signin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signin_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signin_member_id"), ["member_id"], unique=False)

    op.create_table(
        "notsame",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_notsame_community_id_community")),
        sa.ForeignKeyConstraint(["first_id"], ["tip.id"], name=op.f("fk_notsame_first_id_tip"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second_id"], ["tip.id"], name=op.f("fk_notsame_second_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notsame")),
        sa.UniqueConstraint(
            "community_id", "first_id", "second_id", name=op.f("uq_notsame_community_id_first_id_second_id")
        ),
    )
    with op.batch_alter_table("notsame", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notsame_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notsame_first_id"), ["first_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notsame_second_id"), ["second_id"], unique=False)

    op.create_index(
        "ix_tip_community_id_state", "tip", ["community_id", "state", "published_at", "number"], unique=False
    )
    op.drop_index("ix_tip_community_id_merged_into", table_name="tip")
    is_merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_tip_community_id_merged_into",
        "tip",
        ["community_id", "merged_into"],
        unique=False,
        sqlite_where=is_merged,
        postgresql_where=is_merged,
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("core_from", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
        )


def downgrade() -> None:
    op.drop_index("ix_tip_community_id_merged_into", table_name="tip")
    op.create_index("ix_tip_community_id_merged_into", "tip", ["community_id", "merged_into"], unique=False)
    op.drop_index("ix_tip_community_id_state", table_name="tip")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("core_from")

    with op.batch_alter_table("notsame", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notsame_second_id"))
        batch_op.drop_index(batch_op.f("ix_notsame_first_id"))
        batch_op.drop_index(batch_op.f("ix_notsame_community_id"))

    op.drop_table("notsame")
    with op.batch_alter_table("signin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signin_member_id"))
        batch_op.drop_index(batch_op.f("ix_signin_community_id"))

    op.drop_table("signin")
    with op.batch_alter_table("calendarfeed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendarfeed_member_id"))
        batch_op.drop_index(batch_op.f("ix_calendarfeed_community_id"))

    op.drop_table("calendarfeed")
    with op.batch_alter_table("browsersession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browsersession_member_id"))
        batch_op.drop_index(batch_op.f("ix_browsersession_community_id"))

    op.drop_table("browsersession")
    with op.batch_alter_table("auditentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auditentry_member_id"))
        batch_op.drop_index("ix_auditentry_community_id_at")
        batch_op.drop_index(batch_op.f("ix_auditentry_community_id"))

    op.drop_table("auditentry")
