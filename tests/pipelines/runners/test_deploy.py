"""What `deploy/` says of images and clusters, held against Kubernetes, our own versions and our own commands."""

import copy
import json
import re
import runpy
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
import yaml
from apache_beam.options.pipeline_options import FlinkRunnerOptions, PortableOptions
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

import licet
from licet.pipelines import run as run_module
from licet.pipelines.cli import app
from licet.pipelines.plan import check_recipe
from licet.pipelines.runners.needs import dataflow_missing
from licet.pipelines.runners.options import options_for
from licet.schemas.quality import Profile
from licet.schemas.recipe import Recipe, load_recipe
from licet.stages import storage

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
FLINK = DEPLOY / "flink-kubernetes"
DOCKERFILE = DEPLOY / "worker.Dockerfile"
KUBERNETES = ROOT / "build" / "kubernetes" / "bin" / "kubernetes-validate"
"""Kubernetes' own schemas, which live apart: `docs/decisions/run-worker-pools.md`."""
PINS = dict(re.findall(r"^([a-z0-9-]+)==([^;\s]+)", (ROOT / "constraints.txt").read_text(), re.M))
WARM = runpy.run_path(str(DEPLOY / "warm.py"))


def manifests() -> dict[str, Any]:
    """All objects by their kind and name."""
    files = [FLINK / "cluster" / "flink.yaml", FLINK / "cluster" / "network.yaml", FLINK / "run" / "job.yaml"]
    found = [document for file in files for document in yaml.safe_load_all(file.read_text())]
    return {f"{document['kind']}/{document['metadata']['name']}": document for document in found}


MANIFESTS = manifests()
CLUSTER = MANIFESTS["FlinkDeployment/licet-flink"]["spec"]
JOB = MANIFESTS["Job/licet-run"]["spec"]["template"]["spec"]
POLICIES = [one["spec"] for name, one in MANIFESTS.items() if name.startswith("NetworkPolicy/")]
POOL = CLUSTER["taskManager"]["podTemplate"]["spec"]["containers"][1]
CLIENT = JOB["containers"][0]
CHECK = Draft202012Validator(json.loads((FLINK / "manifests.schema.json").read_text()))


def instructions() -> list[tuple[str, str, str]]:
    """The stage, the word and the rest of each instruction of the Dockerfile."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    found, stage = [], ""
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            stage = rest.split(" AS ")[1] if word == "FROM" else stage
            found.append((stage, word, " ".join(rest.split())))
    return found


def said(word: str, stage: str | None = None) -> list[str]:
    """What follows a word in the Dockerfile, or in one of its stages."""
    return [rest for of, first, rest in instructions() if first == word and stage in (None, of)]


def misspelt(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a manifest with a letter too much, and the manifest then; names that are free are left out."""
    if isinstance(node, dict) and not path.endswith(("/flinkConfiguration", "/labels", "/matchLabels")):
        for key in node:
            yield f"{path}/{key}", {(f"{name}s" if name == key else name): value for name, value in node.items()}
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in parts:
        for where, changed in misspelt(value, f"{path}/{key}"):
            whole = copy.copy(node)
            whole[key] = changed
            yield where, whole


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_say_only_what_their_schema_knows(name: str) -> None:
    assert [error.message for error in CHECK.iter_errors(MANIFESTS[name])] == []


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_letter_too_much_in_any_field_is_found(name: str) -> None:
    told = list(misspelt(MANIFESTS[name]))
    assert len(told) >= 8
    assert [where for where, changed in told if CHECK.is_valid(changed)] == []


@pytest.mark.skipif(not KUBERNETES.exists(), reason="Kubernetes' own schemas are not in build/kubernetes")
@pytest.mark.parametrize("version", ["1.29.0", "1.37.0"])
def test_manifests_and_pods_of_templates_are_valid_by_kubernetes_own_schemas(version: str, tmp_path: Path) -> None:
    documents = [one for name, one in MANIFESTS.items() if not name.startswith("FlinkDeployment/")]
    for number, told in enumerate([CLUSTER, CLUSTER["jobManager"], CLUSTER["taskManager"]]):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"pod-{number}"}, **told["podTemplate"]}
        documents.append(pod)
    file = tmp_path / "all.yaml"
    for found, expected in ((documents, 0), ([*documents, {**documents[-1], "specs": {}}], 1)):
        file.write_text(yaml.safe_dump_all(found))
        done = subprocess.run(
            [KUBERNETES, "--strict", "-k", version, file], capture_output=True, text=True, check=False
        )
        assert done.returncode == expected, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["cluster", "run"])
