"""The database and everything that is read from it or written to it.

`work` opens pieces of work that are bound to one community; the other modules hold the reads and writes, one for each
kind of thing. Nothing outside this folder writes SQL.
"""

from knowledge.store.engine import async_url
from knowledge.store.work import Store, StoreUnavailable, Work

__all__ = ["Store", "StoreUnavailable", "Work", "async_url"]
