"""What every context is made of: built once by `bot.wiring`, used by router, outbox and schedule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from adapters.port import Account, MessageRef, Platform, Room, Space
from bot.feature import Context, Feature
from bot.held import Held
from bot.words import SOURCE_LANGUAGE, Words, languages
from knowledge.library import Library
from knowledge.models import Member
from knowledge.store import Store, communities
from knowledge.store.communities import Options


@dataclass(frozen=True)
class Services:
    """What every context is made of; built once by `bot.wiring`."""

    store: Store
    library: Library
    held: Held
    platforms: Mapping[str, Platform]
    features: tuple[Feature, ...]
    clock: Callable[[], datetime]
    random: Random
    pages: str = ""

    async def context(self, community: int) -> Context:
        """A context in which nobody acts, for jobs and notices."""
        now = self.clock()
        options = await communities.options_now(self.store, community, now)
        words = words_in(options, options.languages[0])
        return Context(
            store=self.store,
            library=self.library,
            held=self.held,
            platforms=self.platforms,
            community=community,
            options=options,
            words=words,
            now=now,
            random=self.random,
            features=self.features,
            pages=self.pages,
        )

    def for_member(self, context: Context, member: Member, account: Account) -> Context:
        """The same context, in which `member` acts or reads, in their language."""
        words = words_in(context.options, member.language or context.options.languages[0])
        return replace(context, member=member, account=account, words=words)


def words_in(options: Options, language: str) -> Words:
    """The catalogue in a language with what the community changed; of one that reads English, in English too."""
    english = options.words.get(SOURCE_LANGUAGE, {}) if language not in languages() else {}
    return Words(language, {**english, **options.words.get(language, {})})


def account_from(key: str, name: str) -> Account:
    """An account from its text key, such as `slack:T1:U2`."""
    platform, space, id = key.split(":", 2)
    return Account(Space(platform, space), id, name)


def room_from(key: str) -> Room:
    """A channel from its text key, such as `slack:T1:C2`."""
    platform, space, id = key.split(":", 2)
    return Room(Space(platform, space), id)


def message_from(key: str) -> MessageRef:
    """A message from its text key, such as `slack:T1:C2:1700000000.000100`."""
    room, _, id = key.rpartition(":")
    return MessageRef(room_from(room), id)
