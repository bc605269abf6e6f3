"""`python -m bench [NAME] [--json] [--seconds N]`: lists the benchmarks, or runs one of them."""

import argparse
import asyncio
import gc
import json
import sys
from importlib import import_module

from bench.results import Missing, shown

BENCHMARKS = {
    "completion": ("bench.completion", "Suggestions while somebody types, with 100,000 tips."),
    "confidence": ("bench.confidence", "Whether the bot is right as often as it says, on sets that no fit saw."),
    "discord-messages": ("bench.discord_messages", "CPU of a message at 1,000 a second on Discord, and what is lost."),
    "duplicates": ("bench.duplicates", "Near-duplicates at capture: what is found, and what is wrongly called one."),
    "history": ("bench.history", "How long an import of a large Slack export takes, and how much memory."),
    "matching": ("bench.matching", "What an open table brings on real networks in half a year, beside coffee bots."),
    "network": ("bench.network", "Measuring ties beside networkx, and an attack on what is published of small groups."),
    "pages": ("bench.pages", "Every page with 100,000 tips and 10,000 members, beside a page that reads nothing."),
    "problems": ("bench.problems", "Whether questions about one problem are found to be, beside plain groupings."),
    "report": ("bench.report", "A report on 100,000 people from a database: time, memory, and who waits meanwhile."),
    "rhythm": ("bench.rhythm", "What a tick costs with 1,000 communities, when nothing is due and when jobs are."),
    "search": ("bench.search", "Quality, speed and memory of the search beside FTS5, tantivy and the encoder alone."),
    "slack-acks": ("bench.slack_acks", "Acknowledgements, answers and losses on a lively Slack workspace."),
    "slack-message": ("bench.slack_message", "CPU of one ordinary Slack message, and what a stop leaves behind."),
    "ties": ("bench.ties", "Who answers whom in rooms without threads, beside plain rules, and how far it misleads."),
}
"""Name -> module and what it measures."""


def main(arguments: list[str]) -> int:
    """Runs what the command line names; gives the exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.writelines(f"{name:<17} {what}\n" for name, (_, what) in BENCHMARKS.items())
        return 0
    name, *options = arguments
    if name not in BENCHMARKS:
        sys.stderr.write(f"There is no benchmark {name!r}; there is {', '.join(BENCHMARKS)}.\n")
        return 1
    benchmark = import_module(BENCHMARKS[name][0])
    parser = argparse.ArgumentParser(f"python -m bench {name}", description=BENCHMARKS[name][1])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    benchmark.add_options(parser)
    chosen = parser.parse_args(options)
    gc.disable()  # what measures must not pause while it waits for an answer
    try:
        result = asyncio.run(benchmark.measure(chosen))
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    sys.stdout.write(f"{json.dumps(result)}\n" if chosen.json else shown(benchmark.tables(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
