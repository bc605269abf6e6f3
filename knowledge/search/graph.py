"""The sentence encoder as an ONNX graph, drawn by hand from its published weights.

The model is a six-layer BERT. Drawing it here takes a hundred lines and spares the project torch, which would be ten
times the size of everything else together. Getting the weights is left to `model`, running the graph to `encoder`.

Weights can be kept in whole numbers of 8 bits, which makes the file a quarter of the size and a run faster: each column
of a layer and each row of the word table has its own scale, and what flows through is rounded to 8 bits run by run.

Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019 (the layers); the model's own
`config.json` (the sizes); ONNX Runtime documentation, "Quantize ONNX models" (dynamic quantisation).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, np.ndarray]

WIDTH = 384
"""Numbers per token and per sentence. Source: the model's config.json, `hidden_size`."""

LAYERS = 6
"""Source: the model's config.json, `num_hidden_layers`."""

HEADS = 12
"""Attention heads per layer. Source: the model's config.json, `num_attention_heads`."""

LAYER_NORM_EPSILON = 1e-12
"""Source: the model's config.json, `layer_norm_eps`."""

HIDDEN_TOKEN_PENALTY = -10_000.0
"""Added to the attention score of padding, so that its share after the softmax is nothing."""

OPERATOR_SET = 17
"""The first ONNX operator set with `LayerNormalization`."""


def draw(weights: Weights, *, bits: int | None) -> onnx.ModelProto:
    """Draw the encoder.

    Args:
        weights: float32 arrays under the names of BERT checkpoints, such as `embeddings.word_embeddings.weight`.
        bits: Bits per weight, 8, or 7 for processors whose sums would overflow; None keeps float32.

    Returns:
        A graph from `input_ids`, `attention_mask` and `token_type_ids` (int64, sentences x tokens) to
        `last_hidden_state` (float32, sentences x tokens x 384).

    Raises:
        KeyError: A weight is missing.
    """
    drawing = _Drawing(weights, bits)
    hidden = _embeddings(drawing)
    for layer in range(LAYERS):
        hidden = _layer(drawing, hidden, f"encoder.layer.{layer}.")
    drawing.add("Identity", [hidden], output="last_hidden_state")
    shape: tuple[str | int, ...] = ("sentences", "tokens")
    names = ("input_ids", "attention_mask", "token_type_ids")
    graph = helper.make_graph(
        drawing.nodes,
        "sentence-encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in names],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, (*shape, WIDTH))],
        drawing.constants,
    )
    # Version 9 of the file format is read by every runtime that knows the operator set.
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPERATOR_SET)], ir_version=9)


class _Drawing:
    """The nodes and constants of a graph while it grows; every value gets a fresh name."""

    def __init__(self, weights: Weights, bits: int | None) -> None:
        self._weights = weights
        self._bits = bits
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._mask = ""

    def add(self, operator: str, inputs: Sequence[str], *, output: str = "", **attributes: Any) -> str:
        """Add a node with one output and return that output's name."""
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        name = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=name, **attributes))
        return output

    def constant(self, value: np.ndarray) -> str:
        """Keep an array in the graph and return its name."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def weight(self, name: str) -> np.ndarray:
        """Look up one array of the checkpoint as float32."""
        return self._weights[name].astype(np.float32)

    def linear(self, value: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Multiply by a weight stored as (out, in), as checkpoints do, and add its bias."""
        if self._bits is None:
            product = self.add("MatMul", [value, self.constant(weight.T)])
        else:
            product = self._rounded_product(value, weight)
        return self.add("Add", [product, self.constant(bias)])

    def _rounded_product(self, value: str, weight: np.ndarray) -> str:
        """Multiply in whole numbers. The runtime knows this pattern of nodes and runs it as one."""
        whole, scales = _rounded(weight, self._bits or 8)
        quantised = [f"{part}_{len(self.nodes)}" for part in ("rounded", "scale", "zero")]
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [value], quantised, name=quantised[0]))
        rounded, scale, zero = quantised
        product = self.add("MatMulInteger", [rounded, self.constant(whole.T), zero])
        product = self.add("Cast", [product], to=TensorProto.FLOAT)
        return self.add("Mul", [product, self.add("Mul", [scale, self.constant(scales)])])

    def rows(self, table: np.ndarray, indices: str) -> str:
        """Look up rows of a large table."""
        if self._bits is None:
            return self.add("Gather", [self.constant(table), indices])
        whole, scales = _rounded(table, 8)
        rows = self.add("Cast", [self.add("Gather", [self.constant(whole), indices])], to=TensorProto.FLOAT)
        return self.add("Mul", [rows, self.add("Gather", [self.constant(scales[:, None]), indices])])

    def normalise(self, value: str, prefix: str) -> str:
        """Layer normalisation with the scale and shift stored under `prefix`."""
        scale, shift = (self.constant(self.weight(f"{prefix}LayerNorm.{part}")) for part in ("weight", "bias"))
        return self.add("LayerNormalization", [value, scale, shift], axis=-1, epsilon=LAYER_NORM_EPSILON)

    def mask(self) -> str:
        """The penalty of hidden tokens, shaped to be added to attention scores; drawn once."""
        if not self._mask:
            seen = self.add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
            seen = self.add("Unsqueeze", [seen, self.constant(np.array([1, 2], np.int64))])
            hidden = self.add("Sub", [self.constant(np.float32(1).reshape(1)), seen])
            self._mask = self.add("Mul", [hidden, self.constant(np.float32(HIDDEN_TOKEN_PENALTY).reshape(1))])
        return self._mask


