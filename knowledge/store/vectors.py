"""What the sentence encoder made of tips, kept so that a process need not encode what another one encoded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import col, delete, select

from knowledge.models import Tip, TipVector
from knowledge.store.work import Work


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of one tip and its word pieces, as `TipVector` has them; `title` is None where it has no title.

    The states of the word pieces are large: they are read for few tips at a time (`read_states`), and empty here.
    """

    digest: str
    title: bytes | None
    text: bytes
    pieces: bytes
    states: bytes = b""


async def read_vectors(work: Work, after: int, last: int, encoder: str) -> dict[int, Vectors]:
    """Reads what `encoder` made of the tips that changed after `after` and not after `last`, by tip id; no states."""
    columns = (TipVector.digest, TipVector.title_vector, TipVector.text_vector, TipVector.pieces)
    changed = select(Tip.id).where(Tip.community_id == work.community, Tip.changed > after, Tip.changed <= last)
    query = select(TipVector.tip_id, *columns).where(col(TipVector.tip_id).in_(changed))  # type: ignore[call-overload]
    rows = await work.session.exec(query.where(TipVector.encoder == encoder))
    return {id: Vectors(*made) for id, *made in rows.all()}


async def newest_vectors(work: Work, encoder: str, *, at_most: int) -> list[tuple[bytes, bytes]]:
    """Reads what `encoder` made of the newest tips: the text's vector and its word pieces, at most so many."""
    query = select(TipVector.text_vector, TipVector.pieces).where(TipVector.community_id == work.community)
    query = query.where(TipVector.encoder == encoder).order_by(col(TipVector.tip_id).desc()).limit(at_most)
    return list((await work.session.exec(query)).all())


async def read_states(work: Work, ids: Collection[int], encoder: str) -> dict[int, bytes]:
    """Reads the states that `encoder` made of tips' word pieces, by tip id."""
    query = select(TipVector.tip_id, TipVector.states).where(
        TipVector.community_id == work.community,
        TipVector.encoder == encoder,
        col(TipVector.tip_id).in_(ids),
    )
    return dict((await work.session.exec(query)).all())


async def write_vectors(work: Work, encoder: str, vectors: Mapping[int, Vectors]) -> None:
    """Writes vectors, in place of older ones. Those of tips that are gone by now are left out."""
    here = select(Tip.id).where(Tip.community_id == work.community, col(Tip.id).in_(vectors))
    ids = [id for id in (await work.session.exec(here)).all() if id is not None]
    await work.session.exec(delete(TipVector).where(col(TipVector.tip_id).in_(ids)))
    work.session.add_all(
        TipVector(
            tip_id=id,
            community_id=work.community,
            encoder=encoder,
            digest=vectors[id].digest,
            title_vector=vectors[id].title,
            text_vector=vectors[id].text,
            pieces=vectors[id].pieces,
            states=vectors[id].states,
        )
        for id in ids
    )
    await work.session.flush()
