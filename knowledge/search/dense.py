"""Finding documents by meaning: the vectors of a community's documents, compared with a question's all at once.

Every document has a row for the vector of its title and one for the vector of the whole. Making vectors is left to
`encoder`, weighing them against words to `index`.
"""

from collections.abc import Iterable

import numpy as np

_FIRST_ROWS = 64


class Dense:
    """Two matrices of unit vectors with the same rows: titles, and whole documents."""

    def __init__(self) -> None:
        self.ids = np.zeros(0, np.int64)
        self._row_of: dict[int, int] = {}
        self._free: list[int] = []
        self._used = np.zeros(0, bool)
        self._has_vector = np.zeros(0, bool)
        self._matrices: list[np.ndarray] = []
        self._has_titles = False

    def put(self, id: int, title: np.ndarray | None, whole: np.ndarray | None) -> None:
        """Add or replace a document.

        Args:
            id: Of the document.
            title: Unit vector of its title, float32, shape (dimension,), if there is one.
            whole: Unit vector of title and text together, if there is one.

        Raises:
            ValueError: A vector has another dimension than those before it.
        """
        self.expect(title, whole)
        row = self._row_of.get(id)
        if row is None:
            row = self._row_of[id] = self._take_row()
        self.ids[row], self._used[row], self._has_vector[row] = id, True, not (title is None and whole is None)
        if self._matrices:
            for matrix, vector in zip(self._matrices, (title, whole), strict=True):
                matrix[row] = 0 if vector is None else vector
        self._has_titles = self._has_titles or title is not None

    def remove(self, id: int) -> None:
        """Take a document out; its row is used again."""
        row = self._row_of.pop(id, None)
        if row is not None:
            self._used[row] = self._has_vector[row] = False
            self._free.append(row)

    def row(self, id: int) -> int:
        """The row of a document."""
        return self._row_of[id]

    def used_rows(self) -> np.ndarray:
        """Rows that hold a document, ascending."""
        return np.flatnonzero(self._used)

    def cosines(self, vector: np.ndarray) -> np.ndarray:
        """Compare a vector with every document: the greater cosine of those with its title and its whole.

        Returns:
            float32 by row; NaN in rows without a vector.

        Raises:
            ValueError: The vector has another dimension than the documents'.
        """
        cosines = self.whole_cosines(vector)
        if self._has_titles:
            np.maximum(cosines, self._matrices[0] @ vector, out=cosines)
        return cosines

    def whole_cosines(self, vector: np.ndarray) -> np.ndarray:
        """As `cosines`, with the vectors of whole documents alone."""
        if not self._matrices:
            return np.full(len(self.ids), np.nan, np.float32)
        self.expect(vector)
        cosines = np.asarray(self._matrices[1] @ vector, np.float32)
        cosines[~self._has_vector] = np.nan
        return cosines

    def title_cosines(self, vector: np.ndarray) -> np.ndarray:
        """As `cosines`, with the vectors of titles alone; 0 where a document has no title."""
        if not self._matrices:
            return np.full(len(self.ids), np.nan, np.float32)
        self.expect(vector)
        return np.asarray(self._matrices[0] @ vector, np.float32)

    def likeness(self, id: int, others: Iterable[int]) -> np.ndarray:
        """The cosines of one whole document with others, float32; 0 where a vector is missing."""
        rows = [self._row_of[int(other)] for other in others]
        return np.asarray(self._matrices[1][rows] @ self._matrices[1][self._row_of[id]])

    def expect(self, *vectors: np.ndarray | None) -> None:
        """Make sure that vectors fit; the first ever says how wide the matrices are.

        Raises:
            ValueError: One has another dimension than those before it.
        """
        for vector in vectors:
            if vector is None:
                continue
            if not self._matrices:
                self._matrices = [np.zeros((len(self.ids), len(vector)), np.float32) for _ in range(2)]
            if vector.shape != self._matrices[0].shape[1:]:
                raise ValueError("The vectors of one index must come from one encoder.")

    def _take_row(self) -> int:
        if not self._free:
            self._grow()
        return self._free.pop()

    def _grow(self) -> None:
        """Double the rows, so that adding one by one stays cheap."""
        old = len(self.ids)
        new = max(_FIRST_ROWS, old * 2)
        self.ids = np.concatenate([self.ids, np.full(new - old, -1, np.int64)])
        self._used, self._has_vector = (
            np.concatenate([flags, np.zeros(new - old, bool)]) for flags in (self._used, self._has_vector)
        )
        self._matrices = [
            np.concatenate([matrix, np.zeros((new - old, matrix.shape[1]), np.float32)]) for matrix in self._matrices
        ]
        self._free.extend(range(new - 1, old - 1, -1))
