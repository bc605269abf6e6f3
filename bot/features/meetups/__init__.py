"""A few people meet about a real problem, by invitation of a peer: for whoever has one this week.

It starts from a problem and not from a calendar: one that somebody proposes, one that several ran into, or none at all
where it has been quiet. The bot finds whom it touches and who is missing, and a time inside everybody's day. No agenda;
afterwards one question, whose answers become quick wins, tips, and a reason for others to come. Nobody is listed as
absent, and where nobody can make it, it becomes a thread.
"""

from adapters.port import Answer, Button
from bot.feature import Context, Feature, button, command, form, job, notice
from bot.features.meetups import afterwards, changes, drafts, handlers, hot, jobs, notices, tables, voting
from bot.nudges import Nudge
from bot.times import HOURLY

SAID_YES = "saying that they come"


def menu(context: Context) -> tuple[Button, ...]:
    """What `/tacit` offers of this feature."""
    return (
        Button("meetups:new", context.words.line("meetups.menu.new")),
        Button("meetups:list", context.words.line("meetups.menu.list")),
    )


FEATURE = Feature(
    name="meetups",
    menu=menu,
    routes=(
        command("meetup", "", handlers.open_form, answer=Answer.FORM),
        command("meetup", "*", handlers.propose, answer=Answer.PRIVATE, argument="your problem"),
        command("meetup", "list", handlers.list_coming, answer=Answer.PRIVATE),
        command("meetup", "join", voting.join, answer=Answer.PRIVATE, argument="number"),
        command("meetup", "leave", changes.leave, answer=Answer.PRIVATE, argument="number"),
        command("meetup", "move", changes.move, answer=Answer.PRIVATE, argument="number, and when"),
        command("meetup", "cancel", changes.cancel, answer=Answer.PRIVATE, argument="number"),
        command("meetup", "host", changes.host, answer=Answer.PRIVATE, argument="number"),
        command("meetup", "here", handlers.announce_here, answer=Answer.PRIVATE),
        command("meetup", "table", tables.open_one, answer=Answer.PRIVATE),
        button("new", handlers.open_form, answer=Answer.FORM),
        button("list", handlers.list_coming, answer=Answer.PRIVATE),
        button("different", handlers.different, answer=Answer.REPLACE),
        button("change", drafts.change, answer=Answer.FORM),
        button("send", drafts.send, answer=Answer.REPLACE),
        button("sendoff", drafts.send_off, answer=Answer.REPLACE),
        button("merge", drafts.merge, answer=Answer.REPLACE),
        button("drop", drafts.drop, answer=Answer.REPLACE),
        button("sittings", drafts.two_sittings, answer=Answer.REPLACE),
        button("thread", changes.to_thread, answer=Answer.REPLACE),
        form("propose", handlers.form_sent),
        form("changed", drafts.changed),
        notice("invitation", notices.write_invitation, nudge=Nudge.MEETUPS),
        notice("table", notices.write_invitation, asked_for="saying that they would come to an open table"),
        notice("counts", notices.write_counts, asked_for="an invitation that lies before them, and is only changed"),
        notice("call", notices.write_call, asked_for="a host, or a coordinator who chose this room"),
        button("vote", voting.vote, answer=Answer.REPLACE),
        button("no", voting.say_no, answer=Answer.REPLACE),
        button("nomore", handlers.no_more, answer=Answer.REPLACE),
        button("leaveit", handlers.leave_it, answer=Answer.REPLACE),
        button("join", voting.join, answer=Answer.PRIVATE),
        button("leave", changes.leave, answer=Answer.PRIVATE),
        notice("date", notices.write_date, asked_for=SAID_YES),
        notice("other_time", notices.write_other_time, asked_for="choosing among times"),
        notice("announced", notices.write_announced, asked_for="a host, or a coordinator who chose this room"),
        notice("reminder", notices.write_reminder, asked_for=SAID_YES),
        notice("called_off", notices.write_called_off, asked_for=SAID_YES),
        notice("thread", notices.write_thread, asked_for="a host, or a coordinator who chose this room"),
        notice("threaded", notices.write_threaded, asked_for=SAID_YES),
        notice("still_on", notices.write_still_on, asked_for="hosting it"),
        notice("host_instead", notices.write_host_instead, asked_for=SAID_YES),
        notice("offers_to_host", notices.write_offers_to_host, asked_for="hosting it"),
        notice("yours", notices.write_yours, asked_for="offering to host"),
        notice("too_few", notices.write_too_few, asked_for="saying that they would come to an open table"),
        button("moveto", changes.move_to, answer=Answer.REPLACE),
        button("takeover", changes.take_over, answer=Answer.REPLACE),
        button("handover", changes.hand_over, answer=Answer.REPLACE),
        notice("would_you_host", notices.write_would_you_host, nudge=Nudge.MEETUPS),
        button("hostyes", hot.would_host, answer=Answer.REPLACE),
        button("hostno", hot.would_not, answer=Answer.REPLACE),
        notice("after", afterwards.write_after, asked_for=SAID_YES),
        button("there", afterwards.was_there, answer=Answer.REPLACE),
        button("try", afterwards.open_try, answer=Answer.FORM),
        form("try", afterwards.try_sent),
        notice("win", afterwards.write_win, asked_for="its teller, who said that it may be shown"),
        notice("did_it_hold", afterwards.write_did_it_hold, nudge=Nudge.MEETUPS),
        button("heldup", afterwards.held_up, answer=Answer.REPLACE),
        job("settle", HOURLY, jobs.look_after),
        job("hot", jobs.HOT, jobs.find_hot),
        job("quiet", jobs.QUIET, jobs.offer_table),
    ),
)