def test_kustomizations_name_all_files_beside_them(folder: str) -> None:
    told = yaml.safe_load((FLINK / folder / "kustomization.yaml").read_text())
    named = [*told["resources"], *(file for made in told.get("configMapGenerator", []) for file in made["files"])]
    there = sorted(path.name for path in (FLINK / folder).glob("*.yaml") if path.name != "kustomization.yaml")
    assert (sorted(named), told["namespace"]) == (there, "licet")


def test_the_run_reads_the_recipe_that_its_kustomization_makes() -> None:
    made = yaml.safe_load((FLINK / "run" / "kustomization.yaml").read_text())["configMapGenerator"]
    assert [volume["configMap"]["name"] for volume in JOB["volumes"] if "configMap" in volume] == [made[0]["name"]]
    assert CLIENT["args"][1] == f"{CLIENT['volumeMounts'][0]['mountPath']}/{made[0]['files'][0]}"


def test_the_recipe_of_the_run_is_good_and_lies_in_a_bucket() -> None:
    recipe = load_recipe(FLINK / "run" / "recipe.yaml")
    check_recipe(recipe, FLINK)
    assert [storage.is_local(place) for place in (recipe.output, recipe.work, "here")] == [False, False, True]


def asked_of(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[Recipe, list[str]]:
    """The recipe and the options that `licet run` comes to with these arguments, of which nothing is run."""
    seen: list[Any] = []

    def caught(recipe: Recipe, base: Path, *, passed_on: list[str], quiet: bool) -> None:
        seen.append((recipe, passed_on, base, quiet))
        raise SystemExit

    monkeypatch.setattr(run_module, "run_recipe", caught)
    done = CliRunner().invoke(app, arguments)
    assert seen, done.output
    return seen[0][0], seen[0][1]


def test_our_own_command_line_takes_the_runs_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [str(FLINK / "run" / "recipe.yaml") if at == 1 else word for at, word in enumerate(CLIENT["args"])]
    recipe, passed_on = asked_of(arguments, monkeypatch)
    options = options_for(recipe.runner, 1, passed_on)
    flink, portable = options.view_as(FlinkRunnerOptions), options.view_as(PortableOptions)
    assert recipe.runner.name == "flink"
    assert (portable.environment_type, portable.environment_config) == ("EXTERNAL", "localhost:50000")
    assert (flink.flink_master, flink.flink_submit_uber_jar) == ("licet-flink-rest:8081", True)
    slots = int(CLUSTER["flinkConfiguration"]["taskmanager.numberOfTaskSlots"])
    assert int(portable.sdk_worker_parallelism) == slots
    assert flink.parallelism == slots * CLUSTER["taskManager"]["replicas"]
    assert CLUSTER["flinkConfiguration"]["parallelism.default"] == str(flink.parallelism)
    jar = said("COPY", "client")[0].split()
    assert flink.flink_job_server_jar == jar[-1] + jar[-2].rsplit("/", 1)[1]


def test_our_own_command_line_takes_what_the_page_on_dataflow_says(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (DEPLOY / "dataflow" / "README.md").read_text().replace("\\\n", " ")
    command = next(line for line in page.splitlines() if line.startswith("    licet run ")).split()[1:]
    recipe, passed_on = asked_of(
        [str(FLINK / "run" / "recipe.yaml") if word == "corpus.yaml" else word for word in command], monkeypatch
    )
    options = options_for(recipe.runner, 1, passed_on)
    asked = options.get_all_options(drop_default=True)
    assert recipe.runner.name == "dataflow"
    assert [one for one in dataflow_missing(asked) if "--" in one] == []
    assert {name: asked[name] for name in ("machine_type", "max_num_workers", "number_of_worker_harness_threads")} == {
        "machine_type": "n2-standard-8",
        "max_num_workers": 20,
        "number_of_worker_harness_threads": 1,
    }


def test_the_pool_listens_on_loopback_where_probes_and_runs_look_for_it() -> None:
    group: Any = typer.main.get_command(app)
    command = group.commands[POOL["args"][0]]
    told = command.make_context("worker-pool", POOL["args"][1:]).params
    assert (told["host"], told["port"]) == ("127.0.0.1", 50000)
    assert f"--worker-pool=localhost:{told['port']}" in CLIENT["args"]
    for probe in ("startupProbe", "livenessProbe"):
        assert POOL[probe]["exec"]["command"][-1].endswith(f"/dev/tcp/{told['host']}/{told['port']}")
    assert json.loads(said("CMD", "pool")[0]) == POOL["args"]
    assert said("EXPOSE", "pool") == [str(told["port"])]


def test_no_policy_opens_the_pools_port_and_each_kind_of_pod_has_one() -> None:
    opened = {port["port"] for policy in POLICIES for rule in policy.get("ingress", []) for port in rule["ports"]}
    told = {value for name, value in CLUSTER["flinkConfiguration"].items() if name.endswith("port")}
    assert opened == {8081} | {int(port) for port in told}
    assert 50000 not in opened
    labels = MANIFESTS["Job/licet-run"]["spec"]["template"]["metadata"]["labels"]
    assert [policy["podSelector"]["matchLabels"] for policy in POLICIES] == [
        {"app": "licet-flink", "component": "taskmanager"},
        {"app": "licet-flink", "component": "jobmanager"},
        labels,
    ]
    assert all(policy["policyTypes"] == ["Ingress"] for policy in POLICIES)


def test_only_the_pool_and_the_run_may_use_the_buckets_keys_and_none_is_root() -> None:
    assert POOL["envFrom"] == CLIENT["envFrom"]
    user = int(said("USER", "pool")[0])
    assert f"--uid {user} " in said("RUN", "pool")[0]
    assert (POOL["securityContext"]["runAsUser"], JOB["securityContext"]["runAsUser"]) == (user, user)
    assert said("USER", "worker") == []


def test_images_are_of_the_tested_versions_and_named_without_a_registry() -> None:
    images = [rest.split(" AS ")[0] for rest in said("FROM")]
    flink = CLUSTER["image"].removeprefix("flink:").partition("-")[0]
    assert images == [
        f"apache/beam_python3.11_sdk:{PINS['apache-beam']}",
        "worker",
        f"apache/beam_flink{flink}_job_server:{PINS['apache-beam']}",
        "pool",
    ]
    assert CLUSTER["flinkVersion"] == f"v{flink.replace('.', '_')}"
    assert flink in FlinkRunnerOptions.PUBLISHED_FLINK_VERSIONS
    assert (POOL["image"], CLIENT["image"]) == (f"licet-pool:{licet.__version__}", f"licet-client:{licet.__version__}")
    assert f'version="{licet.__version__}"' in said("LABEL")[0]


def test_what_the_images_copy_exists_and_is_let_through() -> None:
    wheel = f"dist/licet-{licet.__version__}-py3-none-any.whl"
    let_through = [
        line[1:] for line in (DEPLOY / "worker.Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"
    ]
    sources = [source for rest in said("COPY", "worker") for source in rest.split()[:-1]]
    assert sorted(sources) == sorted(let_through)
    assert [source for source in sources if not (ROOT / source).exists() and not fnmatch(wheel, source)] == []


def test_the_image_installs_the_tested_versions_and_compiles_before_it_is_used() -> None:
    installs, compiles, checks = said("RUN", "worker")
    assert "--constraint /opt/licet/constraints.txt" in installs
    assert f's3fs=={PINS["fsspec"]}"' in installs
    assert installs.endswith("&& python -m pip check")
    assert compiles.startswith("python /opt/licet/warm.py && chmod -R a+rwX /opt/licet/numba")
    assert checks == "python /opt/licet/warm.py --check"
    assert "NUMBA_CACHE_DIR=/opt/licet/numba" in said("ENV", "worker")[0]
    assert said("ENTRYPOINT", "worker") == []


def test_kernels_are_compiled_for_every_profile_and_both_kinds_of_rows(tmp_path: Path) -> None:
    WARM["write_texts"](tmp_path)
    made = [Recipe.model_validate({"name": "warm", **settings}) for settings in WARM["recipes"]()]
    for recipe in made:
        check_recipe(recipe, tmp_path)
    profiles = {profile for recipe in made for profile in recipe.heuristics.profiles}
    assert profiles == set(get_args(Profile))
    assert {recipe.kind for recipe in made} == {"pretrain", "posttrain"}
