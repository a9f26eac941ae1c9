"""What readers get of a published version, each with its own library, as a worker's piece of work."""

import hashlib
from pathlib import Path
from typing import Any

from licet.schemas.manifest import MANIFEST_PATH, parse_manifest


def by_datasets(*, repo: str, revisions: list[str | None], config: str) -> list[dict[str, Any]]:
    """Load a split at each revision, whole and streaming; return the rows' hashes as each has them."""
    import datasets

    told = []
    for revision in revisions:
        whole = datasets.load_dataset(repo, config, split="train", revision=revision)
        streamed = datasets.load_dataset(repo, config, split="train", revision=revision, streaming=True)
        told.append({"whole": whole["content_sha256"][:], "streamed": [row["content_sha256"] for row in streamed]})
    return told


def by_snapshot(*, repo: str, revision: str) -> dict[str, Any]:
    """Fetch the whole version, and return what is not as its manifest lists it."""
    from huggingface_hub import snapshot_download

    folder = Path(snapshot_download(repo, repo_type="dataset", revision=revision))
    return {**differences(folder), "folder": str(folder)}


def differences(folder: Path) -> dict[str, Any]:
    """Return the listed files of a version's folder that are not what the manifest says, and its digest."""
    data = (folder / MANIFEST_PATH).read_bytes()
    wrong = [
        file.path
        for file in parse_manifest(data).files
        if hashlib.sha256((folder / file.path).read_bytes()).hexdigest() != file.sha256
    ]
    return {"wrong": wrong, "digest": hashlib.sha256(data).hexdigest()}


def by_file_system(*, repo: str, revision: str) -> dict[str, Any]:
    """Read footers by range, and the manifest whole."""
    import pyarrow.parquet as pq
    from huggingface_hub import HfFileSystem

    files = HfFileSystem()
    root = f"datasets/{repo}@{revision}"
    data = files.cat_file(f"{root}/{MANIFEST_PATH}")
    manifest = parse_manifest(data)
    rows = {}
    for file in manifest.files:
        if file.role == "data":
            with files.open(f"{root}/{file.path}") as opened:
                rows[file.path] = pq.ParquetFile(opened).metadata.num_rows
    return {
        "rows": rows == {file.path: file.rows for file in manifest.files if file.role == "data"},
        "digest": hashlib.sha256(data).hexdigest(),
        "listed": sorted(files.glob(f"{root}/data/*/*.parquet")) == [f"{root}/{path}" for path in sorted(rows)],
    }
