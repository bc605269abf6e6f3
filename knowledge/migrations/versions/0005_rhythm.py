"""The schedule, the outbox for rooms, nudges, digests, months of old ties, and who was forgotten."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgetting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("tips_kept", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_forgetting_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgetting")),
    )
    with op.batch_alter_table("forgetting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forgetting_community_id"), ["community_id"], unique=False)

    op.create_table(
        "forgotten",
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_forgotten_community_id_community")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten")),
    )
    with op.batch_alter_table("forgotten", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forgotten_community_id"), ["community_id"], unique=False)

    op.create_table(
        "jobtime",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("job", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("next_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_jobtime_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobtime")),
        sa.UniqueConstraint("community_id", "job", name=op.f("uq_jobtime_community_id_job")),
    )
    with op.batch_alter_table("jobtime", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobtime_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_jobtime_next_at"), ["next_at"], unique=False)

    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("previewed", "posted", "skipped", "thin", name="digeststate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("opening", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("since", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("posted_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_digest_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_digest_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("community_id", "once", name=op.f("uq_digest_community_id_once")),
    )
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_digest_member_id"), ["member_id"], unique=False)

    op.create_table(
        "tiemonth",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("reply", "mention", "reaction", name="tiekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tiemonth_community_id_community")),
        sa.ForeignKeyConstraint(["from_id"], ["member.id"], name=op.f("fk_tiemonth_from_id_member")),
        sa.ForeignKeyConstraint(["to_id"], ["member.id"], name=op.f("fk_tiemonth_to_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiemonth")),
        sa.UniqueConstraint(
            "community_id",
            "month",
            "from_id",
            "to_id",
            "kind",
            "channel",
            name=op.f("uq_tiemonth_community_id_month_from_id_to_id_kind_channel"),
        ),
    )
    with op.batch_alter_table("tiemonth", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tiemonth_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tiemonth_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tiemonth_to_id"), ["to_id"], unique=False)

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_looks", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("takes_thanks", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(
            sa.Column(
                "digest",
                sa.Enum("never", "weekly", "daily", name="digestpace", native_enum=False, length=40),
                nullable=False,
                server_default="never",
            )
        )
        batch_op.add_column(sa.Column("nudges_a_week", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("paused_until", knowledge.columns.UTCDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("edits", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("nudge", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("tried_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("held", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("message", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("answered_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True))
        batch_op.alter_column("member_id", existing_type=sa.Integer(), nullable=True)
        batch_op.drop_index(batch_op.f("ix_notice_due_at"))
        batch_op.drop_index(batch_op.f("ix_notice_member_id"))
        batch_op.create_index("ix_notice_member_id_sent_at", ["member_id", "sent_at"], unique=False)
        batch_op.create_index("ix_notice_state_due_at", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE member_id IS NULL")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_state_due_at")
        batch_op.drop_index("ix_notice_member_id_sent_at")
        batch_op.create_index(batch_op.f("ix_notice_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_due_at"), ["due_at"], unique=False)
        batch_op.alter_column("member_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("answered_at")
        batch_op.drop_column("message")
        batch_op.drop_column("held")
        batch_op.drop_column("tried_at")
        batch_op.drop_column("nudge")
        batch_op.drop_column("edits")
        batch_op.drop_column("room")

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("paused_until")
        batch_op.drop_column("nudges_a_week")
        batch_op.drop_column("digest")
        batch_op.drop_column("takes_thanks")
        batch_op.drop_column("takes_looks")

    with op.batch_alter_table("tiemonth", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tiemonth_to_id"))
        batch_op.drop_index(batch_op.f("ix_tiemonth_from_id"))
        batch_op.drop_index(batch_op.f("ix_tiemonth_community_id"))

    op.drop_table("tiemonth")
    with op.batch_alter_table("digest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_member_id"))
        batch_op.drop_index(batch_op.f("ix_digest_community_id"))

    op.drop_table("digest")
    with op.batch_alter_table("jobtime", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobtime_next_at"))
        batch_op.drop_index(batch_op.f("ix_jobtime_community_id"))

    op.drop_table("jobtime")
    with op.batch_alter_table("forgotten", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forgotten_community_id"))

    op.drop_table("forgotten")
    with op.batch_alter_table("forgetting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forgetting_community_id"))

    op.drop_table("forgetting")
