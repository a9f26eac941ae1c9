"""fastText models: where they are, what they are, loaded once a process.

A model's identity is the sha256 of its file. A remote model is copied once to a cache folder under that name:
``$LICET_CACHE``, else ``licet`` in the user's cache folder.
"""

import hashlib
import os
import secrets
import shutil
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import fasttext
import fsspec
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.errors import InputError
from licet.stages import storage
from licet.stages.quality.model_file import check_model_file

LABEL = "__label__"
"""What fastText puts before a label."""


def local_model(path: str) -> tuple[Path, str]:
    """Return a model's file on this machine, and its sha256.

    A local file is read again when it was changed; a remote one is asked for once a process.

    Raises:
        InputError: there is no such file, or its store does not answer.

    """
    try:
        if storage.is_local(path):
            file = Path(path.removeprefix("file://"))
            return file, _digest_of(file, storage.state_of(path))
        return _fetched(path)
    except (OSError, ValueError, ImportError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the fastText model {path}: {told}") from error


@lru_cache(maxsize=64)
def _digest_of(file: Path, state: tuple[int, ...]) -> str:
    """Return the sha256 of a file, which ``state`` tells from what it was before."""
    del state
    with file.open("rb") as opened:
        return _sha256(opened)


def _sha256(opened: Any) -> str:
    digest = hashlib.sha256()
    while block := opened.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


@cache
def _fetched(path: str) -> tuple[Path, str]:
    """Return the cached copy of a remote file; what its store tells of it decides whether it is fetched again."""
    folder = cache_folder()
    fs, name = fsspec.core.url_to_fs(path)
    state = hashlib.sha256(f"{path}\n{fs.ukey(name)}".encode()).hexdigest()
    known = folder / f"{state}.sha256"
    if known.is_file():
        digest = known.read_text(encoding="ascii")
        if (folder / f"{digest}.bin").is_file():
            return folder / f"{digest}.bin", digest
    # A name of its own, since two threads, or two machines that share the folder, may fetch at once.
    partial = folder / f"{state}.{secrets.token_hex(4)}.part"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with storage.open_input(path) as source, partial.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
        with partial.open("rb") as opened:
            digest = _sha256(opened)
        partial.replace(folder / f"{digest}.bin")
    finally:
        partial.unlink(missing_ok=True)
    storage.write_bytes(str(known), digest.encode())
    return folder / f"{digest}.bin", digest


def cache_folder() -> Path:
    """Return where remote models are kept."""
    if given := os.environ.get("LICET_CACHE"):
        return Path(given) / "models"
    home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(home) / "licet" / "models"


def load_model(path: str) -> Any:
    """Return the fastText model at a path or URL, loaded once a process for as long as it is the same.

    Raises:
        InputError: there is none, or the file is no fastText classifier.

    """
    return _loaded(path, *local_model(path))


@cache
def _loaded(path: str, file: Path, digest: str) -> Any:
    """Return the model in a file whose sha256 is ``digest``."""
    del digest
    try:
        check_model_file(file)
        model = fasttext.load_model(str(file))
        labels = model.get_labels()
    except (ValueError, RuntimeError, MemoryError) as error:
        raise no_classifier(path, error) from error
    if not labels or not all(label.startswith(LABEL) for label in labels):
        raise InputError(f"{path} is no fastText classifier: it has no labels that begin with {LABEL}")
    return model


def check_model(path: str) -> None:
    """Refuse a local file that is no whole fastText classifier, without loading it; remote ones are left for later.

    Raises:
        InputError: saying what is wrong with it.

    """
    if storage.is_local(path):
        try:
            check_model_file(Path(path.removeprefix("file://")))
        except ValueError as error:
            raise no_classifier(path, error) from error


def no_classifier(path: str, error: BaseException) -> InputError:
    """Return the error for a file that is no model."""
    return InputError(f"{path} is no fastText classifier ({error}): give a .bin or .ftz that fastText wrote")


def one_line(text: pa.Array) -> list[str]:
    """Return texts as fastText takes them: without newlines, null as the empty text."""
    flat = pc.replace_substring(text, "\n", " ")
    return ["" if line is None else line for line in flat.to_pylist()]
