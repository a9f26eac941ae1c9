import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from apache_beam.options.pipeline_options import FlinkRunnerOptions, PrismRunnerOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from licet.pipelines.runners.prepared import LARGE_JOB_BYTES, Prepared, choose_workers, prepare
from licet.schemas.errors import RecipeError
from licet.schemas.runner import Runner

BUCKETS = [("`output`", "s3://bucket/out"), ("`work`", "gs://bucket/work")]
POOL: dict[str, Any] = {"worker_pool": "localhost:50000"}


def prepared(name: str, places: list[tuple[str, str]] = BUCKETS, **settings: Any) -> Prepared:
    return prepare(Runner.model_validate({"name": name, **settings}), places=places)


def refused(name: str, places: list[tuple[str, str]] = BUCKETS, **settings: Any) -> list[str]:
    with pytest.raises(RecipeError) as error:
        prepared(name, places, **settings)
    return [line.removeprefix(f"the {name} runner: ") for line in str(error.value).splitlines()]


@contextmanager
def flink(version: str, slots: int) -> Iterator[str]:
    """What answers as the REST address of a Flink cluster of that version."""

    class Overview(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = json.dumps({"flink-version": version, "slots-total": slots}).encode()
            self.send_response(200 if self.path == "/v1/overview" else 404)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Overview)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def jar(tmp_path: Path) -> str:
    path = tmp_path / "job-server.jar"
    path.write_bytes(b"PK")
    return str(path)


@pytest.mark.parametrize(
    ("asked", "size", "cores", "workers"),
    [(None, 1, 8, 1), (None, LARGE_JOB_BYTES, 8, 8), (3, 1, 8, 3), (1, LARGE_JOB_BYTES, 8, 1)],
)
def test_large_jobs_get_a_worker_a_core_unless_told_otherwise(
    asked: int | None, size: int, cores: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert choose_workers(asked, size) == workers


def test_direct_is_beams_portable_runner_and_sees_this_machine() -> None:
    made = prepared("direct", [("`output`", "out")])
    assert isinstance(made.runner, FnApiRunner)
    assert made.environment == "LOOPBACK"


def test_any_other_name_is_a_class_that_beam_finds() -> None:
    assert prepared("BundleBasedDirectRunner").runner == "BundleBasedDirectRunner"
    with pytest.raises(RecipeError, match="there is no runner `SomeRunner`"):
        prepared("SomeRunner")


def test_flink_needs_an_address_and_workers_with_licet() -> None:
    address, workers = refused("flink")
    assert address.startswith("say where Flink is: `--flink-master HOST:PORT`")
    assert workers.startswith("workers need Licet, which Beam's own image has not")


def test_a_flink_that_does_not_answer_is_told() -> None:
    (told,) = refused("flink", flink_master="127.0.0.1:1", **POOL)
    assert told.startswith("no Flink answers at 127.0.0.1:1: ")
    assert "refused" in told


def test_a_flink_that_beam_has_no_job_server_for_is_told() -> None:
    with flink("1.17.2", 4) as master:
        (told,) = refused("flink", flink_master=master, **POOL)
    assert (
        told == f"the cluster at {master} is Flink 1.17, and Beam 2.77.0 has job servers for 1.19, 1.20, 2.0, 2.1, 2.2"
    )


def test_a_clusters_version_and_slots_become_options(jar: str) -> None:
    with flink("1.20.5", 6) as master:
        made = prepared("flink", flink_master=master, flink_job_server_jar=jar, **POOL)
        fewer = prepared("flink", flink_master=master, flink_job_server_jar=jar, parallelism=2, **POOL)
    options = made.options.view_as(FlinkRunnerOptions)
    assert (options.flink_version, options.parallelism, options.flink_job_server_jar) == ("1.20", 6, jar)
    assert (made.runner, made.environment, made.engine_version) == ("FlinkRunner", "EXTERNAL", "1.20")
    assert fewer.options.view_as(FlinkRunnerOptions).parallelism == 2


def test_a_jar_that_is_not_there_is_told(tmp_path: Path) -> None:
    with flink("1.20.5", 1) as master:
        (told,) = refused("flink", flink_master=master, flink_job_server_jar=str(tmp_path / "no.jar"), **POOL)
    assert told == f"there is no jar {tmp_path / 'no.jar'}"


def test_a_jar_in_the_cache_is_found(tmp_path: Path) -> None:
    name = "beam-runners-flink-1.20-job-server-2.77.0.jar"
    (tmp_path / name).write_bytes(b"PK")
    with flink("1.20.5", 1) as master:
        made = prepared("flink", flink_master=master, jar_cache_dir=str(tmp_path), **POOL)
    assert made.options.view_as(FlinkRunnerOptions).flink_job_server_jar == str(tmp_path / name)


def test_no_java_is_told(jar: str) -> None:
    (told,) = refused(
        "spark",
        spark_master_url="spark://h:7077",
        spark_job_server_jar=jar,
        job_server_java_launcher="no-such-java",
        **POOL,
    )
    assert told.startswith("Beam's job server needs Java, and there is no `no-such-java` here")


def test_a_graph_that_a_cluster_gets_in_a_jar_needs_no_java(jar: str) -> None:
    told: dict[str, Any] = {"flink_job_server_jar": jar, "job_server_java_launcher": "no-such-java", **POOL}
    with flink("1.20.5", 4) as master:
        made = prepared("flink", flink_master=master, flink_submit_uber_jar=True, **told)
        (refusal,) = refused("flink", flink_master=master, **told)
    assert (made.environment, made.engine_version) == ("EXTERNAL", "1.20")
    assert refusal.startswith("Beam's job server needs Java")


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Where something listens, as a job server does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_job_server_that_runs_needs_neither_jar_nor_java(endpoint: str) -> None:
    made = prepared("flink", job_endpoint=endpoint, job_server_java_launcher="no-such-java", **POOL)
    assert (made.runner, made.environment, made.engine_version) == ("FlinkRunner", "EXTERNAL", None)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "workers need Licet, which Beam's own image has not"),
        ({"environment_type": "EXTERNAL"}, "`EXTERNAL` workers need `--worker-pool HOST:PORT`"),
        ({"environment_type": "process"}, "`PROCESS` workers need `--environment-config"),
    ],
)
def test_each_kind_of_worker_needs_to_be_told_of(settings: dict[str, Any], told: str, endpoint: str) -> None:
    (sentence,) = refused("portable", job_endpoint=endpoint, **settings)
    assert sentence.startswith(told)


