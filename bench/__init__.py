"""Benchmarks: the bot as a process of its own under load, beside a named alternative measured in the same run.

`python -m bench` lists them, `python -m bench slack-acks --json` runs one. All traffic stays on 127.0.0.1; real texts
are taken from `../shared/data` where that is there, made-up ones otherwise, and every result says which.

- `slack-acks`: acknowledgements, answers and losses under a lively workspace with double delivery and cut sockets.
- `slack-message`: CPU of one ordinary message beside an app of bolt that does nothing, and what a stop leaves behind.
"""
