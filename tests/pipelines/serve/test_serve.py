"""The Hugging Face client works with a hub of files as with the hub: by git LFS and by xet, over a real socket."""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hub_clients import client

from licet.pipelines.serve.faults import Fault
from licet.pipelines.serve.serve import Served, served

CARD = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/*.parquet\n---\n# Tiny\n"


@pytest.fixture(params=["lfs", "xet"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with served(str(tmp_path / "hub"), is_xet=request.param == "xet") as at:
        yield at


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A folder with two shards, a card and a file in a folder."""
    folder = tmp_path / "version"
    for path in ("data", "provenance/ledger"):
        (folder / path).mkdir(parents=True)
    for i in range(2):
        table = pa.table({"id": [f"{i}-{n}" for n in range(100)], "text": [f"text {n} of {i}" for n in range(100)]})
        pq.write_table(table, folder / f"data/train-0000{i}-of-00002.parquet")
    (folder / "README.md").write_text(CARD)
    (folder / "provenance/ledger/a b.json").write_text("{}")
    return folder


PUSH = """
api.create_repo("org/tiny", repo_type="dataset")
files = sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(folder) for f in fs)
adds = [CommitOperationAdd(path, os.path.join(folder, path)) for path in files]
told["first"] = api.create_commit("org/tiny", adds, commit_message="One\\n\\nand more", repo_type="dataset").oid
api.create_tag("org/tiny", tag="v1.0.0", repo_type="dataset")
"""


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_pushed_comes_back_by_snapshot_and_by_datasets(hub: Served, tmp_path: Path, version: Path) -> None:
    code = (
        PUSH
        + """
told["path"] = snapshot_download("org/tiny", repo_type="dataset", revision="v1.0.0")
told["sha"] = snapshot_download("org/tiny", repo_type="dataset", revision=told["first"])
fs = HfFileSystem(endpoint=api.endpoint, token=api.token)
told["glob"] = fs.glob("datasets/org/tiny/data/*.parquet")
told["range"] = fs.cat_file(told["glob"][0], start=0, end=4).decode()
import datasets
told["rows"] = datasets.load_dataset("org/tiny", split="train", revision="v1.0.0").num_rows
told["first_row"] = next(iter(datasets.load_dataset("org/tiny", split="train", streaming=True)))
"""
    )
    told = client(hub, tmp_path / "home", code, folder=str(version))
    assert hashes(Path(told["path"])) == hashes(version)
    assert told["path"] == told["sha"]
    shards = [f"datasets/org/tiny/data/train-0000{i}-of-00002.parquet" for i in range(2)]
    assert (told["glob"], told["range"], told["rows"]) == (shards, "PAR1", 200)
    assert told["first_row"] == {"id": "0-0", "text": "text 0 of 0"}


def test_a_tagged_version_is_a_plain_folder_too(hub: Served, tmp_path: Path, version: Path) -> None:
    (version / "provenance/manifest.json").write_text("{}")
    told = client(hub, tmp_path / "home", PUSH, folder=str(version))
    assert hashes(tmp_path / "hub/org/tiny/1.0.0") == hashes(version)
    (entry,) = json.loads((tmp_path / "hub/org/tiny/versions.json").read_text())["versions"]
    assert (entry["version"], entry["commit"]) == ("1.0.0", told["first"])


def test_lists_refs_history_trees_and_paths(hub: Served, tmp_path: Path, version: Path) -> None:
    code = (
        PUSH
        + """
refs = api.list_repo_refs("org/tiny", repo_type="dataset")
told["refs"] = [[r.ref, r.target_commit] for r in refs.branches + refs.tags]
told["history"] = [[c.title, c.message] for c in api.list_repo_commits("org/tiny", repo_type="dataset")]
told["tree"] = [e.path for e in api.list_repo_tree("org/tiny", repo_type="dataset")]
told["below"] = [e.path for e in api.list_repo_tree("org/tiny", "provenance", repo_type="dataset", recursive=True)]
paths = ["README.md", "data", "none", "data/train-00000-of-00002.parquet"]
info = api.get_paths_info("org/tiny", paths, repo_type="dataset")
told["info"] = [[e.path, getattr(e, "size", None), e.lfs.sha256 if getattr(e, "lfs", None) else None] for e in info]
told["sha"] = api.dataset_info("org/tiny", revision="v1.0.0", files_metadata=True).sha
"""
    )
    told = client(hub, tmp_path / "home", code, folder=str(version))
    shard = version / "data/train-00000-of-00002.parquet"
    assert told["refs"] == [["refs/heads/main", told["first"]], ["refs/tags/v1.0.0", told["first"]]]
    assert told["history"] == [["One", "and more"], ["initial commit", ""]]
    assert told["tree"] == ["README.md", "data", "provenance"]
    assert told["below"] == ["provenance/ledger", "provenance/ledger/a b.json"]
    assert told["info"] == [
        ["README.md", len(CARD), None],
        ["data", None, None],
        [
            "data/train-00000-of-00002.parquet",
            shard.stat().st_size,
            hashlib.sha256(shard.read_bytes()).hexdigest(),
        ],
    ]
    assert told["sha"] == told["first"]


def test_a_staged_branch_is_promoted_by_copies_without_sending_anything(
    hub: Served, tmp_path: Path, version: Path
) -> None:
    code = (
        PUSH
        + """
api.create_branch("org/tiny", branch="staging-1", repo_type="dataset")
shard = CommitOperationAdd("data/new.parquet", b"PAR1 and so on")
api.create_commit("org/tiny", [shard], commit_message="stage", repo_type="dataset", revision="staging-1")
promote = [
    CommitOperationCopy("data/new.parquet", "data/new.parquet", src_revision="staging-1"),
    CommitOperationDelete("data/train-00001-of-00002.parquet"),
    CommitOperationDelete("provenance/", is_folder=True),
]
made = api.create_commit("org/tiny", promote, commit_message="p", repo_type="dataset", parent_commit=told["first"])
told["files"] = sorted(api.list_repo_files("org/tiny", repo_type="dataset"))
api.delete_branch("org/tiny", branch="staging-1", repo_type="dataset")
told["branches"] = [b.name for b in api.list_repo_refs("org/tiny", repo_type="dataset").branches]
"""
    )
    told = client(hub, tmp_path / "home", code, folder=str(version))
    assert told["files"] == ["README.md", "data/new.parquet", "data/train-00000-of-00002.parquet"]
    assert told["branches"] == ["main"]
    sent = [e.path for e in hub.faults.log if e.method == "PUT" or e.path.startswith("/xet/v1/xorbs")]
    assert len(sent) == (2 if hub.is_xet else 3)


def test_refuses_what_would_break_a_promise(hub: Served, tmp_path: Path, version: Path) -> None:
    code = (
        PUSH
        + """
def status(act):
    try:
        act()
    except HfHubHTTPError as error:
        return error.response.status_code
about = {"repo_type": "dataset"}
add = [CommitOperationAdd("a.txt", b"a")]
told["parent"] = status(lambda: api.create_commit("org/tiny", add, commit_message="x", parent_commit="0" * 40, **about))
told["tag"] = status(lambda: api.create_tag("org/tiny", tag="v1.0.0", **about))
told["delete_tag"] = status(lambda: api.delete_tag("org/tiny", tag="v1.0.0", **about))
told["delete_main"] = status(lambda: api.delete_branch("org/tiny", branch="main", **about))
told["model"] = status(lambda: api.create_repo("org/model"))
told["name"] = status(lambda: api.create_repo("org/1.0.0", **about))
told["revision"] = status(lambda: api.dataset_info("org/tiny", revision="v9"))
told["repo"] = status(lambda: api.dataset_info("org/none"))
told["again"] = str(api.create_repo("org/tiny", repo_type="dataset", exist_ok=True))
api.token = "hf_wrong"
told["token"] = status(lambda: api.create_commit("org/tiny", add, commit_message="x", repo_type="dataset"))
told["head"] = api.dataset_info("org/tiny").sha
"""
    )
    told = client(hub, tmp_path / "home", code, folder=str(version))
    refused = {
        "parent": 412,
        "tag": 409,
        "delete_tag": 403,
        "delete_main": 403,
        "model": 400,
        "name": 400,
        "revision": 404,
        "repo": 404,
        "token": 401,
    }
    assert {name: told[name] for name in refused} == refused
    assert told["head"] == told["first"]


def asked(hub: Served, method: str, path: str, body: bytes = b"", token: str | None = None) -> tuple[int, bytes]:
    """Send one request by hand and return the status and the answer's body."""
    headers = {"Authorization": f"Bearer {token or hub.token}"}
    request = urllib.request.Request(hub.endpoint + path, body or None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=600) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/datasets/org/tiny/commit/main", b"not json", 400),
        ("POST", "/api/datasets/org/tiny/commit/main", b'{"key":"header"}', 400),
        ("POST", "/api/datasets/org/tiny/commit/main", b'{"key":"other","value":{}}', 400),
        ("POST", "/api/datasets/org/tiny/commit/main", b'{"key":"file","value":{"path":"../a","content":"YQ=="}}', 400),
        ("POST", "/api/datasets/org/tiny/commit/main", b'{"key":"file","value":{"path":"a","content":"?"}}', 400),
        ("POST", "/api/datasets/org/tiny/commit/none", b'{"key":"header","value":{}}', 404),
        ("POST", "/api/datasets/org/tiny/commit/main", b'{"key":"deletedFile","value":{"path":"none"}}', 404),
        (
            "POST",
            "/api/datasets/org/tiny/commit/main",
            b'{"key":"lfsFile","value":{"path":"a","algo":"sha256","oid":"%s","size":3}}' % (b"0" * 64),
            400,
        ),
        ("PUT", f"/objects/{'0' * 64}/3/{'0' * 32}", b"abc", 403),
        ("GET", f"/objects/{'0' * 64}/3/{'0' * 32}", b"", 403),
        ("GET", "/api/models/org/tiny", b"", 404),
        ("GET", "/datasets/org/tiny/resolve/main/../../../../etc/passwd", b"", 404),
        ("GET", "/datasets/org/tiny/resolve/main/%2e%2e%2fhub.json", b"", 404),
        ("POST", "/api/datasets/org/tiny/branch/a%2Fb", b"", 400),
    ],
)
def test_hostile_requests_are_refused_and_change_nothing(
    hub: Served, method: str, path: str, body: bytes, status: int
) -> None:
    made, _ = asked(hub, "POST", "/api/repos/create", b'{"name":"tiny","organization":"org","type":"dataset"}')
    before = asked(hub, "GET", "/api/datasets/org/tiny/refs")
    found, told = asked(hub, method, path, body)
    assert (made, found) == (200, status)
    assert b"Traceback" not in told
    assert asked(hub, "GET", "/api/datasets/org/tiny/refs") == before


def test_an_object_gets_its_name_only_when_its_hash_is_right(hub: Served) -> None:
    asked(hub, "POST", "/api/repos/create", b'{"name":"tiny","organization":"org","type":"dataset"}')
    oid = hashlib.sha256(b"abc").hexdigest()
    wanted = json.dumps({"operation": "upload", "objects": [{"oid": oid, "size": 3}]}).encode()
    batch = "/datasets/org/tiny.git/info/lfs/objects/batch"
    status, told = asked(hub, "POST", batch, wanted)
    href = json.loads(told)["objects"][0]["actions"]["upload"]["href"].removeprefix(hub.endpoint)
    assert status == 200
    assert asked(hub, "PUT", href, b"abd")[0] == 400
    assert asked(hub, "PUT", href, b"abcd")[0] == 400
    assert asked(hub, "POST", f"{href}/verify", b"{}")[0] == 404
    assert asked(hub, "PUT", href, b"abc")[0] == 200
    assert asked(hub, "POST", f"{href}/verify", b"{}")[0] == 200
    assert "actions" not in json.loads(asked(hub, "POST", batch, wanted)[1])["objects"][0]
    assert asked(hub, "GET", href)[1] == b"abc"


def test_faults_come_in_their_order_and_the_log_tells_of_each_request(hub: Served) -> None:
    hub.faults.queue += [Fault("GET", "/api/*", status=503, times=2), Fault(path="/api/*", status=504, after=True)]
    create = b'{"name":"tiny","organization":"org","type":"dataset"}'
    assert asked(hub, "GET", "/api/whoami-v2")[0] == 503
    assert asked(hub, "POST", "/api/repos/create", create)[0] == 504
    assert asked(hub, "GET", "/api/datasets/org/tiny/refs")[0] == 503
    assert asked(hub, "GET", "/api/datasets/org/tiny/refs")[0] == 200
    assert [(entry.method, entry.status) for entry in hub.faults.log] == [
        ("GET", 503),
        ("POST", 504),
        ("GET", 503),
        ("GET", 200),
    ]
