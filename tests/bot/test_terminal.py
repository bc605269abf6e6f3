"""What a command says when the database is not reached: one sentence that says what to mend, and no password."""

import pytest

from bot.terminal import of_database
from bot.upkeep import readable
from knowledge.store import StoreUnavailable

AT = 'connection failed: connection to server at "10.0.0.1", port 5432 failed: '


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (AT + 'FATAL:  password authentication failed for user "tacit"', "doesn't accept the user or the password"),
        (AT + "fe_sendauth: no password supplied", "wants a password"),
        ("failed to resolve host 'nowhere': [Errno -2] Name or service not known", "host in DATABASE_URL is not known"),
        (
            AT + "Connection refused Is the server running on that host and accepting TCP/IP connections?",
            "Nobody answers",
        ),
        (AT + 'FATAL:  role "nobody" does not exist', "no such user"),
        (AT + 'FATAL:  database "nothing" does not exist', "no such database"),
        ("connection timeout expired", "doesn't answer"),
        ("database is locked", "cannot be written (database is locked)"),
        ("unable to open database file", "cannot be written (unable to open database file)"),
    ],
)
def test_what_is_the_matter_is_said_in_a_sentence(said: str, sentence: str) -> None:
    assert sentence in of_database(StoreUnavailable(said))


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 bytes"), (999, "999 bytes"), (475_136, "475.1 kB"), (2_500_000_000, "2.5 GB")]
)
def test_a_size_is_said_as_people_do(size: int, said: str) -> None:
    assert readable(size) == said
