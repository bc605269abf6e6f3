"""The first tables: communities, members, tips with their versions and vectors, questions, the outbox."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("last_tip", sa.Integer(), nullable=False),
        sa.Column("last_question", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("created_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("name", name=op.f("uq_community_name")),
    )
    op.create_table(
        "channel",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("offers", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_channel_community_id_community")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_channel")),
    )
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_community_id"), ["community_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("done_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_delivery_community_id_community")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_community_id"), ["community_id"], unique=False)

    op.create_table(
        "jobrun",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("job", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_jobrun_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobrun")),
        sa.UniqueConstraint("community_id", "job", "period", name=op.f("uq_jobrun_community_id_job_period")),
    )
    with op.batch_alter_table("jobrun", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobrun_community_id"), ["community_id"], unique=False)

    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("practice", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("takes_questions", sa.Boolean(), nullable=False),
        sa.Column("takes_offers", sa.Boolean(), nullable=False),
        sa.Column("takes_requests", sa.Boolean(), nullable=False),
        sa.Column("joined_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("left_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_member_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_community_id"), ["community_id"], unique=False)

    op.create_table(
        "space",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_space_community_id_community")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_space")),
    )
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_space_community_id"), ["community_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_account_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id_member")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_account")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_member_id"), ["member_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "sent", "dropped", name="noticestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_notice_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("community_id", "once", name=op.f("uq_notice_community_id_once")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_member_id"), ["member_id"], unique=False)

    op.create_table(
        "tip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("tip", "workaround", "rule of thumb", "story", name="tipkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("draft", "live", "retired", "merged", "withdrawn", name="tipstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("situation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("works", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("context", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_link", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kept_by", sa.Integer(), nullable=True),
        sa.Column("variation_of", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("created_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("published_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("checked_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tip_community_id_community")),
        sa.ForeignKeyConstraint(["kept_by"], ["member.id"], name=op.f("fk_tip_kept_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip")),
        sa.UniqueConstraint("community_id", "external_id", name=op.f("uq_tip_community_id_external_id")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_tip_community_id_number")),
    )
    with op.batch_alter_table("tip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tip_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_tip_community_id_changed", ["community_id", "changed"], unique=False)
        batch_op.create_index(batch_op.f("ix_tip_kept_by"), ["kept_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_tip_source"), ["source"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_comment_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_comment_member_id_member")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_comment_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "worked", "worked with a change", "did not work here", name="outcome", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("practice", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_confirmation_community_id_community")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_confirmation_member_id_member")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_confirmation_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("tip_id", "member_id", name=op.f("uq_confirmation_tip_id_member_id")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_confirmation_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_confirmation_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "answered", "parked", name="questionstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("gap", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("room", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("heard", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("post", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("tip_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.Column("posted_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answerer_id"], ["member.id"], name=op.f("fk_question_answerer_id_member")),
        sa.ForeignKeyConstraint(["asker_id"], ["member.id"], name=op.f("fk_question_asker_id_member")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_question_community_id_community")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_question_tip_id_tip"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_question_community_id_number")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_answerer_id"), ["answerer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_post"), ["post"], unique=False)

    op.create_table(
        "tipauthor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column(
            "consent",
            sa.Enum("asked", "own", "yes", "no", "lapsed", name="consent", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", knowledge.columns.UTCDateTime(timezone=True), nullable=True),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tipauthor_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_tipauthor_member_id_member")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tipauthor_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tipauthor")),
        sa.UniqueConstraint("tip_id", "member_id", "part", name=op.f("uq_tipauthor_tip_id_member_id_part")),
    )
    with op.batch_alter_table("tipauthor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tipauthor_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tipauthor_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tipauthor_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_tipauthor_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "tiptag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("tag", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tiptag_community_id_community")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tiptag_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiptag")),
    )
    with op.batch_alter_table("tiptag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tiptag_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tiptag_tag"), ["tag"], unique=False)
        batch_op.create_index(batch_op.f("ix_tiptag_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "tipvector",
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("encoder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title_vector", sa.LargeBinary(), nullable=True),
        sa.Column("text_vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tipvector_community_id_community")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tipvector_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tip_id", name=op.f("pk_tipvector")),
    )
    with op.batch_alter_table("tipvector", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tipvector_community_id"), ["community_id"], unique=False)

    op.create_table(
        "tipversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_tipversion_community_id_community")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_tipversion_member_id_member")),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_tipversion_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tipversion")),
    )
    with op.batch_alter_table("tipversion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tipversion_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tipversion_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tipversion_tip_id"), ["tip_id"], unique=False)

    op.create_table(
        "questionpeer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("at", knowledge.columns.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_questionpeer_community_id_community")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_questionpeer_member_id_member")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_questionpeer_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionpeer")),
        sa.UniqueConstraint("question_id", "member_id", name=op.f("uq_questionpeer_question_id_member_id")),
    )
    with op.batch_alter_table("questionpeer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questionpeer_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questionpeer_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questionpeer_question_id"), ["question_id"], unique=False)

    op.create_table(
        "shown",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("said", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_shown_community_id_community")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_shown_question_id_question"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tip_id"], ["tip.id"], name=op.f("fk_shown_tip_id_tip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown")),
        sa.UniqueConstraint("question_id", "tip_id", name=op.f("uq_shown_question_id_tip_id")),
    )
    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shown_question_id"), ["question_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shown_tip_id"), ["tip_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shown_tip_id"))
        batch_op.drop_index(batch_op.f("ix_shown_question_id"))
        batch_op.drop_index(batch_op.f("ix_shown_community_id"))

    op.drop_table("shown")
    with op.batch_alter_table("questionpeer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questionpeer_question_id"))
        batch_op.drop_index(batch_op.f("ix_questionpeer_member_id"))
        batch_op.drop_index(batch_op.f("ix_questionpeer_community_id"))

    op.drop_table("questionpeer")
    with op.batch_alter_table("tipversion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tipversion_tip_id"))
        batch_op.drop_index(batch_op.f("ix_tipversion_member_id"))
        batch_op.drop_index(batch_op.f("ix_tipversion_community_id"))

    op.drop_table("tipversion")
    with op.batch_alter_table("tipvector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tipvector_community_id"))

    op.drop_table("tipvector")
    with op.batch_alter_table("tiptag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tiptag_tip_id"))
        batch_op.drop_index(batch_op.f("ix_tiptag_tag"))
        batch_op.drop_index(batch_op.f("ix_tiptag_community_id"))

    op.drop_table("tiptag")
    with op.batch_alter_table("tipauthor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tipauthor_tip_id"))
        batch_op.drop_index(batch_op.f("ix_tipauthor_source"))
        batch_op.drop_index(batch_op.f("ix_tipauthor_member_id"))
        batch_op.drop_index(batch_op.f("ix_tipauthor_community_id"))

    op.drop_table("tipauthor")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_post"))
        batch_op.drop_index(batch_op.f("ix_question_community_id"))
        batch_op.drop_index(batch_op.f("ix_question_asker_id"))
        batch_op.drop_index(batch_op.f("ix_question_answerer_id"))

    op.drop_table("question")
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_tip_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_member_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_community_id"))

    op.drop_table("confirmation")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_tip_id"))
        batch_op.drop_index(batch_op.f("ix_comment_member_id"))
        batch_op.drop_index(batch_op.f("ix_comment_community_id"))

    op.drop_table("comment")
    with op.batch_alter_table("tip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tip_source"))
        batch_op.drop_index(batch_op.f("ix_tip_kept_by"))
        batch_op.drop_index("ix_tip_community_id_changed")
        batch_op.drop_index(batch_op.f("ix_tip_community_id"))

    op.drop_table("tip")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_member_id"))
        batch_op.drop_index(batch_op.f("ix_notice_due_at"))
        batch_op.drop_index(batch_op.f("ix_notice_community_id"))

    op.drop_table("notice")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_member_id"))
        batch_op.drop_index(batch_op.f("ix_account_community_id"))

    op.drop_table("account")
    with op.batch_alter_table("space", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_space_community_id"))

    op.drop_table("space")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_community_id"))

    op.drop_table("member")
    with op.batch_alter_table("jobrun", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobrun_community_id"))

    op.drop_table("jobrun")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_community_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_at"))

    op.drop_table("delivery")
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_community_id"))

    op.drop_table("channel")
    op.drop_table("community")
