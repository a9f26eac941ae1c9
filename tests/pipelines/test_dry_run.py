import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from called import called
from runs import corpus, write_files, write_run


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Where something listens, as a job server does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def elsewhere(endpoint: str) -> list[str]:
    return ["--runner", "portable", "--job-endpoint", endpoint, "--worker-pool", "pool:50000"]


def test_a_job_is_shown_and_nothing_is_written(tmp_path: Path, endpoint: str) -> None:
    write_files(tmp_path, corpus())
    recipe = str(write_run(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    code, out, _ = called("run", recipe, "--dry-run", "--json", *elsewhere(endpoint), "--shared-filesystem")
    told = json.loads(out)
    assert (code, sorted(tmp_path.rglob("*"))) == (0, before)
    assert (told["runner"], told["environment"], told["splits"], told["splits_pending"]) == (
        "portable",
        "EXTERNAL",
        24,
        24,
    )
    assert told["options"] == {
        "environment_config": "pool:50000",
        "environment_type": "EXTERNAL",
        "job_endpoint": endpoint,
    }
    assert told["stages"][:6] == ["Plan", "Pending", "SpreadSplits", "Splits", "Ingest", "LicenseFilter"]
    assert told["nodes"]["groupings"] > 4
    assert 20_000 < told["graph_bytes"] < 300_000


def test_what_would_hinder_a_job_is_told_without_handing_it_in(tmp_path: Path, endpoint: str) -> None:
    write_files(tmp_path, corpus())
    code, _, err = called("run", str(write_run(tmp_path)), "--dry-run", *elsewhere(endpoint))
    assert code == 2
    assert "its workers cannot see what lies on this machine" in err


def test_a_job_is_shown_to_a_person(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    code, out, _ = called("run", str(write_run(tmp_path)), "--dry-run")
    assert code == 0
    assert "nothing was written and nothing started" in out
    assert "24 splits, 24 of them to be read" in out