def _rounded(matrix: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers (int8, the matrix's shape) and the scale of each row (float32) that bring the matrix back."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / (2 ** (bits - 1) - 1)
    return np.round(matrix / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _embeddings(drawing: _Drawing) -> str:
    """Word, place and segment of every token, summed and normalised."""
    words = drawing.rows(_embedding(drawing, "word"), "input_ids")
    segments = drawing.add("Gather", [drawing.constant(_embedding(drawing, "token_type")), "token_type_ids"])
    shape = drawing.add("Shape", ["input_ids"], start=1, end=2)
    start, axis = (drawing.constant(np.array([0], np.int64)) for _ in range(2))
    places = drawing.add("Slice", [drawing.constant(_embedding(drawing, "position")), start, shape, axis])
    total = drawing.add("Add", [drawing.add("Add", [words, segments]), places])
    return drawing.normalise(total, "embeddings.")


def _embedding(drawing: _Drawing, kind: str) -> np.ndarray:
    return drawing.weight(f"embeddings.{kind}_embeddings.weight")


def _layer(drawing: _Drawing, hidden: str, prefix: str) -> str:
    """One transformer layer: attention, then the two-step feed-forward, each added to its input and normalised."""
    attended = _project(drawing, _attention(drawing, hidden, prefix), f"{prefix}attention.output.dense")
    hidden = drawing.normalise(drawing.add("Add", [attended, hidden]), f"{prefix}attention.output.")
    wide = _gelu(drawing, _project(drawing, hidden, f"{prefix}intermediate.dense"))
    narrow = _project(drawing, wide, f"{prefix}output.dense")
    return drawing.normalise(drawing.add("Add", [narrow, hidden]), f"{prefix}output.")


def _project(drawing: _Drawing, value: str, name: str) -> str:
    return drawing.linear(value, drawing.weight(f"{name}.weight"), drawing.weight(f"{name}.bias"))


def _attention(drawing: _Drawing, hidden: str, prefix: str) -> str:
    """Scaled dot-product attention of all heads.

    Query, key and value are one multiplication of three times the width: the same numbers in a third of the calls.
    """
    names = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([drawing.weight(f"{name}.weight") for name in names])
    bias = np.concatenate([drawing.weight(f"{name}.bias") for name in names])
    joint = drawing.linear(hidden, weight, bias)
    shape = drawing.constant(np.array([0, 0, 3, HEADS, WIDTH // HEADS], np.int64))
    parts = drawing.add("Transpose", [drawing.add("Reshape", [joint, shape])], perm=[2, 0, 3, 1, 4])
    query, key, value = (
        drawing.add("Gather", [parts, drawing.constant(np.array(index, np.int64))], axis=0) for index in range(3)
    )
    scores = drawing.add("MatMul", [query, drawing.add("Transpose", [key], perm=[0, 1, 3, 2])])
    scale = drawing.constant(np.float32((WIDTH // HEADS) ** -0.5).reshape(1))
    scores = drawing.add("Add", [drawing.add("Mul", [scores, scale]), drawing.mask()])
    mixed = drawing.add("MatMul", [drawing.add("Softmax", [scores], axis=-1), value])
    mixed = drawing.add("Transpose", [mixed], perm=[0, 2, 1, 3])
    return drawing.add("Reshape", [mixed, drawing.constant(np.array([0, 0, WIDTH], np.int64))])


def _gelu(drawing: _Drawing, value: str) -> str:
    """The exact Gaussian error linear unit, x * (1 + erf(x / sqrt 2)) / 2."""
    root = drawing.constant(np.sqrt(np.float32(2)).reshape(1))
    bent = drawing.add("Erf", [drawing.add("Div", [value, root])])
    lifted = drawing.add("Add", [bent, drawing.constant(np.float32(1).reshape(1))])
    product = drawing.add("Mul", [value, lifted])
    return drawing.add("Mul", [product, drawing.constant(np.float32(0.5).reshape(1))])
