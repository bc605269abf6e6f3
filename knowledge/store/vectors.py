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


async def read_vectors(work: Work, ids: Collection[int], encoder: str) -> dict[int, Vectors]:
    """Reads the vectors that `encoder` made of tips, by tip id."""
    found: dict[int, Vectors] = {}
    wanted = list(ids)
    columns = (
        TipVector.tip_id,
        TipVector.digest,
        TipVector.title_vector,
        TipVector.text_vector,
        TipVector.pieces,
    )
    for start in range(0, len(wanted), 500):
        query = select(
            *columns
        ).where(  # type: ignore[call-overload]
            TipVector.community_id == work.community,
            TipVector.encoder == encoder,
            col(TipVector.tip_id).in_(wanted[start : start + 500]),
        )
        for id, digest, title, text, pieces in (await work.session.exec(query)).all():
            found[id] = Vectors(digest, title, text, pieces)
    return found


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
