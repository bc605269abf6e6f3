"""Meetups: a problem, a host, a time; who is invited and comes; quick wins."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meetup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("member", "hot", "open table", name="origin", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asking",
                "drafted",
                "gathering",
                "polling",
                "booked",
                "held",
                "thread",
                "cancelled",
                "seated",
                name="meetupstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("problem", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("teller_id", sa.Integer(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("space", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("created_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("settles_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("starts_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_meetup_community_id_community")),
        sa.ForeignKeyConstraint(["host_id"], ["member.id"], name=op.f("fk_meetup_host_id_member")),
        sa.ForeignKeyConstraint(["teller_id"], ["member.id"], name=op.f("fk_meetup_teller_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetup")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_meetup_community_id_number")),
    )
    with op.batch_alter_table("meetup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetup_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetup_host_id"), ["host_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetup_settles_at"), ["settles_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetup_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetup_teller_id"), ["teller_id"], unique=False)

    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("meetup_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("because", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "reply", sa.Enum("none", "comes", "passes", name="reply", native_enum=False, length=40), nullable=False
        ),
        sa.Column("invited_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("asked_to_host_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("replied_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("was_there_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("strain", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_guest_community_id_community")),
        sa.ForeignKeyConstraint(
            ["meetup_id"], ["meetup.id"], name=op.f("fk_guest_meetup_id_meetup"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_guest_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("meetup_id", "member_id", name=op.f("uq_guest_meetup_id_member_id")),
    )
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_meetup_id"), ["meetup_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_member_id"), ["member_id"], unique=False)

    op.create_table(
        "meetuptime",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("meetup_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_meetuptime_community_id_community")),
        sa.ForeignKeyConstraint(
            ["meetup_id"], ["meetup.id"], name=op.f("fk_meetuptime_meetup_id_meetup"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetuptime")),
        sa.UniqueConstraint("meetup_id", "position", name=op.f("uq_meetuptime_meetup_id_position")),
    )
    with op.batch_alter_table("meetuptime", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetuptime_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetuptime_meetup_id"), ["meetup_id"], unique=False)

    op.create_table(
        "quickwin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("meetup_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "showing",
            sa.Enum("named", "unnamed", "private", name="showing", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("trying", "held", "changed", "not held", "kept", name="winstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_quickwin_community_id_community")),
        sa.ForeignKeyConstraint(
            ["meetup_id"], ["meetup.id"], name=op.f("fk_quickwin_meetup_id_meetup"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_quickwin_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quickwin")),
        sa.UniqueConstraint("meetup_id", "member_id", name=op.f("uq_quickwin_meetup_id_member_id")),
    )
    with op.batch_alter_table("quickwin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quickwin_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quickwin_meetup_id"), ["meetup_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quickwin_member_id"), ["member_id"], unique=False)

    op.create_table(
        "meetupvote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("time_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_meetupvote_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_meetupvote_member_id_member")),
        sa.ForeignKeyConstraint(
            ["time_id"], ["meetuptime.id"], name=op.f("fk_meetupvote_time_id_meetuptime"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetupvote")),
        sa.UniqueConstraint("time_id", "member_id", name=op.f("uq_meetupvote_time_id_member_id")),
    )
    with op.batch_alter_table("meetupvote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meetupvote_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetupvote_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetupvote_time_id"), ["time_id"], unique=False)

    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_meetup", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_meetups", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.execute("DELETE FROM tie WHERE kind = 'met'")
    op.execute("DELETE FROM tiemonth WHERE kind = 'met'")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("takes_meetups")

    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.drop_column("last_meetup")

    with op.batch_alter_table("meetupvote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetupvote_time_id"))
        batch_op.drop_index(batch_op.f("ix_meetupvote_member_id"))
        batch_op.drop_index(batch_op.f("ix_meetupvote_community_id"))

    op.drop_table("meetupvote")
    with op.batch_alter_table("quickwin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quickwin_member_id"))
        batch_op.drop_index(batch_op.f("ix_quickwin_meetup_id"))
        batch_op.drop_index(batch_op.f("ix_quickwin_community_id"))

    op.drop_table("quickwin")
    with op.batch_alter_table("meetuptime", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetuptime_meetup_id"))
        batch_op.drop_index(batch_op.f("ix_meetuptime_community_id"))

    op.drop_table("meetuptime")
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_member_id"))
        batch_op.drop_index(batch_op.f("ix_guest_meetup_id"))
        batch_op.drop_index(batch_op.f("ix_guest_community_id"))

    op.drop_table("guest")
    with op.batch_alter_table("meetup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetup_teller_id"))
        batch_op.drop_index(batch_op.f("ix_meetup_starts_at"))
        batch_op.drop_index(batch_op.f("ix_meetup_settles_at"))
        batch_op.drop_index(batch_op.f("ix_meetup_host_id"))
        batch_op.drop_index(batch_op.f("ix_meetup_community_id"))

    op.drop_table("meetup")