def test_an_image_of_ones_own_may_hold_licet(endpoint: str) -> None:
    assert prepared("portable", job_endpoint=endpoint, environment_config="my/image:1").environment == "DOCKER"


def test_a_job_server_is_needed_by_portable() -> None:
    assert refused("portable", **POOL) == ["say where the job server is: `--job-endpoint HOST:PORT`"]


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("127.0.0.1:1", "no job server answers at 127.0.0.1:1: "),
        ("nowhere", "`--job-endpoint nowhere` is no HOST:PORT"),
    ],
)
def test_a_job_server_that_does_not_answer_is_told(endpoint: str, told: str) -> None:
    (sentence,) = refused("spark", job_endpoint=endpoint, **POOL)
    assert sentence.startswith(told)


def test_the_direct_runner_takes_no_worker_pool() -> None:
    (told,) = refused("direct", **POOL)
    assert told.startswith("it starts its workers itself: leave `--worker-pool` out")


def test_workers_elsewhere_do_not_get_folders_of_this_machine_unless_they_mount_them(endpoint: str) -> None:
    places = [("`output`", "out"), ("`work`", "s3://b/work"), ("source a", "/data/a"), ("source a", "/data/b")]
    (told,) = refused("portable", places, job_endpoint=endpoint, **POOL)
    assert told.startswith("its workers cannot see what lies on this machine (`output` at out, source a at /data/a): ")
    assert (
        prepared("portable", places, job_endpoint=endpoint, shared_filesystem=True, **POOL).runner == "PortableRunner"
    )
    assert prepared("portable", places, job_endpoint=endpoint, environment_type="LOOPBACK").environment == "LOOPBACK"


def test_dataflow_needs_a_project_a_region_a_bucket_and_an_image() -> None:
    told = refused("dataflow", [("`output`", "out")])
    needed = ["`--project`", "`--region`", "`--temp-location gs://BUCKET/FOLDER`", "`--sdk-container-image`"]
    assert [line.removeprefix("Dataflow needs ").split(":")[0] for line in told[:4]] == [
        name.split(":")[0] for name in needed
    ]
    assert told[-1].startswith("its workers cannot see what lies on this machine (`output` at out)")


def test_dataflow_stages_in_a_bucket_of_googles() -> None:
    told = refused("dataflow", temp_location="s3://b/t", project="p", region="r", sdk_container_image="i")
    assert told[0] == "Dataflow stages in a bucket of Google's: `--temp-location` is s3://b/t"


def test_prism_is_found_on_the_path_or_where_go_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GOBIN", str(tmp_path))
    monkeypatch.setattr("licet.pipelines.runners.needs.PrismJobServer.BIN_CACHE", str(tmp_path / "cache"))
    (told,) = refused("prism")
    assert told.startswith(
        "Prism is not on this machine: `go install github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0`"
    )
    binary = tmp_path / "prism"
    binary.touch(0o755)
    made = prepared("prism", [("`output`", "out")])
    assert made.options.view_as(PrismRunnerOptions).prism_location == str(binary)
    assert made.environment == "LOOPBACK"


def test_secrets_are_not_written_down() -> None:
    made = prepared("direct", s3_secret_access_key="hush", s3_access_key_id="id", job_name="mine")
    assert made.told == {"job_name": "mine"}
