"""The way in: newcomers, their steps and first words, and who shows them round."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firstword",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("thread", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("brought_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("told_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answerer_id"], ["member.id"], name=op.f("fk_firstword_answerer_id_member")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_firstword_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_firstword_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firstword")),
        sa.UniqueConstraint("community_id", "member_id", name=op.f("uq_firstword_community_id_member_id")),
    )
    with op.batch_alter_table("firstword", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_firstword_answerer_id"), ["answerer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_firstword_community_id"), ["community_id"], unique=False)

    op.create_table(
        "newcomer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("going", "resting", "stopped", "closed", "done", name="waystate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("named_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("began_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("look_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_newcomer_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_newcomer_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newcomer")),
        sa.UniqueConstraint("community_id", "member_id", name=op.f("uq_newcomer_community_id_member_id")),
    )
    with op.batch_alter_table("newcomer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_newcomer_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_newcomer_look_at"), ["look_at"], unique=False)

    op.create_table(
        "pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("newcomer_id", sa.Integer(), nullable=False),
        sa.Column("companion_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "named",
                "asked",
                "agreed",
                "ended",
                "declined",
                "lapsed",
                name="pairstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("began_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("thread", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("newcomer_spoke_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("companion_spoke_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_pair_community_id_community")),
        sa.ForeignKeyConstraint(["companion_id"], ["member.id"], name=op.f("fk_pair_companion_id_member")),
        sa.ForeignKeyConstraint(["newcomer_id"], ["member.id"], name=op.f("fk_pair_newcomer_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sa.UniqueConstraint(
            "community_id", "newcomer_id", "companion_id", name=op.f("uq_pair_community_id_newcomer_id_companion_id")
        ),
    )
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pair_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pair_companion_id"), ["companion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pair_newcomer_id"), ["newcomer_id"], unique=False)

    op.create_table(
        "firstwordpeer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("first_word_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("knows", sa.Boolean(), nullable=False),
        sa.Column("told_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_firstwordpeer_community_id_community")
        ),
        sa.ForeignKeyConstraint(
            ["first_word_id"],
            ["firstword.id"],
            name=op.f("fk_firstwordpeer_first_word_id_firstword"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_firstwordpeer_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firstwordpeer")),
        sa.UniqueConstraint("first_word_id", "member_id", name=op.f("uq_firstwordpeer_first_word_id_member_id")),
    )
    with op.batch_alter_table("firstwordpeer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_firstwordpeer_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_firstwordpeer_first_word_id"), ["first_word_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_firstwordpeer_member_id"), ["member_id"], unique=False)

    op.create_table(
        "steptaken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "introduce",
                "listen",
                "match",
                "ask",
                "come",
                "tell",
                "welcome",
                name="step",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("offered", "later", "taken", "passed", name="stepstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("because", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=True),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_steptaken_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_steptaken_member_id_member")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_steptaken_tip_id_tip"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steptaken")),
        sa.UniqueConstraint("community_id", "member_id", "step", name=op.f("uq_steptaken_community_id_member_id_step")),
    )
    with op.batch_alter_table("steptaken", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_steptaken_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_steptaken_member_id"), ["member_id"], unique=False)

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_steps", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("takes_newcomers", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("shows_round", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.execute("DELETE FROM tie WHERE kind = 'welcomed'")
    op.execute("DELETE FROM tiemonth WHERE kind = 'welcomed'")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("shows_round")
        batch_op.drop_column("takes_newcomers")
        batch_op.drop_column("takes_steps")

    with op.batch_alter_table("steptaken", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_steptaken_member_id"))
        batch_op.drop_index(batch_op.f("ix_steptaken_community_id"))

    op.drop_table("steptaken")
    with op.batch_alter_table("firstwordpeer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_firstwordpeer_member_id"))
        batch_op.drop_index(batch_op.f("ix_firstwordpeer_first_word_id"))
        batch_op.drop_index(batch_op.f("ix_firstwordpeer_community_id"))

    op.drop_table("firstwordpeer")
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pair_newcomer_id"))
        batch_op.drop_index(batch_op.f("ix_pair_companion_id"))
        batch_op.drop_index(batch_op.f("ix_pair_community_id"))

    op.drop_table("pair")
    with op.batch_alter_table("newcomer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_newcomer_look_at"))
        batch_op.drop_index(batch_op.f("ix_newcomer_community_id"))

    op.drop_table("newcomer")
    with op.batch_alter_table("firstword", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_firstword_community_id"))
        batch_op.drop_index(batch_op.f("ix_firstword_answerer_id"))

    op.drop_table("firstword")
