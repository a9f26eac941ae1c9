"""What an engine needs and is not there, each in a sentence that says what to do about it."""

import json
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import apache_beam
from apache_beam.options.pipeline_options import FlinkRunnerOptions
from apache_beam.runners.portability.prism_runner import PrismJobServer
from apache_beam.utils.subprocess_server import JavaJarServer

from licet.pipelines.runners.engines import Engine
from licet.pipelines.runners.environment import EMBEDDED

REST_SECONDS = 10
"""How long an address may take to answer."""
BEAM = apache_beam.__version__
PRISM = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{BEAM}"

Told = Mapping[str, Any]
"""Options by name, whoever gave them."""


def missing(engine: Engine, environment: str, told: Told) -> list[str]:
    """Return what is missing for an engine, and nothing where it may be started."""
    if engine.name == "direct" and str(told.get("environment_type")).upper() == "EXTERNAL":
        return ["it starts its workers itself: leave `--worker-pool` out, or hand the job to another runner"]
    endpoint = told.get("job_endpoint")
    found = job_server_missing(str(endpoint)) if endpoint else LOOKS[engine.name](told) if engine.name in LOOKS else []
    if engine.name in ENGINES_WITH_WORKERS:
        found += workers_missing(environment, told)
    return found


def workers_missing(environment: str, told: Told) -> list[str]:
    """Return what is missing for workers on other machines to be started, which must have Licet."""
    config = told.get("environment_config") or told.get("environment_options")
    if environment == "DOCKER" and not config:
        return [
            "workers need Licet, which Beam's own image has not: start `licet worker-pool` beside each of the engine's"
            " workers and give `--worker-pool HOST:PORT`, or build deploy/worker.Dockerfile and give"
            " `--environment-config IMAGE`"
        ]
    if environment == "EXTERNAL" and not config:
        return ["`EXTERNAL` workers need `--worker-pool HOST:PORT`: where `licet worker-pool` listens"]
    if environment == "PROCESS" and not config:
        return ['`PROCESS` workers need `--environment-config \'{"command": "…/boot"}\'`: what starts one']
    return []


def job_server_missing(endpoint: str) -> list[str]:
    """Return that no job server answers at an address, if so."""
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdigit():
        return [f"`--job-endpoint {endpoint}` is no HOST:PORT"]
    try:
        socket.create_connection((host.strip("[]"), int(port)), REST_SECONDS).close()
    except (OSError, OverflowError) as error:
        return [f"no job server answers at {endpoint}: {error}"]
    return []


def flink_missing(told: Told) -> list[str]:
    """Return what is missing for Flink: a cluster, and what hands jobs in to it."""
    master = str(told.get("flink_master") or "[auto]")
    if master == "[auto]":
        return [
            "say where Flink is: `--flink-master HOST:PORT` (its REST address), `--flink-master '[local]'` for one in"
            " this process, or `--job-endpoint HOST:PORT` of a job server"
        ]
    if not EMBEDDED.fullmatch(master):
        try:
            version = flink_cluster(master)["version"]
        except (OSError, ValueError, KeyError) as error:
            return [f"no Flink answers at {master}: {error}"]
        if version not in FlinkRunnerOptions.PUBLISHED_FLINK_VERSIONS:
            published = ", ".join(FlinkRunnerOptions.PUBLISHED_FLINK_VERSIONS)
            return [f"the cluster at {master} is Flink {version}, and Beam {BEAM} has job servers for {published}"]
        if told.get("flink_submit_uber_jar"):
            return []
    return java_missing(told)


def flink_cluster(master: str) -> dict[str, Any]:
    """Return the ``version`` (major and minor) and the number of ``slots`` of a Flink cluster, as its REST tells them.

    Raises:
        OSError: it does not answer.
        ValueError, KeyError: what answers is no Flink.

    """
    address = master if "://" in master else f"http://{master}"
    with urlopen(f"{address}/v1/overview", timeout=REST_SECONDS) as answer:
        told = json.load(answer)
    return {"version": ".".join(told["flink-version"].split(".")[:2]), "slots": told["slots-total"]}


