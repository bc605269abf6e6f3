"""The real encoder, for the tests that have one on the disk."""

import os
from pathlib import Path

import pytest

from knowledge.search import Encoder, is_built

from .store import Encode

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Where the real model is."""
    folder = Path(os.environ.get("TACIT_TEST_MODEL") or REPOSITORY / "data" / "model")
    if not is_built(folder):
        pytest.skip(f"there is no sentence model in {folder}: build it, or name its folder in TACIT_TEST_MODEL")
    return folder


@pytest.fixture(scope="session")
def encoder(model_folder: Path) -> Encoder:
    """The real encoder."""
    return Encoder.load(model_folder)


@pytest.fixture(scope="session")
def encode(encoder: Encoder) -> Encode:
    """The real encoder, one text at a time."""
    return encoder.encode