def spark_missing(told: Told) -> list[str]:
    """Return what is missing for Spark: a cluster, and what hands jobs in to it."""
    if told.get("spark_submit_uber_jar"):
        return (
            []
            if told.get("spark_rest_url")
            else ["`--spark-submit-uber-jar` needs `--spark-rest-url http://HOST:PORT`"]
        )
    if not told.get("spark_master_url"):
        return [
            "say where Spark is: `--spark-master-url spark://HOST:PORT`, `--spark-master-url 'local[2]'` for one in"
            " this process, or `--job-endpoint HOST:PORT` of a job server"
        ]
    return java_missing(told)


def java_missing(told: Told) -> list[str]:
    """Return that there is no Java to start a job server with, if so."""
    launcher = str(told.get("job_server_java_launcher") or "java")
    if shutil.which(launcher):
        return []
    return [f"Beam's job server needs Java, and there is no `{launcher}` here: install one, or give `--job-endpoint`"]


def job_server_jar(engine: Engine, told: Told, version: str = "") -> str:
    """Return the path of the jar of an engine's job server, which Beam fetches where it is not there yet.

    Raises:
        OSError: it is not there, and cannot be fetched; the message says where it may be put.

    """
    given = told.get(engine.jar or "")
    if given:
        if "://" in str(given) or os.path.isfile(str(given)):
            return str(given)
        raise OSError(f"there is no jar {given}")
    target = (engine.server or "").format(version=version)
    folder = str(told.get("jar_cache_dir") or JavaJarServer.JAR_CACHE)
    url = JavaJarServer.path_to_beam_jar(target)
    try:
        return str(JavaJarServer.local_jar(url, folder))
    except Exception as error:
        name = os.path.basename(url)
        raise OSError(
            f"Beam's job server for {engine.name} is not on this machine and cannot be fetched: put {name} into"
            f" {folder}, give its path with `--{(engine.jar or '').replace('_', '-')}`, or give `--job-endpoint` of one"
            " that runs"
        ) from error


def prism_binary(told: Told) -> str | None:
    """Return the path of Prism on this machine, as given, built by Go, or kept by Beam; null where there is none."""
    if told.get("prism_location"):
        return str(told["prism_location"])
    go = Path(os.environ.get("GOBIN") or Path(os.environ.get("GOPATH") or Path.home() / "go") / "bin")
    kept = Path(PrismJobServer.BIN_CACHE)
    there = [shutil.which("prism"), go / "prism", *sorted(kept.glob(f"*v{BEAM}*")), kept / "prism"]
    return next((str(path) for path in there if path and os.path.isfile(path) and os.access(path, os.X_OK)), None)


def prism_missing(told: Told) -> list[str]:
    """Return that there is no Prism, if so."""
    found = prism_binary(told)
    if found is None:
        return [f"Prism is not on this machine: `go install {PRISM}` builds it; `--prism-location` says where it is"]
    return [] if "://" in found or os.path.isfile(found) else [f"there is no Prism at {found}"]


def portable_missing(told: Told) -> list[str]:  # noqa: ARG001
    """Return that no job server is named."""
    return ["say where the job server is: `--job-endpoint HOST:PORT`"]


def dataflow_missing(told: Told) -> list[str]:
    """Return what is missing for Dataflow."""
    needed = {
        "project": "`--project`: whose Google Cloud project pays",
        "region": "`--region`: where it runs",
        "temp_location": "`--temp-location gs://BUCKET/FOLDER`: where Dataflow stages the job",
        "sdk_container_image": "`--sdk-container-image`: the image of workers, built from deploy/worker.Dockerfile",
    }
    found = [f"Dataflow needs {told_of}" for name, told_of in needed.items() if not told.get(name)]
    if told.get("temp_location") and not str(told["temp_location"]).startswith("gs://"):
        found.append(f"Dataflow stages in a bucket of Google's: `--temp-location` is {told['temp_location']}")
    try:
        from apache_beam.runners.dataflow.internal import apiclient  # noqa: F401
    except ImportError:
        found.append('Dataflow needs Google\'s client libraries: `pip install "apache-beam[gcp]"`')
    return found


LOOKS = {
    "flink": flink_missing,
    "spark": spark_missing,
    "prism": prism_missing,
    "portable": portable_missing,
    "dataflow": dataflow_missing,
}
"""What is looked for, by engine, where no job server is named that has it all."""
ENGINES_WITH_WORKERS = frozenset({"flink", "spark", "prism", "portable"})
"""Engines whose workers Beam's options say how to start."""
